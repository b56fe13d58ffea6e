"""What the tests of `hark talk` share: how it is started, and servers that are not harkd."""

import os
import socket
import subprocess

from client import WAIT
from harness import ProgramTest
from terminal import HARK, Person, make_locale


class Server:
    """A TCP server that does what its test says, one connection at a time."""

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
        try:
            while data := self.socket.recv(65536):
                self._received += data
        except ConnectionResetError:
            pass
        return self._received

    def hang_up(self):
        if self.socket:
            self.socket.close()
            self.socket = None

    def close(self):
        self.hang_up()
        self.listener.close()


class TalkTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.state = self.folder / "state"
        self.environment = {name: value for name, value in os.environ.items()
                            if not name.startswith(("LC_", "LANG")) and name != "NO_COLOR"}
        self.environment.update(TERM="xterm-256color", LC_ALL="C.UTF-8",
                                XDG_STATE_HOME=str(self.state))

    def locale(self, language, charset):
        """Runs hark in this locale, or skips the test."""
        trouble = make_locale(self.folder, language, charset)
        if trouble:
            self.skipTest(trouble)
        self.environment.update(LOCPATH=str(self.folder), LC_ALL=f"{language}.{charset}")

    def serve(self, port=0):
        server = Server(port)
        self.addCleanup(server.close)
        return server

    def sit_down(self, port, *arguments, **options):
        """A person at a terminal with hark on it."""
        person = Person(HARK, "--host", "127.0.0.1", "--port", str(port), *arguments,
                        environment=self.environment, **options)
        self.addCleanup(person.close)
        return person

    def talk_to(self, harkd, *arguments, **options):
        """A person who has been greeted by the daemon, and its prompt."""
        person = self.sit_down(harkd.port, *arguments, **options)
        person.wait_for(lambda screen: len(screen.text()) >= 2 and "220 " in screen.text()[0]
                        and screen.text()[-1] == "hark>", "the greeting and the prompt")
        return person

    def pipe(self, port, *arguments, **options):
        """hark off a terminal."""
        streams = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE,
                   "stderr": subprocess.PIPE, **options}
        process = subprocess.Popen([HARK, "--host", "127.0.0.1", "--port", str(port), *arguments],
                                   env=self.environment, **streams)
        def end():
            process.kill()
            process.wait()
            for stream in (process.stdin, process.stdout, process.stderr):
                if stream and not stream.closed:
                    stream.close()
        self.addCleanup(end)
        return process

    def run_pipe(self, port, text, *arguments):
        """(exit status, standard output, standard error), after this input."""
        process = self.pipe(port, *arguments)
        output, errors = process.communicate(text, timeout=WAIT)
        return process.returncode, output, errors.decode()
