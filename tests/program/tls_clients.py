"""Shared by the tests of TLS listeners."""

import contextlib
import os
import socket
import ssl
import subprocess

from certificates import certificates
from client import WAIT, Client
from configured import change_config
from controlled import ControlledTest

VERSIONS = {"TLSv1.2": ssl.TLSVersion.TLSv1_2, "TLSv1.3": ssl.TLSVersion.TLSv1_3}


def client_context(certificate=None, version=None, ca=None):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(ca or certificates().ca.certificate)
    if certificate is not None:
        context.load_cert_chain(certificate.certificate, certificate.key)
    if version is not None:
        context.minimum_version = context.maximum_version = VERSIONS[version]
    return context


def tls_setting(server=None, **settings):
    server = server or certificates().server
    pairs = {"certificate": server.certificate, "key": server.key, **settings}
    return "tls = { " + ", ".join(
        f"{key} = {value if isinstance(value, list) else chr(34) + str(value) + chr(34)}"
        .replace("'", '"') for key, value in pairs.items()) + " }\n"


class TlsClient(Client):
    """`before` is sent first, in plain text. The handshake is made at once if `shake` is true."""

    def __init__(self, port, host="127.0.0.1", certificate=None, version=None, before=b"",
                 shake=True, **options):
        super().__init__(port, host, **options)
        if before:
            self.send(before)
        self.raw = self.socket
        if shake:
            self.shake(certificate, version)

    def shake(self, certificate=None, version=None):
        self.socket = client_context(certificate, version).wrap_socket(
            self.raw, server_hostname="localhost", suppress_ragged_eofs=False)
        self.socket.settimeout(WAIT)

    def say_end(self):
        """Sends a close_notify. Nothing can be read after that: see BioClient.end()."""
        self.socket.setblocking(False)
        with contextlib.suppress(ssl.SSLError):
            self.socket.unwrap()

    def half_close(self):
        """Ends only the TCP stream, without a close_notify; SSLSocket.shutdown() would end both."""
        socket.socket.shutdown(self.socket, socket.SHUT_WR)

    def cut(self):
        """Ends the connection without a close_notify."""
        raw = socket.socket(fileno=self.socket.detach())
        raw.close()


class BioClient:
    """TLS by hand: each of its bytes can be held back."""

    def __init__(self, connection, certificate=None, version=None):
        self.connection = connection  # a plain Client
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = client_context(certificate, version).wrap_bio(
            self.incoming, self.outgoing, server_hostname="localhost")

    def shake(self, send=None):
        """`send` is called with what is to be sent."""
        send = send or self.connection.send
        while True:
            try:
                self.tls.do_handshake()
                done = True
            except ssl.SSLWantReadError:
                done = False
            if self.outgoing.pending:
                send(self.outgoing.read())
            if done:
                return
            self.receive()

    def receive(self):
        data = self.connection.socket.recv(65536)
        if data:
            self.incoming.write(data)
        else:
            self.incoming.write_eof()
        return data

    def seal(self, text):
        """`text` as it is sent."""
        self.tls.write(text)
        return self.outgoing.read()

    def end(self):
        """The close_notify, as it is sent."""
        with contextlib.suppress(ssl.SSLWantReadError):
            self.tls.unwrap()
        return self.outgoing.read()

    def expect_end(self, test):
        """Checks that the daemon sends a close_notify, and closes."""
        received = b""
        try:
            while data := self.tls.read():
                received += data
        except ssl.SSLWantReadError:
            test.assertTrue(self.receive(), "the stream ends without close_notify")
            return self.expect_end(test)
        except ssl.SSLZeroReturnError:
            pass
        test.assertEqual(received, b"")

    def lines(self, count):
        received = b""
        while received.count(b"\n") < count:
            try:
                received += self.tls.read()
            except ssl.SSLWantReadError:
                self.receive()
        return received.split(b"\r\n")[:-1]


class TlsTest(ControlledTest):
    def config(self, server=None, top="", settings="", **tls):
        return (f'{top}[[listener]]\naddress = "127.0.0.1:0"\n'
                + settings + tls_setting(server, **tls))

    def start_tls(self, server=None, top="", settings="", options=None, **tls):
        return self.start(listen=(), config=self.config(server, top, settings, **tls),
                          **(options or {}))

    def arrive(self, harkd, certificate=None, version=None, **options):
        client = TlsClient(harkd.port, certificate=certificate, version=version, **options)
        self.addCleanup(client.close)
        return client

    def join_tls(self, harkd, certificate=None, version=None, **options):
        return self.arrive(harkd, certificate, version, **options).greeted()

    def change(self, harkd, config, event="reloaded"):
        before = len(harkd.records(event))
        change_config(harkd, config)
        harkd.wait_for(lambda: len(harkd.records(event)) > before, what=event)

    def s_client(self, harkd, *arguments, text=b"", certificate=None, ca=None):
        """What the openssl command gets until the daemon closes: its input never ends before."""
        shown = () if certificate is None else ("-cert", certificate.certificate,
                                                "-key", certificate.key)
        source, sink = os.pipe()
        try:
            os.write(sink, text)
            return subprocess.run(
                ["openssl", "s_client", "-connect", f"127.0.0.1:{harkd.port}", "-quiet",
                 "-no_ign_eof", "-CAfile", ca or certificates().ca.certificate, *shown, *arguments],
                stdin=source, capture_output=True, timeout=WAIT, check=False)
        finally:
            os.close(source)
            os.close(sink)


__all__ = ["BioClient", "TlsClient", "TlsTest", "client_context", "tls_setting"]
