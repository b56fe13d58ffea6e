"""Options, configuration, and what prevents start-up."""

import os
import re
import socket
import subprocess
import time
import unittest
from pathlib import Path

from harness import HARKD, WAIT, LogReader, ProgramTest, run_harkd

BAD_CONFIGS = (
    # The file, and the line of the mistake.
    ('quiet_ms = "soon"\n', 1),
    ("# a comment\nquiet_ms = -1\n", 2),
    ('framing = "words"\n', 1),
    ('\n\ncharset = "klingon"\n', 3),
    ('listen = "[::]"\n', 1),
    ('listen = ["nowhere:at:all"]\n', 1),
    ("listen = [\n", None),
    ("greeting = 5\n", 1),
    ("detect_probes = 1\n", 1),
    ('sync = "yes please"\n', 1),
    ('log = ["printer"]\n', 1),
    ("max_connections = -2\n", 1),
    ('partial_timeout = "long"\n', 1),
    ("idle_timeout = -1\n", 1),
    ('[[listener]]\naddress = "127.0.0.1:0"\nframing = "words"\n', 3),
    ('[[listener]]\naddress = "127.0.0.1:99999"\n', 2),
)


class Options(ProgramTest):
    def test_version(self):
        done = run_harkd("--version")
        self.assertEqual(done.returncode, 0)
        self.assertRegex(done.stdout, rb"\d+\.\d+")

    def test_help_names_every_option(self):
        done = run_harkd("--help")
        self.assertEqual(done.returncode, 0)
        for option in (b"--config", b"--listen", b"--log", b"--framing", b"--charset",
                       b"--check-config", b"--version", b"--help"):
            self.assertIn(option, done.stdout)

    def test_bad_options_are_usage_errors(self):
        for arguments in (("--no-such-option",), ("--framing", "words"), ("--charset", "klingon"),
                          ("--listen", "nowhere"), ("--listen", "127.0.0.1:99999"),
                          ("--log", "printer"), ("--listen",), ("stray",)):
            done = run_harkd(*arguments)
            self.assertEqual(done.returncode, 2, arguments)
            self.assertTrue(done.stderr, arguments)
            self.assertEqual(done.stdout, b"", arguments)


class Configuration(ProgramTest):
    def write(self, text):
        path = self.folder / "harkd.toml"
        path.write_text(text, encoding="utf-8")
        return path

    def test_bad_values_are_reported_with_their_place(self):
        for text, line in BAD_CONFIGS:
            path = self.write(text)
            for further in (("--check-config",), ("--listen", "127.0.0.1:0")):
                done = run_harkd("--config", path, *further)
                self.assertEqual(done.returncode, 2, (text, done.stderr))
                found = re.search(re.escape(str(path)) + r":(\d+):\d+: \S+", done.stderr.decode())
                self.assertTrue(found, (text, done.stderr))
                if line is not None:
                    self.assertEqual(int(found.group(1)), line, (text, done.stderr))

    @unittest.skipIf(os.geteuid() != 0, "needs root, to become another user")
    def test_file_in_an_inaccessible_folder(self):
        closed = self.folder / "closed"
        closed.mkdir(0o700)
        path = closed / "harkd.toml"
        path.write_text("", encoding="utf-8")
        self.folder.chmod(0o755)
        done = subprocess.run(
            ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", HARKD, "--config",
             path, "--check-config"],
            stdin=subprocess.DEVNULL, capture_output=True, timeout=WAIT, check=False)
        self.assertEqual((done.returncode, done.stderr.decode()),
                         (1, f"harkd: cannot read {path}: Permission denied\n"))

    def test_all_bad_values_are_reported(self):
        path = self.write('sync = "yes please"\n[[listener]]\naddress = "127.0.0.1:99999"\n'
                          'framing = "words"\n')
        for further in (("--check-config",), ("--log", "console"), ("--listen", "127.0.0.1:0")):
            done = run_harkd("--config", path, *further)
            self.assertEqual(done.returncode, 2)
            self.assertEqual(re.findall(re.escape(str(path)) + r":(\d+:\d+): ",
                                        done.stderr.decode()), ["1:8", "3:11", "4:11"])

    def test_check_of_a_valid_one(self):
        # Nothing is bound, so a port in use does not matter.
        with socket.create_server(("127.0.0.1", 0)) as taken:
            path = self.write(f'listen = ["127.0.0.1:{taken.getsockname()[1]}"]\n'
                              'log = ["console"]\nsync = false\nframing = "line"\n'
                              'charset = "utf-8"\ngreeting = "hello"\nquiet_ms = 50\n'
                              'partial_timeout = 10\nidle_timeout = 0\nmax_connections = 10\n'
                              'detect_probes = true\n')
            done = run_harkd("--config", path, "--check-config")
        self.assertEqual((done.returncode, done.stderr), (0, b""))

    def test_missing_file(self):
        done = run_harkd("--config", self.folder / "none.toml", "--check-config")
        self.assertIn(done.returncode, (1, 2))
        self.assertIn(b"none.toml", done.stderr)

    def test_directory_is_not_a_configuration(self):
        done = run_harkd("--config", self.folder, "--check-config")
        self.assertIn(done.returncode, (1, 2))
        self.assertIn(str(self.folder), done.stderr.decode())

    def test_command_line_wins(self):
        harkd = self.start("--framing", "line", "--charset", "utf-8",
                           config='framing = "chunk"\ncharset = "gb18030"\nlisten = ["[::1]:0"]\n')
        client = self.greeted(harkd)
        client.send("é".encode() + b"\nb\n")
        client.expect(b"250 ok #1", b"250 ok #2")
        self.assertEqual([r["text"] for r in harkd.wait_messages(client, 2)], ["é", "b"])


class Ports(ProgramTest):
    def test_busy_port(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            address = f"127.0.0.1:{taken.getsockname()[1]}"
            done = run_harkd("--config", "/dev/null", "--listen", address, "--log", "console")
        self.assertEqual((done.returncode, done.stderr.decode()),
                         (1, f"harkd: cannot bind {address}: Address already in use "
                             "(another program listens there; ss -ltnp shows which)\n"))

    @unittest.skipIf(os.geteuid() != 0, "needs root, to become another user")
    def test_privileged_port(self):
        # If the kernel lets everyone bind it, as in some containers, this cannot be tested.
        if int(Path("/proc/sys/net/ipv4/ip_unprivileged_port_start").read_text()) <= 79:
            self.skipTest("everyone may bind low ports here")
        done = subprocess.run(
            ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", HARKD, "--config",
             "/dev/null", "--listen", "127.0.0.1:79", "--log", "console", "--control", ""],
            stdin=subprocess.DEVNULL, capture_output=True, timeout=WAIT, check=False)
        self.assertEqual((done.returncode, done.stderr.decode()),
                         (1, "harkd: cannot bind 127.0.0.1:79: Permission denied "
                             "(ports below 1024 need root or CAP_NET_BIND_SERVICE)\n"))

    def test_address_of_another_machine(self):
        done = run_harkd("--config", "/dev/null", "--listen", "192.0.2.7:0", "--log", "console")
        self.assertEqual((done.returncode, done.stderr.decode()),
                         (1, "harkd: cannot bind 192.0.2.7:0: Cannot assign requested address "
                             "(no interface of this machine has this address)\n"))

    def test_default(self):
        log = self.folder / "log"
        reader = LogReader(log)
        process = subprocess.Popen(
            [HARKD, "--config", "/dev/null", "--log", f"file:{log}", "--control", ""],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        end = time.monotonic() + WAIT
        while time.monotonic() < end and not reader.read() and process.poll() is None:
            time.sleep(0.01)
        if process.poll() is not None and b"in use" in process.stderr.read():
            self.skipTest("port 8765 is taken on this machine")
        self.assertIn(reader.read()[0]["address"], ("[::]:8765", "0.0.0.0:8765"))
        with socket.create_connection(("127.0.0.1", 8765), WAIT) as client:
            self.assertEqual(client.recv(4), b"220 ")
        process.terminate()
        self.assertEqual(process.wait(WAIT), 0)

    def test_port_0_is_recorded(self):
        harkd = self.start()
        self.assertRegex(harkd.addresses[0], r"^127\.0\.0\.1:[1-9]\d*$")


if __name__ == "__main__":
    unittest.main()
