#!/usr/bin/env python3
"""Breaks a line of the parts that keep the promise, and checks whether a unit test notices; again
and again. Prints the mutants that survive.

    tests/prove/mutate.py [COUNT] [SEED] [--under FOLDER] [--program]

The tree is copied to build-mutate/, where it is built without optimisation and rebuilt for each
mutant. --program: survivors also meet the program tests of their folder, which takes a minute each.
"""

import argparse
import collections
import dataclasses
import os
import random
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PLACE = ROOT / "build-mutate"
TREE, BUILD = PLACE / "tree", PLACE / "build"
# The unit tests and the program tests that a mutant of each folder meets.
FOLDERS = {
    "common/framing": (("common_framing", "daemon_connection"), ("test_framing", "test_every_byte")),
    "daemon/connection": (("daemon_connection", "daemon_server"),
                          ("test_conversation", "test_replies", "test_acknowledgements",
                           "test_slow_readers", "test_restart_replies", "test_limits")),
    "daemon/log": (("daemon_log", "daemon_connection"),
                   ("test_log_file", "test_log_pause", "test_sync", "test_log_replaced",
                    "test_json_sink", "test_journal_sink", "test_restart_logs")),
    "daemon/stream": (("daemon_stream", "daemon_log"), ("test_nats_sink", "test_nats_doubt")),
}
SWAPS = (("<", "<="), ("<=", "<"), (">", ">="), (">=", ">"), ("==", "!="), ("!=", "=="),
         ("&&", "||"), ("||", "&&"), ("+", "-"), ("-", "+"), ("+=", "-="), ("-=", "+="))
STATEMENT = re.compile(r"\s+(?!return\b|using\b|case\b|break\b|continue\b|const\b|auto\b|throw\b)"
                       r"[\w:.>*\[\]()-]+(\(.*\)| [-+|&]?= .*|\+\+|--);")
TIMEOUT_S = 60


@dataclasses.dataclass(frozen=True)
class Mutant:
    path: str
    line: int  # from 1
    before: str
    after: str
    operator: str

    def __str__(self):
        return (f"{self.path}:{self.line}: {self.operator}\n    - {self.before.strip()}\n"
                f"    + {self.after.strip()}")


def changes_of(line):
    """Yields (changed line, operator)."""
    code = line.split("//")[0]
    if not code.strip() or code.lstrip().startswith(("#", "*", '"')) or '"' in code:
        return
    for old, new in SWAPS:
        for found in re.finditer(rf" {re.escape(old)} ", code):
            yield f"{code[:found.start()]} {new} {code[found.end():]}", f"{old} becomes {new}"
    for found in re.finditer(r"\b(true|false)\b", code):
        other = "false" if found[0] == "true" else "true"
        yield code[:found.start()] + other + code[found.end():], f"{found[0]} becomes {other}"
    for found in re.finditer(r"(?<=[ (])(0|1)(?=[;,) ])", code):
        other = "1" if found[0] == "0" else "0"
        yield code[:found.start()] + other + code[found.end():], f"{found[0]} becomes {other}"
    found = re.match(r"(.*\b(?:if|while) \()(.*)(\)(?: \{| [\w:]+.*;))$", code.rstrip())
    if found and ";" not in found[2] and found[2].count("(") == found[2].count(")"):
        yield f"{found[1]}!({found[2]}){found[3]}", "a condition is negated"
    if re.fullmatch(STATEMENT, code.rstrip()):
        indent = code[:len(code) - len(code.lstrip())]
        yield f"{indent};", "a statement is dropped"
        yield f"{indent}return; {code.strip()}", "returns early"
        yield f"{indent}return {{}}; {code.strip()}", "returns early"


def all_mutants(under):
    found = []
    for folder in FOLDERS:
        if not folder.startswith(under):
            continue
        for path in sorted((TREE / folder).glob("*.cpp")):
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                for after, operator in changes_of(line):
                    found.append(Mutant(str(path.relative_to(TREE)), number, line, after, operator))
    return found


def copy_tree():
    """Copies the files that git tracks, or would; files that have not changed stay as they are."""
    listed = subprocess.run(["git", "-C", ROOT, "ls-files", "-z", "-co", "--exclude-standard"],
                            capture_output=True, check=True).stdout.split(b"\0")
    for name in filter(None, map(os.fsdecode, listed)):
        source, target = ROOT / name, TREE / name
        if source.is_file() and not (target.exists() and
                                     target.read_bytes() == source.read_bytes()):
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, target)


def configure():
    if (BUILD / "build.ninja").exists():
        return
    compiler = "ccache g++" if shutil.which("ccache") else "g++"
    subprocess.run(["meson", "setup", BUILD, TREE, "-Dbuildtype=plain", "-Dwerror=false",
                    "-Dunity=off", "-Dtests=true", "-Dcpp_args=-O0"], check=True,
                   env={**os.environ, "CXX": compiler}, stdout=subprocess.DEVNULL)


def build(*targets):
    done = subprocess.run(["ninja", "-k", "0", "-C", BUILD, *targets], capture_output=True, text=True,
                          check=False)
    return done.returncode == 0, done.stdout


def target_of(test):
    return f"tests/test_{test}"


def dies(command, environment=None):
    """Whether the test fails, crashes or hangs."""
    with subprocess.Popen(command, cwd=PLACE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                          stdin=subprocess.DEVNULL, start_new_session=True,
                          env=environment) as process:
        try:
            return process.wait(TIMEOUT_S) != 0
        except subprocess.TimeoutExpired:
            return True
        finally:
            if process.poll() is None:
                os.killpg(process.pid, 9)


def verdict_of(mutant, programs):
    """"invalid": does not compile; "survived"; or the test that has killed it."""
    tests, program_tests = FOLDERS[str(Path(mutant.path).parent)]
    path = TREE / mutant.path
    original = path.read_text(encoding="utf-8")
    lines = original.splitlines()
    lines[mutant.line - 1] = mutant.after
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    try:
        for test in tests:
            if not build(target_of(test))[0]:
                return "invalid"
            if dies([BUILD / target_of(test)]):
                return test
        if programs and build("programs")[0]:
            environment = {**os.environ, "HARK_BUILD": str(BUILD)}
            for test in program_tests:
                if dies([sys.executable, ROOT / "tests" / "program" / f"{test}.py"], environment):
                    return test
        return "survived"
    finally:
        path.write_text(original, encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("count", type=int, nargs="?", default=60)
    parser.add_argument("seed", type=int, nargs="?", default=1)
    parser.add_argument("--under", default="", help="only files of this folder")
    parser.add_argument("--program", action="store_true")
    options = parser.parse_args()
    copy_tree()
    configure()
    tests = sorted({test for folder, (tests, _) in FOLDERS.items() for test in tests
                    if folder.startswith(options.under)})
    good, output = build(*map(target_of, tests))
    if not good:
        sys.exit(output[-3000:])
    broken = [test for test in tests if dies([BUILD / target_of(test)])]
    if broken:
        sys.exit(f"fail without a mutant: {broken}")
    mutants = all_mutants(options.under)
    random.Random(options.seed).shuffle(mutants)
    killed, survived = collections.Counter(), []
    for mutant in mutants:
        if sum(killed.values()) + len(survived) == options.count:
            break
        begin = time.monotonic()
        verdict = verdict_of(mutant, options.program)
        if verdict == "invalid":
            continue
        if verdict == "survived":
            survived.append(mutant)
            print(mutant, flush=True)
        else:
            killed[verdict] += 1
        print(f"{verdict}, {time.monotonic() - begin:.0f} s", flush=True)
    print(f"{sum(killed.values())} of {sum(killed.values()) + len(survived)} mutants were killed "
          f"({len(mutants)} are possible): {dict(killed)}")


if __name__ == "__main__":
    main()
