"""Shared by the tests of syslog daemons that send to harkd.

rsyslog and syslog-ng, which cannot both be installed, are unpacked into build-bench/peers, as for
the benchmarks.
"""

import fcntl
import shutil
import signal
import subprocess
import sys
import unittest

from harness import ROOT, WAIT, ProgramTest

sys.path.insert(0, str(ROOT / "bench"))
from unpacked import Unavailable, Unpacked

LISTENER = '[[listener]]\naddress = "127.0.0.1:0"\n'
COUNTED = LISTENER + 'framing = "counted"\n'
SILENT = 'replies = "none"\n'


def needs(program):
    return unittest.skipIf(shutil.which(program) is None, f"{program} is not installed")


def line_of(number):
    return f"{number:05d} pump {number % 7} 温度 {number % 100}°"


def joined(texts):
    return "".join(f"{text}\n" for text in texts)


class SyslogDaemons(ProgramTest):
    """Tests of a syslog daemon that forwards COUNT numbered lines of a file."""

    COUNT = 1

    def package(self, name):
        folder = ROOT / "build-bench" / "peers"
        folder.mkdir(parents=True, exist_ok=True)
        # Another build's tests may be unpacking it, too.
        with (folder / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            try:
                return Unpacked(name, folder)
            except (Unavailable, subprocess.TimeoutExpired) as problem:
                raise unittest.SkipTest(f"{name}: {problem}") from None

    # Whether feed() appends the lines to the file.
    feeds_slowly = False

    def feed(self, harkd, path, texts):
        """Called while the daemon runs."""

    def forward(self, package, command, listener, head=""):
        """Runs the daemon until all lines are recorded: each once, and in order. `head`: what each
        message begins with; if it has one, it ends with LF."""
        harkd = self.start(listen=(), config=listener)
        texts = [line_of(number) for number in range(self.COUNT)]
        lines = self.folder / "lines"
        lines.write_text("" if self.feeds_slowly else joined(texts), encoding="utf-8")
        output = self.folder / "output"
        with output.open("wb") as file:
            process = subprocess.Popen(command(harkd.port, lines), stdin=subprocess.DEVNULL,
                                       stdout=file, stderr=file,
                                       env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
                                            **package.environment})
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        self.feed(harkd, lines, texts)

        def all_there():
            self.assertIsNone(process.poll(), output.read_text(errors="replace"))
            return harkd.log.path.read_bytes().count(b'"event":"message"') >= self.COUNT
        harkd.wait_for(all_there, 3 * WAIT, "all lines", pause=0.05)
        process.send_signal(signal.SIGTERM)
        process.wait(WAIT)
        closed = harkd.wait_record("closed")
        self.assertEqual((closed["messages"], closed.get("discarded", 0)), (self.COUNT, 0))
        records = harkd.messages()
        for record, line in zip(records, texts, strict=True):
            if head:
                self.assertTrue(record["text"].startswith(head), record)
                self.assertTrue(record["text"].endswith(f" {line}\n"), record)
            else:
                self.assertEqual(record["text"], line)
        return {record["end"] for record in records}

    def rsyslog(self, framing, listener):
        package = self.package("rsyslog")
        config = self.folder / "rsyslog.conf"
        end = "\\n" if framing == "traditional" else ""

        def command(port, lines):
            config.write_text(f"""
                global(workDirectory="{self.folder}")
                module(load="imfile")
                input(type="imfile" file="{lines}" tag="w1")
                template(name="line" type="string" string="%msg%{end}")
                action(type="omfwd" target="127.0.0.1" port="{port}" protocol="tcp"
                       tcp_framing="{framing}" template="line")
                """, encoding="utf-8")
            return [package.path("usr/sbin/rsyslogd"), "-n", "-f", config,
                    "-i", self.folder / "pid", "-M", package.folder_of("imfile.so")]
        return self.forward(package, command, listener)

    def syslog_ng(self, destination, listener, head=""):
        package = self.package("syslog-ng-core")
        config = self.folder / "syslog-ng.conf"
        version = ".".join(package.version.split(".")[:2])

        def command(port, lines):
            config.write_text(f"""@version: {version}
                options {{ stats-freq(0); }};
                source from {{ file("{lines}" flags(no-parse) follow-freq(0.1)); }};
                destination to {{ {destination.format(port=port)}; }};
                log {{ source(from); destination(to); flags(flow-control); }};
                """, encoding="utf-8")
            return [package.path("usr/sbin/syslog-ng"), "--foreground", "--cfgfile", config,
                    "--persist-file", self.folder / "persist", "--pidfile", self.folder / "pid",
                    "--control", self.folder / "control", "--module-path",
                    package.folder_of("libaffile.so")]
        return self.forward(package, command, listener, head)
