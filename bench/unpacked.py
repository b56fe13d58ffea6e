"""Debian packages unpacked into a folder, with those of their dependencies that are not installed.

So nothing is installed, no service is started, and conflicting packages are available at the same
time. They are kept until `./dev clean`.
"""

import contextlib
import os
import re
import shutil
import subprocess
from pathlib import Path


class Unavailable(Exception):
    """Why a package is unavailable."""


def run(*command, folder=None):
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False,
                          timeout=300, env={**os.environ, "LC_ALL": "C"})
    if done.returncode != 0:
        reason = (done.stderr.strip() or f"status {done.returncode}").splitlines()[-1]
        raise Unavailable(f"{command[0]}: {reason}")
    return done.stdout


def unpack(package, folder):
    """Unpacks one .deb file."""
    run("dpkg-deb", "--extract", str(package), str(folder))


def needed(package):
    """The package, and all that would be installed with it."""
    planned = run("apt-get", "--simulate", "--no-install-recommends", "install", package)
    return sorted({package, *re.findall(r"^Inst (\S+)", planned, re.MULTILINE)})


def download(package, folder):
    for name in needed(package):
        run("apt-get", "download", name, folder=folder)


class Unpacked:
    """A package in its own folder below `folder`."""

    def __init__(self, package, folder):
        self.root = Path(folder) / package
        self._version = self.root.with_suffix(".version")
        if not shutil.which("apt-get"):
            raise Unavailable("this is not Debian")
        if not self._version.exists():
            self._fetch(package)
        # Without epoch and Debian revision.
        self.version = re.sub(r"^\d+:|-[^-]*$", "", self._version.read_text())

    def _fetch(self, package):
        archives = self.root.with_suffix(".archives")
        for path in (archives, self.root):
            shutil.rmtree(path, ignore_errors=True)
            path.mkdir(parents=True)
        try:
            download(package, archives)
        except Unavailable:
            # The package lists may be outdated or deleted.
            with contextlib.suppress(Unavailable):
                run("apt-get", "update")
            download(package, archives)
        for archive in archives.glob("*.deb"):
            unpack(archive, self.root)
            if archive.name.startswith(f"{package}_"):
                version = run("dpkg-deb", "--field", str(archive), "Version").strip()
        shutil.rmtree(archives)
        self._version.write_text(version, encoding="utf-8")

    def folder_of(self, name):
        """The folder of a file with this name."""
        for path in self.root.rglob(name):
            return path.parent
        raise Unavailable(f"{self.root.name} has no {name}")

    @property
    def environment(self):
        """Lets its programs find their libraries."""
        folders = sorted({path.parent for path in self.root.rglob("lib*.so.*")})
        return {"LD_LIBRARY_PATH": ":".join(map(str, folders))}

    def path(self, name):
        return self.root / name
