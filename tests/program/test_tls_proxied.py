"""TLS behind a proxy: its header comes first, in plain text."""

import os
import time
import unittest

import proxy_headers as proxy
from certificates import certificates
from harness import SLOW
from tls_clients import BioClient, TlsTest

PROXY = 'proxy = ["127.0.0.1"]\n'


class Proxied(TlsTest):
    def test_the_header_comes_first(self):
        harkd = self.start_tls(settings=PROXY,
                               client_ca=certificates().ca.certificate)
        header = proxy.version_2()
        for size in (1, len(header) - 1, len(header)):
            client = self.arrive(harkd, before=header[:size], shake=False)
            harkd.wait_read(client)
            client.send(header[size:])
            client.shake(certificates().client)
            client.greeted()
            client.send(b"hello\n")
            client.expect(b"250 ok #1")
        connected = harkd.wait_record("connected")
        self.assertEqual((connected["peer"], connected["cert"]),
                         ("203.0.113.7:51324", "dev7.dev.example.org"))
        self.assertTrue(connected["via"].startswith("127.0.0.1:"))

    def test_header_and_hello_in_one_packet(self):
        harkd = self.start_tls(settings=PROXY)
        connection = self.connect(harkd)
        client = BioClient(connection)
        first = [proxy.version_1()]
        client.shake(lambda data: connection.send((first.pop() if first else b"") + data))
        self.assertTrue(client.lines(1)[0].startswith(b"220"))

    def test_refused_behind_it(self):
        harkd = self.start_tls(settings=PROXY)
        connection = self.connect(harkd)
        connection.send(proxy.version_1() + b"hello\n")
        connection.expect(b"421 not this protocol")
        refused = harkd.wait_record("refused")
        self.assertEqual((refused["peer"], refused["via"]),
                         ("203.0.113.7:51324", connection.name))
        # TLS before the header is no header.
        connection = self.connect(harkd)
        connection.send(self.first_bytes())
        connection.expect(b"421 bad frame")

    def first_bytes(self):
        return b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + os.urandom(32)

    def test_the_certificate_of_the_handshake_counts(self):
        harkd = self.start_tls(settings=PROXY)
        header = proxy.version_2(vectors=proxy.ssl(b"of the proxy"))
        client = self.arrive(harkd, before=header).greeted()
        client.send(b"hello\n")
        client.expect(b"250 ok #1")
        self.assertEqual(harkd.wait_record("message")["cert"], "of the proxy")
        self.change(harkd, self.config(settings=PROXY, client_ca=certificates().ca.certificate))
        client = self.arrive(harkd, certificates().client, before=header).greeted()
        client.send(b"hello\n")
        client.expect(b"250 ok #1")
        self.assertEqual([record["cert"] for record in harkd.records("message")],
                         ["of the proxy", "dev7.dev.example.org"])

    def test_the_wait_is_from_the_accept(self):
        harkd = self.start_tls(settings=PROXY)
        begin = time.monotonic()
        connection = self.connect(harkd)
        connection.socket.settimeout(30 * SLOW)
        time.sleep(3)
        connection.send(proxy.version_1())
        connection.eof()
        self.assertLess(time.monotonic() - begin, 16 + 2 * SLOW)
        harkd.wait_record("refused", reason="the TLS handshake took too long")


if __name__ == "__main__":
    unittest.main()
