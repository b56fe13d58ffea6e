"""The base of the system tests: a booted Debian in which this tree's packages are installed.

There is one container per class; each test finds the service stopped, as the package left it, and a
journal that begins where the test began.

HARK_PACKAGES  the folder of the .deb files, `dist` in the repository by default
"""

import json
import os
import shutil
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "tests/program"))

# pylint: disable=wrong-import-position
from client import Client
from container import WAIT, Container, obstacle, wait_for
from debian_root import debian_root

__all__ = ["CONFIG", "INSIDE", "PORT", "WAIT", "Client", "ServiceTest", "packages", "wait_for"]

PORT = 8765
CONFIG = "/etc/harkd/harkd.toml"
INSIDE = "/srv/packages"


def packages():
    folder = Path(os.environ.get("HARK_PACKAGES", ROOT / "dist"))
    found = sorted(path for name in ("harkd_*.deb", "hark_*.deb") for path in folder.glob(name))
    assert len(found) == 2, f"not one harkd and one hark package in {folder}"
    return found


class ServiceTest(unittest.TestCase):
    maxDiff = 4000
    installed = True  # whether the packages are, before the first test

    @classmethod
    def setUpClass(cls):
        why_not = obstacle()
        if why_not:
            print(f"\nnote: skipped: {why_not}")
            raise unittest.SkipTest(why_not)
        folder = Path(tempfile.mkdtemp(prefix="hark-system-"))
        cls.addClassCleanup(shutil.rmtree, folder, ignore_errors=True)
        files = {f"{INSIDE}/{path.name}": path for path in packages()}
        cls.container = Container(debian_root(packages()), folder, files)
        cls.addClassCleanup(cls.container.end)
        cls.packages = list(files)
        if cls.installed:
            cls.container.run("dpkg", "--install", *cls.packages)
            cls.config = cls.container.path(CONFIG).read_text(encoding="utf-8")

    def setUp(self):
        if self.installed:
            self.run_inside("systemctl", "disable", "--now", "harkd.service", "harkd.socket")
            self.run_inside("rm", "-rf", "/etc/systemd/system/harkd.service.d",
                            "/etc/systemd/system/harkd.socket.d", "/var/log/harkd/messages.jsonl")
            self.configure(self.config)
            self.run_inside("systemctl", "daemon-reload")
            self.container.run("systemctl", "reset-failed", "harkd.service", "harkd.socket",
                               check=False)
        # An entry of our own to begin at: after a cursor, journalctl loses the first match.
        self.run_inside("systemd-cat", "--identifier=begin", "echo", self.id())
        self.run_inside("journalctl", "--sync")
        shown = self.run_inside("journalctl", "--show-cursor", "--lines=1", "--quiet",
                                "--identifier=begin")
        self.cursor = shown.rpartition("-- cursor: ")[2].strip()

    def run(self, result=None):
        """As usual; after a failure, prints what the system had to say."""
        before = len(result.failures) + len(result.errors)
        super().run(result)
        if len(result.failures) + len(result.errors) > before and hasattr(self, "cursor"):
            said = self.container.run("journalctl", "--no-pager", f"--cursor={self.cursor}",
                                      "--lines=60", check=False)
            print(f"--- the journal after {self.id()}\n{said.stdout}{said.stderr}")

    # The system.

    def run_inside(self, *command, **options):
        """A command's output; it must succeed."""
        return self.container.run(*command, **options).stdout

    def configure(self, text):
        self.container.write(CONFIG, text)

    def drop_in(self, text, unit="harkd.service", name="test.conf"):
        self.container.write(f"/etc/systemd/system/{unit}.d/{name}", text)
        self.run_inside("systemctl", "daemon-reload")

    def show(self, name, unit="harkd.service"):
        """A property of a unit."""
        return self.run_inside("systemctl", "show", f"--property={name}", "--value", unit).strip()

    def wait_shown(self, name, value, unit="harkd.service"):
        wait_for(lambda: self.show(name, unit) == value, f"{name} of {unit} to be {value}")

    def main_pid(self):
        return int(self.show("MainPID"))

    def start(self, *units):
        self.run_inside("systemctl", "enable", "--now", *(units or ("harkd.service",)))

    # The clients.

    def connect(self, host="127.0.0.1", port=PORT, **options):
        with self.container.network():
            client = Client(port, host, **options)
        self.addCleanup(client.close)
        return client

    def greeted(self, **options):
        return self.connect(**options).greeted()

    # The journal.

    def journalctl(self, *arguments, timeout=WAIT):
        """Its output since the test began, including everything sent so far."""
        self.run_inside("journalctl", "--sync", timeout=timeout)
        return self.run_inside("journalctl", "--quiet", "--no-pager", "--all",
                               f"--cursor={self.cursor}", *arguments, timeout=timeout)

    def entries(self, *matches):
        """Journal entries as dictionaries."""
        return [json.loads(line)
                for line in self.journalctl("--output=json", *matches).splitlines()]

    def texts(self, *matches, timeout=WAIT):
        """The texts of all message records."""
        return self.journalctl("--output=cat", "--output-fields=HARK_TEXT", "HARK_EVENT=message",
                               *matches, timeout=timeout).splitlines()

    def wait_entry(self, **fields):
        matches = [f"{name}={value}" for name, value in fields.items()]
        return wait_for(lambda: self.entries(*matches), f"an entry with {fields}")[0]
