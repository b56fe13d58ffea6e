"""Many TLS clients at once: nobody is lost, and nobody holds up the others."""

import os
import resource
import time
import unittest

from certificates import certificates
from client import Client
from harness import SLOW
from tls_clients import BioClient, TlsClient, TlsTest, client_context

DRIPPING = 1000
LEAVING = 1000
STAYING = 500


class Crowd(TlsTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 4096), hard))
        cls.addClassCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
        cls.contexts = [client_context(version=version) for version in ("TLSv1.2", "TLSv1.3")]

    def descriptors(self, harkd):
        return len(os.listdir(f"/proc/{harkd.pid}/fd"))

    def crowd(self, harkd, number):
        """Connections without a handshake."""
        members = []
        for _ in range(number):
            members.append(Client(harkd.port))
            self.addCleanup(members[-1].close)
        return members

    def shake(self, client, number):
        client.raw = client.socket
        client.socket = self.contexts[number % 2].wrap_socket(
            client.raw, server_hostname="localhost", suppress_ragged_eofs=False)

    def test_handshakes_that_drip(self):
        harkd = self.start_tls()
        neighbour = self.join_tls(harkd)
        before = self.descriptors(harkd)
        members = self.crowd(harkd, DRIPPING)
        hello = BioClient(members[0])
        pieces = []
        with self.assertRaises(BlockingIOError):
            # Nothing answers: only its first words are wanted.
            members[0].socket.setblocking(False)
            hello.shake(pieces.append)
        [text] = pieces
        for number, byte in enumerate(text[:8], 1):
            for member in members:
                member.send(bytes((byte,)))
            begin = time.monotonic()
            neighbour.send(b"hello\n")
            neighbour.expect(b"250 ok #%d" % number)
            self.assertLess(time.monotonic() - begin, 0.5 * SLOW)
        self.join_tls(harkd)
        for number, member in enumerate(members):
            if number % 2:
                member.reset()
            else:
                member.close()
        harkd.wait_for(lambda: self.descriptors(harkd) == before + 1, what="their descriptors")
        status = self.status(harkd)
        self.assertEqual((status["connections"], status["refused"]), (2, DRIPPING))

    def test_clients_that_write_and_close(self):
        harkd = self.start_tls()
        before = self.descriptors(harkd)
        for number in range(LEAVING):
            client = TlsClient(harkd.port, shake=False)
            self.shake(client, number)
            client.send(b"text %d\nrest %d" % (number, number))
            if number % 3 == 0:
                client.say_end()
            elif number % 3 == 1:
                client.half_close()
            client.close()
        harkd.wait_for(lambda: len(harkd.records("closed")) == LEAVING, what="their ends")
        self.assertEqual(sorted(record["text"] for record in harkd.records("message")),
                         sorted(f"{word} {number}" for number in range(LEAVING)
                                for word in ("text", "rest")))
        self.assertEqual(self.descriptors(harkd), before)

    def test_a_certificate_changes_under_all_of_them(self):
        made = certificates()
        harkd = self.start_tls()
        old = self.crowd(harkd, STAYING)
        for number, client in enumerate(old):
            self.shake(client, number)
            client.greeted()
        self.change(harkd, self.config(made.other_server))
        new = self.crowd(harkd, 20)
        for number, client in enumerate(new):
            self.shake(client, number)
            client.greeted()
        self.assertEqual(len({self.shown_to(client) for client in old}), 1)
        self.assertEqual(len({self.shown_to(client) for client in old + new}), 2)
        for number, client in enumerate(old + new):
            client.send(b"text %d\n" % number)
        for client in old + new:
            client.expect(b"250 ok #1")
        self.assertEqual(len(harkd.records("message")), STAYING + 20)
        self.assertEqual(harkd.records("closed"), [])

    @staticmethod
    def shown_to(client):
        return client.socket.getpeercert(binary_form=True)

    def test_a_record_for_each_byte(self):
        """A text, a line end, and a character may each come in pieces of TLS of their own."""
        harkd = self.start_tls()
        text = "sensor 17: 21.5 °C, 一切正常\r\n".encode()
        for version in ("TLSv1.2", "TLSv1.3"):
            connection = self.connect(harkd)
            client = BioClient(connection, version=version)
            client.shake()
            client.lines(1)
            records = [client.seal(bytes((byte,))) for byte in text]
            for record in records:
                connection.send(record)
            self.assertEqual(client.lines(1), [b"250 ok #1"])
            connection.send(b"".join(client.seal(bytes((byte,))) for byte in text))
            self.assertEqual(client.lines(1), [b"250 ok #2"])
            self.assertEqual([record["text"] for record in harkd.messages(connection)],
                             [text.decode().strip()] * 2)


if __name__ == "__main__":
    unittest.main()
