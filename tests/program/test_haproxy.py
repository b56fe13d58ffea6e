"""harkd behind HAProxy, which is skipped where it is not installed."""

import os
import shutil
import socket
import ssl
import subprocess
import unittest

import proxy_headers as proxy
from client import WAIT, Client
from controlled import ControlledTest
from harness import ROOT

HAPROXY = shutil.which("haproxy", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
LISTENER = """
[[listener]]
address = "127.0.0.1:0"
proxy = ["127.0.0.0/8", "::1"]
"""
HEAD = """
global
    log {log} local0
defaults
    mode tcp
    log global
    option tcplog
    timeout connect 5s
    timeout client 1h
    timeout server 1h
"""
# A health check that a full or paused harkd fails.
CONVERSATION = """
    option log-health-checks
    option tcp-check
    tcp-check expect rstring ^220
    tcp-check send bye\\r\\n
    tcp-check expect string 221
"""


class Certificates:
    """A CA and the certificates that it has signed, made by openssl."""

    def __init__(self, folder):
        self.folder = folder
        self.make("ca", "-x509", "-days", "2", subject="/CN=authority of a test")
        self.ca = folder / "ca.crt"

    def run(self, *words):
        subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True,
                       timeout=WAIT)

    def make(self, name, *options, subject):
        self.run("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                 "-utf8", "-keyout", self.folder / f"{name}.key", "-subj", subject,
                 "-out", self.folder / f"{name}.crt", *options)

    def sign(self, name, subject):
        """The certificate and the key in one file."""
        self.make(name, subject=subject)
        request = self.folder / f"{name}.crt"
        self.run("x509", "-req", "-in", request, "-CA", self.ca, "-CAkey", self.folder / "ca.key",
                 "-days", "2", "-out", self.folder / f"{name}.pem")
        path = self.folder / f"{name}.pem"
        path.write_bytes(path.read_bytes() + (self.folder / f"{name}.key").read_bytes())
        return path


class TlsClient(Client):
    """`context` is that of the ssl module."""

    def __init__(self, port, context):
        super().__init__(port)
        self.socket = context.wrap_socket(self.socket, server_hostname="localhost")


@unittest.skipIf(HAPROXY is None, "haproxy is not installed")
class Haproxy(ControlledTest):
    def behind(self, server, bind="", listener="", frontend="", backend="", first=False):
        """Starts harkd with HAProxy in front of it. `server` are HAProxy's options for harkd,
        `bind` those of its own listener. `first`: a client is connected to harkd before."""
        self.harkd = self.start(listen=(), config=LISTENER + listener)
        if first:
            client = self.connect(self.harkd)
            client.send(proxy.version_1())
            client.greeted()
        self.log = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.log.settimeout(WAIT)
        self.addCleanup(self.log.close)
        self.log.bind(str(self.folder / "log"))
        entrance = socket.create_server(("127.0.0.1", 0))
        self.entrance = entrance.getsockname()[1]
        os.set_inheritable(entrance.fileno(), True)
        self.begin(entrance, HEAD.format(log=self.folder / "log") + f"""
frontend entrance
    bind fd@{entrance.fileno()} {bind}
    {frontend}
    default_backend harkd
backend harkd
    {backend}
    server harkd 127.0.0.1:{self.harkd.port} {server}
""")
        return self.harkd

    def begin(self, entrance, text):
        """HAProxy with this configuration; `entrance` is the socket it listens on."""
        config = self.folder / "haproxy.cfg"
        config.write_text(text, encoding="utf-8")
        output = self.folder / "haproxy.output"
        with output.open("wb") as file:
            process = subprocess.Popen([HAPROXY, "-db", "-f", config], stdin=subprocess.DEVNULL,
                                       stdout=file, stderr=file,
                                       pass_fds=[entrance.fileno()])
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        entrance.close()

    def enter(self, context=None):
        client = TlsClient(self.entrance, context) if context else Client(self.entrance)
        self.addCleanup(client.close)
        return client.greeted()

    def converse(self, client, text="你好"):
        client.send(f"{text}\nbye\n".encode())
        client.expect(b"250 ok #1", b"221 bye, 1 message")
        self.harkd.wait_closed(client)
        connected = self.harkd.wait_record("connected", peer=client.name)
        self.assertRegex(connected["via"], r"^127\.0\.0\.1:\d+$")
        self.assertNotEqual(connected["via"], client.name)
        message = self.harkd.wait_record("message", peer=client.name)
        self.assertEqual(message["text"], text)
        return connected, message


class Forwarded(Haproxy):
    def test_send_proxy(self):
        self.behind("send-proxy")
        for _ in range(3):
            self.converse(self.enter())

    def test_send_proxy_v2(self):
        self.behind("send-proxy-v2")
        connected, _ = self.converse(self.enter())
        self.assertNotIn("proxy_id", connected)
        self.assertNotIn("cert", connected)

    def test_options_of_v2(self):
        self.behind("send-proxy-v2 proxy-v2-options crc32c,unique-id,authority",
                    frontend="unique-id-format %{+X}o\\ %ci:%cp_%fi:%fp_%Ts_%rt:%pid")
        client = self.enter()
        connected, _ = self.converse(client)
        self.assertRegex(connected["proxy_id"], rf"^7F000001:{client.port:04X}_7F000001:")

    def test_a_chain_of_proxies(self):
        self.behind("send-proxy", bind="accept-proxy")
        client = Client(self.entrance)
        self.addCleanup(client.close)
        client.send(proxy.version_1())
        client.greeted().send(b"hello\n")
        client.expect(b"250 ok #1")
        self.harkd.wait_record("message", peer="203.0.113.7:51324")

    def test_a_client_that_is_denied(self):
        self.behind("send-proxy-v2", listener='deny = ["127.0.0.1"]\n')
        client = Client(self.entrance)
        self.addCleanup(client.close)
        client.expect(b"421 not allowed")
        refused = self.harkd.wait_record("refused", peer=client.name)
        self.assertIn("via", refused)

    def test_no_header_at_all(self):
        self.behind("")
        client = Client(self.entrance)
        self.addCleanup(client.close)
        client.expect(b"421 bad frame")
        self.harkd.wait_record("refused", reason="bad frame")


class Certified(Haproxy):
    """HAProxy terminates TLS, and says whose certificate it has verified."""

    def setUp(self):
        super().setUp()
        if shutil.which("openssl") is None:
            self.skipTest("openssl is not installed")
        self.certificates = Certificates(self.folder)
        self.server = self.certificates.sign("server", "/CN=localhost")

    def context(self, certificate=None):
        context = ssl.create_default_context(cafile=self.certificates.ca)
        # These certificates lack what Python has required since 3.13.
        context.verify_flags &= ~ssl.VERIFY_X509_STRICT
        if certificate:
            context.load_cert_chain(certificate)
        return context

    def behind_tls(self, verify, server="send-proxy-v2-ssl-cn"):
        return self.behind(server, bind=f"ssl crt {self.server} ca-file {self.certificates.ca} "
                                        f"verify {verify}")

    def test_the_name_of_a_client(self):
        self.behind_tls("required")
        for name, subject in (("pump-7.example", "/CN=pump-7.example"), ("泵 7", "/CN=泵 7"),
                              ("two", "/O=site 7/CN=two")):
            context = self.context(self.certificates.sign("client", subject))
            connected, message = self.converse(self.enter(context), name)
            self.assertEqual((connected["cert"], message["cert"]), (name, name))

    def test_a_client_without_a_certificate(self):
        self.behind_tls("optional")
        connected, message = self.converse(self.enter(self.context()))
        self.assertNotIn("cert", connected)
        self.assertNotIn("cert", message)

    def test_a_certificate_that_does_not_verify(self):
        self.behind_tls("optional crt-ignore-err all ca-ignore-err all")
        folder = self.folder / "others"
        folder.mkdir()
        stranger = Certificates(folder).sign("client", "/CN=pump-7.example")
        connected, message = self.converse(self.enter(self.context(stranger)))
        self.assertNotIn("cert", connected)
        self.assertNotIn("cert", message)

    def test_without_the_name(self):
        self.behind_tls("required", "send-proxy-v2-ssl")
        certificate = self.certificates.sign("client", "/CN=pump-7.example")
        connected, _ = self.converse(self.enter(self.context(certificate)))
        self.assertNotIn("cert", connected)


    def test_the_documented_configuration(self):
        """As in docs/proxy.md, except for names of files and addresses."""
        page = (ROOT / "docs" / "proxy.md").read_text(encoding="utf-8")
        text = page[page.index("    defaults\n"):page.index("\nand harkd, on the same")]
        harkd = self.harkd = self.start(listen=(), config=LISTENER)
        entrance = socket.create_server(("127.0.0.1", 0))
        self.entrance = entrance.getsockname()[1]
        os.set_inheritable(entrance.fileno(), True)
        for old, new in ((":8766 ", f"fd@{entrance.fileno()} "),
                         ("/etc/haproxy/harkd.pem", self.server),
                         ("/etc/haproxy/clients.crt", self.certificates.ca),
                         ("127.0.0.1:8765", f"127.0.0.1:{harkd.port}")):
            self.assertIn(old, text)
            text = text.replace(old, str(new))
        self.begin(entrance, text)
        context = self.context(self.certificates.sign("client", "/CN=pump-7.example"))
        client = self.enter(context)
        connected, message = self.converse(client)
        self.assertEqual((connected["cert"], message["cert"]), ("pump-7.example",) * 2)
        self.assertRegex(connected["proxy_id"], rf"^7F000001:{client.port:04X}_7F000001:")
        harkd.wait_for(lambda: self.status(harkd)["proxy_local"] >= 2, what="checks")
        self.assertEqual(self.status(harkd)["refused"], 0)
        self.assertEqual(len(harkd.records("connected")), 1)


class Checked(Haproxy):
    """Health checks."""

    def checked(self, options):
        harkd = self.behind(f"{options} check inter 50ms")
        harkd.wait_for(lambda: self.status(harkd)["connections_total"] +
                       self.status(harkd)["refused"] >= 5, what="checks")
        return harkd

    def test_v2_are_local(self):
        harkd = self.checked("send-proxy-v2")
        self.assertGreaterEqual(self.status(harkd)["proxy_local"], 5)
        self.assertEqual(self.status(harkd)["refused"], 0)
        self.assertEqual([r["event"] for r in harkd.records() if "peer" in r], [])
        self.converse(self.enter())

    def test_v1(self):
        # Version 1 of the header cannot say that a connection is a health check.
        harkd = self.checked("send-proxy")
        self.converse(self.enter())

    def verdict(self):
        """What HAProxy says of the first check."""
        while True:
            line = self.log.recv(65536).decode()
            if "Health check" in line:
                return line

    def test_a_conversation(self):
        harkd = self.behind("send-proxy-v2 check inter 50ms", backend=CONVERSATION)
        self.assertIn(" succeeded, reason: Layer7 check passed", self.verdict())
        harkd.wait_for(lambda: self.status(harkd)["proxy_local"] >= 2, what="checks")
        self.assertEqual([r["event"] for r in harkd.records() if "peer" in r], [])

    def test_a_conversation_while_the_daemon_is_full(self):
        self.behind("send-proxy-v2 check inter 50ms", backend=CONVERSATION,
                    listener="[limits]\nconnections = 1\nexempt = []\n", first=True)
        self.assertIn(" failed, reason: Layer7 ", self.verdict())


if __name__ == "__main__":
    unittest.main()
