"""Real NATS servers with JetStream on loopback: one, or a cluster of three.

Each has a folder of its own and dies with the test's process. They are started one after the other,
each when the JetStream of the previous one is ready: servers that start at the same time sometimes
never find each other.
"""

import contextlib
import ctypes
import http.client
import random
import re
import signal
import socket
import ssl
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

from client import WAIT
from nats_client import NatsClient, NatsError
from nats_programs import nats_programs, version_of

PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None)
# Outside the kernel's range of ephemeral ports.
PORTS = range(15000, 32000)


def free_ports(count):
    """Loopback ports that nobody listens on, and that no other test takes until this process
    ends."""
    found = []
    while len(found) < count:
        port = random.choice(PORTS)
        mark = socket.socket(socket.AF_UNIX)
        try:
            mark.bind(f"\0hark-test-port-{port}")
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(("127.0.0.1", port))
        except OSError:
            mark.close()
            continue
        mark.detach()  # stays open
        found.append(port)
    return found


def poll(what, predicate, timeout=WAIT, pause=0.02):
    """Waits until `predicate()` is true, and returns its value."""
    end = time.monotonic() + timeout
    while not (result := predicate()):
        if time.monotonic() > end:
            raise AssertionError(f"waited in vain for {what}")
        time.sleep(pause)
    return result


class NatsServer:
    """One server. `settings`: further lines of its configuration."""

    def __init__(self, folder, name="n1", program=None, settings=""):
        self.name = name
        self.folder = Path(folder) / name
        self.folder.mkdir()
        self.program = program or nats_programs()[0]
        self.version = version_of(self.program)
        self.port, self.monitor, self.route = free_ports(3)
        self.settings = settings
        self.storage = ""  # further lines about JetStream
        self.wrapper = []  # the start of a command that finally executes it, without a fork
        self.process = None

    @property
    def address(self):
        return f"127.0.0.1:{self.port}"

    @property
    def pid(self):
        return self.process.pid

    def config(self):
        return (f"listen: {self.address}\nhttp: 127.0.0.1:{self.monitor}\n"
                f"server_name: {self.name}\n"
                f"jetstream {{ store_dir: \"{self.folder}\"\n{self.storage} }}\n"
                f"{self.settings}\n")

    def launch(self):
        """Starts it without waiting."""
        path = self.folder / "config"
        path.write_text(self.config(), encoding="utf-8")
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [*self.wrapper, self.program, "-c", path], stdin=subprocess.DEVNULL, stdout=log,
                stderr=log, preexec_fn=lambda: LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL))

    def is_healthy(self):
        """Whether its JetStream is ready, which takes some time after the start, and again until it
        has caught up with the leaders of its streams."""
        connection = http.client.HTTPConnection("127.0.0.1", self.monitor, timeout=2)
        try:
            connection.request("GET", "/healthz?js-enabled-only=true")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def wait_ready(self):
        def ready():
            assert self.process.poll() is None, f"{self.name} has ended: {self.log()}"
            return self.is_healthy()
        poll(f"{self.name} to be ready: {self.log()}", ready)

    def start(self):
        self.launch()
        self.wait_ready()
        return self

    def log(self):
        return (self.folder / "log").read_text(encoding="utf-8", errors="replace")[-3000:]

    def stop(self, number=signal.SIGTERM):
        if self.process and self.process.poll() is None:
            self.process.send_signal(number)
            self.process.send_signal(signal.SIGCONT)
            self.process.wait(WAIT)

    def kill(self):
        self.stop(signal.SIGKILL)

    def pause(self):
        """Stops the process: it answers nothing, while the kernel still accepts connections."""
        self.process.send_signal(signal.SIGSTOP)
        threads = Path(f"/proc/{self.pid}/task")
        poll(f"{self.name} to stand still", lambda: all(
            (thread / "stat").read_text().rpartition(")")[2].split()[0] == "T"
            for thread in threads.iterdir()))

    def resume(self):
        self.process.send_signal(signal.SIGCONT)

    def restart(self):
        """Kills it and starts it again, with what it has on disk."""
        self.kill()
        self.start()


class Nats:
    """`count` servers as one cluster, or a single one without a cluster. Options: `user` and
    `password`, or `token`; `tls` = (certificate, key, ca) paths; `sync`: on disk before an
    acknowledgement (2.10); `settings`: further lines of each configuration."""

    def __init__(self, folder, count=1, program=None, user=None, password=None, token=None,
                 tls=None, sync=False, settings=""):
        self.credentials = {}
        lines = [settings]
        if user:
            lines.append(f"authorization {{ user: '{user}', password: '{password}' }}")
            self.credentials = {"user": user, "pass": password}
        if token:
            lines.append(f'authorization {{ token: "{token}" }}')
            self.credentials = {"auth_token": token}
        if tls:
            lines.append(f'tls {{ cert_file: "{tls[0]}", key_file: "{tls[1]}", ca_file: '
                         f'"{tls[2]}" }}')
        self.context = ssl.create_default_context(cafile=tls[2]) if tls else None
        self.servers = [NatsServer(folder, f"n{number + 1}", program, "\n".join(lines))
                        for number in range(count)]
        self.version = self.servers[0].version
        routes = ", ".join(f"nats://127.0.0.1:{server.route}" for server in self.servers)
        for server in self.servers:
            if sync:
                server.storage = "sync_interval: always"
            if count > 1:
                server.settings += (f"\ncluster {{ name: hark, listen: 127.0.0.1:{server.route}, "
                                    f"routes: [{routes}] }}")

    @property
    def addresses(self):
        return [server.address for server in self.servers]

    @property
    def exactly_once(self):
        return self.version >= (2, 10, 0)

    def start(self):
        for server in self.servers:
            server.start()
        if len(self.servers) > 1:
            poll("a leader of the cluster", self._has_leader)
        return self

    def _has_leader(self):
        try:
            with self.client() as client:
                return client.api("INFO", timeout=2)
        except (OSError, NatsError):
            return False

    def end(self):
        for server in self.servers:
            server.kill()

    def live(self):
        return [server for server in self.servers
                if server.process and server.process.poll() is None]

    def client(self, server=None, **options):
        """A connection to this server, else to the first one that runs."""
        server = server or self.live()[0]
        return NatsClient(server.port, tls=self.context, **self.credentials, **options)

    def create_stream(self, name="HARK", subjects=("hark.>",), **config):
        """Creates a stream with a replica on each server."""
        config.setdefault("num_replicas", len(self.servers))

        def create():
            with self.client() as client:
                try:
                    return client.create_stream(name, list(subjects), **config)
                except NatsError as problem:
                    # Not all servers are known yet, or an old stream of that name is being removed.
                    if re.search("no suitable peers|error creating store", str(problem)):
                        return None
                    raise
        return poll("the stream to be created", create)

    def messages(self, stream="HARK", first=0):
        with self.client() as client:
            return client.messages(stream, first)

    def leader(self, stream="HARK", timeout=WAIT):
        """The server that leads the stream, once there is one that runs."""
        def find():
            for server in self.live():
                with contextlib.suppress(OSError, NatsError), \
                        self.client(server, timeout=2) as client:
                    cluster = client.stream_info(stream).get("cluster", {})
                    name = cluster.get("leader", server.name if len(self.servers) == 1 else "")
                    for one in self.live():
                        if one.name == name:
                            return one
            return None
        return poll(f"a leader of {stream}", find, timeout)

    def followers(self, stream="HARK"):
        leader = self.leader(stream)
        return [server for server in self.servers if server is not leader]

    def wait_current(self, stream="HARK"):
        """Waits until each replica is up to date."""
        def current():
            with contextlib.suppress(OSError, NatsError), self.client(self.leader(stream),
                                                                      timeout=2) as client:
                replicas = client.stream_info(stream)["cluster"].get("replicas", [])
                return all(one.get("current") and not one.get("offline") for one in replicas) and \
                    len(replicas) == len(self.servers) - 1
            return False
        poll(f"the replicas of {stream}", current)


class NatsTest(unittest.TestCase):
    """Base class for tests that share servers: `COUNT` of them, made with `OPTIONS`. Each test
    finds them without streams."""

    COUNT = 1
    OPTIONS = {}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if not nats_programs():
            raise unittest.SkipTest("nats-server is missing")
        holder = tempfile.TemporaryDirectory(prefix="hark-nats-")
        cls.addClassCleanup(holder.cleanup)
        cls.nats = Nats(holder.name, cls.COUNT, **cls.OPTIONS)
        cls.addClassCleanup(cls.nats.end)
        cls.nats.start()

    def setUp(self):
        super().setUp()
        self.addCleanup(self._delete_streams)  # runs after the cleanups that the test adds

    def _delete_streams(self):
        for server in self.nats.servers:
            if server not in self.nats.live():
                server.start()
        with self.nats.client() as client:
            for name in client.api("STREAM.NAMES").get("streams") or []:
                client.delete_stream(name)
