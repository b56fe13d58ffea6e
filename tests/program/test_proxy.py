"""The header of the PROXY protocol: what the daemon makes of each."""

import time
import unittest

import proxy_headers as proxy
from harness import SLOW
from proxied import CLIENT, CONFIG, Proxied

PATIENCE = 5  # seconds

class Headers(Proxied):
    def test_each_form(self):
        for header, client in (
                (proxy.version_1(), CLIENT),
                (proxy.version_2(), CLIENT),
                (proxy.version_1("2001:db8::7"), "[2001:db8::7]:51324"),
                (proxy.version_2("2001:db8::7"), "[2001:db8::7]:51324"),
                (proxy.version_1("::ffff:203.0.113.7"), CLIENT),
                (proxy.version_2("::ffff:203.0.113.7"), CLIENT)):
            with self.subTest(header):
                harkd = self.start_behind()
                connection = self.arrive(harkd, header)
                self.say(connection)
                connection.half_close()
                connection.eof()
                closed = harkd.wait_record("closed", peer=client)
                self.assertEqual((closed["reason"], closed["bytes"]), ("eof", 6))
                connected = harkd.wait_record("connected", peer=client)
                self.assertEqual(connected["via"], connection.name)
                message = harkd.wait_record("message", peer=client)
                self.assertEqual(message["text"], "hello")
                self.assertNotIn("via", message)

    def test_the_greeting_follows_the_header(self):
        harkd = self.start_behind()
        connection = self.connect(harkd)
        connection.silent(0.3)
        header = proxy.version_1()
        connection.send(header[:-1])
        connection.silent(0.3)
        self.assertEqual(harkd.records("connected"), [])
        connection.send(header[-1:])
        connection.greeted()
        harkd.wait_record("connected", peer=CLIENT)

    def test_split_at_every_byte(self):
        harkd = self.start_behind()
        for header in (proxy.version_1(), proxy.version_2(vectors=proxy.unique_id(b"id"))):
            for size in range(1, len(header)):
                connection = self.connect(harkd)
                connection.send(header[:size])
                harkd.wait_read(connection)
                connection.send(header[size:] + b"hello\n")
                connection.greeted().expect(b"250 ok #1")
                connection.close()
        self.assertEqual({r["peer"] for r in harkd.records("connected")}, {CLIENT})
        self.assertEqual(harkd.records("refused"), [])

    def test_header_and_text_in_one_packet(self):
        harkd = self.start_behind()
        connection = self.connect(harkd)
        connection.send(proxy.version_1() + b"one\ntwo\nbye\n")
        connection.greeted().expect(b"250 ok #1", b"250 ok #2", b"221 bye, 2 messages")
        connection.eof()
        self.assertEqual([r["text"] for r in harkd.messages()], ["one", "two"])
        # A second header is text.
        connection = self.connect(harkd)
        connection.send(proxy.version_1() + proxy.version_1())
        connection.greeted().expect(b"250 ok #1")

    def test_a_probe_is_seen_behind_it(self):
        harkd = self.start_behind()
        connection = self.arrive(harkd, proxy.version_2())
        connection.send(b"GET / HTTP/1.1\r\n\r\n")
        connection.expect(b"421 not this protocol: HTTP")
        harkd.wait_record("probe", peer=CLIENT)

    def test_a_client_that_is_not_known(self):
        for header in (b"PROXY UNKNOWN\r\n", b"PROXY UNKNOWN whatever 1 2 3\r\n",
                       proxy.block(proxy.PROXY, proxy.UNSPEC),
                       proxy.block(proxy.PROXY, proxy.UNSPEC, b"of any kind"),
                       proxy.block(proxy.PROXY, proxy.UNIX_STREAM, b"/run/a".ljust(216, b"\0"))):
            with self.subTest(header):
                harkd = self.start_behind()
                connection = self.arrive(harkd, header)
                self.say(connection)
                connected = harkd.wait_record("connected", peer=connection.name)
                self.assertNotIn("via", connected)
                harkd.wait_messages(connection, 1)

    def test_a_device_that_expects_no_text(self):
        harkd = self.start_behind('replies = "ack"\n')
        connection = self.connect(harkd)
        connection.send(proxy.version_1() + b"scan\n")
        self.assertEqual(connection.receive(), b"\x06")
        connection = self.connect(harkd)
        connection.send(b"scan\n")
        connection.eof()
        harkd.wait_record("refused", reason="bad frame", peer=connection.name)

    def test_ipv6(self):
        try:
            harkd = self.start(listen=(), config=CONFIG.replace('"127.0.0.1:0"', '"[::]:0"')
                               .replace('"127.0.0.1"', '"127.0.0.1", "::1"'))
            connection = self.connect(harkd, host="::1")
        except (AssertionError, OSError):
            self.skipTest("no IPv6 here")
        connection.send(proxy.version_2("2001:db8::7"))
        connection.greeted()
        connected = harkd.wait_record("connected", peer="[2001:db8::7]:51324")
        self.assertEqual(connected["via"], connection.name)
        # An IPv4 proxy at the same socket.
        connection = self.arrive(harkd, proxy.version_1())
        self.assertEqual(harkd.wait_record("connected", peer=CLIENT)["via"], connection.name)


class Rejected(Proxied):
    def test_what_is_no_header(self):
        harkd = self.start_behind()
        connection = self.connect(harkd)
        connection.send(b"hello\n")
        self.expect_refused(harkd, connection, "bad frame", peer=connection.name)
        for wrong in (b"hello\n", b"\0", b"GET / HTTP/1.1\r\n\r\n", b"\x16\x03\x01",
                      b"PROXY TCP4 203.0.113.7 198.51.100.1 51324 8765\n",
                      b"PROXY TCP4 203.0.113.7 198.51.100.1 51324 65536\r\n",
                      b"PROXY TCP4 2001:db8::7 2001:db8::1 1 2\r\n", b"PROXY " + b"x" * 101,
                      proxy.SIGNATURE + b"\x11", proxy.block(proxy.PROXY, 0x41),
                      proxy.SIGNATURE + b"\x21\x11\xff\xff",
                      proxy.version_2(vectors=b"\x05\0\x09cut"),
                      proxy.version_2(vectors=proxy.vector(0x03, b"wrng")),
                      proxy.version_2(vectors=proxy.ssl(b"two\nlines"))):
            with self.subTest(wrong):
                connection = self.connect(harkd)
                connection.send(wrong)
                begin = time.monotonic()
                connection.expect(b"421 bad frame")
                connection.eof()
                self.assertLess(time.monotonic() - begin, 1 * SLOW)
                connection.close()
        self.assertEqual(harkd.records("connected"), [])
        self.assertEqual(harkd.messages(), [])
        self.assertEqual(self.status(harkd)["refusals"], {"bad frame": 15})

    def test_a_header_that_does_not_come(self):
        harkd = self.start_behind()
        begin = time.monotonic()
        silent = self.connect(harkd)
        slow = self.connect(harkd)
        slow.send(proxy.version_1()[:20])
        self.expect_refused(harkd, silent, "bad frame", peer=silent.name)
        self.expect_refused(harkd, slow, "bad frame", peer=slow.name)
        self.assertGreater(time.monotonic() - begin, PATIENCE - 0.1)
        self.assertLess(time.monotonic() - begin, PATIENCE + 2 * SLOW)

    def test_a_proxy_that_leaves(self):
        harkd = self.start_behind()
        connection = self.connect(harkd)
        connection.send(proxy.version_1()[:20])
        connection.half_close()
        self.expect_refused(harkd, connection, "bad frame", peer=connection.name)
        connection = self.connect(harkd)
        connection.reset()
        harkd.wait_record("refused", peer=connection.name, reason="bad frame")

    def test_whoever_is_no_proxy(self):
        harkd = self.start(listen=(), config=CONFIG.replace('["127.0.0.1"]', '["10.0.0.0/8"]'))
        connection = self.connect(harkd)
        self.expect_refused(harkd, connection, "not allowed", peer=connection.name)
        # No header is expected of it, and sending one does not help.
        connection = self.connect(harkd)
        connection.send(proxy.version_1("10.0.0.1"))
        connection.expect(b"421 not allowed")

    def test_other_listeners_expect_none(self):
        harkd = self.start_behind('[[listener]]\naddress = "127.0.0.1:0"\n')
        plain = self.connect(harkd, listener=1).greeted()
        plain.send(proxy.version_1())
        plain.expect(b"250 ok #1")
        connection = self.arrive(harkd, proxy.version_1())
        self.say(connection)
        connected = harkd.wait_record("connected", peer=CLIENT)
        self.assertEqual(list(connected)[5:], ["via", "listener"])


if __name__ == "__main__":
    unittest.main()
