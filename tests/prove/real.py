#!/usr/bin/env python3
"""Runs the real harkd with real faults, one seed after another, and reads its log afterwards: is
any acknowledged message missing, duplicated or torn?

    tests/prove/real.py BUILD [SECONDS] [SEED] [--runs N]

A run takes about five seconds; its seed decides who its clients are, what harkd logs to, and what
happens to both. Times are real, so a seed repeats the plan, but not each interleaving. The last
lines count how often each fault took effect. Without --runs, runs are made for SECONDS (60 by
default); SEED is that of the first run. As root, the logs are on small disks of their own, which
get full.
"""

import argparse
import asyncio
import collections
import contextlib
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "program"), str(HERE.parent / "system")]

# pylint: disable=wrong-import-position
from clients import PACES, Prover
from daemon import Daemon, FileSink, JournalSink, NatsSink, PipeSink
from fake_journal import unshare
from faults import Faults
from model import KINDS, LISTENERS
from nats_programs import nats_programs
from reader import compare
from tls_clients import client_context

RUN_S = 4.0
PATIENCE_S = 30
CONFIGURATIONS = {"file": 5, "file, sync": 5, "two files": 2, "json": 3, "journal": 3, "nats": 2}
DISK = "32m"
INSIDE = "HARK_PROVE_INSIDE"


class World:
    """What all parts of a run share."""

    def __init__(self, folder, seed, program, kind, dice, wrapper=()):
        self.folder, self.seed, self.kind = folder, seed, kind
        self.mounted = False
        self.stay_s = 60
        self.stopping = True  # whether the daemon is stopped at the end
        self.patience_s = PATIENCE_S  # with the daemon
        self.conversations = []
        self.effects = collections.Counter()
        self.violations = []
        self.ending, self.over, self.heard = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self.context = client_context()
        self.host = f"127.{os.getpid() % 250 + 1}.{seed // 250 % 250}.{seed % 250 + 1}"
        settings = "sync = true\n" if "sync" in kind else ""
        if dice.random() < 0.5:
            settings += 'record_connections = "used"\n'
        self.daemon = Daemon(program, folder, self.host, self._sinks(), settings, wrapper)

    def _sinks(self):
        if "file" not in self.kind:
            kinds = {"json": PipeSink, "journal": lambda: JournalSink(self.folder),
                     "nats": lambda: NatsSink(self.folder)}
            return [kinds[self.kind]()]
        logs = self.folder / "log"
        logs.mkdir()
        if INSIDE in os.environ:
            self.mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs",
                                           logs], check=False).returncode == 0
        names = ("a.jsonl", "b.jsonl") if self.kind == "two files" else ("a.jsonl",)
        return [FileSink(logs / name, "sync" in self.kind) for name in names]

    def address_of(self, listener):
        return self.host, 21000 + LISTENERS.index(listener)

    def note(self, effect):
        self.effects[effect] += 1

    async def read_sinks(self):
        """Keeps reading what comes out of pipes and sockets."""
        readers = [sink for sink in self.daemon.sinks if hasattr(sink, "read")]
        while readers:
            for sink in readers:
                sink.read()
            await asyncio.sleep(0.002)

    async def wait_answered(self):
        """Waits until no client that reads waits for an answer."""
        end = time.monotonic() + self.patience_s
        while time.monotonic() < end:
            waiting = [one for one in self.conversations
                       if not one.quiet and one.kind.answer != "none" and one.waiting()]
            if not waiting:
                return
            await asyncio.sleep(0.02)
        self.violations += [f"{one.key}: {one.answered} of {len(one.sent)} are answered, {one.end}"
                            for one in waiting]

    def unmount(self):
        if self.mounted:
            subprocess.run(["umount", "--lazy", self.folder / "log"], check=False)


def choose(table, dice):
    return dice.choices(list(table), list(table.values()))[0]


def configuration_of(seed, only=None):
    table = {name: weight for name, weight in CONFIGURATIONS.items()
             if name != "nats" or nats_programs()}
    if subprocess.run([*unshare(), "true"], capture_output=True, check=False).returncode != 0:
        del table["journal"]
    return only or choose(table, random.Random(f"configuration {seed}"))


async def cause(faults, name, when):
    await asyncio.sleep(when)
    await faults.table()[name]()


async def run_in(folder, seed, program, only=None, wrapper=()):
    """One run. Returns the World, and what was compared."""
    dice = random.Random(seed)
    world = World(folder, seed, program, configuration_of(seed, only), dice, wrapper)
    reading = asyncio.create_task(world.read_sinks())
    try:
        await world.daemon.start()
        clients = [Prover(world, number, dice.choice(KINDS), dice.choice(PACES),
                          f"{seed}.{number}") for number in range(dice.randrange(6, 14))]
        talking = [asyncio.create_task(client.run()) for client in clients]
        faults = Faults(world, dice)
        names = list(faults.table())
        plan = [(dice.choice(names), dice.random() * RUN_S) for _ in range(dice.randrange(4, 9))]
        await asyncio.gather(asyncio.sleep(RUN_S),
                             *(cause(faults, name, when) for name, when in plan))
        if dice.random() < 0.7:
            world.ending.set()
            await world.wait_answered()
        status = await world.daemon.stop()
        world.ending.set()
        world.over.set()
        if status is None:
            world.violations.append("does not stop")
        elif status and (status != 1 or not any(one.unstored for one in world.conversations)):
            world.violations.append(f"exit status {status}: {world.daemon.errors()}")
        done, pending = await asyncio.wait(talking, timeout=60)
        for task in pending:
            task.cancel()
        world.violations += ["a client does not end" for _ in pending]
        world.violations += [f"a client failed: {task.exception()!r}" for task in done
                             if task.exception()]
    finally:
        world.daemon.end()
        reading.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await reading
        logs = [sink.finish() for sink in world.daemon.sinks]
        world.unmount()
    comparisons, violations = compare(logs, world.conversations)
    world.violations += violations
    return world, [name for name, _ in plan], comparisons


class Series:
    """Several runs, and their totals."""

    def __init__(self, program, wrapper=()):
        self.program, self.wrapper = program, wrapper
        self.effects, self.planned = collections.Counter(), collections.Counter()
        self.runs = self.sent = self.answered = self.recorded = 0
        self.failed = []

    def run(self, seed, only=None):
        """Makes one run and prints a line. Returns whether it went well."""
        begin = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="hark-prove-") as name:
            folder = Path(name)
            folder.chmod(0o711)
            world, plan, comparisons = asyncio.run(
                run_in(folder, seed, self.program, only, self.wrapper))
        world.effects["reloaded"] += sum(
            record["event"] == "reloaded" for record in comparisons[0].records)
        self.runs += 1
        self.planned.update(plan)
        self.effects.update(world.effects)
        sent = sum(len(one.sent) for one in world.conversations)
        answered = sum(one.answered - len(one.unstored) for one in world.conversations)
        self.sent, self.answered = self.sent + sent, self.answered + answered
        self.recorded += comparisons[0].count()
        print(f"{seed}: {world.kind}; {', '.join(plan)}: {len(world.conversations)} connections, "
              f"{sent} sent, {answered} answered, {comparisons[0].count()} in the log, "
              f"{time.monotonic() - begin:.1f} s", flush=True)
        for violation in world.violations[:20]:
            print(f"  VIOLATION {violation}", flush=True)
        if world.violations:
            self.failed.append(seed)
        return not world.violations

    def finish(self):
        """Prints the totals. Returns whether all went well."""
        never = sorted(name for name in self.planned if not self.effects[name])
        for name, count in sorted(self.effects.items()):
            print(f"{count:7}  {name}")
        print(f"{self.runs} runs, {len(self.failed)} with a violation; {self.sent} messages sent, "
              f"{self.answered} answered, {self.recorded} in the log")
        if never:
            print(f"planned, and never took effect: {', '.join(never)}")
        return not self.failed and (not never or self.runs < 10)


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("build", type=Path)
    parser.add_argument("seconds", type=float, nargs="?", default=60)
    parser.add_argument("seed", type=int, nargs="?")
    parser.add_argument("--runs", type=int)
    parser.add_argument("--only", choices=list(CONFIGURATIONS))
    options = parser.parse_args()
    if os.geteuid() == 0 and INSIDE not in os.environ:
        os.environ[INSIDE] = "1"
        os.execvp("unshare", ["unshare", "--mount", sys.executable, __file__, *sys.argv[1:]])
    seed = random.SystemRandom().randrange(10**6) if options.seed is None else options.seed
    series = Series(options.build.absolute() / "daemon" / "harkd")
    end = time.monotonic() + options.seconds
    while series.runs < options.runs if options.runs else time.monotonic() < end:
        series.run(seed + series.runs, options.only)
    sys.exit(0 if series.finish() else 1)


if __name__ == "__main__":
    main()
