"""Shared by the tests of `hark talk`: how to start it, and servers other than harkd."""

import json
import socket
import subprocess

from client import WAIT, receive_all
from running import HarkTest


class Server:
    """A TCP server scripted by the test, one connection at a time."""

    def __init__(self, port=0):
        self.listener = socket.create_server(("127.0.0.1", port))
        self.listener.settimeout(WAIT)
        self.port = self.listener.getsockname()[1]
        self.socket = None
        self._received = b""

    def accept(self):
        self.hang_up()
        self.socket, _ = self.listener.accept()
        self.socket.settimeout(WAIT)
        self._received = b""
        return self

    def send(self, data):
        self.socket.sendall(data)

    def line(self):
        while b"\n" not in self._received:
            data = self.socket.recv(65536)
            assert data, f"the end in place of a line; before it {self._received!r}"
            self._received += data
        line, _, self._received = self._received.partition(b"\n")
        return line

    def rest(self):
        return self._received + receive_all(self.socket)

    def hang_up(self):
        if self.socket:
            self.socket.close()
            self.socket = None

    def close(self):
        self.hang_up()
        self.listener.close()


class TalkTest(HarkTest):
    def setUp(self):
        super().setUp()
        self.state = self.folder / "state"
        self.environment["XDG_STATE_HOME"] = str(self.state)

    def serve(self, port=0):
        server = Server(port)
        self.addCleanup(server.close)
        return server

    def listen(self, **settings):
        """A daemon with one listener, which has these settings."""
        lines = ["[[listener]]", 'address = "127.0.0.1:0"']
        lines += [f"{name} = {json.dumps(value)}" for name, value in settings.items()]
        return self.start(listen=(), config="\n".join(lines) + "\n")

    def sit_down(self, port, *arguments, **options):
        """A person at a terminal running hark."""
        return self.seat("--host", "127.0.0.1", "--port", str(port), *arguments, **options)

    def talk_to(self, harkd, *arguments, **options):
        """A person who has seen the daemon's greeting and the prompt."""
        person = self.sit_down(harkd.port, *arguments, **options)
        person.wait_for(lambda screen: len(screen.text()) >= 2 and "220 " in screen.text()[0]
                        and screen.text()[-1] == "hark>", "the greeting and the prompt")
        return person

    def pipe(self, port, *arguments, **options):
        """hark without a terminal."""
        return self.start_hark("--host", "127.0.0.1", "--port", str(port), *arguments,
                               **{"stdin": subprocess.PIPE, **options})

    def run_pipe(self, port, text, *arguments):
        """(exit status, standard output, standard error) for this input."""
        process = self.pipe(port, *arguments)
        output, errors = process.communicate(text, timeout=WAIT)
        return process.returncode, output, errors.decode()
