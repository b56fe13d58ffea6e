"""harkd's throughput into the journal, beside a loop of sd_journal_sendv with the same fields.

Both run in the same booted system, in turn, as services without rate limits; journald starts a new
file for each. harkd's clients are 50 pipelining connections with 64-byte lines, all acknowledged,
and share the processors with it.
"""

import selectors
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests/system")]

# pylint: disable=wrong-import-position
from service_test import INSIDE, PORT, Client, packages
from container import Container, obstacle
from debian_root import debian_root

LOOP = ROOT / "build/bench/sendv_loop"
SUBJECTS = {
    "harkd-journal": {"title": "harkd, journal", "kind": "harkd", "answers": True},
    "sendv-loop": {"title": "sd_journal_sendv in a loop", "kind": "floor", "answers": False}}
LOOP_INSIDE = "/usr/local/bin/sendv_loop"
CLIENTS = 50
BYTES = 64  # a line with its LF
LIMIT_S = 300
NO_LIMIT = ("--property=LogRateLimitIntervalSec=1us", "--property=LogRateLimitBurst=1000000")


class Machine:
    def __init__(self, folder):
        files = {f"{INSIDE}/{path.name}": path for path in packages()} | {LOOP_INSIDE: LOOP}
        self.container = Container(debian_root(packages()), folder, files)
        self.run("chmod", "755", LOOP_INSIDE)
        self.run("dpkg", "--install", *(path for path in files if path.startswith(INSIDE)))

    def run(self, *command):
        return self.container.run(*command, timeout=LIMIT_S).stdout

    def fresh_journal(self):
        self.run("sh", "-c", "journalctl --sync; journalctl --rotate; journalctl --vacuum-files=1;"
                             " sync")

    def stored(self, identifier):
        """How many of its messages the journal has stored since fresh_journal()."""
        self.run("journalctl", "--sync")
        shown = self.run("journalctl", "--quiet", "--output=cat", "--output-fields=HARK_SEQ",
                         "HARK_EVENT=message", f"SYSLOG_IDENTIFIER={identifier}")
        return shown.count("\n")

    # Each of these measures one run.

    def loop(self, count):
        self.fresh_journal()
        before = self.stored("sendv_loop")
        printed = self.run("systemd-run", "--quiet", "--pipe", "--wait", *NO_LIMIT, LOOP_INSIDE,
                           str(count), str(BYTES - 1))
        took, used = map(float, printed.split())
        return figures(count, took, used, before + count - self.stored("sendv_loop"))

    def harkd(self, count):
        self.fresh_journal()
        before = self.stored("harkd")
        self.run("systemctl", "restart", "harkd")
        pid = self.run("systemctl", "show", "--property=MainPID", "--value", "harkd").strip()
        used = self.processor_seconds(pid)
        with self.container.network():
            clients = [Client(PORT).greeted() for _ in range(CLIENTS)]
        took = flood(clients, count // CLIENTS)
        used = self.processor_seconds(pid) - used
        for client in clients:
            client.close()
        return figures(count, took, used, before + count - self.stored("harkd"))

    def processor_seconds(self, pid):
        """With nanosecond precision, for its only thread: /proc/PID/stat has only hundredths of a
        second."""
        return int(self.run("cat", f"/proc/{pid}/schedstat").split()[0]) / 1e9


def figures(count, took, used, lost):
    """The figures of a run: `took` seconds of wall-clock time, `used` of processor time."""
    return {"messages_per_s": count / took, "cpu_us": used / count * 1e6, "lost": lost}


def flood(clients, count):
    """Sends `count` lines on each; returns the seconds until the last acknowledgement."""
    waiting = b"".join(b"%-*d\n" % (BYTES - 1, number) for number in range(count))
    end = b"#%d\r\n" % count, b"-%d\r\n" % count
    left = {client.socket: memoryview(waiting) for client in clients}
    tails = dict.fromkeys(left, b"")
    began = time.monotonic()
    with selectors.DefaultSelector() as selector:
        for one in left:
            one.setblocking(False)
            selector.register(one, selectors.EVENT_READ | selectors.EVENT_WRITE)
        while selector.get_map():
            for key, events in selector.select():
                one = key.fileobj
                if events & selectors.EVENT_READ:
                    data = one.recv(1 << 18)
                    assert data, f"the end after {tails[one]!r}"
                    tails[one] = (tails[one] + data)[-16:]
                    if tails[one].endswith(end):
                        selector.unregister(one)
                        continue
                if events & selectors.EVENT_WRITE:
                    left[one] = left[one][one.send(left[one]):]
                    if not left[one]:
                        selector.modify(one, selectors.EVENT_READ)
    return time.monotonic() - began


def measure(runs, messages):
    """{subject: {"runs": [...]}}"""
    results = {"harkd-journal": [], "sendv-loop": []}
    with tempfile.TemporaryDirectory(prefix="hark-bench-") as folder:
        machine = Machine(folder)
        try:
            for _ in range(runs):
                results["harkd-journal"].append(machine.harkd(messages))
                results["sendv-loop"].append(machine.loop(messages))
        finally:
            machine.container.end()
    return {name: {"runs": measured} for name, measured in results.items()}
