#!/usr/bin/env python3
"""Makes the n-th system call of a scripted conversation fail, for each call that the daemon makes,
each error that the call may return, and each n: strace injects the error. Nothing that was answered
may be missing from the log, and the daemon must neither hang nor die.

    tests/prove/syscalls.py BUILD [SAMPLE] [SEED] [--mode MODE]

With SAMPLE, only that many of them, chosen by SEED.
"""

import argparse
import collections
import contextlib
import os
import random
import shutil
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "program")]

# pylint: disable=wrong-import-position
from script import Script

MODES = ("sync", "write", "restart")


@contextlib.contextmanager
def script(**options):
    with tempfile.TemporaryDirectory(prefix="hark-prove-") as name:
        one = Script(Path(name), **options)
        try:
            yield one
        finally:
            one.harkd.kill()


def all_failures():
    """(call, error, n, mode), after a conversation in which nothing fails."""
    found = []
    for mode in MODES:
        with script(mode=mode) as one:
            violations = one.run()
            if violations:
                raise AssertionError(f"without a failure: {violations}")
            for call, count in one.counts().items():
                found += [(call, error, number, mode) for error in one.errors.get(call, ())
                          for number in range(1, min(count, 60) + 1)]
    return found


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("build", type=Path)
    parser.add_argument("sample", type=int, nargs="?")
    parser.add_argument("seed", type=int, nargs="?", default=1)
    parser.add_argument("--mode", choices=MODES)
    options = parser.parse_args()
    failures = [one for one in all_failures() if options.mode in (None, one[3])]
    if options.sample:
        failures = random.Random(options.seed).sample(failures, min(options.sample, len(failures)))
    effects, bad = collections.Counter(), 0
    print(f"{len(failures)} failures", flush=True)
    for call, error, number, mode in failures:
        with script(inject=f"{call}:error={error}:when={number}", mode=mode) as one:
            violations = one.run()
            effects[call] += one.failed()
        for violation in violations:
            print(f"  VIOLATION {call} {error} {number} {mode}: {violation}", flush=True)
        bad += bool(violations)
    for call, count in sorted(effects.items()):
        print(f"{count:7}  {call}")
    print(f"{len(failures)} failures, {sum(effects.values())} took effect, {bad} with a violation")
    # The last calls of a kind do not occur in every conversation.
    seen = sum(effects.values()) > len(failures) / 2 if options.sample else all(effects.values())
    sys.exit(0 if seen and not bad else 1)


if __name__ == "__main__":
    if not shutil.which("strace"):
        sys.exit("strace is missing")
    if "HARK_BUILD" not in os.environ and len(sys.argv) > 1:
        os.environ["HARK_BUILD"] = str(Path(sys.argv[1]).absolute())
        os.execv(sys.executable, [sys.executable, *sys.argv])
    main()
