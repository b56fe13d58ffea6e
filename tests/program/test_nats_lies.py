"""The sink nats:STREAM and a server that lies: no message is acknowledged unless the stream has it,
nothing is stored twice or out of order, and once the lies end, everything is stored.

Many lies cost seconds of waiting in vain, so each table of lies is told to many daemons at once.
"""

import base64
import json
import unittest

import nats_lies as lies
from harness import SLOW
from nats_sink import SUBJECT, NatsSinkTest
from nats_told import Told

SEQ_0 = lies.ack(0, duplicate=True)


def found(seq, headers, subject=SUBJECT, data=b"{}\n"):
    """An answer of STREAM.MSG.GET; `headers`: bytes."""
    message = {"subject": subject, "seq": seq, "data": base64.b64encode(data).decode(),
               "hdrs": base64.b64encode(headers).decode(), "time": "2026-01-01T00:00:00Z"}
    return lies.answers({"type": "io.nats.jetstream.api.v1.stream_msg_get_response",
                         "message": message})


def old_again(session, request):
    """Answers with the last message of another run, which had the same numbers."""
    last = session.stub.published[-1].headers
    found(session.stub.stream.last_seq + 1, (
        "NATS/1.0\r\nNats-Msg-Id: 00000000-%s-%s\r\nHark-Run: 00000000\r\nHark-First: %s\r\n"
        "Hark-Last: %s\r\n\r\n" % ((last["Hark-First"], last["Hark-Last"]) * 2)).encode())(
            session, request)


def right_id_old_number(session, request):
    last = session.stub.published[-1]
    found(session.stub.stream.last_seq, last.header_block)(session, request)


def late(session, request):
    """Stores the request only when its retry arrives, which is answered honestly."""
    def retried(session, again):
        lies.stores(session, request)
        lies.honestly(session, again)
    session.stub.once("publish", retried)


def late_duplicate(session, request):
    """Like a leader without a quorum: it answers "duplicate" before anything is stored, and stores
    it later."""
    def quorum_again(session, again):
        lies.stores(session, request)
        lies.wrong_last(session.stub.stream.last_seq)(session, again)
    session.stub.once("publish", SEQ_0, quorum_again)


def acknowledges_another(session, request):
    """Sends the acknowledgement to inboxes on which no request waits."""
    prefix = request.reply.rpartition(".")[0]
    inboxes = [f"{prefix}.{end}" for end in ("0", "999999", "x", "9" * 30)]
    for inbox in (*inboxes, prefix):
        session.message(inbox, json.dumps({"stream": "HARK", "seq": 10_000}).encode())


def acknowledges_the_one_before(session, request):
    before = session.stub.published[-2]
    session.message(before.reply, json.dumps({"stream": "HARK", "seq": 10_000}).encode())


# What is answered to one publish or several, in turn.
ON_PUBLISH = {
    "seq 0": [SEQ_0],
    "seq 0 twice": [SEQ_0] * 2,
    "seq 0 often": [SEQ_0] * 5,
    "of another stream": [lies.ack(10_000, stream="OTHER")],
    "without a stream": [lies.answers({"seq": 10_000})],
    "of no number": [lies.answers({"stream": "HARK"})],
    "an old number": [lies.ack(1)],
    "a number as text": [lies.ack("10000")],
    "a negative number": [lies.ack(-5)],
    "a fraction": [lies.ack(0.5)],
    "null": [lies.ack(None)],
    "an error and a number": [lies.ack(10_000, error={"code": 500, "err_code": 10999,
                                                      "description": "no"})],
    "nothing at all": [lies.answers(b"")],
    "+ACK": [lies.answers(b"+ACK")],
    "half an object": [lies.answers(b'{"stream":"HARK","seq":10000')],
    "a list": [lies.answers(b"[1]")],
    "deep": [lies.answers(b"[" * 100_000)],
    "bytes": [lies.answers(bytes(range(256)))],
    "wrong last sequence": [lies.wrong_last(77)] * 2,
    "wrong last sequence 0": [lies.wrong_last(0)] * 2,
    "full": [lies.error(503, 10077, "maximum messages exceeded", stream="HARK", seq=0)] * 2,
    "an error nobody knows": [lies.error(500, 19999, "\x1b[31mred\r\n")],
    "no responders": [lies.no_responders] * 3,
    "silence": [lies.silent],
    "stored in silence": [lies.stores],
    "stored, no responders": [lies.both(lies.stores, lies.no_responders)],
    "stored, seq 0": [lies.both(lies.stores, SEQ_0)],
    "stored, closed": [lies.both(lies.stores, lies.closes)],
    "stored, reset": [lies.both(lies.stores, lies.resets)],
    "stored, of another stream": [lies.both(lies.stores, lies.ack(10_000, stream="OTHER"))],
    "closed": [lies.closes] * 2,
    "reset": [lies.resets] * 2,
    "cut after 1": [lies.cut(1)],
    "cut after 20": [lies.cut(20)],
    "cut before the end": [lies.cut(60)],
    "in pieces": [lies.in_pieces(1, lambda: None)],
    "late": [late],
    "late duplicate": [late_duplicate],
    "to another inbox": [acknowledges_another],
    "to the inbox before": [acknowledges_the_one_before],
    "acknowledged twice": [lies.both(lies.honestly, lies.honestly)],
    "a complaint": [lies.both(lies.err("Permissions Violation for Publish to \"hark.site7\""),
                              lies.honestly)],
    "slow consumer": [lies.both(lies.err("Slow Consumer"), lies.closes)],
    "a complaint nobody knows": [lies.both(lies.err("Out of Coffee"), lies.honestly)],
    "payload violation": [lies.both(lies.err("Maximum Payload Violation"), lies.closes)],
    "no protocol": [lies.says(b"HTTP/1.1 400 Bad Request\r\n\r\n")],
    "MSG of nothing": [lies.says(b"MSG\r\n")],
    "MSG of five words": [lies.says(b"MSG a b c d e\r\n")],
    "MSG without end": [lies.says(b"MSG a 1 99999999999999999999\r\n")],
    "MSG of 4 GiB": [lies.says(b"MSG a 1 4294967296\r\n")],
    "MSG of less than nothing": [lies.says(b"MSG a 1 -1\r\n")],
    "HMSG of more header than message": [lies.says(b"HMSG a 1 20 10\r\n" + b"x" * 30)],
    "HMSG without its version": [lies.both(
        lambda session, request: session.send(b"HMSG %s %s 12 12\r\nNATS/9.9\r\n\r\n\r\n" % (
            request.reply.encode(), session.sid_of(request.reply).encode())), lies.silent)],
    "a line without end": [lies.says(b"x" * 1_000_000)],
    "NUL": [lies.says(b"\0\r\n")],
    "+OK": [lies.both(lies.says(b"+OK\r\n"), lies.honestly)],
    "PING flood": [lies.both(lies.says(b"PING\r\n" * 50_000), lies.honestly)],
    "PONG flood": [lies.both(lies.says(b"PONG\r\n" * 50_000), lies.honestly)],
    "INFO in between": [lies.both(lies.hello(), lies.honestly)],
    "gigantic INFO": [lies.both(lies.gigantic_info(3_000_000), lies.honestly)],
    "INFO of no object": [lies.both(lies.says(b"INFO [1,2]\r\n"), lies.honestly)],
}

# What is answered when it reads back, after a publish that got no answer.
ON_GET = {
    "silence": [lies.silent],
    "no responders": [lies.no_responders] * 2,
    "unavailable": [lies.error(503, 10008, "JetStream system temporarily unavailable")] * 2,
    "not found": [lies.error(404, 10037, "no message found")] * 2,
    "numbers of another run": [old_again],
    "the id under an old number": [right_id_old_number],
    "no headers": [found(10_000, b"")],
    "headers of garbage": [found(10_000, b"\xff\xfe\r\n: \r\n\r\n")],
    "no base64": [lies.answers({"message": {"subject": SUBJECT, "seq": 9, "hdrs": "%%%",
                                            "data": "!"}})],
    "no message": [lies.answers({"message": 5})],
    "nothing": [lies.answers(b"")],
    "half an object": [lies.answers(b'{"message":{"subject":"ha')],
    "closed": [lies.closes],
    "cut": [lies.cut(100)],
    "in pieces": [lies.in_pieces(7, lambda: None)],
}

# What comes in place of INFO, to one connection.
ON_ACCEPT = {
    "silence": [lies.silent],
    "closed": [lies.closes] * 3,
    "reset": [lies.resets] * 3,
    "half of it": [lies.cut(50)],
    "another protocol": [lies.says(b"220 mail ESMTP\r\n")],
    "no object": [lies.says(b"INFO null\r\n")],
    "half an object": [lies.says(b'INFO {"version":"2.10\r\n')],
    "deep": [lies.says(b"INFO " + b'{"a":' * 50_000 + b"\r\n")],
    "without headers": [lies.hello(headers=False)],
    "without JetStream": [lies.hello(jetstream=False)],
    "no room": [lies.hello(max_payload=0)],
    "less than no room": [lies.hello(max_payload=-1)],
    "room as text": [lies.hello(max_payload="much")],
    "a strange version": [lies.hello(version="x" * 1000)],
    "other servers": [lies.hello(connect_urls=["127.0.0.1:1", "nowhere", "[::1", "", 5,
                                               "127.0.0.1:99999"] + ["a.invalid:1"] * 5000)],
    "an ask for TLS": [lies.hello(tls_required=True)],
    "gigantic": [lies.gigantic_info(20_000_000)],
    "in pieces": [lies.in_pieces(3, lambda: None)],
}

ON_CONNECT = {
    "refused": [lies.both(lies.err("Authorization Violation"), lies.closes)],
    "closed": [lies.closes],
    "too many": [lies.both(lies.err("maximum connections exceeded"), lies.closes)],
}

ON_INFO = {
    "silence": [lies.silent],
    "no responders": [lies.no_responders],
    "not found": [lies.error(404, 10059, "stream not found")],
    "unavailable": [lies.error(503, 10008, "JetStream system temporarily unavailable")],
    "not enabled": [lies.error(503, 10076, "JetStream not enabled for account")],
    "no configuration": [lies.answers({"type": "x", "state": {}})],
    "of another stream": [lies.answers({"config": {"name": "OTHER", "subjects": ["hark.>"]}})],
    "nothing": [lies.answers(b"")],
    "garbage": [lies.answers(b"\x00\xff{")],
    "closed": [lies.closes],
    "deep": [lies.answers(b'{"config":' * 50_000)],
}


class Lies(NatsSinkTest):
    def tell(self, *tables):
        """Tells each lie to a daemon of its own; `tables`: (table, prepare), where `prepare(stub,
        behaviours)` sets the trap."""
        told = []
        for table, prepare in tables:
            for name, behaviours in table.items():
                with self.subTest(name):
                    one = Told(self, name)
                    one.send()
                    one.expect()
                    told.append((one, prepare, behaviours))
        for one, prepare, behaviours in told:
            prepare(one.stub, behaviours)
            one.send()
        for one, _, _ in told:
            with self.subTest(one.name):
                one.expect()
                for _ in range(2):
                    one.send()
                    one.expect()
                self.assertLess(one.harkd.rss_kib(), 150_000 * SLOW)
                one.check()

    def test_instead_of_an_acknowledgement(self):
        self.tell((ON_PUBLISH, lambda stub, behaviours: stub.once("publish", *behaviours)))

    def test_when_it_reads_back(self):
        def prepare(stub, behaviours):
            stub.once("publish", lies.closes).once("get", *behaviours)
        self.tell((ON_GET, prepare))

    def test_when_it_comes_again(self):
        def dropping(point):
            def prepare(stub, behaviours):
                stub.once(point, *behaviours)
                stub.drop()
            return prepare
        self.tell((ON_ACCEPT, dropping("accept")), (ON_CONNECT, dropping("connect")),
                  (ON_INFO, dropping("info")))


if __name__ == "__main__":
    unittest.main()
