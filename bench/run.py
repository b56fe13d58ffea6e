"""Compares harkd with a bare loop and with its alternatives: ./dev bench.

    run.py [--quick] [FILTER]

FILTER selects workloads by their name or family; earlier results of the others are kept. --quick
runs each once, with few messages, to see that everything works; its results go to quick.json.

One generator drives all servers, in turn: each run of one is next to the runs of the others.
Servers use the first processor, the generator the second. Prints the medians; every run is stored
in build-bench/results.json, from which report.py makes docs/benchmarks.md after a full run. The
exit status is 1 if harkd failed or lost a message.
"""

import argparse
import contextlib
import datetime
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import journal
import measures
import reading
import stream
from generator import GeneratorError
from peers import peers
from secured import secured
from server import Server, ServerError
from subjects import ROOT, floor, floor_sync, harkds
from unpacked import unpack
from workloads import workloads

FOLDER = ROOT / "build-bench"
RESULTS = FOLDER / "results.json"
QUICK_RESULTS = FOLDER / "quick.json"
# The metric printed while a family is measured.
SHOWN = {"ingest": "cpu_us", "text": "cpu_us", "scaling": "cpu_us", "roundtrip": "p50_us",
         "sessions": "sessions_per_s", "idle": "bytes_per_connection", "fairness": "p99_us", "attacks": "p99_us",
         "restart": "pause_ms", "journal": "messages_per_s",
         "stream": "messages_per_s", "sync": "messages_per_s", "start": "ready_ms", "tls": "cpu_us",
         "tls-handshakes": "handshakes_per_s", "tls-storm": "p99_us",
         "tls-idle": "bytes_per_connection"} | dict.fromkeys(reading.FAMILIES, "seconds")
# Failures of a server, as opposed to the suite's own.
PROBLEMS = (GeneratorError, ServerError, OSError)


def say(words):
    print(words, flush=True)


def machine():
    release = platform.freedesktop_os_release()
    info = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    models = [line.partition(":")[2].strip() for line in info.splitlines()
              if line.startswith("model name")]
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return {"cpu": models[0] if models else platform.machine(), "cores": os.cpu_count(),
            "memory_gib": round(memory / 2**30), "kernel": platform.release().partition("-")[0],
            "system": release["PRETTY_NAME"].replace("GNU/Linux ", "")}


def find_subjects():
    packaged = FOLDER / "harkd"
    shutil.rmtree(packaged, ignore_errors=True)
    packages = list((ROOT / "dist").glob("harkd_*.deb"))
    if not packages:
        sys.exit("no package in dist/; see ./dev bench")
    unpack(packages[0], packaged)
    program = packaged / "usr/sbin/harkd"
    found = [floor(), floor_sync(), *harkds(program), *peers(FOLDER / "peers", say),
             *secured(FOLDER, program, say)]
    return program, {subject.id: subject for subject in found}


def find_hark():
    """The client as it is packaged."""
    packages = list((ROOT / "dist").glob("hark_*.deb"))
    if not packages:
        sys.exit("no package in dist/; see ./dev bench")
    unpack(packages[0], FOLDER / "hark")
    return FOLDER / "hark/usr/bin/hark"


class Suite:
    def __init__(self, scratch):
        self.program, self.subjects = find_subjects()
        self.scratch = scratch
        self.failures = []
        self.logs = None  # for reading

    def fail(self, workload, subject, problem):
        say(f"{workload.id}: {subject.id}: {problem}")
        # If another program loses messages, the suite does not fail.
        if subject.kind != "peer":
            self.failures.append(f"{workload.id}: {problem}")

    def run(self, workload):
        """{subject: {"runs": [...]}}, for the subjects that could be measured."""
        if workload.family == "journal":
            return self._run_journal(workload)
        if workload.family == "stream":
            return self._run_stream(workload)
        if workload.family in reading.FAMILIES:
            return self._run_reading(workload)
        subjects = [self.subjects[name] for name in workload.subjects if name in self.subjects]
        if workload.family == "start":
            return self._run_starts(workload, subjects[0])
        return self._run_servers(workload, subjects)

    def _run_journal(self, workload):
        if why_not := journal.obstacle():
            say(f"journal is left out: {why_not}")
            return {}
        try:
            results = journal.measure(workload.runs, workload.parameters["messages"])
        except (AssertionError, OSError, subprocess.TimeoutExpired) as problem:
            self.failures.append(f"journal: {problem}")
            return {}
        # A negative number: some were stored twice.
        lost = [run["lost"] for result in results.values() for run in result["runs"]]
        if any(lost):
            self.failures.append(f"journal: records lost in each run: {lost}")
        return results

    def _run_stream(self, workload):
        if why_not := stream.obstacle():
            say(f"{workload.id} is left out: {why_not}")
            return {}
        try:
            return stream.measure(self.program, workload.runs, workload.parameters, self.scratch)
        except (*PROBLEMS, AssertionError, subprocess.SubprocessError) as problem:
            self.failures.append(f"{workload.id}: {problem}")
            return {}

    def _run_reading(self, workload):
        try:
            if self.logs is None:
                folder = Path(self.scratch) / "reading"
                folder.mkdir()
                self.logs = reading.Logs(folder, find_hark())
            return reading.measure(workload.family, self.logs, workload.runs, workload.parameters)
        except (AssertionError, OSError, subprocess.SubprocessError) as problem:
            self.failures.append(f"{workload.id}: {problem}")
            return {}

    def _run_starts(self, workload, subject):
        try:
            return {subject.id: {"runs": [measures.start(subject, self.scratch)
                                          for _ in range(workload.runs)]}}
        except PROBLEMS as problem:
            self.fail(workload, subject, problem)
            return {}

    def _run_servers(self, workload, subjects):
        runs = {subject.id: [] for subject in subjects}
        with contextlib.ExitStack() as stack:
            kept = {}
            for _ in range(workload.runs):
                for subject in list(subjects):
                    try:
                        runs[subject.id].append(self._run_once(workload, subject, kept, stack))
                    except PROBLEMS as problem:
                        self.fail(workload, subject, problem)
                        subjects.remove(subject)
        return {name: {"runs": figures} for name, figures in runs.items() if figures}

    def _run_once(self, workload, subject, kept, stack):
        server = kept.get(subject.id)
        with contextlib.ExitStack() as own:
            if server is None:
                server = Server(subject, self.scratch)
                (stack if workload.kept else own).enter_context(server)
            if workload.kept:
                kept[subject.id] = server
            figures = workload.measure(server, workload.parameters)
            server.check()
        return figures


def medians(workload, results):
    metric = SHOWN[workload.family]
    shown = []
    for name, result in results.items():
        middle = statistics.median(run[metric] for run in result["runs"])
        shown.append(f"{name} {middle:,.0f}" if middle >= 1000 else f"{name} {middle:.3g}")
    return f"{workload.id:<18} {metric}: {', '.join(shown) or 'nothing measured'}"


def merge(measured, path, whole):
    """Merges new results into the earlier ones, by workload, in the suite's order."""
    known = {} if whole or not path.exists() else {
        one["id"]: one for one in json.loads(path.read_text(encoding="utf-8"))["workloads"]}
    known |= {one["id"]: one for one in measured}
    return [known[one.id] for one in workloads() if one.id in known]


def main():
    parser = argparse.ArgumentParser(description="harkd beside a bare loop and other programs.")
    parser.add_argument("--quick", action="store_true", help="each once, and little")
    parser.add_argument("filter", nargs="?", default="", metavar="FILTER")
    options = parser.parse_args()
    chosen = workloads(options.filter)
    if not chosen:
        parser.error(f"no workload has {options.filter!r} in its name")
    path = QUICK_RESULTS if options.quick else RESULTS
    FOLDER.mkdir(exist_ok=True)
    measured = []
    with tempfile.TemporaryDirectory(dir=FOLDER) as scratch:
        suite = Suite(scratch)
        for workload in chosen:
            if options.quick:
                workload = workload.quick()
            results = suite.run(workload)
            say(medians(workload, results))
            measured.append({**workload.summary(), "results": results})
    results = {"machine": machine(), "date": datetime.date.today().isoformat(),
               "versions": {subject.program: subject.version
                            for subject in suite.subjects.values() if subject.version},
               "subjects": {name: subject.summary() for name, subject in suite.subjects.items()}
               | journal.SUBJECTS | stream.SUBJECTS | reading.SUBJECTS,
               "workloads": merge(measured, path, whole=not options.filter)}
    path.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    if not options.filter and not options.quick:
        import report
        report.write(results)
    for failure in suite.failures:
        say(f"FAILED {failure}")
    return 1 if suite.failures else 0


if __name__ == "__main__":
    sys.exit(main())
