#!/usr/bin/env python3
"""A real harkd under a mixed load, with restarts in place, reloads and rotated logs, for as long as
you like. After a quarter of the time, memory, descriptors and connections may not grow any more; at
the end, all counters must match what was sent and what is in the log.

    tests/prove/soak.py BUILD [SECONDS] [SEED] [--valgrind]

20 minutes by default. With sanitizers or valgrind, memory is not compared; with valgrind, there are
no restarts.
"""

import argparse
import asyncio
import collections
import itertools
import os
import random
import re
import signal
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "program"), str(HERE.parent / "system")]

# pylint: disable=wrong-import-position
from clients import Prover
from model import KINDS
from reader import KEY, records_of
from real import World

CLIENTS = 2 * len(KINDS)
PACES = ("step", "step", "step", "window", "burst", "deaf")
GROWTH = 1.15
ROOM_KIB = 1024
VALGRIND = ("valgrind", "-q", "--error-exitcode=99", "--leak-check=full",
            "--errors-for-leak-kinds=definite")


class Tally:
    """What is in log files, in the order in which they were written."""

    def __init__(self):
        self.open = {}  # (run, conn): (key, last seq)
        self.recorded = {}  # key: how many messages
        self.messages = self.bytes = self.files = 0
        self.events = collections.Counter()
        self.violations = []

    def read(self, path):
        self.files += 1
        for record in records_of(path.read_bytes(), False, self.violations, path.name):
            self.events[record["event"]] += 1
            place = (record["run"], record.get("conn"))
            if record["event"] == "message":
                self._take(place, record)
            elif record["event"] == "closed":
                key, last = self.open.pop(place, (None, 0))
                self.recorded[key] = last
                self.bytes += record["bytes"]
                if record["messages"] != last:
                    self.violations.append(f"{last} messages before {record}")

    def _take(self, place, record):
        key, last = self.open.get(place, (None, 0))
        found = KEY.match(record["text"]) if record.get("part", 1) == 1 else None
        key = key or (found[1] if found else None)
        if record["seq"] != last + 1:
            self.violations.append(f"{last} is followed by {record}")
        if not record.get("more"):
            last += 1
            self.messages += 1
        self.open[place] = (key, last)


class Soak:
    """The daemon, its clients, and what it used over time."""

    def __init__(self, folder, options):
        self.options = options
        self.dice = random.Random(options.seed)
        self.slow = options.valgrind or bool(os.environ.get("HARK_SLOW"))
        program = options.build.absolute() / "daemon" / "harkd"
        self.world = World(folder, options.seed % 60000, program, "file", self.dice,
                           VALGRIND if options.valgrind else ())
        self.daemon, self.sink = self.world.daemon, self.world.daemon.sinks[0]
        self.world.stay_s, self.world.stopping = 3, False
        self.world.patience_s *= 6 if self.slow else 1
        self.tally = Tally()
        self.sums = {}  # key: (sent, answered)
        self.samples = []  # (KiB, descriptors, connections)
        self.restarts = self.files = 0

    async def run(self):
        await self.daemon.start()
        idle = len(os.listdir(f"/proc/{self.daemon.process.pid}/fd"))
        clients = [Prover(self.world, number, KINDS[number % len(KINDS)], self.dice.choice(PACES),
                          self.dice.random()) for number in range(CLIENTS)]
        talking = [asyncio.create_task(client.run()) for client in clients]
        acts = asyncio.create_task(self._act())
        end = time.monotonic() + self.options.seconds
        while time.monotonic() < end:
            await asyncio.sleep(min(1, self.options.seconds / 60))
            await self._sample()
        self.world.ending.set()
        await acts
        await self.world.wait_answered()
        self.world.over.set()
        await asyncio.wait(talking, timeout=60)
        await self._rests(idle)
        status = await self.daemon.status()
        exit_status = await self.daemon.stop(120)
        if exit_status != 0:
            self.fault(f"exit status {exit_status}: {self.daemon.errors()}")
        self.tally.read(self.sink.path)
        self._collect()
        self._check_sums(status)
        self._check_growth()

    def fault(self, what):
        self.world.violations.append(what)

    async def _act(self):
        """Rotates, reloads and restarts in turn, until the end."""
        period = min(20, max(1, self.options.seconds / 20))
        acts = [self._rotate, self._reload] + ([] if self.options.valgrind else [self._restart])
        for act in itertools.cycle(acts):
            await asyncio.sleep(period)
            if self.world.ending.is_set():
                return
            async with self.daemon.down:
                await act()

    async def _until(self, what, predicate):
        end = time.monotonic() + 60
        while not await predicate():
            if time.monotonic() > end:
                self.fault(f"waited in vain for {what}")
                return
            await asyncio.sleep(0.02)

    async def _restart(self):
        self.daemon.signal(signal.SIGUSR2)
        self.restarts += 1

        async def done():
            status = await self.daemon.status()
            return status and status["restarts"] == self.restarts
        await self._until("a restart", done)

    async def _reload(self):
        self.daemon.signal(signal.SIGHUP)

    async def _rotate(self):
        self.files += 1
        old = self.sink.path.rename(f"{self.sink.path}.{self.files}")
        self.daemon.signal(signal.SIGHUP)

        async def done():
            return self.sink.path.exists() and self.sink.path.stat().st_size
        await self._until("a new log", done)
        # In a thread, since clients must not pause in the middle of a message.
        await asyncio.to_thread(self.tally.read, old)
        old.unlink()

    async def _sample(self):
        self._collect()
        process = Path(f"/proc/{self.daemon.process.pid}")
        if not process.exists() or self.daemon.process.poll() is not None:
            self.fault(f"died: {self.daemon.process.poll()}, {self.daemon.errors()}")
            return
        memory = re.search(r"RssAnon:\s+(\d+)", (process / "status").read_text())
        status = None if self.daemon.down.locked() else await self.daemon.status()
        if memory and status:
            self.samples.append((int(memory[1]), len(os.listdir(process / "fd")),
                                 status["connections"]))

    def _collect(self):
        """Forgets what was said on connections that are over."""
        left = []
        for one in self.world.conversations:
            if one.over or self.world.over.is_set():
                self.sums[one.key] = (len(one.sent), one.answered - len(one.unstored))
                self.world.violations += one.violations
            else:
                left.append(one)
        self.world.conversations[:] = left

    async def _rests(self, idle):
        """Waits until all that the clients cost is given back."""
        async def done():
            status = await self.daemon.status()
            # The connection to the control socket may be one more.
            return status and status["connections"] == 0 and \
                len(os.listdir(f"/proc/{self.daemon.process.pid}/fd")) <= idle + 1
        await self._until("descriptors to be given back", done)

    def _check_sums(self, status):
        tally = self.tally
        self.world.violations += tally.violations
        for key, (sent, answered) in self.sums.items():
            if not answered <= tally.recorded.get(key, 0) <= sent:
                self.fault(f"{key}: {sent} sent, {answered} answered, "
                           f"{tally.recorded.get(key, 0)} in the log")
        for name, count in (("messages", tally.messages), ("bytes", tally.bytes),
                            ("connections", 0), ("restarts", self.restarts)):
            if status[name] != count:
                self.fault(f"status: {name} is {status[name]} in place of {count}")
        if sum(status["charsets"].values()) != tally.messages:
            self.fault(f"status: charsets are {status['charsets']}, of {tally.messages}")
        if tally.open:
            self.fault(f"not closed: {tally.open}")

    def _check_growth(self):
        warm = self.samples[len(self.samples) // 4:]
        half = len(warm) // 2
        if not half:
            self.fault(f"looked at {len(self.samples)} times")
            return
        for number, name in enumerate(("KiB of memory", "descriptors", "connections")):
            before, after = (max(sample[number] for sample in part)
                             for part in (warm[:half], warm[half:]))
            print(f"{name}: at most {before} in the first half, {after} in the second")
            if number == 0 and self.slow:
                continue
            if after > before * GROWTH + (ROOM_KIB if number == 0 else CLIENTS):
                self.fault(f"{name} grow from {before} to {after}")


async def soak(folder, options):
    one = Soak(folder, options)
    try:
        await one.run()
    finally:
        one.daemon.end()
    return one


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("build", type=Path)
    parser.add_argument("seconds", type=float, nargs="?", default=1200)
    parser.add_argument("seed", type=int, nargs="?", default=random.randrange(10**6))
    parser.add_argument("--valgrind", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="hark-soak-") as name:
        one = asyncio.run(soak(Path(name), options))
    for violation in one.world.violations[:20]:
        print(f"  VIOLATION {violation[:1000]}")
    sent, answered = (sum(pair[which] for pair in one.sums.values()) for which in (0, 1))
    print(f"seed {options.seed}, {options.seconds:.0f} s: {len(one.sums)} connections, {sent} sent, "
          f"{answered} answered, {one.tally.messages} in {one.tally.files} logs, {one.restarts} "
          f"restarts, {one.tally.events['reloaded']} reloads, {len(one.world.violations)} violations")
    # Each kind of act must have taken effect.
    took = one.tally.files > 1 and one.tally.events["reloaded"] and (one.restarts or options.valgrind)
    sys.exit(0 if took and not one.world.violations else 1)


if __name__ == "__main__":
    main()
