"""A harkd under load that writes to three NATS servers, while all of them have accidents."""

import contextlib
import random
import signal
import time

from configured import ConfiguredHarkd
from nats_client import NatsError
from nats_load import Load, check_stream
from nats_servers import Nats, free_ports, poll
from nats_sink import Batch, nats_table
from restarting import restarts, wait_restarts

UNDER_WAY_S = 0.2  # for replies in flight, or read but not yet counted


class Chaos:
    """Its parts are `nats`, `harkd` and `load`; end() ends them all. `folder` belongs to the
    test."""

    def __init__(self, folder, senders=50, pace=0.0, window=200, **options):
        self.folder = folder
        self.port = free_ports(1)[0]
        self.nats = Nats(folder, 3, **options)
        self.harkd = None
        self.load = None
        self.senders, self.pace, self.window = senders, pace, window
        self.kills = 0

    def start(self):
        self.nats.start()
        self.nats.create_stream()
        self.start_harkd()
        self.load = Load(self.port, self.senders, self.window, self.pace)
        self.load.start()
        self.wait_answers(100)
        return self

    def start_harkd(self):
        folder = self.folder / f"harkd{self.kills}"
        folder.mkdir()
        config = f'listen = ["127.0.0.1:{self.port}"]\nlog = ["nats:HARK"]\n'
        self.harkd = ConfiguredHarkd(folder, config + nats_table(self.nats), folder / "unused")

    def end(self):
        with contextlib.suppress(Exception):
            if self.load:
                self.load.stop()
        if self.harkd:
            self.harkd.kill()
        self.nats.end()

    def wait_answers(self, count=1, timeout=60):
        """Waits until `count` more messages are acknowledged. Returns how long that took."""
        begin = time.monotonic()
        goal = self.load.count() + count

        def answered():
            assert not self.load.failure, repr(self.load.failure)
            assert self.harkd.process.poll() is None, self.harkd.story()
            return self.load.count() >= goal
        poll(f"{count} answers; {self.harkd.story()}", answered, timeout)
        return time.monotonic() - begin

    def wait_new_answers(self):
        """Waits until messages sent after this call are acknowledged. Returns how long that
        took."""
        time.sleep(UNDER_WAY_S)
        return UNDER_WAY_S + self.wait_answers()

    # Accidents. Each returns when replies arrive again.

    def kill_leader(self):
        leader = self.nats.leader()
        leader.kill()
        took = self.wait_new_answers()
        leader.start()
        return took

    def step_down(self):
        def ask():
            with contextlib.suppress(NatsError), self.nats.client() as client:
                return client.api("STREAM.LEADER.STEPDOWN.HARK")
            return None
        poll("the leader to step down", ask)
        return self.wait_new_answers()

    def stop_follower(self, seconds):
        follower = self.nats.followers()[0]
        follower.pause()
        self.wait_answers(100)
        time.sleep(seconds)
        follower.resume()
        return self.wait_answers(100)

    def two_down(self, seconds):
        """Kills the leader and another server: nothing may be acknowledged."""
        gone = [self.nats.leader(), self.nats.followers()[random.randrange(2)]]
        for server in gone:
            server.kill()
        time.sleep(UNDER_WAY_S)
        begin = time.monotonic()
        time.sleep(seconds)
        answered = self.load.answered_between(begin, time.monotonic())
        assert answered == 0, f"{answered} answers without a quorum"
        for server in gone:
            server.start()
        return self.wait_answers()

    def lonely(self, server, cut, mend, seconds):
        """Cuts a server off from the others with `cut(server)`, and reconnects it with `mend()`."""
        cut(server)
        try:
            time.sleep(seconds)
        finally:
            mend()
        return self.wait_answers(10)

    def kill_harkd(self):
        self.harkd.kill()
        self.kills += 1
        self.start_harkd()
        return self.wait_answers(10)

    def restart_harkd(self):
        before = restarts(self.harkd)
        self.harkd.send_signal(signal.SIGUSR2)
        wait_restarts(self.harkd, before + 1)
        return self.wait_answers(10)

    def finish(self):
        """Ends the load, and compares. Returns the numbers of messages (acknowledged, stored,
        twice)."""
        self.load.stop()
        assert self.harkd.stop() == 0, self.harkd.story()
        self.nats.wait_current()
        acknowledged = self.load.acknowledged()
        stored = 0

        def records():
            nonlocal stored
            with self.nats.client() as client:
                for message in client.each_message("HARK"):
                    for record in Batch(message.headers, message.payload, message.seq).records:
                        stored += record["event"] == "message"
                        yield record
        twice = check_stream(records(), acknowledged, self.nats.exactly_once)
        return len(acknowledged), stored, twice
