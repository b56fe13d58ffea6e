"""harkd's throughput into the journal, beside a loop of sd_journal_sendv with the same fields.

    journal.py [--runs N] [--messages N]

Both run in the same booted system, in turn, as services without a limit of rate; each time journald
begins with an empty journal. harkd's clients are 50 pipelining connections with 64-byte lines, all
acknowledged, and share the processors with it. Prints each run, the medians, their ratio, and how
many records were lost.
"""

import argparse
import selectors
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests/system")]

# pylint: disable=wrong-import-position
from service_test import INSIDE, PORT, Client, packages
from container import Container, obstacle
from debian_root import debian_root

LOOP = ROOT / "build-gcc/tests/bench/sendv_loop"
LOOP_INSIDE = "/usr/local/bin/sendv_loop"
CLIENTS = 50
BYTES = 64  # a line, its LF included
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
        """How many messages the journal has of it since it was fresh."""
        self.run("journalctl", "--sync")
        shown = self.run("journalctl", "--quiet", "--output=cat", "--output-fields=HARK_SEQ",
                         "HARK_EVENT=message", f"SYSLOG_IDENTIFIER={identifier}")
        return shown.count("\n")

    # Each measures one run: (messages a second, processor seconds a million, records lost).

    def loop(self, count):
        self.fresh_journal()
        before = self.stored("sendv_loop")
        printed = self.run("systemd-run", "--quiet", "--pipe", "--wait", *NO_LIMIT, LOOP_INSIDE,
                           str(count), str(BYTES - 1))
        took, used = map(float, printed.split())
        return count / took, used / count * 1e6, before + count - self.stored("sendv_loop")

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
        return count / took, used / count * 1e6, before + count - self.stored("harkd")

    def processor_seconds(self, pid):
        """In nanoseconds, of its one thread: /proc/PID/stat counts in hundredths of a second."""
        return int(self.run("cat", f"/proc/{pid}/schedstat").split()[0]) / 1e9


def flood(clients, count):
    """Sends `count` lines each; the seconds until the last is acknowledged."""
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


def main():
    parser = argparse.ArgumentParser(description="harkd's throughput into the journal.")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--messages", type=int, default=100_000)
    options = parser.parse_args()
    why_not = obstacle()
    if why_not:
        sys.exit(f"cannot be measured: {why_not}")
    if not LOOP.exists():
        sys.exit(f"{LOOP} is not built; see ./dev bench")

    results = {"harkd": [], "sendv_loop": []}
    with tempfile.TemporaryDirectory(prefix="hark-bench-") as folder:
        machine = Machine(folder)
        try:
            for number in range(options.runs):
                for name, measure in (("harkd", machine.harkd), ("sendv_loop", machine.loop)):
                    rate, used, lost = measure(options.messages)
                    results[name].append((rate, used, lost))
                    print(f"{number + 1}  {name:<10}  {rate:9,.0f} messages/s  {used:6.2f} us of"
                          f" processor time a message  {lost} lost", flush=True)
        finally:
            machine.container.end()
    medians = {name: [statistics.median(column) for column in list(zip(*runs))[:2]]
               for name, runs in results.items()}
    lost = sum(run[2] for runs in results.values() for run in runs)
    ours, loop = medians["harkd"], medians["sendv_loop"]
    print(f"journal: harkd {ours[0]:,.0f}/s, sd_journal_sendv {loop[0]:,.0f}/s (medians):"
          f" ratio {ours[0] / loop[0]:.2f}; processor time {ours[1] / loop[1]:.2f}; {lost} lost")
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
