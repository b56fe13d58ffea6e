"""The control socket from the client's side: its path, permissions, and misbehaving daemons."""

import os
import resource
import signal
import socket
import stat
import subprocess
import time
import unittest

from client import WAIT
from controlling import ControlTest
from fake_control import FakeControl, HangUp
from harness import SLOW
from terminal import HARK, wait_until


class Place(ControlTest):
    def without_path(self, **options):
        done = subprocess.run([HARK, "--json", "status"], stdin=subprocess.DEVNULL,
                              capture_output=True, env=self.environment, timeout=WAIT, check=False,
                              **options)
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    def test_nobody_there(self):
        self.assertEqual(self.run_hark("status"), (
            3, "", f"hark: cannot connect to the control socket {self.path}: No such file or "
                   "directory\n"))
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(str(self.path))
        listener.close()
        self.assertEqual(self.run_hark("status"), (
            3, "", f"hark: cannot connect to the control socket {self.path}: Connection refused\n"))

    def test_a_path_that_is_too_long(self):
        self.path = self.folder / ("x" * 200)
        status, _, errors = self.run_hark("status")
        self.assertEqual(status, 3)
        self.assertIn("File name too long", errors)

    def test_the_users_own_folder(self):
        if os.path.exists("/run/harkd/control"):
            self.skipTest("a daemon is installed here")
        self.environment["XDG_RUNTIME_DIR"] = str(self.folder)
        words = ("hark: no daemon is running here, or its control socket is elsewhere: "
                 "--control PATH\n")
        self.assertEqual(self.without_path(), (3, "", words))
        (self.folder / "harkd").mkdir()
        server = FakeControl(self.folder / "harkd" / "control")
        self.addCleanup(server.close)
        status, _, errors = self.without_path()
        self.assertEqual((status, errors), (0, ""))
        self.environment["XDG_RUNTIME_DIR"] = "relative"
        self.assertEqual(self.without_path(), (3, "", words))

    def test_permission_denied(self):
        if os.geteuid() != 0:
            self.skipTest("only root can become somebody else")
        if any(not folder.stat().st_mode & stat.S_IXOTH for folder in HARK.parents):
            self.skipTest("the build is in a folder that is closed to others")
        self.serve()
        os.chmod(self.path, 0o600)
        os.chmod(self.folder, 0o755)
        self.assertEqual(self.run_hark("status", user=65534, group=65534, extra_groups=[]), (
            3, "", f"hark: the control socket {self.path} is open only to root and to members of "
                   "the group hark\n"))

    def test_no_path(self):
        self.assertEqual(self.run_hark("--control=", "status"), (
            2, "", "hark: --control: expected the path of a socket\nhark: try: hark --help\n"))


class Hostile(ControlTest):
    def setUp(self):
        super().setUp()
        self.server = self.serve()

    def fails(self, words, *arguments):
        began = time.monotonic()
        self.assertEqual(self.run_hark(*(arguments or ("status",))), (3, "", f"hark: {words}\n"))
        return time.monotonic() - began

    def test_garbage(self):
        nested = b'{"parameters":{"x":' + b"[" * 100000 + b"]" * 100000 + b"}}\0"
        for garbage in (b"\0", b"HTTP/1.1 400\r\n\r\n\0", b"[]\0", b'{"error":5}\0', b"\xff\xfe\0",
                        b'{"parameters":1}\0', b'{"continues":"yes"}\0', nested):
            with self.subTest(garbage=garbage[:40]):
                self.server.handle("Status", lambda _, garbage=garbage: [garbage])
                self.fails("not a valid reply from harkd: it is not a Varlink message")

    def test_unsolicited_replies(self):
        self.server.handle("Status", lambda _: [b'{"parameters":{},"continues":true}\0'])
        self.fails("not a valid reply from harkd: it was not requested")

    def test_missing_values(self):
        for key in ("version", "uptime", "sinks", "latency", "charsets", "accepting"):
            with self.subTest(key=key):
                broken = {name: value for name, value in self.server.status.items() if name != key}
                self.server.handle("Status", lambda _, broken=broken: [broken])
                self.fails(f"not a valid reply from harkd: {key}")

    def test_a_message_without_end(self):
        def endless(_):
            while True:
                yield b"x" * 65536
        # Without `more`, only one reply is accepted: this one never ends.
        self.server.handle("Status", lambda _: [b"x" * (4 << 20)])
        self.fails("not a valid reply from harkd: it is longer than 1 MiB")
        self.server.handle("Tail", endless)
        self.fails("not a valid reply from harkd: it is longer than 1 MiB", "tail")

    def test_the_connection_ends_instead_of_a_reply(self):
        self.server.handle("Status", lambda _: [HangUp()])
        self.fails("the daemon closed the connection")

    def test_the_connection_ends_within_a_reply(self):
        self.server.handle("Status", lambda _: [b'{"parameters":{"version":'])
        process = self.begin("status")
        wait_until(lambda: self.server.calls, "the call")
        self.server.close()
        _, errors = process.communicate(timeout=WAIT)
        self.assertEqual((process.returncode, errors),
                         (3, b"hark: the daemon closed the connection\n"))

    def test_a_daemon_that_never_replies(self):
        self.server.handle("Status", lambda _: [])
        took = self.fails("the daemon did not answer within 10 s")
        self.assertGreater(took, 9)
        self.assertLess(took, 10 + 5 * SLOW)

    def test_a_daemon_that_accepts_nobody(self):
        """Its backlog is full: hark waits for room as long as for a reply."""
        self.server.close()
        os.unlink(self.path)
        listener = socket.socket(socket.AF_UNIX)
        self.addCleanup(listener.close)
        listener.bind(str(self.path))
        listener.listen(0)
        first = socket.socket(socket.AF_UNIX)
        self.addCleanup(first.close)
        first.connect(str(self.path))
        process = self.begin("reload")
        process.send_signal(signal.SIGCONT)
        self.assertIsNone(process.poll())
        accepted, _ = listener.accept()
        accepted.close()
        second, _ = listener.accept()
        self.addCleanup(second.close)
        self.assertEqual(second.recv(1000), b'{"method":"org.harkd.Reload"}\0')
        second.sendall(b"{}\0")
        self.assertEqual(process.wait(WAIT), 0)

    def test_ctrl_c(self):
        self.server.handle("Status", lambda _: [])
        process = self.begin("status")
        wait_until(lambda: self.server.calls, "the call")
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(WAIT), 130)
        self.assertEqual(process.communicate(), (b"", b""))

    def test_a_reply_in_pieces(self):
        answered = b'{"parameters":{}}\0'
        self.server.handle("Reload", lambda _: [bytes([byte]) for byte in answered])
        self.assertEqual(self.run_hark("reload")[0], 0)

    def test_memory(self):
        """The longest message accepted costs a bounded multiple of its size."""
        self.server.handle("Status", lambda _: [b'{"parameters":{"x":['
                                                + b"[]," * 300000 + b"[]]}}\0"])
        limit = 256 << 20
        def bound():
            # A sanitizer reserves terabytes of address space.
            if SLOW == 1:
                resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
        status, _, errors = self.run_hark("status", preexec_fn=bound)
        self.assertEqual((status, errors), (3, "hark: not a valid reply from harkd: version\n"))


if __name__ == "__main__":
    unittest.main()
