"""Messages and bytes a second, by address: input over a rate is read later, and nothing is lost.

The limits hold for every address here, since none is exempt; each client has an address of its own
unless a test is about several clients of one.
"""

import struct
import socket
import time
import unittest

from configured import change_config
from controlled import SLOW, ControlledTest

FIRST, SECOND = "127.0.1.1", "127.0.2.2"


def limits(text, before=""):
    return f"{before}\n[limits]\nexempt = []\n{text}\n"


class RateTest(ControlledTest):
    def join(self, harkd, source=FIRST, **options):
        """A greeted client with this address."""
        return self.greeted(harkd, source=source, **options)

    def client_figures(self, harkd, client):
        return next(one for one in self.ask(harkd, "Clients")["clients"]
                    if one["peer"] == client.name)

    def wait_limited(self, harkd, client):
        harkd.wait_for(lambda: self.client_figures(harkd, client)["limited"], what="the limit")

    def takes(self, begin, seconds):
        """Checks how long something took: a tenth more or less, and what a slow machine adds."""
        taken = time.monotonic() - begin
        self.assertGreater(taken, 0.9 * seconds)
        self.assertLess(taken, 1.1 * seconds + (SLOW - 1) * 3 + 0.4)

    def texts(self, harkd, client):
        return [record["text"] for record in harkd.messages(client)]


class Messages(RateTest):
    def test_ten_times_the_rate(self):
        harkd = self.start(config=limits("messages_per_second = 100"))
        client, other = self.join(harkd), self.join(harkd, SECOND)
        begin = time.monotonic()
        lines = [f"line {number}" for number in range(1, 301)]
        client.send("".join(f"{line}\n" for line in lines).encode())
        self.wait_limited(harkd, client)
        self.assertEqual(self.status(harkd)["slowed"], 1)
        for number in range(1, 21):
            other.send(b"hello\n")
            other.expect(b"250 ok #%d" % number)
        self.assertLess(time.monotonic() - begin, 1.5 * SLOW, "another address waits too")
        client.expect(*(b"250 ok #%d" % number for number in range(1, 301)))
        self.takes(begin, 2)
        self.assertEqual(self.texts(harkd, client), lines)
        self.assertFalse(self.client_figures(harkd, client)["limited"])
        self.assertEqual(self.status(harkd)["slowed"], 0)

    def test_connections_of_one_address_share_it(self):
        harkd = self.start(config=limits("messages_per_second = 50"))
        clients = [self.join(harkd) for _ in range(3)]
        begin = time.monotonic()
        for client in clients:
            client.send(b"a\n" * 50)
        for client in clients:
            client.expect(*(b"250 ok #%d" % number for number in range(1, 51)))
        self.takes(begin, 2)

    def test_empty_lines_count(self):
        harkd = self.start(config=limits("messages_per_second = 50"))
        client = self.join(harkd)
        begin = time.monotonic()
        client.send(b"\n" * 75)
        client.expect(*([b"250 ok"] * 75))
        self.takes(begin, 0.5)

    def test_reload_changes_it_at_once(self):
        harkd = self.start(config=limits("messages_per_second = 1"))
        client = self.join(harkd)
        client.send(b"a\n" * 500)
        client.expect(b"250 ok #1")
        self.wait_limited(harkd, client)
        change_config(harkd, limits("messages_per_second = 0"))
        client.expect(*(b"250 ok #%d" % number for number in range(2, 501)))
        change_config(harkd, limits("messages_per_second = 20"))
        harkd.wait_for(lambda: len(harkd.records("reloaded")) == 2, what="the reload")
        begin = time.monotonic()
        client.send(b"a\n" * 40)
        client.expect(*(b"250 ok #%d" % number for number in range(501, 541)))
        self.takes(begin, 1)


class Bytes(RateTest):
    def test_ten_times_the_rate(self):
        harkd = self.start(config=limits("bytes_per_second = 20000"))
        client, other = self.join(harkd), self.join(harkd, SECOND)
        begin = time.monotonic()
        lines = [f"{number:03}" + "x" * 96 for number in range(600)]
        client.send("".join(f"{line}\n" for line in lines).encode())
        self.wait_limited(harkd, client)
        other.send(b"hello\n")
        other.expect(b"250 ok #1")
        client.expect(*(b"250 ok #%d" % number for number in range(1, 601)))
        self.takes(begin, 2)
        self.assertEqual(self.texts(harkd, client), lines)

    def test_long_message_is_one(self):
        harkd = self.start(config=limits("bytes_per_second = 5000", "partial_timeout = 1"))
        client = self.join(harkd)
        text = "".join(f"{number:04}" for number in range(3000))
        client.send(text.encode() + b"\n")
        client.expect(b"250 ok #1")
        records = harkd.wait_messages(client, 1)
        self.assertEqual("".join(record["text"] for record in records), text)
        self.assertEqual({record["seq"] for record in records}, {1})
        self.assertEqual(records[-1]["end"], "lf")


TEXTS = [f"message {number}" for number in range(1, 31)]


def joined(form, charset="ascii"):
    return b"".join(form(text.encode(charset)) for text in TEXTS)


class Framings(RateTest):
    """Each framing, and each kind of reply, keeps its messages whole and in order."""

    # Settings of a listener, what a peer sends, and how its messages end.
    CASES = (
        ('framing = "line"', joined(lambda text: text + b"\r\n"), "lf"),
        ("", joined(lambda text: text + b"\0"), "nul"),
        ("", b"\xff\xfe" + "".join(f"{text}\n" for text in TEXTS).encode("utf-16le"), "lf"),
        ('framing = "delimited"\nbegin = "\\u0002"\nend = "\\u0003"',
         joined(lambda text: b"\x02" + text + b"\x03"), "delimiter"),
        ('framing = "counted"', joined(lambda text: b"%d %s" % (len(text), text)), "counted"),
        ('framing = "length"', joined(lambda text: len(text).to_bytes(4, "big") + text), "length"),
        ('replies = "none"', joined(lambda text: text + b"\n"), "lf"),
        ('replies = "ack"', joined(lambda text: text + b"\n"), "lf"),
    )

    def test_all_that_are_not_chunk(self):
        listeners = "".join(f'[[listener]]\naddress = "127.0.0.1:0"\n{settings}\n'
                            for settings, _, _ in self.CASES)
        harkd = self.start(config=limits("messages_per_second = 15") + listeners, listen=())
        clients = []
        for number, (settings, data, _) in enumerate(self.CASES):
            client = self.connect(harkd, listener=number, source=f"127.0.1.{number + 1}")
            if "replies" not in settings:
                client.greeted()
            client.send(data)
            clients.append(client)
        begin = time.monotonic()
        for client, (settings, _, end) in zip(clients, self.CASES):
            with self.subTest(settings):
                records = harkd.wait_messages(client, 30)
                self.assertGreater(time.monotonic() - begin, 0.5)
                self.assertEqual([record["text"] for record in records], TEXTS)
                self.assertEqual({record["end"] for record in records}, {end})
                if "ack" in settings:
                    self.assertEqual(client.socket.recv(30, socket.MSG_WAITALL), b"\x06" * 30)
                elif "none" in settings:
                    client.silent(0.05)
                else:
                    client.expect(*(b"250 ok #%d" % number for number in range(1, 31)))

    def test_chunk(self):
        harkd = self.start(config=limits("messages_per_second = 20", 'framing = "chunk"'))
        client = self.join(harkd)
        begin = time.monotonic()
        for number in range(1, 41):
            client.send(b"chunk %d" % number)
            client.expect(b"250 ok #%d" % number)
        self.takes(begin, 1)
        self.assertEqual(self.texts(harkd, client), [f"chunk {n}" for n in range(1, 41)])

    def test_telnet(self):
        harkd = self.start(config=limits("messages_per_second = 20"))
        client = self.join(harkd)
        client.send(b"\xff\xfd\x06" + b"on\xff\xf1e\r\n" * 20 + b"\xff\xfa" + b"b\n" * 15)
        client.half_close()
        closed = harkd.wait_closed(client)
        # What follows the subnegotiation's begin is text, since it has no end.
        texts = self.texts(harkd, client)
        self.assertEqual(texts[:20], ["one"] * 20)
        self.assertEqual(texts[21:], ["b"] * 14)
        self.assertEqual((closed["messages"], closed["reason"]), (35, "eof"))


class Standing(RateTest):
    """While a peer is limited, no time passes for it, and however that ends, nothing is lost."""

    def test_timers(self):
        harkd = self.start(config=limits("messages_per_second = 4",
                                         "idle_timeout = 1\npartial_timeout = 1\nquiet_ms = 50"))
        client = self.join(harkd)
        client.send(b"a\n" * 10 + b"tail")
        client.wait_arrived()
        self.wait_limited(harkd, client)
        client.send(b" end\n")
        client.expect(*(b"250 ok #%d" % number for number in range(1, 12)))
        self.assertEqual(self.texts(harkd, client)[-1], "tail end")
        client.expect_match(rb"421 .*idle.*")

    def leave(self, how):
        harkd = self.start(config=limits("messages_per_second = 10"))
        client = self.join(harkd)
        client.send(b"a\n" * 24 + b"tail")
        client.wait_arrived()
        self.wait_limited(harkd, client)
        if how == "eof":
            client.half_close()
        else:
            client.reset()
        busy = harkd.cpu_seconds()
        closed = harkd.wait_closed(client)
        self.assertLess(harkd.cpu_seconds() - busy, 0.3)
        self.assertEqual((closed["messages"], closed["discarded"], closed["reason"]), (25, 0, how))
        self.assertEqual(harkd.messages(client)[-1]["text"], "tail")
        harkd.wait_for(lambda: self.status(harkd)["slowed"] == 0, what="nobody to wait")

    def test_half_close(self):
        self.leave("eof")

    def test_reset(self):
        self.leave("reset")

    def test_log_pauses(self):
        harkd = self.start(config=limits("messages_per_second = 20"))
        client = self.join(harkd)
        client.send(b"a\n" * 50)
        self.wait_limited(harkd, client)
        harkd.limit_log(0)
        harkd.wait_for(lambda: not self.status(harkd)["accepting"], what="the pause")
        time.sleep(0.5)
        harkd.limit_log(None)
        client.expect(*(b"250 ok #%d" % number for number in range(1, 51)))
        self.assertEqual(len(harkd.messages(client)), 50)

    def slowed(self, config="messages_per_second = 1"):
        harkd = self.start(config=limits(config))
        clients = [self.join(harkd) for _ in range(2)]
        for client in clients:
            client.send(b"a\n" * 100 + b"tail")
            client.wait_arrived()
        harkd.wait_for(lambda: self.status(harkd)["slowed"] == 2, what="both to wait")
        return harkd, clients

    def test_stop(self):
        harkd, clients = self.slowed()
        self.assertEqual(harkd.stop(), 0)
        for client in clients:
            self.assertEqual(self.texts(harkd, client), ["a"] * 100 + ["tail"])
            self.assertEqual(client.rest()[-2:], [b"250 ok #101", b"421 shutting down"])

    def test_kick(self):
        harkd, clients = self.slowed()
        for client in clients:
            number = self.number_of(harkd, client)
            self.ask(harkd, "Kick", client=number)
            client.expect(*(b"250 ok #%d" % seq for seq in range(1, 102)), b"421 kicked")
            self.assertEqual(len(harkd.messages(client)), 101)


if __name__ == "__main__":
    unittest.main()
