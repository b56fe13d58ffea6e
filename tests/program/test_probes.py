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

    def test_words_with_ssh_in_front(self):
        # An SSH hello has a digit, a dot and a digit after the hyphen.
        self.accepted(b"SSH-key of box 4 expires")
        self.accepted(b"SSH-2 is what it speaks")
        self.accepted(b"SSH-2.x")
        self.accepted(b"SSH-x.1")
        self.accepted(b"SSH-")
        self.accepted(b" SSH-2.0-x")

    def test_only_where_messages_have_no_frames(self):
        cases = (('framing = "counted"', b"%d %s"), ('framing = "length"', None),
                 ('framing = "delimited"\nbegin = "\\u0002"\nend = "\\u0003"', b"\2%s\3"),
                 ('framing = "delimited"\nend = "\\u0000"', b"%s\0"))
        for settings, form in cases:
            harkd = self.start(listen=(),
                               config=f'[[listener]]\naddress = "127.0.0.1:0"\n{settings}\n')
            for probe in (HTTP, SSH, SMB[5:40], b"\x16\x03\x01\x02\0\1"):
                with self.subTest(f"{settings}, {probe[:8]}"):
                    if form is None:
                        frame = len(probe).to_bytes(4, "big") + probe
                    elif b"%d" in form:
                        frame = form % (len(probe), probe)
                    else:
                        text = probe.replace(b"\0", b".").replace(b"\3", b".")
                        frame = form.replace(b"%s", text)
                    client = self.greeted(harkd)
                    client.send(frame)
                    client.expect_match(rb"25[01] ok #1.*")
            self.assertEqual(harkd.records("probe"), [])

    def test_wherever_messages_have_no_frames(self):
        for framing in ("auto", "line", "chunk"):
            harkd = self.start("--framing", framing)
            for probe in (HTTP, SSH, SMB, b"\x16\x03\x01\x02\0\1"):
                with self.subTest(f"{framing}, {probe[:8]}"):
                    client = self.greeted(harkd)
                    client.send(probe)
                    client.expect_match(rb"421 not this protocol.*")

    def test_can_be_switched_off(self):
        self.accepted(b"GET / HTTP/1.1", config="detect_probes = false\n")
        self.accepted(b"SSH-2.0-x", config="detect_probes = false\n")


if __name__ == "__main__":
    unittest.main()
