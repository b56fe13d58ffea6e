"""The manual pages and the example configuration: they render, and they are correct.

The tests examine what a reader sees: the pages as rendered by mandoc and man.
"""

import os
import re
import socket
import subprocess
import sys
import textwrap
import unittest

from certificates import certificates
from harness import HARKD, ROOT, WAIT, ProgramTest, run_harkd
from terminal import HARK

MANUALS = ROOT / "docs" / "man"
PAGES = ("hark.1", "harkd.toml.5", "harkd-protocol.7", "harkd.8")
EXAMPLE = ROOT / "systemd" / "harkd.toml"

ENGLISH = {**os.environ, "LC_ALL": "C.UTF-8", "LANGUAGE": ""}
INTERPRETERS = {"A client in sh": ["sh"], "A client in Python": [sys.executable]}
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*")

# What to send, and how it must be recorded.
LINES = ("hello\n\nbye\n\\bye\n \\bye\n\\\\ Bye \t\nbye bye\nGET / HTTP/1.1\r\n你好\n"
         "\\d \\1 %s $HOME `x` -n\nlast").encode()
TEXTS = ["hello", "bye", "\\bye", " \\bye", "\\\\ Bye \t", "bye bye", "GET / HTTP/1.1", "你好",
         "\\d \\1 %s $HOME `x` -n", "last"]


def run(*command, **options):
    return subprocess.run(command, stdin=options.pop("stdin", subprocess.DEVNULL),
                          capture_output=True, timeout=WAIT, check=False, env=ENGLISH, **options)


def rendered(page):
    """The page as text, with long lines so that few are broken."""
    done = run("mandoc", "-T", "utf8", "-O", "width=150", MANUALS / page)
    assert done.returncode == 0, done.stderr
    return re.sub(".\b", "", done.stdout.decode())


def section(text, title):
    """The text below a heading, up to the next one of the same or a higher level."""
    found = re.search(rf"^( *){re.escape(title)}\n", text, re.MULTILINE)
    assert found, f"no section {title}"
    rest = text[found.end():]
    end = re.search(rf"^ {{0,{len(found[1])}}}\S", rest, re.MULTILINE)
    return rest[:end.start()] if end else rest


def items(text):
    """The heads of list items: lines with the indentation of sections."""
    return re.findall(r"^ {5}(\S.*)", text, re.MULTILINE)


def documented(text):
    """The options that a list describes."""
    return {option for head in items(text) if head.startswith("-")
            for option in OPTION.findall(re.split(r" {2,}", head)[0])}


def script(text):
    """The program in a section."""
    lines = text.splitlines()
    begin = next(number for number, line in enumerate(lines) if line.lstrip().startswith("#!"))
    indent = len(lines[begin]) - len(lines[begin].lstrip())
    end = begin
    while end < len(lines) and (not lines[end] or lines[end].startswith(" " * indent)):
        end += 1
    return textwrap.dedent("\n".join(lines[begin:end])) + "\n"


def help_of(*command):
    done = run(*command, "--help")
    assert done.returncode == 0, done.stderr
    return done.stdout.decode()


def listed_commands():
    words = help_of(HARK).partition("Commands:\n")[2].partition("\n\n")[0]
    return re.findall(r"^  (\S+)", words, re.MULTILINE)


class Rendering(unittest.TestCase):
    def test_mandoc_reports_nothing(self):
        for page in PAGES:
            with self.subTest(page):
                done = run("mandoc", "-T", "lint", "-W", "warning", MANUALS / page)
                self.assertEqual((done.returncode, done.stdout), (0, b""))

    def test_groff_reports_nothing(self):
        for page in PAGES:
            with self.subTest(page):
                done = run("man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z",
                           MANUALS / page)
                self.assertEqual((done.returncode, done.stderr), (0, b""))
                self.assertIn(b"x T utf8", done.stdout)

    def test_each_names_the_others_that_exist(self):
        known = {f"{name}({number})" for name, number in (page.rsplit(".", 1) for page in PAGES)}
        for page in PAGES:
            named = set(re.findall(r"\bhark[\w.-]*\(\d\)", rendered(page)))
            self.assertLessEqual(named, known, page)


class Options(unittest.TestCase):
    def test_of_harkd(self):
        offered = set(OPTION.findall(help_of(HARKD)))
        page = rendered("harkd.8")
        self.assertIn("--listen", offered)
        self.assertEqual(documented(section(page, "DESCRIPTION")), offered)
        self.assertEqual(set(OPTION.findall(section(page, "SYNOPSIS"))), offered)
        self.assertLessEqual(set(OPTION.findall(page)), offered)

    def test_of_hark(self):
        page = rendered("hark.1")
        description = section(page, "DESCRIPTION")
        common = set(OPTION.findall(help_of(HARK)))
        self.assertIn("--host", common)
        self.assertEqual(documented(description.partition("\n   hark ")[0]), common)
        offered = set(common)
        commands = listed_commands()
        self.assertIn("talk", commands)
        self.assertEqual(re.findall(r"^   hark (\S+)$", description, re.MULTILINE), commands)
        for command in commands:
            with self.subTest(command):
                own = help_of(HARK, command).partition("Options of this command:")[2]
                own = set(OPTION.findall(own.partition("\n\n")[0]))
                self.assertEqual(documented(section(page, f"hark {command}")), own)
                self.assertRegex(section(page, "SYNOPSIS"), rf"\b{command}\b")
                offered |= own
        self.assertEqual(set(OPTION.findall(page)), offered)


class Configuration(ProgramTest):
    def check(self, text):
        path = self.folder / "harkd.toml"
        # The certificates of the examples must exist.
        made = certificates()
        for name, file in (("server.pem", made.server.certificate), ("server.key", made.server.key),
                           ("ca.pem", made.ca.certificate)):
            text = text.replace(f"/etc/harkd/tls/{name}", str(file))
        path.write_text(text, encoding="utf-8")
        done = subprocess.run([HARKD, "--config", path, "--check-config"], env=ENGLISH,
                              capture_output=True, timeout=WAIT, check=False)
        return done.returncode, done.stderr.decode()

    def known(self, table=""):
        """The daemon's keys, from its message about an unknown one."""
        status, complaint = self.check(f"{table}\nmistyped = 1\n")
        self.assertEqual(status, 2)
        return set(complaint.strip().partition("expected one of: ")[2].split(", "))

    def setUp(self):
        super().setUp()
        self.text = EXAMPLE.read_text(encoding="utf-8")
        self.page = section(rendered("harkd.toml.5"), "DESCRIPTION")
        top, *listeners = self.text.split("#[[listener]]\n")
        top, _, nats = top.partition("#[nats]\n")
        top, _, limits = top.partition("#[limits]\n")
        self.settings = dict(re.findall(r"^#(\w+) = (.*)$", top, re.MULTILINE))
        self.limits = dict(re.findall(r"^#(\w+) = (.*)$", limits, re.MULTILINE))
        self.nats = nats
        self.listeners = [dict(re.findall(r"^#(\w+) = (.*)$", text, re.MULTILINE))
                          for text in listeners]

    def documented_keys(self, text):
        return {key for head in items(text) if re.match(r"\w+( =|,|$)", head)
                for key in re.findall(r"\b[a-z_]+\b", head.partition(" =")[0])}

    def test_is_valid(self):
        done = run_harkd("--config", EXAMPLE, "--check-config")
        self.assertEqual((done.returncode, done.stderr), (0, b""))

    def test_has_only_comments(self):
        for line in self.text.splitlines():
            self.assertRegex(line, r"^$|^# |^#$|^#\w+ = |^#\[\[listener\]\]$|^#\[(limits|nats)\]$")

    def test_each_setting_is_accepted(self):
        for key, value in self.settings.items():
            with self.subTest(key):
                self.assertEqual(self.check(f"{key} = {value}\n"), (0, ""))
        for key, value in self.limits.items():
            with self.subTest(key):
                self.assertEqual(self.check(f"[limits]\n{key} = {value}\n"), (0, ""))
        for listener in self.listeners:
            lines = "".join(f"{key} = {value}\n" for key, value in listener.items())
            with self.subTest(lines):
                self.assertEqual(self.check("[[listener]]\n" + lines), (0, ""))
        self.assertEqual(self.check(re.sub(r"^#(?=\w|\[)", "", self.text, flags=re.MULTILINE)),
                         (0, ""))

    def test_every_key_is_in_the_example_and_in_the_manual(self):
        known = self.known() - {"listener", "limits", "nats"}
        self.assertIn("quiet_ms", known)
        # The example has no former names.
        self.assertEqual(set(self.settings), known - {"max_connections"})
        own, differ = self.page.split("Listeners with their own settings")
        self.assertEqual(self.documented_keys(own), known)

        known = self.known("[[listener]]")
        self.assertIn("address", known)
        self.assertEqual(set().union(*self.listeners), known)
        differ, limits = differ.partition("   Reload")[0].split("\n   Limits\n")
        limits, nats = limits.split("\n   A stream on several machines\n")
        self.assertEqual(self.documented_keys(differ), known)

        known = self.known("[limits]")
        self.assertIn("exempt", known)
        self.assertEqual(set(self.limits), known)
        self.assertEqual(self.documented_keys(limits), known)

        # Some of these exclude each other, so the example only mentions them.
        known = self.known("[nats]")
        self.assertIn("subject", known)
        self.assertEqual(self.documented_keys(nats), known)
        tls = self.known("[nats.tls]")
        self.assertIn("ca", tls)
        for key in known | tls:
            self.assertRegex(self.nats, rf"\b{key}\b")
            self.assertRegex(nats, rf"\b{key}\b")

    def test_defaults_are_those_of_the_manual(self):
        own = self.page.partition("Listeners with their own settings")[0]
        for key, value in self.settings.items():
            if key in ("greeting", "listen"):
                continue  # neither is a plain value
            with self.subTest(key):
                text = " ".join(own.split(f"\n     {key} = ")[-1].split("Default: ")[1]
                                .split())
                self.assertTrue(text.startswith(value), f"{text[:30]!r} is not {value!r}")

    def test_ranges_are_those_of_the_manual(self):
        found = re.findall(r"^     (\w+) = NUMBER\n\s+[\w ]+, from ([\d.]+) to ([\d.]+)",
                           self.page, re.MULTILINE)
        self.assertEqual([key for key, _, _ in found],
                         ["max_message", "quiet_ms", "partial_timeout", "idle_timeout", "peer_timeout"])
        for key, least, most in found:
            with self.subTest(key):
                self.assertEqual(self.check(f"{key} = {least}\n"), (0, ""))
                self.assertEqual(self.check(f"{key} = {most}\n"), (0, ""))
                self.assertEqual(self.check(f"{key} = {float(least) - 0.0005}\n")[0], 2)
                self.assertEqual(self.check(f"{key} = {float(most) + 0.5}\n")[0], 2)


class Devices(ProgramTest):
    def test_the_listeners_of_the_page_are_accepted(self):
        text = (ROOT / "docs" / "devices.md").read_text(encoding="utf-8")
        listeners = [textwrap.dedent(block) for block in
                     re.findall(r"^    \[\[listener\]\]\n(?:    \S.*\n)+", text, re.MULTILINE)]
        self.assertEqual(len(listeners), text.count("[[listener]]\n"))
        self.assertGreater(len(listeners), 10)
        path = self.folder / "harkd.toml"
        for config in (*listeners, "".join(listeners)):
            with self.subTest(config):
                path.write_text(config, encoding="utf-8")
                done = run_harkd("--config", path, "--check-config")
                self.assertEqual((done.returncode, done.stderr), (0, b""))


class ClientsOfTheManual(ProgramTest):
    def send(self, title, port, lines=LINES):
        """Runs the client from the section `title` to its end."""
        path = self.folder / "client"
        path.write_text(script(section(rendered("harkd-protocol.7"), title)), encoding="utf-8")
        return subprocess.run([*INTERPRETERS[title], path, "127.0.0.1", str(port)], input=lines,
                              capture_output=True, timeout=WAIT, check=False, env=ENGLISH)

    def test_every_line_is_recorded_unchanged(self):
        for title in INTERPRETERS:
            with self.subTest(title):
                harkd = self.start()
                done = self.send(title, harkd.port)
                self.assertEqual((done.returncode, done.stderr), (0, b""))
                self.assertEqual([record["text"] for record in harkd.messages()], TEXTS)
                self.assertEqual(harkd.wait_record("closed")["reason"], "bye")

    def test_a_refusal_is_reported(self):
        for title in INTERPRETERS:
            with self.subTest(title):
                harkd = self.start()
                done = self.send(title, harkd.port, b"GET / HTTP/1.1\n")
                self.assertNotEqual(done.returncode, 0)
                self.assertIn(b"not this protocol", done.stderr)
                self.assertEqual(harkd.messages(), [])

    def test_no_daemon_is_a_failure(self):
        with socket.socket() as unused:  # bound, but nobody listens
            unused.bind(("127.0.0.1", 0))
            for title in INTERPRETERS:
                with self.subTest(title):
                    self.assertNotEqual(self.send(title, unused.getsockname()[1]).returncode, 0)


if __name__ == "__main__":
    unittest.main()
