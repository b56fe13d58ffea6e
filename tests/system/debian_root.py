"""A Debian root with systemd, made once and kept for later runs.

It is in the user's cache, one per suite and list of packages. Nothing is ever written to it:
containers boot from an overlay. It is made under another name and renamed when it is complete, so
what is there was complete once; one that has lost its systemd is made again.

HARK_SYSTEM_SUITE  bookworm, trixie, ...; the host's own by default
"""

import contextlib
import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import time
from pathlib import Path

from apart import APART

KEPT_S = 7 * 24 * 3600  # since it was last used
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
ALWAYS = ["dbus", "logrotate", "netcat-openbsd", "systemd", "systemd-sysv"]
# Documentation and translations are half of a small root, and nothing here reads them. What our
# own packages bring there is kept.
LEFT_OUT = ["path-exclude=/usr/share/locale/*", "path-exclude=/usr/share/man/*",
            "path-exclude=/usr/share/doc/*", "path-include=/usr/share/doc/hark*",
            "path-include=/usr/share/man/*/hark*", "path-include=/usr/share/man/*/*/hark*",
            "path-include=/usr/share/locale/*/LC_MESSAGES/hark*"]
# What a booted system does by itself, which only takes time from the tests.
MASKED = ["apt-daily.timer", "apt-daily-upgrade.timer", "e2scrub_all.timer", "logrotate.timer",
          "dpkg-db-backup.timer", "console-getty.service", "systemd-logind.service"]


def output_of(*command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command[0]} failed: {done.stderr.strip()}"
    return done.stdout


def host_suite():
    found = re.search(r"^VERSION_CODENAME=(\w+)", Path("/etc/os-release").read_text(), re.MULTILINE)
    return found.group(1) if found else "bookworm"


def suite():
    return os.environ.get("HARK_SYSTEM_SUITE") or host_suite()


def dependencies(packages):
    """The names of what these .deb files depend on, themselves left out."""
    found, own = set(), set()
    for package in packages:
        own.add(output_of("dpkg-deb", "--field", package, "Package").strip())
        for field in ("Pre-Depends", "Depends"):
            for one in output_of("dpkg-deb", "--field", package, field).split(","):
                name = re.match(r"\s*([a-z0-9][a-z0-9+.-]*)", one)
                if name:
                    found.add(name.group(1))
    return sorted(found - own)


def sources(wanted):
    """Lines for apt: the host's Debian sources, but with another suite."""
    found = []
    for attempt in range(2):
        for line in output_of("apt-get", "indextargets", "--format",
                              "$(ORIGIN) $(REPO_URI) $(CODENAME) $(COMPONENT)",
                              "Created-By: Packages").splitlines():
            origin, uri, codename, component = line.split()
            if origin == "Debian" and component == "main":
                release = wanted + "".join(codename.partition("-")[1:])
                found.append(f"deb [signed-by={KEYRING}] {uri} {release} {component}\n")
        if found or attempt:
            break
        output_of("apt-get", "update")  # an image whose lists were thrown away
    assert found, "apt has no sources of Debian"
    return "".join(found)


def apt_settings():
    """How the host reaches its sources: proxies, time-outs, what it does not check."""
    return "".join(line + "\n" for line in output_of("apt-config", "dump").splitlines()
                   if line.startswith("Acquire::") and not line.startswith("Acquire::IndexTargets"))


def make(target, packages):
    for name, text in (("sources.list", sources(suite())), ("apt.conf", apt_settings())):
        target.with_name(name).write_text(text, encoding="utf-8")
    command = [*APART, "mmdebstrap", "--quiet", "--variant=minbase", "--mode=root",
               "--format=directory", f"--aptopt={target.with_name('apt.conf')}",
               f"--include={','.join(packages)}"]
    command += [f"--dpkgopt={option}" for option in LEFT_OUT]
    output_of(*command, suite(), str(target), str(target.with_name("sources.list")))
    for unit in MASKED:
        (target / "etc/systemd/system" / unit).symlink_to("/dev/null")
    # A machine that is booted for the first time would ask who it is.
    (target / "etc/machine-id").write_text("")
    (target / "etc/hostname").write_text("box\n")


def cache_folder():
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    folder = Path(base) / "hark-test"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def debian_root(packages):
    """The path of a root that has what these .deb files need; made if there is none."""
    names = sorted({*ALWAYS, *dependencies(packages)})
    key = hashlib.sha256("\n".join([*names, *LEFT_OUT, *MASKED]).encode()).hexdigest()[:12]
    folder = cache_folder()
    root = folder / f"{suite()}-{key}"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if (root / "usr/lib/systemd/systemd").exists():
            os.utime(root)
            return root
        for old in folder.glob("*-*"):
            # A younger one may be in use, by a test of another tree.
            if old == root or old.stat().st_mtime < time.time() - KEPT_S:
                shutil.rmtree(old)
        work = folder / f"{suite()}-new"
        with contextlib.ExitStack() as undo:
            undo.callback(shutil.rmtree, work, ignore_errors=True)
            shutil.rmtree(work, ignore_errors=True)
            work.mkdir()
            make(work / "root", names)
            (work / "root").rename(root)
    return root
