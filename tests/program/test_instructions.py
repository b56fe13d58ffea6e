"""The instructions per message: within budget, and independent of the number of connections.

The budget is instructions.toml beside this file, for the release build of one compiler. A figure
that is off by 10 % fails in either direction: an increase must be intended, and after a decrease
the budget would allow it to grow again. To write the measured figures:

    HARK_UPDATE_BUDGET=1 ./dev test test_instructions
"""

import json
import os
import platform
import re
import shutil
import time
import tomllib
import unittest
from pathlib import Path

from callgrind import PORTION, count, instructions_a_message
from harness import HARKD

BUDGET = Path(__file__).with_name("instructions.toml")
UPDATE = "HARK_UPDATE_BUDGET"
HEADER = f"""\
# Instructions per message, by compiler, for the release build. Measured and checked by
# test_instructions.py; written by `{UPDATE}=1 ./dev test test_instructions`.
"""
TOLERANCE = 0.1
# The limit for a process idle for two seconds with 2,000 connections.
WAITING_INSTRUCTIONS = 50_000

CONNECTIONS = 50
DEPTH = 64
# 64 bytes each.
ASCII = b"2026-11-22 10:00:00 sensor 17: temperature 21.5 C, all is well.\n"
UTF_8 = "传感器三号温度正常，压力正常，一切正常。好\n".encode()
GBK = "传感器三号温度正常，压力正常，一切正常，没有任何异常情况。好好1\n".encode("gb18030")
NEITHER = b"sensor \x81 ok, sensor \x81 failed, no text in any charset: \x81 \x81 \x81 ...\n"

# Each connection has a running timer and an incomplete message.
WITH_TIMERS = 'framing = "line"\npartial_timeout = 600\nidle_timeout = 600\n'
TAIL = b"hal"


def is_release():
    options = json.loads((HARKD.parents[1] / "meson-info/intro-buildoptions.json").read_text())
    value = {option["name"]: option["value"] for option in options}
    return (value["optimization"] in ("2", "3") and value["b_sanitize"] == "none"
            and not value["b_coverage"] and "HARK_SLOW" not in os.environ)


def compiler():
    """The compiler that harkd was built with, as named in the budget."""
    program = HARKD.read_bytes()
    for name, pattern in (("clang", rb"clang version (\d+)"), ("gcc", rb"GCC: \([^)]*\) (\d+)")):
        if found := re.search(pattern, program):
            return f"{platform.machine()}-{name}-{int(found[1])}"
    return f"{platform.machine()}-unknown"


def pipelined(line, connections=CONNECTIONS):
    """Bursts of lines on all connections."""
    def script(daemon, bursts):
        clients = daemon.connect(connections)
        for _ in range(bursts):
            daemon.exchange(clients, line * DEPTH, DEPTH)
    return script


def lock_step(daemon, messages):
    (client,) = daemon.connect(1)
    for _ in range(messages):
        daemon.exchange([client], ASCII, 1)


def sessions(daemon, repetitions):
    """Connections that send one message each."""
    for _ in range(repetitions):
        (client,) = daemon.connect(1)
        daemon.exchange([client], ASCII, 1)
        daemon.exchange([client], b"bye\n", 1)
        client.eof()
        daemon.clients.remove(client)
        client.close()


def beside_idle(idle, waiting=0.0):
    """Ten clients that send each message in two pieces, with idle ones connected."""
    def script(daemon, messages):
        for done in range(0, idle, PORTION):
            daemon.exchange(daemon.connect(min(PORTION, idle - done)), ASCII + TAIL, 1)
        busy = daemon.connect(10)
        for _ in range(messages):
            daemon.exchange(busy, ASCII + TAIL, 1)
            daemon.exchange(busy, b"f\n", 1)
        # Not a wait for a condition: the test measures that nothing happens in this time.
        time.sleep(waiting)
    return script


@unittest.skipUnless(is_release(), "not a release build")
@unittest.skipIf(shutil.which("valgrind") is None, "valgrind is not installed")
class Instructions(unittest.TestCase):
    def assert_near(self, one, other, tolerance, what):
        self.assertLess(abs(one - other), tolerance * min(one, other),
                        f"instructions a message: {one:.0f} and {other:.0f}, {what}")


class Budget(Instructions):
    measured = {}

    @classmethod
    def setUpClass(cls):
        cls.compiler = compiler()
        cls.budgets = tomllib.loads(BUDGET.read_text(encoding="utf-8"))
        cls.budget = cls.budgets.get(cls.compiler)
        if cls.budget is None and UPDATE not in os.environ:
            raise unittest.SkipTest(f"{BUDGET.name} has no budget for {cls.compiler}")

    @classmethod
    def tearDownClass(cls):
        if UPDATE in os.environ:
            # Keep the lines that were not measured now.
            tables = {**cls.budgets, cls.compiler: {**(cls.budget or {}), **cls.measured}}
            BUDGET.write_text(HEADER + "".join(
                f"\n[{name}]\n" + "".join(f"{line} = {value}\n" for line, value in table.items())
                for name, table in sorted(tables.items())), encoding="utf-8")
        figures = ", ".join(f"{name} {value}" for name, value in cls.measured.items())
        print(f"\nnote: instructions a message: {figures}")

    def check(self, name, script, fewer, more):
        measured = round(instructions_a_message(script, fewer, more))
        self.measured[name] = measured
        if UPDATE in os.environ:
            return
        self.assertIn(name, self.budget, f"{BUDGET.name} has no such line for {self.compiler}")
        budget = self.budget[name]
        change = measured / budget - 1
        said = f"{name}: {measured} instructions a message, {change:+.0%} on the {budget} budgeted"
        how = f"\n{UPDATE}=1 ./dev test test_instructions"
        if change > TOLERANCE:
            self.fail(f"{said}. Make it cheaper; or, when the growth is wanted, raise it with:{how}")
        if change < -TOLERANCE:
            self.fail(f"{said}. It has become cheaper: keep that, and lower it with:{how}")

    def test_pipelined(self):
        self.check("pipelined", pipelined(ASCII), 2, 5)

    def test_pipelined_utf_8(self):
        self.check("pipelined_utf_8", pipelined(UTF_8), 2, 5)

    def test_pipelined_gbk(self):
        self.check("pipelined_gbk", pipelined(GBK), 2, 5)

    def test_pipelined_undecodable(self):
        self.check("pipelined_neither", pipelined(NEITHER), 2, 5)

    def test_lock_step(self):
        self.check("lock_step", lock_step, 200, 600)

    def test_sessions(self):
        self.check("sessions", sessions, 50, 150)


class Growth(Instructions):
    def test_busy_connections(self):
        one = instructions_a_message(pipelined(ASCII, 1), 40, 120)
        many = instructions_a_message(pipelined(ASCII, 500), 1, 2)
        self.assert_near(one, many, TOLERANCE, "with 1 and with 500 connections")

    def test_idle_connections_and_timers(self):
        few = instructions_a_message(beside_idle(10), 30, 90, WITH_TIMERS)
        many = instructions_a_message(beside_idle(2000), 30, 90, WITH_TIMERS)
        self.assert_near(few, many, TOLERANCE,
                         "beside 10 and beside 2,000 idle connections with timers")

    def test_waiting(self):
        counts = [count(beside_idle(2000, waiting), 1, WITH_TIMERS)[0] for waiting in (0.5, 2.5, 4.5)]
        # At the end the seconds of each connection are written, sometimes with one more digit.
        least = min(abs(long - short) for short, long in zip(counts, counts[1:]))
        print(f"\nnote: instructions in two idle seconds with 2,000 connections: {least:,}")
        self.assertLess(least, WAITING_INSTRUCTIONS)


if __name__ == "__main__":
    unittest.main()
