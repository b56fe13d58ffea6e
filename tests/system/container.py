"""A Debian booted with systemd, in namespaces of its own, for a few seconds.

It has its own network, with nothing but a loopback. Commands run inside; a test's sockets are made
there by the test's own process, which enters only the network.

Nothing survives. Killing systemd-nspawn would leave the system inside running, so it runs apart
(apart.py); everything that was written is in the given folder.
"""

import contextlib
import ctypes
import os
import shutil
import subprocess
import time
from pathlib import Path

from apart import APART

HERE = Path(__file__).resolve().parent
WAIT = 30
PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
CLONE_NEWNET = 0x40000000
GROUP_PREFIX = "hark-test-"

# A journal that keeps everything, however full the host's disk is. The rate limits stay as they
# are, since the service has to live with them.
JOURNALD_CONF = "[Journal]\nStorage=persistent\nSystemMaxUse=2G\nSystemKeepFree=1M\n"


def cgroup_roots():
    """Where the hierarchies in which systemd keeps its services are mounted."""
    found = []
    for line in Path("/proc/self/mountinfo").read_text().splitlines():
        mount, _, kind = line.partition(" - ")
        fs_type, _, options = kind.split(" ", 2)
        if fs_type == "cgroup2" or (fs_type == "cgroup" and "name=systemd" in options.split(",")):
            found.append(Path(mount.split()[4]))
    return found


def obstacle():
    """Why no container can be booted here; empty where one can."""
    if os.geteuid() != 0:
        return "needs root"
    done = subprocess.run(["unshare", "--mount", "--uts", "--ipc", "--net", "--pid", "--cgroup",
                           "--fork", "mount", "-t", "tmpfs", "none", "/mnt"],
                          capture_output=True, text=True, check=False)
    if done.returncode != 0:
        return f"namespaces are forbidden here: {done.stderr.strip()}"
    if not any(os.access(root, os.W_OK) for root in cgroup_roots()):
        return "there are no cgroups to write here"
    return ""


def remove_group(group):
    """Removes the parts of a control group that have no processes any more."""
    for folder, _, _ in os.walk(group, topdown=False):
        with contextlib.suppress(OSError):
            os.rmdir(folder)


def remove_left_groups():
    """Removes the groups of tests that were killed."""
    for root in cgroup_roots():
        for group in root.glob(f"{GROUP_PREFIX}*"):
            owner = group.name.removeprefix(GROUP_PREFIX).partition("-")[0]
            if not Path("/proc", owner).exists():
                remove_group(group)


def wait_for(predicate, what, timeout=WAIT, pause=0.02):
    """Polls until `predicate()` is true, and returns what it gave."""
    end = time.monotonic() + timeout
    while not (result := predicate()):
        assert time.monotonic() < end, f"waited in vain for {what}"
        time.sleep(pause)
    return result


class Container:
    """Boots in the constructor. `files` are written before: {path inside: text or a file's
    Path}."""

    def __init__(self, root, folder, files=None):
        self.folder = Path(folder)
        self._root = root
        remove_left_groups()
        name = f"{GROUP_PREFIX}{os.getpid()}-{id(self):x}"
        self._groups = [above / name for above in cgroup_roots()]
        for name, content in {"/etc/systemd/journald.conf.d/test.conf": JOURNALD_CONF,
                              **(files or {})}.items():
            path = self.folder / "upper" / name.lstrip("/")
            path.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, Path):
                shutil.copyfile(content, path)
            else:
                path.write_text(content, encoding="utf-8")
        self._boot()

    def _boot(self):
        self._init = 0
        for group in self._groups:
            group.mkdir()
        with (self.folder / "console").open("wb") as console:
            self._process = subprocess.Popen(
                [*APART, HERE / "boot", self._root, self.folder, *self._groups],
                stdin=subprocess.DEVNULL, stdout=console, stderr=subprocess.STDOUT)
        try:
            self._wait_booted()
        except BaseException:
            self.end()
            raise

    def _find_init(self):
        assert self._process.poll() is None, f"does not boot: {self.console()}"
        waiting = [self._process.pid]
        while waiting:
            pid = waiting.pop()
            with contextlib.suppress(OSError):
                if Path(f"/proc/{pid}/comm").read_text() == "systemd\n":
                    return pid
                children = Path(f"/proc/{pid}/task/{pid}/children").read_text()
                waiting += map(int, children.split())
        return 0

    def _wait_booted(self):
        self._init = wait_for(self._find_init, "the container's systemd")
        wait_for(lambda: self.run("systemctl", "is-system-running", check=False).stdout.strip()
                 in ("running", "degraded"), "the container to boot")
        # As many datagrams may wait for journald as on a real machine, where systemd sets this at
        # boot.
        with self.network():
            Path("/proc/sys/net/unix/max_dgram_qlen").write_text("512", encoding="ascii")
        self.run("systemctl", "restart", "systemd-journald.socket", "systemd-journald.service")

    def console(self):
        return (self.folder / "console").read_text(errors="replace")[-4000:]

    def end(self):
        self._process.kill()
        self._process.wait()
        # The processes inside are dying; a group goes when the last is gone.
        end = time.monotonic() + WAIT
        while any(group.exists() for group in self._groups) and time.monotonic() < end:
            for group in self._groups:
                remove_group(group)
            time.sleep(0.02)

    def cut_power(self):
        """Kills all processes at once and boots again; the files are still there."""
        self.end()
        self._boot()

    # What is done inside.

    def start(self, *command, **options):
        """A process inside, not waited for."""
        return subprocess.Popen(self._entering(command), **options)

    def run(self, *command, check=True, timeout=WAIT, **options):
        """Runs a command to its end; returns the result, with its output as text."""
        if "input" not in options:
            options["stdin"] = subprocess.DEVNULL
        done = subprocess.run(self._entering(command), capture_output=True, timeout=timeout,
                              check=False, **options)
        # Not decoded by subprocess, which would change the line ends.
        done.stdout = done.stdout.decode(errors="replace")
        done.stderr = done.stderr.decode(errors="replace")
        assert not check or done.returncode == 0, (
            f"{' '.join(map(str, command))}: exit status {done.returncode}\n"
            f"{done.stdout[-4000:]}{done.stderr[-4000:]}")
        return done

    def _entering(self, command):
        return ["nsenter", "--target", str(self._init), "--mount", "--uts", "--ipc", "--net",
                "--pid", "--cgroup", "--", "env", "-i", PATH, "LC_ALL=C.UTF-8", *command]

    @contextlib.contextmanager
    def network(self):
        """Sockets that this thread makes in this context are in the container's network."""
        libc = ctypes.CDLL(None, use_errno=True)

        def enter(file):
            if libc.setns(file.fileno(), CLONE_NEWNET) != 0:
                raise OSError(ctypes.get_errno(), "cannot enter a network namespace")

        with open("/proc/thread-self/ns/net", "rb") as own, \
                open(f"/proc/{self._init}/ns/net", "rb") as inner:
            enter(inner)
            try:
                yield
            finally:
                enter(own)

    def path(self, name):
        """A file inside, as seen from here. Absolute symbolic links are followed outside."""
        return Path(f"/proc/{self._init}/root") / name.lstrip("/")

    def write(self, name, text):
        path = self.path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
