"""Which clients `allow` admits, and certificates that change while the daemon runs."""

import re
import shlex
import subprocess
import unittest

from certificates import Certificate, certificates, openssl
from client import WAIT
from fake_journal import FakeJournal, require_namespaces
from harness import HARKD, ROOT, run_harkd
from tls_clients import TlsTest


HARK = HARKD.parents[1] / "tools" / "hark"


class Names(TlsTest):
    def check(self, harkd, certificate, name):
        client = self.arrive(harkd, certificate)
        if name is None:
            client.expect(b"421 not allowed")
            return
        client.greeted()
        client.send(b"hello\n")
        client.expect(b"250 ok #1")
        connected = harkd.wait_record("connected", peer=client.name)
        self.assertEqual((connected.get("cert", ""), connected["cert_sha256"]),
                         (name, certificate.sha256()))
        [message] = harkd.messages(client)
        self.assertEqual(message.get("cert", ""), name)

    def test_patterns(self):
        made = certificates()
        harkd = self.start_tls(client_ca=made.ca.certificate)
        self.check(harkd, made.nameless, "")
        for patterns, certificate, name in (
                ([], made.client, "dev7.dev.example.org"),
                ([], made.uri, "spiffe://example.org/dev7"),
                ([], made.common, "CN.Example.org"),
                (["dev7.dev.example.org"], made.client, "dev7.dev.example.org"),
                (["DEV7.Dev.Example.ORG"], made.client, "dev7.dev.example.org"),
                (["*.dev.example.org"], made.client, "dev7.dev.example.org"),
                (["nobody", "alias.example.org"], made.client, "alias.example.org"),
                (["*.example.org", "x"], made.client, "alias.example.org"),
                (["*.org", "*"], made.client, None),
                (["The CN"], made.client, None),
                (["cn.example.org"], made.uri, None),
                (["spiffe://example.org/dev7"], made.uri, "spiffe://example.org/dev7"),
                (["spiffe://example.org/DEV7"], made.uri, None),
                (["cn.example.ORG"], made.common, "CN.Example.org"),
                (["*.example.org"], made.common, "CN.Example.org"),
                (["dev7.dev.example.org"], made.many, None),
                (["*.dev.example.org"], made.many, "*.dev.example.org"),
                (["sha256:" + made.nameless.sha256()], made.nameless, ""),
                (["sha256:" + made.uri.sha256()], made.client, None),
                (["sha256:" + made.client.sha256()], made.client, "dev7.dev.example.org")):
            with self.subTest(patterns, name=name):
                config = self.config(client_ca=made.ca.certificate,
                                     **({"allow": patterns} if patterns else {}))
                if patterns == ["*.example.org", "x"]:
                    config = config.replace("*.example.org", "*.Example.org")
                self.change(harkd, config)
                self.check(harkd, certificate, name)


class Changes(TlsTest):
    def shown_to(self, client):
        return client.socket.getpeercert(binary_form=True)

    def test_a_new_certificate(self):
        made = certificates()
        harkd = self.start_tls()
        old = self.join_tls(harkd)
        begun = self.arrive(harkd, shake=False)
        harkd.wait_for(lambda: self.status(harkd)["connections"] >= 1, what="a connection")
        self.change(harkd, self.config(made.other_server))
        new = self.join_tls(harkd)
        self.assertNotEqual(self.shown_to(old), self.shown_to(new))
        begun.shake()  # with the files at the time of its accept, or the new ones
        begun.greeted()
        for client in (old, new, begun):
            client.send(b"hello\n")
            client.expect(b"250 ok #1")

    def test_the_same_paths_hold_other_files(self):
        made = certificates()
        files = {"certificate": self.folder / "server.pem", "key": self.folder / "server.key"}

        def put(server):
            files["certificate"].write_bytes(server.certificate.read_bytes())
            files["key"].write_bytes(server.key.read_bytes())
        put(made.server)
        harkd = self.start_tls(**files)
        old = self.join_tls(harkd)
        put(made.other_server)
        self.change(harkd, self.config(**files))
        self.assertNotEqual(self.shown_to(old), self.shown_to(self.join_tls(harkd)))

    def test_a_bad_one_is_refused_whole(self):
        made = certificates()
        harkd = self.start_tls()
        old = self.join_tls(harkd)
        empty = self.folder / "empty.pem"
        empty.touch()
        for settings, words in (
                ({"certificate": self.folder / "missing"}, "No such file or directory"),
                ({"certificate": empty}, "expected a PEM file"),
                ({"key": made.client.key}, "it does not belong to the certificate"),
                ({"key": made.server.certificate}, "expected a PEM file without a password"),
                ({"client_ca": empty}, "expected certificates in PEM"),
                ({"client_ca": made.ca.certificate, "crl": made.ca.certificate},
                 "expected a list in PEM")):
            with self.subTest(words):
                before = len(harkd.records("diagnostic"))
                self.change(harkd, self.config(top="quiet_ms = 77\n", **settings), "diagnostic")
                text = harkd.records("diagnostic")[before]["text"]
                self.assertIn("reload refused", text)
                self.assertIn(words, text)
                self.assertIn("harkd.toml:4:7: ", text)
        new = self.join_tls(harkd)
        self.assertEqual(self.shown_to(old), self.shown_to(new))
        self.assertEqual(harkd.records("reloaded"), [])

    def test_a_listener_becomes_one_with_tls(self):
        plain = self.config().replace("tls =", "# tls =")
        harkd = self.start(listen=(), config=plain)
        before = self.greeted(harkd)
        self.change(harkd, self.config())
        after = self.join_tls(harkd)
        self.change(harkd, plain)
        for client in (before, after, self.greeted(harkd)):
            client.send(b"hello\n")
            client.expect(b"250 ok #1")

    def test_a_bad_one_at_the_start(self):
        path = self.folder / "harkd.toml"
        path.write_text(self.config(key=certificates().client.key))
        for more in ((), ("--check-config",)):
            done = run_harkd("--config", path, *more)
            self.assertNotEqual(done.returncode, 0)
            self.assertIn(b"it does not belong to the certificate", done.stderr)

    def test_in_the_sandbox(self):
        harkd = self.start_tls(top="sandbox = true\n", client_ca=certificates().ca.certificate)
        self.join_tls(harkd, certificates().client)
        self.change(harkd, self.config(certificates().other_server, top="sandbox = true\n"))
        self.join_tls(harkd)


class TheManual(TlsTest):
    def test_certificates_in_five_lines(self):
        page = (ROOT / "docs" / "tls.md").read_text(encoding="utf-8")
        lines = re.findall(r"^    (openssl (?:req|x509) .*)$", page, re.MULTILINE)
        self.assertEqual(len(lines), 5)
        for line in lines:
            openssl(*shlex.split(line)[1:], folder=self.folder)
        self.assertIn("openssl x509 -in dev7.pem -outform DER | sha256sum", page)
        made = {name: Certificate(self.folder / f"{name}.pem", self.folder / f"{name}.key")
                for name in ("server", "dev7")}
        ca = self.folder / "ca.pem"
        harkd = self.start_tls(made["server"], client_ca=ca, allow=["*.dev.example.org"])
        done = self.s_client(harkd, "-verify_return_error", "-verify_hostname",
                             "log.example.org", ca=ca, text=b"hello\nbye\n",
                             certificate=made["dev7"])
        self.assertIn(b"221 bye, 1 message", done.stdout, done.stderr)


class InTheJournal(TlsTest):
    @classmethod
    def setUpClass(cls):
        require_namespaces()

    def test_the_same_keys_as_in_the_file(self):
        journal = FakeJournal(self.folder)
        self.addCleanup(journal.close)
        journal.open()
        harkd = self.start(
            "--log", "journal", wrapper=journal.wrapper, listen=(),
            config=self.config(client_ca=certificates().ca.certificate,
                               allow=["*.dev.example.org"]))
        client = self.join_tls(harkd, certificates().client)
        client.send(b"hello\n")
        client.expect(b"250 ok #1")
        client.cut()
        harkd.wait_closed(client)
        self.arrive(harkd, certificates().common).expect(b"421 not allowed")
        harkd.wait_for(lambda: journal.events("refused"), what="the last entry")
        for record, entry in zip(harkd.records(), journal.read(), strict=True):
            fields = {name[5:].lower(): value.decode() for name, value in entry.items()
                      if name.startswith("HARK_")}
            self.assertEqual(fields, {name: "true" if value is True else
                                      f"{value:.3f}" if isinstance(value, float) else str(value)
                                      for name, value in record.items()})
        self.assertEqual(journal.events("closed")[0]["HARK_TRUNCATED"], b"true")
        self.assertEqual(journal.events("connected")[0]["HARK_TLS"], b"TLSv1.3")


class InStatus(TlsTest):
    def test_the_listeners(self):
        made = certificates()
        harkd = self.start_tls(client_ca=made.ca.certificate)
        [listening] = self.status(harkd)["listening"]
        self.assertEqual(listening["tls"]["certificate"], str(made.server.certificate))
        self.assertTrue(listening["tls"]["client_certificates"])
        self.assertRegex(listening["tls"]["expires"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
        date = listening["tls"]["expires"][:10]
        done = subprocess.run([HARK, "--control", harkd.control, "status"], capture_output=True,
                              timeout=WAIT, check=True, text=True)
        self.assertIn(f"{harkd.addresses[0]} (tls, certificate until {date}, client certificates)",
                      done.stdout)
        done = subprocess.run([HARK, "--control", harkd.control, "status", "--openmetrics"],
                              capture_output=True, timeout=WAIT, check=True, text=True)
        self.assertIn('harkd_certificate_expiry_timestamp_seconds{listener="', done.stdout)
        self.change(harkd, self.config(top="# plain\n").replace("tls =", "# tls ="))
        self.assertNotIn("tls", self.status(harkd)["listening"][0])


class Warnings(TlsTest):
    def warnings(self, server):
        harkd = self.start_tls(server)
        return [record["text"] for record in harkd.records("diagnostic")]

    def test_an_expiry_that_is_near(self):
        made = certificates()
        self.assertEqual(self.warnings(made.server), [])
        for days, says in ((10, "expires in 9 days"), (2, "expires in 1 day:"), (13, "13 days"),
                           (20, None)):
            with self.subTest(days):
                found = self.warnings(made.expiring(days))
                if says is None:
                    self.assertEqual(found, [])
                else:
                    self.assertEqual(len(found), 1)
                    self.assertRegex(found[0], f"expires in ({days}|{days - 1}) days?: renew it")
        self.assertIn("has expired: renew it, then reload", self.warnings(made.expired)[0])

    def test_a_long_key(self):
        [warning] = self.warnings(certificates().long_rsa)
        self.assertIn("has 4096 bits of RSA", warning)


if __name__ == "__main__":
    unittest.main()
