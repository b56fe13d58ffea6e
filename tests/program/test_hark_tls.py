"""hark --tls, with the real daemon: talk, send and bench, and all that can be wrong with a
certificate."""

import json
import signal
import subprocess
import unittest

from certificates import Certificate, certificates
from sending import HARK, WAIT, SendTest
from tls_clients import tls_setting

HOST = "127.0.0.1"


class HarkTlsTest(SendTest):
    def secure(self, server=None, port=0, **settings):
        """A daemon with one TLS listener."""
        config = f'[[listener]]\naddress = "{HOST}:{port}"\n' + tls_setting(server, **settings)
        return self.start(listen=(), config=config)

    def mutual(self, **settings):
        return self.secure(client_ca=certificates().ca.certificate, **settings)

    def options(self, client=None, ca=None):
        words = ["--tls", "--ca", ca or certificates().ca.certificate]
        return words + (["--cert", client.certificate, "--key", client.key] if client else [])

    def wrong(self, port, *arguments, status=3, command="send"):
        """The complaint of a command that fails to connect."""
        words = {"send": "send x", "bench": "bench -c 1 -n 1"}.get(command, command)
        done = subprocess.run([HARK, "--host", HOST, "--port", str(port), *arguments,
                               *words.split()], stdin=subprocess.DEVNULL, capture_output=True,
                              env=self.environment, timeout=WAIT, check=False)
        self.assertEqual((done.returncode, done.stdout if command != "bench" else b""),
                         (status, b""), done.stderr.decode())
        return done.stderr.decode()

    def assert_wrong(self, port, complaint, *arguments, commands=("send", "talk", "bench")):
        """With each command, one line."""
        for command in commands:
            with self.subTest(command=command):
                errors = self.wrong(port, *arguments, command=command)
                self.assertIn(f"hark: cannot connect to {HOST}:{port}: {complaint}", errors)
                self.assertEqual(errors.count("\n"), 1)


class Conversations(HarkTlsTest):
    def test_send(self):
        harkd = self.mutual()
        status, output, errors = self.send(harkd.port, "--verbose", "one", "two",
                                           *self.options(certificates().client))
        self.assertEqual((status, errors), (0, ""))
        self.assertIn("250 ok #1\n250 ok #2\n", output)
        self.assertEqual([(record["text"], record["cert"]) for record in harkd.messages()],
                         [("one", "dev7.dev.example.org"), ("two", "dev7.dev.example.org")])
        closed = harkd.wait_record("closed")
        self.assertEqual(closed["reason"], "bye")
        self.assertNotIn("truncated", closed)

    def test_the_options_may_stand_before_the_command(self):
        harkd = self.secure()
        self.assertEqual(self.send(harkd.port, "x", command=(*self.options(), "send")),
                         (0, "", ""))
        self.assertEqual(len(harkd.messages()), 1)

    def test_many_lines(self):
        harkd = self.secure()
        count = 20000
        text = b"".join(b"line %d with some words\n" % number for number in range(count))
        self.assertEqual(self.send(harkd.port, *self.options(), text=text), (0, "", ""))
        self.assertEqual(len(harkd.messages()), count)

    def test_long_lines(self):
        harkd = self.secure()
        line = b"x" * 1_000_000
        self.assertEqual(self.send(harkd.port, *self.options(), text=line + b"\n" + line + b"\n"),
                         (0, "", ""))
        self.assertEqual(sum(record["bytes"] for record in harkd.messages()), 2 * len(line))

    def test_a_device_s_listener(self):
        """The conversation ends when hark closes its side: there is no `bye` at such a listener."""
        config = (f'[[listener]]\naddress = "{HOST}:0"\nreplies = "ack"\n' + tls_setting())
        harkd = self.start(listen=(), config=config)
        self.assertEqual(self.send(harkd.port, "one", "two", *self.options()), (0, "", ""))
        closed = harkd.wait_record("closed")
        self.assertEqual((closed["reason"], closed["messages"]), ("eof", 2))
        self.assertNotIn("truncated", closed)

    def test_talk_on_a_terminal(self):
        harkd = self.mutual()
        person = self.talk_to(harkd, *self.options(certificates().client))
        person.type("hello\r")
        person.wait_text("250 ok #1", "hark>")
        person.type("bye\r")
        self.assertEqual(person.wait(), 0)
        self.assertEqual([record["text"] for record in harkd.messages()], ["hello"])

    def test_talk_in_a_pipe(self):
        harkd = self.secure()
        status, output, errors = self.send(harkd.port, *self.options(), text=b"hello\n",
                                           command=("talk",))
        self.assertEqual((status, errors), (0, ""))
        self.assertIn("250 ok #1\n", output)

    def test_talk_reconnects(self):
        harkd = self.secure()
        person = self.talk_to(harkd, "--reconnect", *self.options(), columns=160)
        person.type("one\r")
        person.wait_text("250 ok #1", "hark>")
        harkd.stop(signal.SIGKILL)
        person.wait_for(lambda screen: "trying again" in "\n".join(screen.text()), "the loss")
        again = self.secure(port=harkd.port)
        person.wait_for(lambda screen: "connected again" in "\n".join(screen.text()),
                        "another connection")
        person.type("two\r")
        person.wait_text("250 ok #1", "hark>")
        self.assertEqual([record["text"] for record in again.messages()], ["two"])
        person.type("bye\r")
        self.assertEqual(person.wait(), 0)

    def test_bench(self):
        harkd = self.mutual()
        command = ("bench", "-c", "20", "-n", "2000", "-P", "10")
        options = self.options(certificates().client)
        status, output, errors = self.send(harkd.port, "--json", *options, command=command)
        self.assertEqual((status, errors), (0, ""))
        result = json.loads(output)
        self.assertTrue(result["parameters"]["tls"])
        self.assertEqual(result["messages"]["acknowledged"], 2000)
        self.assertEqual(result["handshakes"]["count"], 20)
        self.assertGreater(result["handshakes"]["seconds"], 0)
        self.assertAlmostEqual(result["handshakes"]["rate"] * result["handshakes"]["seconds"], 20,
                               places=2)
        self.assertEqual(len(harkd.messages()), 2000)
        harkd.wait_for(lambda: len(harkd.records("closed")) == 20)
        self.assertFalse([record for record in harkd.records("closed") if "truncated" in record])
        status, output, _ = self.send(harkd.port, *options, command=command)
        self.assertEqual(status, 0)
        self.assertRegex(output, r"\nHandshakes +\d+/s: 20 in ")

    def test_bench_without_terminators(self):
        harkd = self.secure()
        self.assertEqual(self.send(harkd.port, *self.options(), command=(
            "bench", "-c", "4", "-n", "40", "--framing", "none"))[0], 0)
        self.assertEqual(len(harkd.messages()), 40)


class Distrust(HarkTlsTest):
    def test_another_ca(self):
        harkd = self.secure()
        complaint = ("the certificate's issuer is unknown: trust its CA, or send the whole chain "
                     "(--ca FILE)")
        self.assert_wrong(harkd.port, complaint,
                          *self.options(ca=certificates().foreign_ca.certificate))
        self.assertEqual(harkd.messages(), [])

    def test_what_the_system_trusts(self):
        harkd = self.secure()
        complaint = "the certificate's issuer is unknown"
        self.assert_wrong(harkd.port, complaint, "--tls")
        self.environment["SSL_CERT_FILE"] = str(certificates().ca.certificate)
        self.assertEqual(self.send(harkd.port, "x", "--tls"), (0, "", ""))

    def test_expired(self):
        harkd = self.secure(certificates().ca.issue("expired-server", f"IP:{HOST}", dates=(
            "-startdate", "20200101000000Z", "-enddate", "20210101000000Z")))
        self.assert_wrong(harkd.port, "the certificate has expired: renew it", *self.options())

    def test_self_signed(self):
        harkd = self.secure(certificates().self_signed)
        self.assert_wrong(harkd.port, "the certificate is self-signed: trust it as a CA, or use one "
                                      "that a CA signed (--ca FILE)", *self.options())
        trusting = self.options(ca=certificates().self_signed.certificate)
        self.assertEqual(self.send(harkd.port, "x", "--server-name", "self", *trusting),
                         (0, "", ""))

    def test_another_name(self):
        harkd = self.secure(certificates().client)
        self.assert_wrong(harkd.port, "the certificate is for another host: check the name you "
                                      "connect to (--server-name NAME)", *self.options())
        for name in ("dev7.dev.example.org", "DEV7.dev.example.org."):
            self.assertEqual(self.send(harkd.port, "x", "--server-name", name, *self.options()),
                             (0, "", ""))

    def test_talk_does_not_try_again(self):
        """Another attempt would not make the certificate valid."""
        harkd = self.secure()
        self.assert_wrong(harkd.port, "the certificate's issuer is unknown",
                          *self.options(ca=certificates().foreign_ca.certificate),
                          commands=("talk --reconnect",))
        harkd = self.mutual()
        self.assert_wrong(harkd.port, "the peer requires a certificate", *self.options(),
                          commands=("talk --reconnect",))

    def test_no_certificate_of_ours(self):
        harkd = self.mutual()
        self.assert_wrong(harkd.port, "the peer requires a certificate: give one and its key "
                                      "(--cert FILE --key FILE)", *self.options())

    def test_a_certificate_of_ours_that_is_refused(self):
        harkd = self.mutual(crl=certificates().ca.crl)
        for client, complaint in (
                (certificates().foreign, "the peer does not know the issuer of our certificate"),
                (certificates().expired, "the peer says that our certificate has expired"),
                (certificates().revoked, "the peer says that our certificate is revoked")):
            with self.subTest(complaint=complaint):
                self.assertIn(f"hark: cannot connect to {HOST}:{harkd.port}: {complaint}",
                              self.wrong(harkd.port, *self.options(client)))

    def test_a_name_that_is_not_allowed(self):
        harkd = self.mutual(allow=["other.example.org"])
        self.assertIn(f"hark: {HOST}:{harkd.port} ended the connection: not allowed",
                      self.wrong(harkd.port, *self.options(certificates().client), status=1))


class OtherProtocols(HarkTlsTest):
    def test_a_daemon_without_tls(self):
        for greeting in ("220 ready", ""):
            harkd = self.listen(greeting=greeting)
            self.assert_wrong(harkd.port, "it does not speak TLS there: leave out --tls, or check "
                                          "the port", *self.options())

    def test_a_daemon_that_expects_tls(self):
        harkd = self.secure()
        for command in ("send", "bench"):
            errors = self.wrong(harkd.port, status=1, command=command)
            self.assertIn(f"hark: {HOST}:{harkd.port} ended the connection: not this protocol",
                          errors)
            self.assertTrue(errors.endswith("hark: it expects TLS there: use --tls\n"))
        status, _, errors = self.send(harkd.port, text=b"hello\n", command=("talk",))
        self.assertEqual(status, 1)
        self.assertIn("hark: refused: not this protocol; it expects TLS there: use --tls\n", errors)

    def test_a_refusal_before_the_handshake(self):
        config = (f'[limits]\nconnections = 1\nexempt = []\n[[listener]]\naddress = "{HOST}:0"\n'
                  + tls_setting())
        harkd = self.start(listen=(), config=config)
        person = self.talk_to(harkd, *self.options())
        for command in ("send", "bench"):
            self.assertIn("too many connections",
                          self.wrong(harkd.port, *self.options(), status=1, command=command))
        status, _, errors = self.send(harkd.port, *self.options(), command=("talk",))
        self.assertEqual(status, 1)
        self.assertIn("hark: refused: too many connections", errors)
        person.type("bye\r")
        self.assertEqual(person.wait(), 0)

    def test_an_end_that_nobody_announced(self):
        harkd = self.secure()
        process = self.begin(harkd.port, *self.options())
        process.stdin.write(b"one\n")
        process.stdin.flush()
        harkd.wait_record("message")
        harkd.stop(signal.SIGKILL)
        status, _, errors = self.ended(process)
        self.assertEqual(status, 3)
        self.assertRegex(errors, f"^hark: the connection to {HOST}:{harkd.port} is lost: ")


class CommandLine(HarkTlsTest):
    def mistake(self, *arguments):
        done = subprocess.run([HARK, *arguments], stdin=subprocess.DEVNULL, capture_output=True,
                              env=self.environment, timeout=WAIT, check=False)
        self.assertEqual((done.returncode, done.stdout), (2, b""))
        return done.stderr.decode().partition("\n")[0]

    def test_mistakes(self):
        for arguments, complaint in (
                (("--ca", "x", "send", "y"), "--ca needs --tls"),
                (("send", "--cert", "x", "--key", "x", "y"), "--cert needs --tls"),
                (("bench", "--key", "x"), "--key needs --tls"),
                (("--server-name", "x"), "--server-name needs --tls"),
                (("--tls", "--cert", "x"), "--cert needs --key"),
                (("--tls", "--key", "x", "send", "y"), "--key needs --cert"),
                (("--tls", "--ca=", "send", "y"), "--ca: expected the path of a file"),
                (("--tls", "--server-name=", "send", "y"),
                 "--server-name: expected a host name or address"),
                (("--tls", "status"), "--tls: hark status does not use TLS"),
                (("log", "--tls"), "--tls: hark log does not use TLS")):
            with self.subTest(arguments=arguments):
                self.assertEqual(self.mistake(*arguments), f"hark: {complaint}")

    def test_files(self):
        port = 1
        absent = Certificate("/nonexistent.pem", "/nonexistent.key")
        mixed = Certificate(certificates().client.certificate, certificates().server.key)
        rubbish = self.folder / "rubbish.pem"
        rubbish.write_text("no certificate\n")
        for options, complaint in (
                (self.options(ca="/nonexistent"), "CA file /nonexistent: No such file"),
                (self.options(ca=rubbish), f"CA file {rubbish}: "),
                (self.options(absent), "certificate /nonexistent.pem: No such file"),
                (self.options(mixed), f"key {mixed.key}: it does not belong to the certificate")):
            with self.subTest(complaint=complaint):
                self.assertIn(f"hark: cannot use the {complaint}", self.wrong(port, *options))

    def test_only_commands_that_connect_have_the_options(self):
        for command, has in (("talk", True), ("send", True), ("bench", True), ("status", False)):
            text = subprocess.run([HARK, "help", command], capture_output=True, text=True,
                                  env=self.environment, timeout=WAIT, check=True).stdout
            self.assertEqual("--server-name NAME" in text, has, command)


if __name__ == "__main__":
    unittest.main()
