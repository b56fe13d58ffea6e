"""The output of --check-config, and semantic mistakes in well-formed configurations."""

import os
import re
import unittest

from harness import ProgramTest, run_harkd

DEFAULT = "/etc/harkd/harkd.toml"

TWICE = (
    # The file, and the position of the second occurrence.
    ('listen = ["127.0.0.1:5", "127.0.0.1:5"]\n', (1, 26)),
    ('listen = [\n    "127.0.0.1:5",\n    "[::1]:5",\n    "127.0.0.1:5",\n]\n', (4, 5)),
    ('log = ["console", "console"]\n', (1, 19)),
    ('# two\nlog = [\n  "file:/tmp/a",\n  "file:/tmp/a"]\n', (4, 3)),
    ('[[listener]]\naddress = "127.0.0.1:5"\n\n[[listener]]\naddress = "127.0.0.1:5"\n', (4, None)),
    ('listen = "127.0.0.1:5"\n[[listener]]\naddress = "127.0.0.1:5"\n', (2, None)),
)


class CheckConfig(ProgramTest):
    def check(self, text):
        path = self.folder / "harkd.toml"
        path.write_text(text, encoding="utf-8")
        return run_harkd("--config", path, "--check-config")

    def place(self, done):
        found = re.search(re.escape(str(self.folder / "harkd.toml")) + r":(\d+):(\d+): \S+",
                          done.stderr.decode())
        self.assertTrue(found, done.stderr)
        return int(found.group(1)), int(found.group(2))

    def test_given_twice(self):
        for text, (line, column) in TWICE:
            with self.subTest(text):
                done = self.check(text)
                self.assertEqual((done.returncode, done.stdout), (2, b""))
                found = self.place(done)
                self.assertEqual(found[0], line)
                if column is not None:
                    self.assertEqual(found[1], column)

    def test_port_0_may_be_given_twice(self):
        self.assertEqual(self.check('listen = ["127.0.0.1:0", "127.0.0.1:0"]\n').returncode, 0)

    def test_too_few_descriptors(self):
        for value in ("1.5", "0.5", "1e1", "inf", "nan"):
            with self.subTest(value):
                done = self.check(f"\nmax_connections = {value}\n")
                self.assertEqual((done.returncode, done.stdout), (2, b""))
                self.assertEqual(self.place(done), (2, 19))

    def test_all_mistakes_are_reported(self):
        path = self.folder / "harkd.toml"
        done = self.check('sync = "yes"\n'
                          'listen = ["127.0.0.1:5", "nowhere", "127.0.0.1:5"]\n'
                          "quiet = 5\n"
                          "[[listener]]\n"
                          'framing = "words"\n'
                          "sync = true\n"
                          'address = "[::1]:5"\n')
        self.assertEqual((done.returncode, done.stdout), (2, b""))
        self.assertEqual(done.stderr.decode().splitlines(), [f"harkd: {path}:{line}" for line in (
            "1:8: sync: expected true or false, got a string",
            "2:26: invalid address 'nowhere': expected ADDR:PORT with a numeric address, such as "
            "127.0.0.1:8765 or [::]:8765",
            "2:37: duplicate address 127.0.0.1:5",
            "3:1: unknown setting 'quiet', did you mean 'quiet_ms'?",
            "5:11: invalid framing 'words': expected auto, line, chunk, delimited, counted or "
            "length",
            "6:1: 'sync' is not a setting of a [[listener]]: move it above the first "
            "[[listener]]")])

    def test_all_mistakes_of_a_listener_for_devices(self):
        path = self.folder / "harkd.toml"
        done = self.check("end = '#'\n"
                          "[[listener]]\n"
                          'address = "[::1]:5"\n'
                          'framing = "delimited"\n'
                          'begin = "\\u0002\\u0003"\n'
                          'end = "\\u0002"\n'
                          'ack = ""\n'
                          'charset = "utf-16le"\n'
                          "[[listener]]\n"
                          'address = "[::1]:6"\n'
                          'framing = "delimited"\n'
                          'begin = "\\u000b\\u001c\\r\\n\\t"\n'
                          "length_bytes = 3\n")
        self.assertEqual((done.returncode, done.stdout), (2, b""))
        self.assertEqual(done.stderr.decode().splitlines(), [f"harkd: {path}:{line}" for line in (
            "1:1: 'end' is a setting of a [[listener]]: move it below one",
            "5:9: begin and end: neither may begin with the other",
            "7:7: ack: expected 1 to 64 bytes, got 0",
            '7:7: ack needs replies = "ack", but replies is "text"',
            "8:11: charset utf-16le cannot be combined with framing delimited: expected framing "
            "auto, line, counted or length",
            "11:11: framing delimited needs an end: expected a [[listener]] with end = \"BYTES\", "
            "such as \"\\u0003\"",
            "12:9: begin: expected 1 to 4 ASCII characters, such as \"\\u0003\" or \"\\r\\n\", "
            "got '\\x0b\\x1c\\r\\n\\t'",
            "13:16: length_bytes: expected 1, 2 or 4, got 3",
            "13:16: length_bytes needs framing = \"length\", but framing is \"delimited\"")])

    def test_mistakes_on_the_command_line_too(self):
        path = self.folder / "harkd.toml"
        path.write_text('charset = "klingon"\nsync = 1\n', encoding="utf-8")
        arguments = ("--config", path, "--framing", "words", "--listen", "127.0.0.1:99999",
                     "--listen", "[::1]:5", "--log", "printer")
        for further in (("--check-config",), ()):
            done = run_harkd(*arguments, *further)
            self.assertEqual((done.returncode, done.stdout), (2, b""))
            lines = done.stderr.decode().splitlines()
            for line, beginning in zip(lines, (
                    "--framing: invalid framing 'words': ",
                    "--listen: invalid address '127.0.0.1:99999': ",
                    "--log: invalid sink 'printer': ",
                    f"{path}:1:11: unknown charset 'klingon': ",
                    f"{path}:2:8: sync: "), strict=True):
                self.assertTrue(line.startswith(f"harkd: {beginning}"), line)

    def test_a_syntax_error_is_one_mistake(self):
        done = self.check("sync = \nquiet = 5\n")
        self.assertEqual((done.returncode, done.stdout), (2, b""))
        self.assertEqual(len(done.stderr.splitlines()), 1)
        self.assertEqual(self.place(done), (1, 8))

    def test_activated_sockets_are_reported_as_not_checked(self):
        done = self.check('[[listener]]\nsocket = "main"\n')
        self.assertEqual((done.returncode, done.stdout.decode()),
                         (0, f"{self.folder}/harkd.toml: the configuration is valid; the sockets "
                             "that it names are not checked\n"))
        self.assertEqual(self.check('[[listener]]\naddress = "[::1]:1"\n').stdout.decode(),
                         f"{self.folder}/harkd.toml: the configuration is valid\n")

    @unittest.skipIf(os.path.exists(DEFAULT), "there is a configuration on this machine")
    def test_without_a_file_no_file_is_named(self):
        done = run_harkd("--check-config")
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        for path in re.findall(r"/[^\s:]+", done.stdout.decode()):
            self.assertTrue(os.path.exists(path), done.stdout)


if __name__ == "__main__":
    unittest.main()
