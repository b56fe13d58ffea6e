"""The sink nats:STREAM in doubt: what a retry looks like, other writers, when it changes servers,
what a server may learn, and the pace of retries."""

import json
import time
import unittest

import nats_lies as lies
from harness import SLOW
from nats_sink import SUBJECT, Batch, NatsSinkTest, check_gapless
from nats_stream import Stream
from nats_stub import NatsStub
from nats_told import PATIENCE, Told

SEQ_0 = lies.ack(0, duplicate=True)


class Identity(NatsSinkTest):
    """What a retry looks like."""

    def setUp(self):
        super().setUp()
        self.told = Told(self, self.id())
        self.told.send()
        self.told.expect()
        self.stub = self.told.stub

    def ids(self, behaviours):
        """The ids of what was published while these lies were told, and the last one."""
        before = len(self.stub.published)
        self.stub.once("publish", *behaviours)
        self.told.send()
        self.told.expect()
        sent = self.stub.published[before:]
        first = sent[0]
        retries = [one for one in sent if one.headers["Hark-First"] == first.headers["Hark-First"]]
        for one in retries:
            self.assertEqual(one.payload, first.payload)
            self.assertEqual(one.headers["Nats-Expected-Last-Subject-Sequence"],
                             first.headers["Nats-Expected-Last-Subject-Sequence"])
        self.assertEqual(len(retries), len(behaviours) + 1)
        return [one.id for one in retries]

    def test_a_retry_keeps_it(self):
        for lie in (lies.no_responders, lies.closes, SEQ_0,
                    lies.error(503, 10077, "maximum messages exceeded", stream="HARK", seq=0)):
            self.assertEqual(len(set(self.ids([lie]))), 1)
        self.told.check()

    def test_a_new_one_after_two_seq_0(self):
        ids = self.ids([SEQ_0, SEQ_0])
        self.assertEqual(ids[0], ids[1])
        self.assertNotEqual(ids[1], ids[2])
        self.assertTrue(ids[2].startswith(ids[0].split("-")[0]))
        self.told.check()

    def test_the_old_one_is_stored_after_all(self):
        held = []

        def first(session, request):
            held.append(request)
            SEQ_0(session, request)

        def third(session, request):
            lies.stores(session, held[0])
            lies.honestly(session, request)  # a wrong last sequence

        before = len(self.stub.published)
        self.stub.once("publish", first, SEQ_0, third)
        self.told.send()
        self.told.expect()
        self.assertEqual(len(self.stub.published), before + 3)
        self.told.check()


class Writers(NatsSinkTest):
    def foreign(self, stub, run, first, last):
        """A request as another run would send it."""
        headers = {"Nats-Msg-Id": f"{run}-{first}-{last}", "Hark-Run": run,
                   "Hark-First": str(first), "Hark-Last": str(last)}
        block = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        record = {"time": "2026-01-01T00:00:00.000000Z", "run": run, "event": "probe"}
        payload = b"".join(json.dumps(record).encode() + b"\n" for _ in range(first, last + 1))
        return lies.stored_request(SUBJECT, headers, payload,
                                   f"NATS/1.0\r\n{block}\r\n".encode())

    def test_a_predecessor_that_lands_late(self):
        stub = NatsStub()
        self.addCleanup(stub.close)
        stub.stream.store(self.foreign(stub, "aaaaaaaa", 1, 3))

        def landing(session, request):
            session.stub.stream.store(self.foreign(stub, "aaaaaaaa", 4, 5))
            lies.honestly(session, request)
        stub.once("publish", landing)
        harkd = self.start_sink(stub, file=False)
        client = self.greeted(harkd)
        self.send_counted(client, 3)
        self.finish(harkd, client)
        runs = [one.request.headers["Hark-Run"] for one in stub.stream.messages]
        self.assertEqual(runs[:2], ["aaaaaaaa"] * 2)
        self.assertEqual(len(set(runs[2:])), 1)
        check_gapless([Batch(one.request.headers, one.request.payload, one.seq)
                       for one in stub.stream.messages])

    def test_another_writer_is_reported(self):
        stub = NatsStub()
        self.addCleanup(stub.close)
        harkd = self.start_sink(stub)
        client = self.greeted(harkd)
        self.send_counted(client, 2)
        numbers = iter(range(1, 100))

        def intruder(session, request):
            number = next(numbers)
            session.stub.stream.store(self.foreign(stub, "bbbbbbbb", number, number))
            lies.honestly(session, request)
        stub.once("publish", intruder, intruder)
        client.send(b"message 3\n")
        harkd.wait_for(lambda: [record for record in harkd.records()
                                if "bbbbbbbb also writes" in record.get("text", "")],
                       what="a word about the other writer")
        client.socket.settimeout(PATIENCE)
        client.expect(b"250 ok #3")
        self.assertEqual([record["text"] for record in stub.stream.records()
                          if record["event"] == "message"],
                         [f"message {number}" for number in (1, 2, 3)])


class TwoServers(NatsSinkTest):
    """Two servers that share a stream; only one of them works."""

    def setUp(self):
        super().setUp()
        self.stream = Stream()
        self.stubs = [NatsStub(self.stream) for _ in range(2)]
        for stub in self.stubs:
            self.addCleanup(stub.close)
        self.harkd = self.start_sink([stub.address for stub in self.stubs], file=False)
        self.client = self.greeted(self.harkd)
        self.send_counted(self.client, 1)
        self.one, self.other = sorted(self.stubs, key=lambda stub: not stub.published)

    def test_one_that_gets_nothing_stored_is_left(self):
        # Like a leader that is cut off from the others: it takes messages, and answers reads.
        self.one.always("publish", SEQ_0)
        self.client.send(b"message 2\n")
        self.client.socket.settimeout(PATIENCE)
        self.client.expect(b"250 ok #2")
        self.assertEqual([record["text"] for record in self.stream.records()
                          if record["event"] == "message"], ["message 1", "message 2"])

    def test_one_that_is_gone_is_left_at_once(self):
        self.one.close()
        self.client.send(b"message 2\n")
        self.client.expect(b"250 ok #2")
        self.assertEqual(self.sink(self.harkd)["stream"]["reconnects"], 1)

    def test_one_that_shuts_down_is_left_without_a_pause(self):
        self.one.always("accept", lies.closes)
        for session in self.one.sessions:
            lies.hello(ldm=True)(session, None)
        self.other.wait("a connection", lambda: self.other.seen("info"))
        self.send_counted(self.client, 2, start=2)
        self.assertEqual(self.sink(self.harkd)["pauses"], 0)


class Secrets(NatsSinkTest):
    SECRETS = {"user": "hark", "password": "s3cret"}

    def test_no_password_to_a_server_that_has_lost_its_tls(self):
        stub = NatsStub(auth_required=True)
        self.addCleanup(stub.close)
        self.check_refused(stub, "TLS", tls={}, **self.SECRETS)
        self.assertEqual(stub.seen("connect"), [])

    def test_no_password_before_the_handshake(self):
        first = []

        def listening(session, _request):
            session.hello()
            first.append(session.socket.recv(3))
            session.close()
        stub = NatsStub(auth_required=True, tls_required=True)
        self.addCleanup(stub.close)
        stub.always("accept", listening)
        harkd = self.start_sink(stub, **self.SECRETS)
        stub.wait("two connections", lambda: len(first) == 2)
        self.assertEqual(first, [b"\x16\x03\x01"] * 2)  # a ClientHello
        self.assertEqual(stub.seen("connect"), [])
        harkd.kill()
        harkd.stopped = True

    def test_no_password_in_what_is_said(self):
        stub = NatsStub(auth_required=True)
        self.addCleanup(stub.close)
        harkd = self.start_sink(stub, **self.SECRETS)
        client = self.greeted(harkd)
        self.send_counted(client, 1)
        self.assertEqual(stub.seen("connect")[0].session.connect["pass"], "s3cret")
        self.assertNotIn("s3cret", json.dumps(self.status(harkd)))
        self.finish(harkd, client)
        self.assertNotIn("s3cret", harkd.stderr() + harkd.log.path.read_text())


class Pace(NatsSinkTest):
    def test_doubt_is_no_busy_loop(self):
        stub = NatsStub()
        self.addCleanup(stub.close)
        harkd = self.start_sink(stub, file=False)
        client = self.greeted(harkd)
        self.send_counted(client, 1)
        stub.always("publish", SEQ_0)
        client.send(b"message 2\n")
        before, cpu = len(stub.requests), harkd.cpu_seconds()
        time.sleep(2)
        tries = len(stub.requests) - before
        self.assertGreater(tries, 1)
        self.assertLess(tries, 60)
        self.assertLess(harkd.cpu_seconds() - cpu, 0.3 * SLOW)
        sink = self.sink(harkd)
        self.assertTrue(sink["reason"])
        stub.always("publish", None)
        client.expect(b"250 ok #2")


if __name__ == "__main__":
    unittest.main()
