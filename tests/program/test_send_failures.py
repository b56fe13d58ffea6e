"""hark send in a broken environment: one clear line, and the exit status."""

import os
import signal
import socket
import subprocess
import unittest

from sending import HARK, WAIT, SendTest


def unused_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


class Unreachable(SendTest):
    def test_nobody_listens(self):
        port = unused_port()
        self.assertEqual(self.send(port, "x"),
                         (3, "", f"hark: cannot connect to 127.0.0.1:{port}: 127.0.0.1:{port}: "
                                 "Connection refused; nothing was sent\n"))

    def test_no_such_name(self):
        status, output, errors = self.send(1, "x", host="no-such-name.invalid")
        self.assertEqual((status, output), (3, ""))
        self.assertRegex(errors, "^hark: cannot find no-such-name.invalid: .+; nothing was sent\n$")

    def test_never_completes_the_connection(self):
        # When its backlog is full, a listener leaves further connections waiting.
        listener = socket.socket()
        self.addCleanup(listener.close)
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        port = listener.getsockname()[1]
        waiting = []
        for _ in range(4):
            one = socket.socket()
            one.setblocking(False)
            one.connect_ex(("127.0.0.1", port))
            waiting.append(one)
            self.addCleanup(one.close)
        status, _, errors = self.send(port, "--timeout", "0.5", "x")
        self.assertEqual(status, 3)
        self.assertEqual(errors, f"hark: cannot connect to 127.0.0.1:{port} within 0.5 s; "
                                 "nothing was sent\n")

    def with_hosts(self, text):
        """The start of a command that makes the program see this /etc/hosts."""
        hosts = self.folder / "hosts"
        hosts.write_text(text, encoding="ascii")
        private = ["unshare", "--mount", "sh", "-c",
                   f'mount --bind "{hosts}" /etc/hosts && exec "$@"', "sh"]
        try:
            if subprocess.run([*private, "true"], capture_output=True, timeout=WAIT,
                              check=False).returncode == 0:
                return private
        except FileNotFoundError:
            pass
        return self.skipTest("/etc/hosts cannot be replaced for a process")

    def test_all_addresses_are_tried(self):
        private = self.with_hosts("127.0.0.3 many\n127.0.0.2 many\n127.0.0.1 many\n::1 many\n")
        harkd = self.start()
        done = subprocess.run([*private, HARK, "--host", "many", "--port", str(harkd.port), "send",
                               "hello"], stdin=subprocess.DEVNULL, capture_output=True,
                              env=self.environment, timeout=WAIT, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        self.assertEqual([record["text"] for record in harkd.messages()], ["hello"])

    def test_each_address_is_named(self):
        private = self.with_hosts("127.0.0.3 many\n127.0.0.2 many\n")
        port = unused_port()
        done = subprocess.run([*private, HARK, "--host", "many", "--port", str(port), "send", "x"],
                              stdin=subprocess.DEVNULL, capture_output=True, env=self.environment,
                              timeout=WAIT, check=False)
        self.assertEqual(done.returncode, 3)
        self.assertEqual(done.stderr.decode().count("Connection refused"), 2)
        self.assertEqual(done.stderr.count(b"\n"), 1)


class Streams(SendTest):
    def closed(self, *descriptors):
        def close():
            for descriptor in descriptors:
                os.close(descriptor)
        return {"preexec_fn": close}

    def test_input_closed(self):
        harkd = self.start()
        status, output, errors = self.send(harkd.port, text=None, stdin=None, **self.closed(0))
        self.assertEqual((status, output), (2, ""))
        self.assertEqual(errors, "hark: cannot read standard input: Bad file descriptor\n")
        self.assertEqual(self.send(harkd.port, "x", text=None, stdin=None, **self.closed(0)),
                         (0, "", ""))

    def test_all_closed(self):
        harkd = self.start()
        process = self.begin(harkd.port, "--verbose", "x", stdin=None, stdout=None, stderr=None,
                             **self.closed(0, 1, 2))
        self.assertEqual(process.wait(WAIT), 1)
        self.assertEqual([record["text"] for record in harkd.messages()], ["x"])

    def test_input_is_a_folder(self):
        folder = os.open("/", os.O_RDONLY)
        self.addCleanup(os.close, folder)
        status, _, errors = self.send(self.start().port, text=None, stdin=folder)
        self.assertEqual((status, errors), (2, "hark: cannot read standard input: Is a directory\n"))

    def test_the_output_s_reader_has_exited(self):
        harkd = self.start()
        reading, writing = os.pipe()
        os.close(reading)
        with open(writing, "wb") as gone:
            status, _, errors = self.send(harkd.port, "--verbose", "x", "y", stdout=gone)
        self.assertEqual((status, errors), (0, ""))
        self.assertEqual([record["text"] for record in harkd.messages()], ["x", "y"])

    def test_output_is_full(self):
        harkd = self.start()
        with open("/dev/full", "wb") as full:
            status, _, errors = self.send(harkd.port, "--json", "x", stdout=full)
        self.assertEqual((status, errors),
                         (1, "hark: cannot write to standard output: No space left on device\n"))
        self.assertEqual([record["text"] for record in harkd.messages()], ["x"])


class Signals(SendTest):
    def test_interrupted(self):
        for number, status in ((signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)):
            with self.subTest(number=number):
                server = self.serve()
                process = self.begin(server.port)
                process.stdin.write(b"a\nb\nc\n")
                process.stdin.flush()
                self.assertEqual(server.accept().line(), b"a")
                server.send(b"250 ok #1\r\n")
                self.assertEqual(server.line(), b"b")
                process.send_signal(number)
                self.assertEqual(self.ended(process),
                                 (status, "", "hark: interrupted; not acknowledged: lines 2; "
                                              "lines after 2 were not sent\n"))

    def test_interrupted_while_the_output_is_not_read(self):
        server = self.serve()
        process = self.begin(server.port, "--verbose", "--timeout", "0", "x")
        server.accept()
        server.socket.settimeout(0.5)
        with self.assertRaises(TimeoutError):
            while True:
                server.send(b"* operator: hello\r\n" * 1000)
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(WAIT), 130)

    def test_ignored_signals_stay_ignored(self):
        # As if started under nohup, or in the background of a script.
        harkd = self.start()

        def ignore():
            signal.signal(signal.SIGHUP, signal.SIG_IGN)
            signal.signal(signal.SIGINT, signal.SIG_IGN)
        process = self.begin(harkd.port, preexec_fn=ignore)
        process.stdin.write(b"one\n")
        process.stdin.flush()
        harkd.wait_record("message")
        process.send_signal(signal.SIGHUP)
        process.send_signal(signal.SIGINT)
        process.stdin.write(b"two\n")
        self.assertEqual(self.finish(process), (0, "", ""))


if __name__ == "__main__":
    unittest.main()
