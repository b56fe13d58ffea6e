"""Clients that a TLS listener rejects: what the record says, and what the client sees."""

import os
import ssl
import time
import unittest

import proxy_headers as proxy
from certificates import certificates
from harness import SLOW
from tls_clients import BioClient, TlsTest, client_context

UNKNOWN = "the certificate's issuer is unknown: trust its CA, or send the whole chain"
SELF_SIGNED = "the certificate is self-signed: trust it as a CA, or use one that a CA signed"
EXPIRED = "the certificate has expired: renew it"
GONE = "the peer closed the connection during the TLS handshake"
NONE_SHOWN = "no certificate was presented: this port requires one"
TIMED_OUT = "the TLS handshake took too long"


class Certified(TlsTest):
    def start_certified(self, **options):
        made = certificates()
        return self.start_tls(client_ca=made.ca.certificate, crl=made.ca.crl, **options)

    def expect_alert(self, harkd, certificate, version, alert):
        """Checks that the client's handshake fails with this alert, or with TLS 1.3 its first
        read."""
        with self.assertRaisesRegex(ssl.SSLError, alert):
            client = self.arrive(harkd, certificate, version)
            while client.socket.recv(100):
                pass

    def test_each_cause(self):
        made = certificates()
        for certificate, reason, alert in (
                (None, NONE_SHOWN, "CERTIFICATE_REQUIRED|HANDSHAKE_FAILURE"),
                (made.expired, EXPIRED, "CERTIFICATE_EXPIRED"),
                (made.future, "the certificate is not valid yet: check the clocks",
                 "BAD_CERTIFICATE"),
                (made.revoked, "the certificate is revoked: use another one",
                 "CERTIFICATE_REVOKED"),
                (made.foreign, UNKNOWN, "UNKNOWN_CA"),
                (made.self_signed, SELF_SIGNED, "UNKNOWN_CA"),
                (made.for_servers, "the certificate is for another purpose: check its extended "
                                   "key usage", "UNSUPPORTED_CERTIFICATE")):
            for version in ("TLSv1.2", "TLSv1.3"):
                with self.subTest(reason, version=version):
                    harkd = self.start_certified()
                    self.expect_alert(harkd, certificate, version, alert)
                    refused = harkd.wait_record("refused")
                    self.assertEqual(refused["reason"], reason)
                    self.assertEqual(self.status(harkd)["refusals"], {reason: 1})
                    self.assertEqual(harkd.records("connected"), [])

    def test_whoever_is_known_is_let_in(self):
        harkd = self.start_certified()
        for version in ("TLSv1.2", "TLSv1.3"):
            client = self.join_tls(harkd, certificates().client, version)
            client.send(b"hello\n")
            client.expect(b"250 ok #1")

    def test_names_that_are_not_allowed(self):
        harkd = self.start_certified(allow=["*.other.org", "dev8.dev.example.org"])
        for version in ("TLSv1.2", "TLSv1.3"):
            client = self.arrive(harkd, certificates().client, version)
            client.expect(b"421 not allowed")
            client.eof()
            client.socket.unwrap()
            refused = harkd.wait_record("refused", peer=client.name)
            self.assertEqual((refused["reason"], refused["cert"]),
                             ("not allowed", "dev7.dev.example.org"))
        self.assertEqual(harkd.records("connected"), [])

    def test_a_device_hears_nothing(self):
        harkd = self.start_certified(allow=["other"], settings='replies = "none"\n')
        self.arrive(harkd, certificates().client).eof()

    def test_a_name_with_controls(self):
        harkd = self.start_certified()
        client = self.arrive(harkd, certificates().control)
        client.expect(b"421 not allowed")
        refused = harkd.wait_record("refused")
        self.assertEqual(refused["reason"], "a name in the certificate contains control characters")
        self.assertNotIn("cert", refused)

    def test_the_openssl_command_says_why(self):
        harkd = self.start_certified()
        done = self.s_client(harkd, certificate=certificates().expired)
        self.assertIn(b"certificate expired", done.stderr)
        harkd.wait_record("refused", reason=EXPIRED)

    def test_an_old_list_of_the_revoked(self):
        made = certificates()
        old = self.folder / "old.pem"
        made.ca.write_crl("-crl_lastupdate", "20200101000000Z",
                          "-crl_nextupdate", "20200201000000Z")
        old.write_bytes(made.ca.crl.read_bytes())
        made.ca.write_crl()
        for crl in (old, made.foreign_ca.crl):
            harkd = self.start_tls(client_ca=made.ca.certificate, crl=crl)
            with self.assertRaises(ssl.SSLError):
                self.arrive(harkd, made.client).receive()
            harkd.wait_record("refused", reason="no valid revocation list of the certificate's "
                                                "issuer: renew the CRL")


class Untrusting(TlsTest):
    """The client rejects the daemon's certificate."""

    def test_its_word_is_recorded(self):
        made = certificates()
        for server, reason in ((made.foreign, "the peer does not know the issuer of our "
                                              "certificate: it must trust the CA"),
                               (made.expired, "the peer says that our certificate has expired: "
                                              "renew it")):
            for version in ("TLSv1.2", "TLSv1.3"):
                with self.subTest(reason, version=version):
                    harkd = self.start_tls(server)
                    with self.assertRaises(ssl.SSLCertVerificationError):
                        self.arrive(harkd, version=version)
                    harkd.wait_record("refused", reason=reason)

    def test_another_cipher(self):
        harkd = self.start_tls()
        connection = self.connect(harkd)
        context = client_context(version="TLSv1.2")
        context.set_ciphers("AES128-SHA256")
        with self.assertRaises(ssl.SSLError):
            context.wrap_socket(connection.socket, server_hostname="localhost")
        harkd.wait_record("refused", reason="no common TLS cipher: one with ECDHE and AES-GCM or "
                                            "ChaCha20 is needed")


class NoTls(TlsTest):
    def test_plain_text(self):
        harkd = self.start_tls()
        for text in (b"hello\n", b"h", b"GET / HTTP/1.1\r\n\r\n", b"\n", b"\xff\xfd\x01", b"\0"):
            connection = self.connect(harkd)
            connection.send(text)
            connection.expect(b"421 not this protocol")
            connection.eof()
            harkd.wait_record("refused", peer=connection.name, reason="not this protocol")

    def test_no_hello(self):
        harkd = self.start_tls()
        for text in (b"\x16", b"\x16\x03\x01\x40\x00", b"\x16\x03\x01\0\x10" + b"x" * 16,
                     b"\x16hello\n" * 100):
            connection = self.connect(harkd)
            connection.send(text)
            connection.half_close()
            rest = b""
            while data := connection.receive():
                rest += data
            self.assertNotIn(b"421", rest)
            harkd.wait_record("refused", peer=connection.name)

    def test_noise(self):
        harkd = self.start_tls()
        hello = self.hello()
        for place in range(0, len(hello), 3):
            connection = self.connect(harkd)
            connection.send(hello[:place] + bytes((hello[place] ^ 0x55,)) + hello[place + 1:])
            connection.half_close()
            connection.rest()
        self.join_tls(harkd)

    def hello(self):
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        tls = client_context().wrap_bio(incoming, outgoing, server_hostname="localhost")
        with self.assertRaises(ssl.SSLWantReadError):
            tls.do_handshake()
        return outgoing.read()

    def test_whoever_leaves(self):
        harkd = self.start_tls()
        for text in (b"", self.hello()[:7], self.hello()):
            connection = self.connect(harkd)
            connection.send(text)
            connection.half_close()
            harkd.wait_record("refused", peer=connection.name, reason=GONE)
            connection = self.connect(harkd)
            connection.send(text)
            harkd.wait_read(connection)
            connection.reset()
            harkd.wait_record("refused", peer=connection.name, reason=GONE)

    def test_tls_at_a_plain_port(self):
        harkd = self.start()
        connection = self.connect(harkd)
        with self.assertRaises(ssl.SSLError):
            client_context().wrap_socket(connection.socket, server_hostname="localhost")
        harkd.wait_record("probe", peer=connection.name)

    def test_over_a_limit(self):
        harkd = self.start_tls(top="[limits]\nexempt = []\nconnections_per_address = 1\n")
        client = self.join_tls(harkd)
        connection = self.connect(harkd)
        connection.expect(b"421 too many connections from this address")
        connection.eof()
        client.close()
        harkd.wait_closed(client)
        self.join_tls(harkd)

    def test_handshakes_count(self):
        harkd = self.start_tls(top="[limits]\nexempt = []\nconnections = 1\n")
        first = self.connect(harkd)
        self.connect(harkd).expect(b"421 too many connections")
        first.close()
        harkd.wait_record("refused", reason=GONE)
        self.join_tls(harkd)

    def test_the_wait_ends(self):
        harkd = self.start_tls()
        begin = time.monotonic()
        silent, begun = self.connect(harkd), self.connect(harkd)
        hello = self.hello()
        for byte in hello[:28]:  # bytes keep coming, which does not help
            begun.send(bytes((byte,)))
            time.sleep(0.4)
        begun.eof()
        silent.eof()
        self.assertGreater(time.monotonic() - begin, 14)
        self.assertLess(time.monotonic() - begin, 16 * SLOW)
        for client in (silent, begun):
            harkd.wait_record("refused", peer=client.name, reason=TIMED_OUT)

    def test_stop_during_a_handshake(self):
        harkd = self.start_tls()
        silent, begun = self.connect(harkd), self.connect(harkd)
        begun.send(self.hello()[:50])
        harkd.wait_read(begun)
        harkd.process.terminate()
        silent.expect(b"421 shutting down")
        begun.eof()
        self.assertEqual(harkd.wait(), 0)

    def test_a_crowd_does_not_hold_up_the_others(self):
        harkd = self.start_tls()
        client = self.join_tls(harkd)
        hello = self.hello()
        crowd = [self.connect(harkd) for _ in range(100)]
        for one in crowd:
            one.send(hello)
        for number in range(1, 21):
            begin = time.monotonic()
            client.send(b"hello\n")
            client.expect(b"250 ok #%d" % number)
            self.assertLess(time.monotonic() - begin, 0.5 * SLOW)
        for one in crowd:
            self.assertEqual(one.receive()[:1], b"\x16")


class Proxied(TlsTest):
    def test_the_header_comes_first(self):
        harkd = self.start_tls(settings='proxy = ["127.0.0.1"]\n',
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
        harkd = self.start_tls(settings='proxy = ["127.0.0.1"]\n')
        connection = self.connect(harkd)
        client = BioClient(connection)
        first = [proxy.version_1()]
        client.shake(lambda data: connection.send((first.pop() if first else b"") + data))
        self.assertTrue(client.lines(1)[0].startswith(b"220"))

    def test_refused_behind_it(self):
        harkd = self.start_tls(settings='proxy = ["127.0.0.1"]\n')
        connection = self.connect(harkd)
        connection.send(proxy.version_1() + b"hello\n")
        connection.expect(b"421 not this protocol")
        refused = harkd.wait_record("refused")
        self.assertEqual((refused["peer"], refused["via"]),
                         ("203.0.113.7:51324", connection.name))
        # TLS before the header is not a header.
        connection = self.connect(harkd)
        connection.send(self.first_bytes())
        connection.expect(b"421 bad frame")

    def first_bytes(self):
        return b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + os.urandom(32)


if __name__ == "__main__":
    unittest.main()
