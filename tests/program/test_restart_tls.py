"""TLS conversations do not survive a restart: they end in order, with all that they had sent
recorded, while the others go on."""

import ssl
import unittest

from certificates import certificates
from client import receive_all
from restarting import RestartTest
from tls_clients import BioClient, TlsClient, TlsTest

PLAIN = '[[listener]]\naddress = "127.0.0.2:0"\n'


class Tls(TlsTest, RestartTest):
    def begin(self):
        return self.start(listen=(), config=self.config() + PLAIN)

    def plain(self, harkd):
        return self.connect(harkd, 1, "127.0.0.2").greeted()

    def test_it_ends_and_plain_text_goes_on(self):
        harkd = self.begin()
        clients = [self.join_tls(harkd, version=version) for version in ("TLSv1.2", "TLSv1.3")]
        plain = self.plain(harkd)
        for client in (*clients, plain):
            client.send(b"one\nhalf")
            client.expect(b"250 ok #1")
        self.restart(harkd)
        for client in clients:
            client.expect(b"250 ok #2", b"421 restarting")
            client.eof()
            client.socket.unwrap()
            closed = harkd.wait_closed(client)
            self.assertEqual((closed["reason"], closed["messages"], closed["discarded"]),
                             ("restart", 2, 0))
            self.assertNotIn("truncated", closed)
            self.assertEqual([record["text"] for record in harkd.messages(client)],
                             ["one", "half"])
        plain.send(b"way\n")
        plain.expect(b"250 ok #2")
        self.assertEqual(harkd.wait_record("restarted")["connections"], 1)
        again = self.join_tls(harkd)
        again.send(b"hello\n")
        again.expect(b"250 ok #1")

    def test_what_had_arrived_is_recorded(self):
        harkd = self.begin()
        client = self.join_tls(harkd)
        lines = b"".join(b"line %d\n" % number for number in range(300))
        client.send(lines)
        self.restart(harkd)
        answers = client.rest()
        self.assertEqual(answers[-1], b"421 restarting")
        self.assertEqual(answers[:-1], [b"250 ok #%d" % number
                                        for number in range(1, len(answers))])
        recorded = [record["text"] for record in harkd.messages(client)]
        self.assertEqual(recorded, [f"line {number}" for number in range(len(recorded))])
        self.assertEqual(len(answers) - 1, len(recorded))
        self.assertEqual(len(recorded), 300)

    def test_one_that_does_not_read(self):
        harkd = self.begin()
        client = TlsClient(harkd.port, receive_buffer=2048)
        self.addCleanup(client.close)
        plain = self.plain(harkd)
        client.send(b"a\n" * 10_000)
        harkd.wait_read(client)
        self.restart(harkd)
        plain.send(b"hello\n")
        plain.expect(b"250 ok #1")
        self.assertEqual(harkd.wait_closed(client)["reason"], "restart")
        self.assertEqual(harkd.wait_closed(client)["messages"], 10_000)

    def test_handshakes(self):
        """A handshake of which nothing has been read goes on; one in the middle cannot."""
        harkd = self.begin()
        silent = TlsClient(harkd.port, shake=False)
        self.addCleanup(silent.close)
        middle = self.connect(harkd)
        shaking = BioClient(middle)
        with self.assertRaises(ssl.SSLWantReadError):
            shaking.tls.do_handshake()
        middle.send(shaking.outgoing.read()[:20])
        harkd.wait_read(middle)
        plain = self.plain(harkd)
        self.restart(harkd)
        self.assertNotIn(b"220", receive_all(middle.socket))
        plain.send(b"hello\n")
        plain.expect(b"250 ok #1")
        silent.shake()
        silent.greeted()
        silent.send(b"hello\n")
        silent.expect(b"250 ok #1")
        self.assertEqual(harkd.records("closed"), [])

    def test_one_after_the_other(self):
        harkd = self.begin()
        for number in range(2):
            client = self.join_tls(harkd)
            client.send(b"hello\n")
            client.expect(b"250 ok #1")
            self.restart(harkd)
            client.expect(b"421 restarting")
            self.assertEqual(harkd.wait_closed(client)["reason"], "restart", number)

    def test_the_certificate_is_read_anew(self):
        harkd = self.begin()
        listening = self.status(harkd)["listening"]
        self.restart(harkd)
        self.assertEqual(self.status(harkd)["listening"], listening)
        harkd.config_path.write_text(
            self.config(client_ca=certificates().ca.certificate) + PLAIN, encoding="utf-8")
        self.restart(harkd)
        client = self.join_tls(harkd, certificates().client)
        self.assertIn("cert", harkd.wait_record("connected", peer=client.name))


if __name__ == "__main__":
    unittest.main()
