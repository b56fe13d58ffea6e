"""Programs that probe every port are recognized by their first bytes, recorded and rejected."""

import socket
import ssl
import unittest

from harness import WAIT, ProgramTest

HTTP = b"GET / HTTP/1.1\r\nHost: example\r\n\r\n"
SSH = b"SSH-2.0-OpenSSH_9.2\r\n"
SMB = (b"\x00\x00\x00\x2f\xffSMB\x72\x00\x00\x00\x00\x18\x01\x28" + b"\x00" * 12 + b"\x00\x00"
       + b"\x00\x00\x00\x00\x00\x0c\x00\x02NT LM 0.12\x00")


class Probes(ProgramTest):
    def refused(self, data):
        harkd = self.start()
        client = self.greeted(harkd)
        client.send(data)
        client.expect_match(rb"421 .+")
        client.eof()
        client.close()
        harkd.wait_record("probe", peer=client.name)
        self.assertEqual(harkd.wait_closed(client)["reason"], "probe")
        self.assertEqual(harkd.messages(client), [])
        self.assertEqual(len(harkd.records("probe")), 1)

    def test_http(self):
        self.refused(HTTP)

    def test_http_post(self):
        self.refused(b"POST /form HTTP/1.0\r\nContent-Length: 3\r\n\r\na=b")

    def test_ssh(self):
        self.refused(SSH)

    def test_smb(self):
        self.refused(SMB)

    def test_tls(self):
        harkd = self.start()
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        with socket.create_connection(("127.0.0.1", harkd.port), WAIT) as plain:
            with self.assertRaises((ssl.SSLError, ConnectionError)):
                context.wrap_socket(plain)
        harkd.wait_record("probe")
        self.assertEqual(harkd.wait_record("closed")["reason"], "probe")
        self.assertEqual(harkd.messages(), [])

    def test_tls_byte_by_byte(self):
        harkd = self.start()
        client = self.greeted(harkd)
        for byte in b"\x16\x03\x01":
            client.send(bytes([byte]))
            harkd.wait_read(client)
        client.send(b"\x02\x00\x01\x00\x01\xfc\x03\x03")
        client.expect_match(rb"421 .+")
        harkd.wait_record("probe", peer=client.name)
        self.assertEqual(harkd.messages(client), [])

    def test_first_bytes_are_in_the_record(self):
        harkd = self.start()
        client = self.greeted(harkd)
        client.send(b"GET /very/particular HTTP/1.1\r\n\r\n")
        client.expect_match(rb"421 .+")
        record = harkd.wait_record("probe", peer=client.name)
        self.assertIn("/very/particular", " ".join(str(value) for value in record.values()))


class Messages(ProgramTest):
    def accepted(self, *messages, config=""):
        harkd = self.start(config=config)
        client = self.greeted(harkd)
        for number, text in enumerate(messages, 1):
            client.send(text + b"\n")
            client.expect(b"250 ok #%d" % number)
        self.assertEqual([r["text"].encode() for r in harkd.wait_messages(client, len(messages))],
                         list(messages))
        self.assertEqual(harkd.records("probe"), [])

    def test_similar_text_is_not_a_probe(self):
        self.accepted(b"GET the parcel from the post")
        self.accepted(b"SSH is down")
        self.accepted(b"POST")

    def test_only_the_first_bytes_can_be_a_probe(self):
        self.accepted(b"hello", b"GET / HTTP/1.1", b"SSH-2.0-x")

    def test_can_be_switched_off(self):
        self.accepted(b"GET / HTTP/1.1", config="detect_probes = false\n")
        self.accepted(b"SSH-2.0-x", config="detect_probes = false\n")


if __name__ == "__main__":
    unittest.main()
