"""Conversations over TLS: they are the same as without it."""

import shutil
import signal
import ssl
import subprocess
import threading
import time
import unittest

from certificates import certificates
from harness import WAIT
from tls_clients import BioClient, TlsClient, TlsTest

LINES = 20_000


class Conversations(TlsTest):
    def test_each_version(self):
        harkd = self.start_tls()
        for version in ("TLSv1.2", "TLSv1.3"):
            with self.subTest(version):
                client = self.join_tls(harkd, version=version)
                self.assertEqual(client.socket.version(), version)
                connected = harkd.wait_record("connected", peer=client.name)
                self.assertEqual(connected["tls"], version)
                self.assertNotIn("cert", connected)
                client.send("héllo\n".encode())
                client.expect(b"250 ok #1")
                client.send(b"bye\n")
                client.expect(b"221 bye, 1 message")
                client.eof()  # the daemon says that it is the end
                [message] = harkd.messages(client)
                self.assertEqual(message["text"], "héllo")
                client.socket.unwrap()
                closed = harkd.wait_closed(client)
                self.assertEqual((closed["reason"], closed["bytes"]), ("bye", 11))
                self.assertNotIn("truncated", closed)

    def test_keys_are_in_order(self):
        """records.py checks the order in the file; here, that all are there."""
        harkd = self.start_tls(client_ca=certificates().ca.certificate)
        client = self.join_tls(harkd, certificates().client)
        client.send(b"hello\n")
        client.expect(b"250 ok #1")
        client.cut()
        harkd.wait_closed(client)
        by_event = {record["event"]: list(record) for record in harkd.records()}
        self.assertEqual(by_event["connected"][-3:], ["tls", "cert", "cert_sha256"])
        self.assertEqual(by_event["message"][4:7], ["peer", "cert", "seq"])
        self.assertEqual(by_event["closed"][-1], "truncated")

    def test_the_end_with_and_without_a_word(self):
        harkd = self.start_tls()
        for version in ("TLSv1.2", "TLSv1.3"):
            with self.subTest(version):
                client = self.join_tls(harkd, version=version)
                client.send(b"cut off")
                client.cut()
                closed = harkd.wait_closed(client)
                self.assertEqual((closed["reason"], closed["truncated"]), ("eof", True))
                connection = self.connect(harkd)
                client = BioClient(connection, version=version)
                client.shake()
                client.lines(1)
                connection.send(client.seal(b"whole") + client.end())
                self.assertEqual(client.lines(1), [b"250 ok #1"])
                client.expect_end(self)
                self.assertNotIn("truncated", harkd.wait_closed(connection))
        self.assertEqual([record["text"] for record in harkd.messages()], ["cut off", "whole"] * 2)

    def test_half_a_close_without_a_word(self):
        """A client that ends only the TCP stream still gets the replies."""
        harkd = self.start_tls()
        client = self.join_tls(harkd)
        client.send(b"one\ntwo")
        client.half_close()
        client.expect(b"250 ok #1", b"250 ok #2")
        client.eof()
        self.assertTrue(harkd.wait_closed(client)["truncated"])

    def test_pipelined_lines(self):
        harkd = self.start_tls()
        client = self.join_tls(harkd)
        text = b"".join(b"line %d\n" % number for number in range(LINES))
        sender = threading.Thread(target=client.send, args=(text,))
        sender.start()
        # Replies merge while the client is not reading fast enough.
        acknowledged = 0
        while acknowledged < LINES:
            reply = client.expect_match(rb"250 ok #(\d+)(?:-(\d+))?")
            self.assertEqual(int(reply[1]), acknowledged + 1)
            acknowledged = int(reply[2] or reply[1])
        self.assertEqual(acknowledged, LINES)
        sender.join()
        self.assertEqual([record["text"] for record in harkd.messages(client)],
                         [f"line {number}" for number in range(LINES)])

    def test_a_big_message(self):
        harkd = self.start_tls()
        client = self.join_tls(harkd)
        text = "".join(chr(ord("a") + number % 26) for number in range(300_000))
        client.send(text.encode() + b"\n")
        client.expect_match(b"250 ok #1.*")
        parts = harkd.wait_messages(client, 1)
        self.assertEqual("".join(part["text"] for part in parts), text)

    def test_each_byte_by_itself(self):
        harkd = self.start_tls()
        for version in ("TLSv1.2", "TLSv1.3"):
            with self.subTest(version):
                connection = self.connect(harkd)
                client = BioClient(connection, version=version)

                def drip(data, connection=connection):
                    for byte in data:
                        connection.send(bytes((byte,)))
                client.shake(drip)
                self.assertTrue(client.lines(1)[0].startswith(b"220 "))
                drip(client.seal(b"one\ntwo"))
                drip(client.seal(b" more\n"))
                self.assertEqual(client.lines(2), [b"250 ok #1", b"250 ok #2"])
                self.assertEqual([record["text"] for record in harkd.messages(connection)],
                                 ["one", "two more"])

    def test_records_split_at_each_byte(self):
        harkd = self.start_tls()
        connection = self.connect(harkd)
        client = BioClient(connection)
        client.shake()
        client.lines(1)
        size = len(client.seal(b"measure\n"))
        # An unsent record breaks the stream, so the test continues on another connection.
        connection = self.connect(harkd)
        client = BioClient(connection)
        client.shake()
        client.lines(1)
        for split in range(1, size):
            sealed = client.seal(b"measure\n")
            connection.send(sealed[:split])
            harkd.wait_read(connection)
            connection.send(sealed[split:] + client.seal(b"after\n"))
            client.lines(2)
        self.assertEqual(len(harkd.wait_messages(connection, 2 * (size - 1))), 2 * (size - 1))

    def test_texts_of_those_who_write_and_leave(self):
        harkd = self.start_tls()
        for number in range(200):
            client = TlsClient(harkd.port, version="TLSv1.2" if number % 2 else "TLSv1.3")
            client.send(b"text %d\n" % number)
            if number % 3:
                client.say_end()
            client.close()
        harkd.wait_for(lambda: len(harkd.records("closed")) == 200, what="200 ends")
        self.assertEqual(sorted(record["text"] for record in harkd.records("message")),
                         sorted(f"text {number}" for number in range(200)))

    def test_a_client_that_reads_no_replies(self):
        harkd = self.start_tls()
        client = self.join_tls(harkd, receive_buffer=4096)
        sent = 20 * LINES
        client.send(b"x\n" * sent)
        harkd.wait_for(lambda: len(harkd.messages(client)) == sent, what="all of it", pause=0.5)
        other = self.join_tls(harkd)
        other.send(b"hello\n")
        other.expect(b"250 ok #1")
        # It may read late, and then gets replies to all messages, some merged.
        client.send(b"bye\n")
        last = b""
        while not last.startswith(b"221 "):
            last = client.reply()
        self.assertEqual(last, b"221 bye, %d messages" % sent)
        client.eof()


class Management(TlsTest):
    def test_kick(self):
        harkd = self.start_tls()
        client = self.join_tls(harkd)
        self.ask(harkd, "Kick", client=self.number_of(harkd, client))
        client.expect(b"421 kicked")
        client.eof()
        client.socket.unwrap()
        self.assertNotIn("truncated", harkd.wait_closed(client))

    def test_stop(self):
        harkd = self.start_tls()
        client = self.join_tls(harkd)
        client.send(b"half")
        harkd.wait_read(client)
        harkd.send_signal(signal.SIGTERM)
        client.expect(b"250 ok #1", b"421 shutting down")
        client.eof()
        client.socket.unwrap()
        self.assertEqual(harkd.wait(), 0)
        self.assertEqual(harkd.messages(client)[0]["text"], "half")

    def test_a_full_disk(self):
        harkd = self.start_tls()
        client = self.join_tls(harkd)
        client.send(b"before\n")
        client.expect(b"250 ok #1")
        harkd.limit_log(0)
        text = b"".join(b"line %d\n" % number for number in range(2000))
        sender = threading.Thread(target=client.send, args=(text,))
        sender.start()
        harkd.wait_for(lambda: not self.status(harkd)["accepting"], what="the pause")
        client.silent(0.3)
        harkd.limit_log(None)
        client.expect(*(b"250 ok #%d" % number for number in range(2, 2002)))
        sender.join()
        self.assertEqual([record["text"] for record in harkd.messages(client)],
                         ["before"] + [f"line {number}" for number in range(2000)])

    def test_rates(self):
        for limit in ("messages_per_second = 200", "bytes_per_second = 2000"):
            with self.subTest(limit):
                harkd = self.start_tls(settings="", top="")
                self.change(harkd, self.config() + f"\n[limits]\nexempt = []\n{limit}\n")
                client = self.join_tls(harkd)
                begin = time.monotonic()
                # One TLS record: epoll never reports what is left of it.
                client.send(b"".join(b"line %03d\n" % number for number in range(600)))
                client.expect(*(b"250 ok #%d" % number for number in range(1, 601)))
                self.assertGreater(time.monotonic() - begin, 1.5)
                self.assertEqual(len(harkd.messages(client)), 600)

    def test_idle(self):
        harkd = self.start_tls(top="idle_timeout = 1\n")
        client = self.join_tls(harkd)
        client.expect(b"421 idle")
        client.eof()
        self.assertEqual(harkd.wait_closed(client)["reason"], "idle")


class Programs(TlsTest):
    def run_program(self, *command, text):
        if shutil.which(command[0]) is None:
            self.skipTest(f"no {command[0]}")
        return subprocess.run(command, input=text, capture_output=True, timeout=WAIT, check=False)

    def test_s_client(self):
        harkd = self.start_tls(client_ca=certificates().ca.certificate)
        done = self.s_client(harkd, text=b"one\nbye\n", certificate=certificates().client)
        self.assertIn(b"250 ok #1\r\n221 bye, 1 message\r\n", done.stdout)
        self.assertEqual(harkd.wait_record("message")["cert"], "dev7.dev.example.org")

    def test_socat(self):
        harkd = self.start_tls()
        done = self.run_program(
            "socat", "-t5", "-", f"OPENSSL:127.0.0.1:{harkd.port},"
            f"cafile={certificates().ca.certificate}", text=b"from socat\n")
        self.assertIn(b"250 ok #1\r\n", done.stdout, done.stderr)
        self.assertNotIn("truncated", harkd.wait_record("closed"))

    def test_gnutls(self):
        harkd = self.start_tls()
        done = self.run_program(
            "gnutls-cli", "--logfile=/dev/null", f"--x509cafile={certificates().ca.certificate}",
            "-p", str(harkd.port), "localhost", text=b"from gnutls\nbye\n")
        self.assertIn(b"221 bye, 1 message", done.stdout, done.stderr)

    def test_no_renegotiation_and_no_tickets(self):
        harkd = self.start_tls()
        # "R" at the beginning of a line makes s_client ask for a renegotiation.
        done = self.s_client(harkd, "-tls1_2", text=b"R\n")
        # A greeting that is in flight when s_client asks ends it, too.
        self.assertRegex(done.stderr, b"no renegotiation|unexpected record")
        for version in ("TLSv1.2", "TLSv1.3"):
            client = self.join_tls(harkd, version=version)
            session = client.socket.session
            self.assertFalse(session is not None and session.has_ticket)
        self.assertRaises(ssl.SSLError, self.old_version, harkd)
        harkd.wait_record("refused", reason="no common version of TLS: at least 1.2 is needed")

    def old_version(self, harkd):
        client = self.connect(harkd)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        context.set_ciphers("ALL:@SECLEVEL=0")
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
        context.wrap_socket(client.socket)


if __name__ == "__main__":
    unittest.main()
