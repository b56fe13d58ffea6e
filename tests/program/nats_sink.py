"""Shared by the tests of the sink nats:STREAM: a daemon that writes to it, and what must hold."""

import json
import re
import tempfile
from pathlib import Path

from configured import ConfiguredHarkd, log_line
from controlled import ControlledTest
from nats_servers import NatsTest
from records import parse_record

SUBJECT = "hark.site7"
SINK = "nats:HARK"
BATCH_BYTES = 256 * 1024


def toml(value):
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{name} = {toml(one)}" for name, one in value.items()) + " }"
    return json.dumps(str(value) if isinstance(value, Path) else value)


def nats_table(servers, **settings):
    """The table [nats]. `servers`: addresses, or an object that has them."""
    addresses = getattr(servers, "addresses", None) or \
        ([servers.address] if hasattr(servers, "address") else servers)
    settings = {"servers": addresses, "subject": SUBJECT, **settings}
    return "\n[nats]\n" + "".join(f"{name} = {toml(value)}\n" for name, value in settings.items()
                                  if value is not None)


class Batch:
    """A message of the stream, checked for consistency."""

    def __init__(self, headers, payload, seq):
        self.seq, self.payload, self.headers = seq, payload, headers
        self.run = headers["Hark-Run"]
        self.first, self.last = int(headers["Hark-First"]), int(headers["Hark-Last"])
        self.records = [parse_record(line) for line in payload.splitlines(keepends=True)]
        assert payload.endswith(b"\n"), "half a line"
        assert len(self.records) == self.last - self.first + 1, headers
        assert re.fullmatch(rf"{self.run}-{self.first}-{self.last}(\W.*|-.*)?",
                            headers["Nats-Msg-Id"]), headers
        # A batch in doubt is sent again unchanged, whoever sends it.
        assert len(payload) <= BATCH_BYTES or len(self.records) == 1, len(payload)


def batches_of(messages):
    return [Batch(one.headers, one.payload, one.seq) for one in messages]


def check_gapless(batches):
    """Checks that each record of each run is there once, in order. Returns the records."""
    following = {}
    records = []
    for batch in batches:
        assert batch.first == following.get(batch.run, batch.first), \
            f"{batch.headers} in place of {following[batch.run]}"
        following[batch.run] = batch.last + 1
        records += batch.records
    return records


class NatsSinkTest(ControlledTest):
    def start_sink(self, servers, config="", sinks=(SINK,), file=True, wait=True, **settings):
        """A daemon that writes to the stream HARK and, if `file`, also to a file. `wait`: wait
        until it listens; `settings`: those of [nats]."""
        folder = Path(tempfile.mkdtemp(dir=self.folder))
        log = folder / "hark.jsonl"
        sinks = ([f"file:{log}"] if file else []) + list(sinks)
        harkd = ConfiguredHarkd(folder, 'listen = ["127.0.0.1:0"]\n' + log_line(*sinks) + config +
                                nats_table(servers, **settings), log)
        self.addCleanup(harkd.end)
        if wait and file:
            harkd.wait_listening()
        elif wait:
            harkd.addresses = harkd.wait_for(lambda: self.listeners(harkd), what="its listeners")
        return harkd

    def listeners(self, harkd):
        """The listeners by its status; None as long as it cannot be asked."""
        try:
            return self.status(harkd)["listeners"]
        except OSError:
            return None

    def sink(self, harkd):
        """What the status says about the stream's sink."""
        return next(one for one in self.status(harkd)["sinks"] if one["name"] == SINK)

    def wait_sink(self, harkd, **fields):
        """Waits until each of these fields of the sink's status matches its regular expression."""
        def matches():
            sink = self.sink(harkd)
            found = all(re.search(value, str(sink.get(name, ""))) for name, value in fields.items())
            return found and sink
        return harkd.wait_for(matches, what=f"a sink with {fields}")

    def check_refused(self, servers, pattern, **options):
        """Checks that the daemon does not start, and says why."""
        harkd = self.start_sink(servers, wait=False, **options)
        self.assertEqual(harkd.wait(), 1, harkd.stderr())
        self.assertRegex(harkd.stderr(), pattern)
        return harkd

    def stored(self, nats):
        """All records of the stream, checked to be gapless."""
        return check_gapless(batches_of(nats.messages()))

    def finish(self, harkd, *clients):
        """Closes the clients first, so that the stop has less to wait for."""
        for client in clients:
            client.close()
        self.assertEqual(harkd.stop(), 0, harkd.stderr())

    def check_stored(self, nats, harkd, *clients):
        """Stops the daemon, and checks that the stream has what the file has."""
        self.finish(harkd, *clients)
        self.assertEqual(self.stored(nats), harkd.records())

    def send_counted(self, client, count, start=1):
        """Lock-step: each line waits for its acknowledgement."""
        for number in range(start, start + count):
            client.send(b"message %d\n" % number)
            client.expect(b"250 ok #%d" % number)


class RealServer(NatsTest, NatsSinkTest):
    def pause_server(self):
        """The first server answers nothing until it is resumed."""
        server = self.nats.servers[0]
        server.pause()
        self.addCleanup(server.resume)
        return server

    def start_stored(self, config="", **options):
        """A daemon with a new stream."""
        self.nats.create_stream()
        return self.start_sink(self.nats, config, replicas=1, **options)

    def texts(self):
        return [record["text"] for record in self.stored(self.nats) if record["event"] == "message"]
