#!/usr/bin/env python3
"""Runs the unit, program and system tests, and counts the results.

    tests/run.py --unit DIR[:LABEL]... --program DIR[:LABEL]... --system DIR[:LABEL] [FILTER]

A suite is an executable DIR/tests/**/test_* (doctest), a file tests/program/test_*.py, which finds
the programs of DIR through HARK_BUILD (HARK_SLOW is set if they are slow), or a file
tests/system/test_*.py, which finds the packages in DIR through HARK_PACKAGES. Each runs in its own
process group and temporary directory, with a time limit. A suite has failed if it crashes, hangs,
or triggers a sanitizer report, whatever it says itself. A suite that passes prints one line, and
its lines that begin with "note: ". The last line is "N passed, N failed[, N skipped]".
"""

import argparse
import concurrent.futures
import dataclasses
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
UNIT_LIMIT_S = 300
PROGRAM_LIMIT_S = 900
JOBS = 2
# Program tests that are not repeated with sanitizers: they mostly wait, or test what no sanitizer
# sees, and other tests run the same code. With a filter, they run anyway.
NOT_SANITIZED = frozenset((
    "test_bench_report", "test_bench_servers", "test_bench_suite", "test_haproxy",
    "test_harkd_locale", "test_hark_locale", "test_manuals", "test_nats_cluster",
    "test_nats_lies", "test_nats_reload", "test_nats_servers", "test_nats_status",
    "test_package_sources", "test_peer_timeout", "test_prove", "test_rates", "test_restart_load",
    "test_restart_senders", "test_security_table", "test_send_servers", "test_send_terminal",
    "test_service_files", "test_service_manager", "test_slow_readers", "test_talk_listeners",
    "test_talk_pipe", "test_talk_terminal", "test_top"))
# How much of a suite's output is shown; longer output is cut in the middle.
SHOWN_BYTES = 400_000

DOCTEST_SUMMARY = re.compile(
    r"^\[doctest\] test cases:\s*(\d+) \|\s*(\d+) passed \|\s*(\d+) failed \|\s*(\d+) skipped",
    re.MULTILINE)
NOTE = re.compile(r"^note: .*", re.MULTILINE)

# Variables that a service manager may have set must not reach the tested programs.
NOT_INHERITED = ("NOTIFY_SOCKET", "LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES", "JOURNAL_STREAM",
                 "WATCHDOG_USEC", "WATCHDOG_PID", "INVOCATION_ID")


@dataclasses.dataclass
class Suite:
    kind: str
    label: str
    build: pathlib.Path
    path: pathlib.Path
    limit_s: int

    def command(self, report):
        if self.kind == "unit":
            return [str(self.path)]
        # A booted system must not outlive the runner.
        bound = ["setpriv", "--pdeathsig", "KILL"] if self.kind == "system" else []
        return bound + [sys.executable, str(ROOT / "tests/run_file.py"), str(self.path),
                        str(report), str(self.limit_s - 5)]


@dataclasses.dataclass
class Outcome:
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    trouble: list = dataclasses.field(default_factory=list)

    def add_trouble(self, what):
        """Adds a failure that no test of the suite has counted."""
        self.failed += 1
        self.trouble.append(what)


class Groups:
    """The running process groups; none of them outlives the runner."""

    def __init__(self):
        self.lock = threading.Lock()
        self.running = set()
        self.closed = False

    def start(self, command, **options):
        with self.lock:
            if self.closed:
                raise KeyboardInterrupt
            process = subprocess.Popen(command, start_new_session=True, **options)
            self.running.add(process.pid)
            return process

    def end(self, group):
        with self.lock:
            self.running.discard(group)
            kill_group(group)

    def close(self):
        with self.lock:
            self.closed = True
            for group in self.running:
                kill_group(group)


def kill_group(group):
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        pass


def build_options(build):
    options = json.loads((build / "meson-info/intro-buildoptions.json").read_text())
    return {option["name"]: option["value"] for option in options}


def is_sanitized(build):
    return build_options(build)["b_sanitize"] != "none"


def is_slow(build):
    """Whether tests that measure time must allow for sanitizers or unoptimized code."""
    return is_sanitized(build) or build_options(build)["optimization"] == "0"


def environment(suite, directory):
    result = {name: value for name, value in os.environ.items() if name not in NOT_INHERITED}
    log_path = f"log_path={directory}/sanitizer"
    if suite.kind != "system" and is_slow(suite.build):
        result["HARK_SLOW"] = "1"
    result.update(
        **{"HARK_PACKAGES" if suite.kind == "system" else "HARK_BUILD": str(suite.build)},
        TMPDIR=str(directory / "tmp"),
        PYTHONDONTWRITEBYTECODE="1",
        ASAN_OPTIONS=f"detect_leaks=1:detect_stack_use_after_return=1:{log_path}",
        UBSAN_OPTIONS=f"halt_on_error=1:print_stacktrace=1:{log_path}")
    return result


def count_unit(output, outcome):
    summaries = DOCTEST_SUMMARY.findall(output)
    if not summaries:
        outcome.add_trouble("ended before its summary")
        return
    _, passed, failed, skipped = map(int, summaries[-1])
    outcome.passed, outcome.failed, outcome.skipped = passed, failed, skipped


def count_program(report, outcome):
    """The report is one JSON object per line: a test that began, its outcome, "done" at the end."""
    running, done = None, False
    lines = report.read_text().splitlines() if report.exists() else []
    for line in lines:
        try:
            event = json.loads(line)
        except ValueError:
            break  # its writer died in the middle of the line
        if event["event"] == "began":
            running = event["test"]
        elif event["event"] == "done":
            done = True
        else:
            running = None
            setattr(outcome, event["event"], getattr(outcome, event["event"]) + 1)
    if not done:
        outcome.add_trouble(f"ended in {running}" if running else "ended before its last test")


def shown(text):
    half = SHOWN_BYTES // 2
    if len(text) <= 2 * half:
        return text
    return f"{text[:half]}\n[... {len(text) - 2 * half} characters left out ...]\n{text[-half:]}"


def run_suite(suite, groups):
    """Returns (outcome, output, seconds)."""
    with tempfile.TemporaryDirectory(prefix="hark-test-", ignore_cleanup_errors=True) as name:
        directory = pathlib.Path(name)
        (directory / "tmp").mkdir()
        report, output_path = directory / "report", directory / "output"
        began = time.monotonic()
        status = None
        with open(output_path, "wb") as output_file:
            process = groups.start(suite.command(report), stdin=subprocess.DEVNULL,
                                   stdout=output_file, stderr=subprocess.STDOUT, cwd=ROOT,
                                   env=environment(suite, directory))
            try:
                status = process.wait(suite.limit_s)
            except subprocess.TimeoutExpired:
                pass
            finally:
                groups.end(process.pid)
                process.wait()
        seconds = time.monotonic() - began

        output = output_path.read_text(errors="replace")
        outcome = Outcome()
        if suite.kind == "unit":
            count_unit(output, outcome)
        else:
            count_program(report, outcome)
        for log in sorted(directory.glob("sanitizer.*")):
            output += f"\n--- {log.name}\n{log.read_text(errors='replace')}"
            if not outcome.trouble:
                outcome.add_trouble("a sanitizer has something to report")
        if status is None:
            outcome.trouble.append(f"killed after {suite.limit_s} s")
        elif status < 0:
            outcome.trouble.append(f"died of {signal.Signals(-status).name}")
        elif status > 0:
            outcome.trouble.append(f"exit status {status}")
        if outcome.trouble and outcome.failed == 0:
            outcome.failed = 1
        if outcome.passed + outcome.failed + outcome.skipped == 0:
            outcome.add_trouble("has no tests")
        return outcome, shown(output), seconds


def print_suite(suite, outcome, output, seconds):
    verdict = "FAIL" if outcome.failed else "ok"
    counts = f"{outcome.passed} passed"
    if outcome.failed:
        counts += f", {outcome.failed} failed"
    if outcome.skipped:
        counts += f", {outcome.skipped} skipped"
    print(f"{verdict:<5} {suite.label:<9} {suite.path.stem:<28} {seconds:7.1f} s  {counts}")
    for note in [] if outcome.failed else NOTE.findall(output):
        print(f"      {note}")
    if outcome.failed:
        trouble = "; ".join(outcome.trouble)
        print(f"{output.rstrip()}\n----- end of {suite.label} {suite.path.stem}"
              + (f": {trouble}" if trouble else ""))
    sys.stdout.flush()


def build_and_label(text):
    directory, _, label = text.partition(":")
    path = pathlib.Path(directory).resolve()
    return path, label or path.name


def find_suites(options):
    suites = []
    for build, label in options.unit:
        suites += [Suite("unit", label, build, path, UNIT_LIMIT_S)
                   for path in sorted(build.glob("tests/**/test_*"))
                   if path.is_file() and os.access(path, os.X_OK)]
    for kind in ("program", "system"):
        for build, label in getattr(options, kind):
            paths = sorted(ROOT.glob(f"tests/{kind}/test_*.py"))
            if kind == "program" and not options.filter and is_sanitized(build):
                paths = [path for path in paths if path.stem not in NOT_SANITIZED]
            suites += [Suite(kind, label, build, path, PROGRAM_LIMIT_S) for path in paths]
    return [suite for suite in suites if options.filter in suite.path.stem]


def main():
    parser = argparse.ArgumentParser(description="Runs the tests of builds that are there.")
    for kind in ("unit", "program", "system"):
        parser.add_argument(f"--{kind}", metavar="DIR[:LABEL]", action="append", default=[],
                            type=build_and_label, help=f"run the {kind} tests on what is in DIR")
    parser.add_argument("--jobs", metavar="N", type=int, default=JOBS, help="suites at a time")
    parser.add_argument("filter", metavar="FILTER", nargs="?", default="",
                        help="only suites with this in their name")
    options = parser.parse_args()

    suites = find_suites(options)
    total = Outcome()
    if not suites:
        print(f"no test's name has {options.filter!r} in it" if options.filter
              else "there are no tests")
        total.failed = 1

    def interrupted(*_):
        raise KeyboardInterrupt

    # A shell's background job starts with SIGINT ignored, and so would the tested programs.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, interrupted)
    signal.signal(signal.SIGHUP, interrupted)
    groups = Groups()
    pool = concurrent.futures.ThreadPoolExecutor(options.jobs)
    try:
        futures = {pool.submit(run_suite, suite, groups): suite for suite in suites}
        for future in concurrent.futures.as_completed(futures):
            try:
                outcome, output, seconds = future.result()
            except OSError as error:
                outcome, output, seconds = Outcome(failed=1), f"cannot be run: {error}", 0.0
            print_suite(futures[future], outcome, output, seconds)
            total.passed += outcome.passed
            total.failed += outcome.failed
            total.skipped += outcome.skipped
    except KeyboardInterrupt:
        total.failed += 1
        print("interrupted")
    finally:
        groups.close()
        pool.shutdown(cancel_futures=True)

    if total.passed + total.failed == 0:
        print("every test was skipped")
        total.failed = 1
    skipped = f", {total.skipped} skipped" if total.skipped else ""
    print(f"{total.passed} passed, {total.failed} failed{skipped}")
    return 1 if total.failed else 0


if __name__ == "__main__":
    sys.exit(main())
