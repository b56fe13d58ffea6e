"""Programs that know nothing of restarts send numbered lines across five of them: each line is
there once.

HARK_LONG  set for 40,000 lines in place of 4,000, and for the same with rsyslog as the receiver
"""

import os
import signal
import socket
import subprocess
import time
import unittest

from harness import SLOW, WAIT
from restarting import restart
from syslog_daemons import COUNTED, LISTENER, SILENT, SyslogDaemons, joined, line_of, needs
from terminal import wait_until

LONG = bool(os.environ.get("HARK_LONG"))
RESTARTS = 5


class Senders(SyslogDaemons):
    COUNT = 40_000 if LONG else 4_000
    STEP = 100  # lines
    feeds_slowly = True

    def append(self, write, texts, act):
        """Writes the lines, and calls act() five times in between."""
        turns = {self.COUNT * turn // (RESTARTS + 1) // self.STEP * self.STEP
                 for turn in range(1, RESTARTS + 1)}
        for at in range(0, len(texts), self.STEP):
            write(joined(texts[at:at + self.STEP]).encode())
            if at in turns:
                act()

    def feed(self, harkd, path, texts):
        def act():
            # Not before there is a conversation.
            harkd.wait_for(lambda: harkd.records("connected"), what="the sender")
            restart(harkd)
        with path.open("ab", buffering=0) as file:
            self.append(file.write, texts, act)
        self.assertEqual(len(harkd.records("restarted")), RESTARTS)

    def check_one(self, harkd):
        """One connection, which saw all restarts."""
        self.assertEqual(len(harkd.records("connected")), 1)
        self.assertEqual({record["connections"] for record in harkd.records("restarted")}, {1})


class Daemons(Senders):
    def forward(self, *arguments, **options):
        ends = super().forward(*arguments, **options)
        self.check_one(self.harkd)
        return ends

    def feed(self, harkd, path, texts):
        self.harkd = harkd
        super().feed(harkd, path, texts)

    def test_rsyslog(self):
        self.assertEqual(self.rsyslog("traditional", LISTENER), {"lf"})

    def test_rsyslog_that_counts(self):
        self.assertEqual(self.rsyslog("octet-counted", COUNTED), {"counted"})

    def test_syslog_ng(self):
        destination = 'network("127.0.0.1" port({port}) transport("tcp") template("$MSG\\n"))'
        self.assertEqual(self.syslog_ng(destination, LISTENER + SILENT), {"lf"})


class Pipes(Senders):
    """Programs that send lines from a pipe, and end with it."""

    def send(self, listener, *command):
        harkd = self.start(listen=(), config=listener)
        words = [str(harkd.port) if word == "PORT" else word for word in command]
        process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        harkd.wait_for(lambda: harkd.records("connected"), what="the sender")
        texts = [line_of(number) for number in range(self.COUNT)]
        with process.stdin:
            self.append(process.stdin.write, texts, lambda: restart(harkd))
        self.assertEqual(process.wait(WAIT), 0)
        self.assertEqual(harkd.wait_record("closed")["messages"], self.COUNT)
        found = [record["text"] for record in harkd.messages()]
        self.assertEqual([text[text.index(" pump") - 5:] for text in found], texts)
        self.check_one(harkd)

    @needs("nc")
    def test_nc(self):
        self.send(LISTENER, "nc", "-N", "127.0.0.1", "PORT")

    @needs("logger")
    def test_logger(self):
        self.send(LISTENER + SILENT, "logger", "--tcp", "-n", "127.0.0.1", "-P", "PORT",
                  "--rfc3164")

    @needs("logger")
    def test_logger_that_counts(self):
        self.send(COUNTED + SILENT, "logger", "--tcp", "-n", "127.0.0.1", "-P", "PORT",
                  "--octet-count", "--rfc5424=notq")


@unittest.skipUnless(LONG, "a comparison")
class RsyslogAsReceiver(Senders):
    """What the same sender loses when rsyslog is restarted in harkd's place."""

    def test_how_many_are_lost(self):
        package = self.package("rsyslog")
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        stored, lines = self.folder / "stored", self.folder / "lines"
        stored.touch()
        lines.touch()
        texts = [line_of(number) for number in range(self.COUNT)]
        receiver = self.run_rsyslog(package, "receiver", f"""
            module(load="imtcp")
            input(type="imtcp" address="127.0.0.1" port="{self.port}"
                  supportOctetCountedFraming="off")
            template(name="line" type="string" string="%rawmsg%\\n")
            action(type="omfile" file="{stored}" template="line" flushOnTXEnd="on")
            """)
        sender = self.run_rsyslog(package, "sender", f"""
            module(load="imfile")
            input(type="imfile" file="{lines}" tag="w1")
            template(name="line" type="string" string="%msg%\\n")
            action(type="omfwd" target="127.0.0.1" port="{self.port}" protocol="tcp"
                   tcp_framing="traditional" template="line"
                   action.resumeRetryCount="-1" action.resumeInterval="1")
            """)

        def act():
            nonlocal receiver
            # Waits until the sender has connected again.
            size = stored.stat().st_size
            wait_until(lambda: stored.stat().st_size > size, "lines to come")
            receiver.send_signal(signal.SIGTERM)
            receiver.wait(WAIT)
            receiver = self.run_again("receiver", package)

        with lines.open("ab", buffering=0) as file:
            self.append(file.write, texts, act)
        # It is done when nothing has come for a while.
        last, since = -1, time.monotonic()
        while time.monotonic() - since < 5 * SLOW:
            if (size := stored.stat().st_size) != last:
                last, since = size, time.monotonic()
            time.sleep(0.1)
        found = stored.read_text(encoding="utf-8", errors="replace").splitlines()
        lost = len(set(texts) - set(found))
        for process in (sender, receiver):
            self.assertIsNone(process.poll())
        print(f"note: rsyslog as the receiver, restarted {RESTARTS} times: {lost} of {self.COUNT} "
              f"lines lost, {len(found) - len(set(found))} doubled")

    def run_rsyslog(self, package, name, config):
        (self.folder / f"{name}.conf").write_text(
            f'global(workDirectory="{self.folder}")\n{config}', encoding="utf-8")
        return self.run_again(name, package)

    def run_again(self, name, package):
        command = [package.path("usr/sbin/rsyslogd"), "-n", "-f", self.folder / f"{name}.conf",
                   "-i", self.folder / f"{name}.pid", "-M", package.folder_of("imfile.so")]
        with (self.folder / f"{name}.output").open("ab") as output:
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output,
                                       stderr=output, env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
                                                           **package.environment})
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process


if __name__ == "__main__":
    unittest.main()
