"""What strangers do to memory: it stays below memory_limit, whatever they send or leave unread."""

import re
import resource
import signal
import socket
import threading
import time
import unittest
from pathlib import Path

from cgroups import limit_memory
from client import Client, receive_all
from controlled import SLOW, ControlledTest
from harness import HARKD
from networks import Namespace, require_namespaces

# Connections of one forged flood, which could go on like this for ever.
FORGED = 2500
# Sanitizers reserve terabytes of address space.
SANITIZED = b"__asan" in HARKD.read_bytes()
PREFIX = "2001:db8:7::"


class StrangersTest(ControlledTest):
    @classmethod
    def setUpClass(cls):
        # The test's own descriptors, for its clients.
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if hard != resource.RLIM_INFINITY and hard < 4096:
            raise unittest.SkipTest("too few descriptors")
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 4096), hard))
        cls.addClassCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))

    def start_small(self, config="", descriptors=4096):
        """A daemon that gets no more memory from the kernel than it says it needs."""
        harkd = self.start(config=config, wrapper=[
            "sh", "-c", f'ulimit -n {descriptors} && exec "$0" "$@"'])
        limit = self.status(harkd)["memory_limit"]
        if not SANITIZED:
            resource.prlimit(harkd.pid, resource.RLIMIT_AS, (limit, limit))
            limit_memory(self, harkd.pid, limit)
        return harkd

    def peak_kib(self, harkd):
        status = Path(f"/proc/{harkd.pid}/status").read_text()
        return int(re.search(r"VmHWM:\s+(\d+)", status).group(1))

    def check_memory(self, harkd):
        status = self.status(harkd)
        self.assertLess(status["memory"], status["memory_limit"])
        self.assertLess(self.peak_kib(harkd) * 1024, status["memory_limit"])
        return status

    def plain(self, port, source="127.0.0.1"):
        """A client that is as cheap as possible."""
        client = socket.create_connection(("127.0.0.1", port), source_address=(source, 0))
        self.addCleanup(client.close)
        return client


class Memory(StrangersTest):
    def test_half_messages_of_thousands(self):
        harkd = self.start_small('framing = "line"\n[limits]\nexempt = []\n'
                                 "connections_per_address = 1000\n")
        clients = [self.plain(harkd.port, f"127.0.{number // 500}.1") for number in range(3000)]
        for client in clients:
            client.sendall(b"x" * 1023)
        harkd.wait_for(lambda: self.status(harkd)["bytes"] == 3000 * 1023, what="all to be read")
        status = self.check_memory(harkd)
        self.assertEqual((status["connections"], status["messages"]), (3000, 0))
        for client in clients:
            client.close()
        harkd.wait_for(lambda: self.status(harkd)["connections"] == 0, what="the end of all")
        self.assertEqual(len(harkd.records("message")), 3000)

    def test_peers_that_never_read_or_send_too_much(self):
        harkd = self.start_small("[limits]\nexempt = []\nmessages_per_second = 10\n"
                                 "bytes_per_second = 100000\n", descriptors=1024)
        clients = [self.plain(harkd.port, f"127.0.1.{number % 250 + 1}") for number in range(500)]
        for client in clients:
            client.setblocking(False)
            for _ in range(40):
                try:
                    client.send(b"\n\xff\xfb\x1f" + b"ab" * 500 + b"\r\n")
                except BlockingIOError:
                    break
        harkd.wait_for(lambda: self.status(harkd)["slowed"] == 500, what="all to wait")
        self.check_memory(harkd)
        late = self.greeted(harkd, source="127.0.2.1")
        late.send(b"hello\n")
        late.expect(b"250 ok #1")
        # The stop is quick, however much they have sent.
        begin = time.monotonic()
        harkd.send_signal(signal.SIGTERM)
        harkd.process.wait()
        self.assertLess(time.monotonic() - begin, 5 * SLOW)
        self.assertEqual(harkd.wait(), 0)
        self.assertEqual(len(harkd.records("closed")), 501)

    def test_a_flood_from_forged_addresses(self):
        require_namespaces()
        home = Namespace()
        self.addCleanup(home.close)
        home.ip("-6", "route", "add", "local", f"{PREFIX}/48", "dev", "lo")
        harkd = self.start(config="[limits]\nnew_connections_per_second = 1\n"
                                  "connections_per_network = 2\nmessages_per_second = 1\n",
                           listen=("[::]:0",), wrapper=home.wrapper)
        if "[" not in harkd.addresses[0]:
            self.skipTest("no IPv6 here")

        def flood(begin, count):
            for number in range(begin, begin + count):
                with socket.socket(socket.AF_INET6) as client:
                    client.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                    client.setsockopt(socket.IPPROTO_IP, 15, 1)  # IP_FREEBIND
                    client.bind((f"2001:db8:7:{number & 0xFFFF:x}::{number >> 16:x}:1", 0))
                    client.connect(("::1", harkd.port))
                    client.sendall(b"a\nb\n")

        home.call(lambda: flood(1, FORGED))
        harkd.wait_for(lambda: self.status(harkd)["connections"] == 0, what="the end of all")
        before = self.check_memory(harkd)
        self.assertEqual(before["connections_total"], FORGED)
        home.call(lambda: flood(FORGED + 1, FORGED))
        harkd.wait_for(lambda: self.status(harkd)["connections"] == 0, what="the end of all")
        after = self.check_memory(harkd)
        if b"__asan" not in HARKD.read_bytes():  # it keeps freed memory
            self.assertLess(after["memory"] - before["memory"], 12 << 20)


class Storms(StrangersTest):
    CONVERSATION = (b"", b"h", b"hello\n", b"hello\nhalf", b"hello\r", b"\xff\xfd\x06\xff\xfa",
                    b"GET / HT", b"\xff", b"bye\n", b"x" * 5000)

    def storm(self, harkd, rounds):
        for number in range(rounds):
            client = Client(harkd.port, source=f"127.0.3.{number % 4 + 1}")
            part = self.CONVERSATION[number % len(self.CONVERSATION)]
            if part:
                client.send(part)
            if number % 3 == 0:
                client.reset()
            elif number % 3 == 1:
                client.half_close()
            client.close()

    def test_comings_and_goings_also_while_the_log_pauses(self):
        harkd = self.start(config="[limits]\nexempt = []\nmessages_per_second = 1000\n"
                                  "connections_per_address = 50\n")
        witness = self.greeted(harkd, source="127.0.1.1")
        self.storm(harkd, 300)
        witness.send(b"one\n")
        witness.expect(b"250 ok #1")
        harkd.limit_log(0)
        witness.send(b"two\n")
        harkd.wait_for(lambda: not self.status(harkd)["accepting"], what="the pause")
        stormers = [threading.Thread(target=self.storm, args=(harkd, 100)) for _ in range(2)]
        for stormer in stormers:
            stormer.start()
        time.sleep(0.5)
        busy = harkd.cpu_seconds()
        time.sleep(0.5)
        self.assertLess(harkd.cpu_seconds() - busy, 0.3 * SLOW)
        harkd.limit_log(None)
        for stormer in stormers:
            stormer.join()
        witness.expect(b"250 ok #2")
        harkd.wait_for(lambda: self.status(harkd)["connections"] == 1, what="the end of all")
        status = self.check_memory(harkd)
        self.assertEqual(len(harkd.records("connected")), status["connections_total"])
        self.assertEqual(len(harkd.records("closed")), status["connections_total"] - 1)
        self.assertEqual(sum(not record.get("more") for record in harkd.messages()),
                         status["messages"])

    def test_a_flooder_among_thousands_of_idle_ones(self):
        harkd = self.start_small("[limits]\nexempt = []\nbytes_per_second = 100000\n")
        for number in range(3000):
            self.plain(harkd.port, f"127.0.4.{number % 100 + 1}")
        flooder = self.greeted(harkd, source="127.0.1.1")
        flood = threading.Thread(target=lambda: (flooder.send(b"a\n" * 150_000),
                                                 flooder.half_close()), daemon=True)
        reader = threading.Thread(target=lambda: receive_all(flooder.socket), daemon=True)
        flood.start()
        reader.start()
        patient = [self.greeted(harkd, source=f"127.0.2.{number}") for number in range(1, 11)]
        for number in range(1, 51):
            for client in patient:
                client.send(b"step\n")
                client.expect(b"250 ok #%d" % number)
        self.check_memory(harkd)
        closed = harkd.wait_closed(flooder)
        self.assertEqual((closed["messages"], closed["reason"]), (150_000, "eof"))
        flood.join()
        reader.join()


if __name__ == "__main__":
    unittest.main()
