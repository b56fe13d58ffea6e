"""Network namespaces, for tests with peers in other networks, and with networks that fail."""

import ctypes
import os
import subprocess
import threading
import unittest

CLONE_NEWNET = 0x40000000


def run(*words):
    done = subprocess.run(words, capture_output=True, check=False)
    assert done.returncode == 0, f"{' '.join(map(str, words))}: {done.stderr.decode()}"


class Namespace:
    """A network of its own, with a loopback interface, until close()."""

    def __init__(self):
        self._keeper = subprocess.Popen(
            ["unshare", "--net", "sh", "-c", "echo && exec sleep 1000"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.pid = self._keeper.pid
        self.wrapper = ["nsenter", f"--target={self.pid}", "--net"]
        self._links = 0
        if self._keeper.stdout.readline() != b"\n":
            self.close()
            raise unittest.SkipTest("network namespaces are forbidden here")
        self.ip("link", "set", "lo", "up")

    def ip(self, *words):
        run(*self.wrapper, "ip", *words)

    def link(self, other, own, others):
        """A cable to another namespace, with these addresses (such as 10.0.1.1/24) at its ends.
        Returns the name of the interface at both ends."""
        name = f"v{self._links}"
        self._links += 1
        self.ip("link", "add", name, "type", "veth", "peer", "name", name, "netns", str(other.pid))
        for namespace, address in ((self, own), (other, others)):
            namespace.ip("address", "add", address, "dev", name)
            namespace.ip("link", "set", name, "up")
        return name

    def call(self, action):
        """The result of `action()`, called inside: sockets that it makes stay there."""
        results = []

        def inside():
            libc = ctypes.CDLL(None, use_errno=True)
            descriptor = os.open(f"/proc/{self.pid}/ns/net", os.O_RDONLY)
            try:
                if libc.setns(descriptor, CLONE_NEWNET) != 0:
                    raise OSError(ctypes.get_errno(), "setns")
                results.append((action(), None))
            except Exception as problem:  # pylint: disable=broad-except
                results.append((None, problem))
            finally:
                os.close(descriptor)

        thread = threading.Thread(target=inside)
        thread.start()
        thread.join()
        result, problem = results[0]
        if problem is not None:
            raise problem
        return result

    def close(self):
        self._keeper.kill()
        self._keeper.wait()
        self._keeper.stdout.close()


def require_namespaces():
    if os.geteuid() != 0:
        raise unittest.SkipTest("needs root, for network namespaces")
    for program in ("unshare", "nsenter", "ip"):
        if subprocess.run(["which", program], capture_output=True, check=False).returncode != 0:
            raise unittest.SkipTest(f"{program} is missing")
