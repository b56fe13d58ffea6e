"""A harkd that writes to three NATS servers, under load, while all of them have accidents."""

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

UNDER_WAY_S = 0.2  # for answers that are on their way, or were read and not yet counted


class Chaos:
    """The parts: `nats`, `harkd`, `load`. `folder` is the test's; end() ends all."""

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
        """Until so many more messages are acknowledged. Returns how long that took."""
        begin = time.monotonic()
        goal = self.load.count() + count

        def answered():
            assert not self.load.failure, repr(self.load.failure)
            assert self.harkd.process.poll() is None, self.harkd.story()
            return self.load.count() >= goal
        poll(f"{count} answers; {self.harkd.story()}", answered, timeout)
        return time.monotonic() - begin

    def wait_new_answers(self):
        """Until messages are acknowledged that were sent after this. Returns how long that took."""
        time.sleep(UNDER_WAY_S)
        return UNDER_WAY_S + self.wait_answers()

    # Accidents. Each ends when answers come again.

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
        """The leader and another one: nothing may be answered."""
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
        """A server that the others do not see: `cut(server)` and `mend()` make and end that."""
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
        """Ends the load, and compares. Returns (acknowledged, stored, twice), in messages."""
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
