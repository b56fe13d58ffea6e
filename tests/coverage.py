"""Reports how many lines the tests reached, from clang's counters: ./dev coverage.

    coverage.py BUILD

The programs and tests of BUILD were compiled with -fprofile-instr-generate and -fcoverage-mapping;
their counts are in BUILD/counts. Prints one line per file and one per folder. The exit status is 1
if the tests reached too little of a folder.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("common", "daemon", "tools")
WANTED = 90  # percent of each folder's lines
PROGRAMS = ("daemon/harkd", "tools/hark")


def measured(build):
    """{file: {"count", "covered", "percent"}}, counting lines, for the project's files."""
    profile = build / "counts/all.profdata"
    subprocess.run(["llvm-profdata", "merge", "--sparse", "-o", profile,
                    *sorted(profile.parent.glob("*.profraw"))], check=True)
    tests = [path for path in sorted(build.glob("tests/**/test_*"))
             if path.is_file() and os.access(path, os.X_OK)]
    objects = [f"--object={path}" for path in (*(build / name for name in PROGRAMS), *tests)]
    exported = subprocess.run(["llvm-cov", "export", "--summary-only",
                               f"--instr-profile={profile}", *objects],
                              check=True, stdout=subprocess.PIPE)
    files = json.loads(exported.stdout)["data"][0]["files"]
    paths = {os.path.normpath(build / file["filename"]): file["summary"]["lines"] for file in files}
    return {os.path.relpath(path, ROOT): lines for path, lines in sorted(paths.items())}


def main():
    files = measured(Path(sys.argv[1]).resolve())
    enough = True
    totals = []
    for folder in FOLDERS:
        chosen = {path: lines for path, lines in files.items() if path.startswith(folder + "/")}
        for path, lines in chosen.items():
            print(f"{path:56} {lines['covered']:5} of {lines['count']:5} lines, {lines['percent']:5.1f} %")
        reached, there = (sum(lines[key] for lines in chosen.values()) for key in ("covered", "count"))
        percent = 100 * reached / max(there, 1)
        totals.append(f"{folder + '/':56} {reached:5} of {there:5} lines, {percent:5.1f} %")
        enough = enough and percent >= WANTED
    print("", *totals, sep="\n")
    return 0 if enough else 1


if __name__ == "__main__":
    sys.exit(main())
