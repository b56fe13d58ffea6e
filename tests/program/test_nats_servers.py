"""What the tests of the NATS sink rely on: real servers of each version, the client that reads them
back, and the stub, which answers like the real ones."""

import functools
import tempfile
import unittest

from nats_client import ApiError, NatsClient, NatsError, NoResponders
from nats_programs import nats_programs
from nats_servers import Nats
from nats_stub import NatsStub

EXPECTED = "Nats-Expected-Last-Subject-Sequence"
# What the stub leaves out, since nothing may depend on it.
NOT_IN_STUB = {"xkey", "server_id", "max_consumers", "max_msgs", "max_bytes", "max_age",
               "max_msgs_per_subject", "max_msg_size", "discard", "compression", "allow_direct",
               "mirror_direct", "sealed", "deny_delete", "deny_purge", "allow_rollup_hdrs",
               "consumer_limits", "num_subjects"}


def conversation(client):
    """Makes the same requests of each server. Returns the answers, with the class name for an
    error."""
    answers = []

    def note(action, *words, **options):
        try:
            answers.append(action(*words, **options))
        except (ApiError, NoResponders) as problem:
            answers.append(str(problem))

    note(client.get_message, "HARK", last_by_subj="hark.a")
    for payload, identity, expected in ((b"one", "r-1-1", 0), (b"one", "r-1-1", 0),
                                        (b"two", "r-2-2", 0), (b"two", "r-2-2", 1),
                                        (b"three", "r-3-3", 77)):
        note(client.store, "hark.a", payload, {"Nats-Msg-Id": identity, EXPECTED: expected})
    note(client.get_message, "HARK", last_by_subj="hark.a")
    note(client.get_message, "HARK", seq=1)
    note(client.get_message, "HARK", seq=99)
    return answers


def shape(value):
    """The names and the types in `value`."""
    if isinstance(value, dict):
        return {name: shape(one) for name, one in value.items() if name not in NOT_IN_STUB}
    return [shape(value[0])] if isinstance(value, list) and value else type(value).__name__


def each_version(test):
    """Runs the test with each nats-server there is."""
    @functools.wraps(test)
    def run(self):
        programs = nats_programs()
        if not programs:
            self.skipTest("nats-server is missing")
        for program in programs:
            with self.subTest(program=str(program)):
                test(self, program)
    return run


class Servers(unittest.TestCase):
    def started(self, program, **options):
        folder = tempfile.TemporaryDirectory(prefix="hark-nats-")
        self.addCleanup(folder.cleanup)
        nats = Nats(folder.name, program=program, **options)
        self.addCleanup(nats.end)
        return nats.start()

    @each_version
    def test_a_stream_is_made_filled_read_back_and_purged(self, program):
        nats = self.started(program)
        nats.create_stream()
        with nats.client() as client:
            for number in range(999):
                client.publish("hark.a", b"%d" % number, {"Number": number})
            client.store("hark.a", b"999", {"Number": 999})
            found = nats.messages()
            self.assertEqual([(one.seq, one.payload, one.headers) for one in found],
                             [(number + 1, b"%d" % number, {"Number": str(number)})
                              for number in range(1000)])
            self.assertEqual(client.purge_stream("HARK", filter="hark.a"), 1000)
            self.assertEqual(client.messages("HARK"), [])
            client.delete_stream("HARK")
            self.assertRaises(ApiError, client.stream_info, "HARK")
            self.assertRaises(NoResponders, client.store, "hark.a", b"x")

    @each_version
    def test_what_is_stored_outlives_a_kill(self, program):
        nats = self.started(program)
        nats.create_stream()
        with nats.client() as client:
            client.store("hark.a", b"one")
        nats.servers[0].restart()
        self.assertEqual([one.payload for one in nats.messages()], [b"one"])

    @each_version
    def test_wrong_credentials(self, program):
        nats = self.started(program, user="hark", password="secret")
        nats.client().close()
        with self.assertRaisesRegex(NatsError, "Authorization Violation"):
            NatsClient(nats.servers[0].port)

    @each_version
    def test_the_stub_says_the_same(self, program):
        stub = NatsStub()
        self.addCleanup(stub.close)
        nats = self.started(program)
        nats.create_stream()
        with NatsClient(stub.port) as liar, nats.client() as client:
            self.assertEqual(conversation(liar), conversation(client))
            self.assertEqual(shape(liar.info), {**shape(client.info), "go": "str"})
            real, ours = (shape(one.stream_info("HARK")) for one in (client, liar))
            real.pop("cluster", None)
            for name, value in real.items():
                self.assertEqual(ours.get(name), value, name)


if __name__ == "__main__":
    unittest.main()
