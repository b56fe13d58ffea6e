#!/usr/bin/env python3
"""Which nats-server the tests run, and how they get Debian 13's on an older Debian.

They use the first one that exists of: $HARK_NATS_SERVER, the one that `nats_programs.py fetch` has
put into the user's cache, and the one in PATH. Debian 12 has 2.9, which may store a message twice
when its leader changes. Debian 13's 2.10 needs nothing newer than Debian 12's C library, so its
package is downloaded and verified by apt, and only unpacked.
"""

import fcntl
import functools
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[1] / "system")]

# pylint: disable=wrong-import-position
from debian_root import sources

SUITE = "trixie"
IN_PACKAGE = "usr/sbin/nats-server"


def cache_folder():
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "hark-test"


def fetched():
    return cache_folder() / f"nats.{SUITE}" / IN_PACKAGE


def candidates():
    yield os.environ.get("HARK_NATS_SERVER")
    yield fetched()
    yield shutil.which("nats-server", path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")


@functools.cache
def version_of(program):
    """Its version, such as (2, 10, 27); None if it does not run."""
    try:
        done = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=60,
                              check=False)
    except OSError:
        return None
    found = re.search(r"v(\d+)\.(\d+)\.(\d+)", done.stdout)
    return tuple(map(int, found.groups())) if found else None


@functools.cache
def nats_programs():
    """All programs that run, one per version, the preferred one first."""
    found = {}
    for program in candidates():
        if program and version_of(program):
            found.setdefault(version_of(program), Path(program))
    return list(found.values())


def apt(folder, command, *words):
    """Runs apt-get with lists and sources of its own, and the host's settings otherwise."""
    lists = folder / "lists"
    lists.mkdir(exist_ok=True)
    source = folder / "sources.list"
    source.write_text(sources(SUITE), encoding="utf-8")
    settings = {"Dir::Etc::SourceList": source, "Dir::Etc::SourceParts": "/dev/null",
                "Dir::State::Lists": lists, "Dir::Cache": folder, "APT::Sandbox::User": "root",
                "Acquire::Languages": "none", "Acquire::Retries": 2, "Acquire::http::Timeout": 20}
    options = [f"-o{key}={value}" for key, value in settings.items()]
    done = subprocess.run(["apt-get", "-qq", *options, command, *words], cwd=folder,
                          capture_output=True, text=True, timeout=300, check=False)
    if done.returncode != 0:
        raise OSError(f"apt-get {command}: {done.stderr.strip()}")


def fetch():
    """Downloads the program to fetched(). Raises OSError."""
    cache = cache_folder()
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "nats.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        target = fetched().parents[2]
        if version_of(fetched()):
            return
        with tempfile.TemporaryDirectory(dir=cache) as name:
            work = Path(name)
            apt(work, "update")
            apt(work, "download", f"nats-server/{SUITE}")
            package = next(work.glob("nats-server_*.deb"))
            subprocess.run(["dpkg-deb", "--extract", package, work / "root"], check=True)
            shutil.rmtree(target, ignore_errors=True)
            (work / "root").rename(target)


def main():
    if sys.argv[1:] == ["fetch"]:
        try:
            fetch()
        except (OSError, subprocess.SubprocessError) as problem:
            print(f"note: no nats-server of {SUITE}: {problem}", file=sys.stderr)
            return 1
    version_of.cache_clear()
    for program in nats_programs():
        print(".".join(map(str, version_of(program))), program)
    return 0


if __name__ == "__main__":
    sys.exit(main())
