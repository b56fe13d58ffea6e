"""Shared by the tests of `hark bench`: how to run it, and a server that replies like harkd unless
told otherwise."""

import json
import re
import selectors
import socket
import struct
import threading

from client import WAIT
from sending import SendTest


class FakeDaemon(threading.Thread):
    """Replies to every line of any number of clients.

    greeting    b"": none
    refuse      how many of the first clients get 421 instead
    behave      called with a client's number, from 0, and the number of lines it has sent so far,
                before they are answered; returns what to do: None to reply, b"" to stay silent,
                bytes to send instead, "close", "reset"
    """

    def __init__(self, greeting=b"220 fake harkd\r\n", refuse=0, behave=lambda client, lines: None):
        super().__init__(daemon=True)
        self.greeting, self.refuse, self.behave = greeting, refuse, behave
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
        self.listener.setblocking(False)
        self.port = self.listener.getsockname()[1]
        self.selector = selectors.DefaultSelector()
        self.selector.register(self.listener, selectors.EVENT_READ)
        self.wake, self.waker = socket.socketpair()
        self.selector.register(self.wake, selectors.EVENT_READ)
        self.clients = []
        self.lines = []     # per client: lines sent and answered
        self.partial = []   # per client: input without a terminator
        self.byes = 0
        self.start()

    def run(self):
        while True:
            for key, _ in self.selector.select():
                if key.fileobj is self.wake:
                    return
                if key.fileobj is self.listener:
                    self.accept()
                else:
                    try:
                        self.read(key.data)
                    except OSError:
                        self.drop(key.data)

    def accept(self):
        client, _ = self.listener.accept()
        self.clients.append(client)
        self.lines.append(0)
        self.partial.append(b"")
        number = len(self.clients) - 1
        if number < self.refuse:
            client.sendall(b"421 too many connections\r\n")
            client.close()
            return
        client.sendall(self.greeting)
        self.selector.register(client, selectors.EVENT_READ, number)

    def read(self, number):
        client = self.clients[number]
        data = client.recv(65536)
        if not data:
            self.drop(number)
            return
        lines = (self.partial[number] + data).split(b"\n")
        self.partial[number] = lines.pop()
        bye = bool(lines) and lines[-1] == b"bye"
        before, after = self.lines[number], self.lines[number] + len(lines) - bye
        self.lines[number] = after
        if after > before:
            action = self.behave(number, after)
            if action == "reset":
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            if action in ("close", "reset"):
                self.drop(number)
                return
            client.sendall(b"250 ok #%d-%d\r\n" % (before + 1, after) if action is None else action)
        if bye:
            self.byes += 1
            client.sendall(b"221 bye\r\n")
            self.drop(number)

    def drop(self, number):
        self.selector.unregister(self.clients[number])
        self.clients[number].close()

    def stop(self):
        self.waker.send(b"x")
        self.join(WAIT)
        self.selector.close()
        for each in (self.listener, self.wake, self.waker, *self.clients):
            each.close()


class BenchTest(SendTest):
    def fake(self, **options):
        server = FakeDaemon(**options)
        self.addCleanup(server.stop)
        return server

    def begin_bench(self, port, *arguments, control=None, host="127.0.0.1", **options):
        """hark bench, running."""
        control = control or self.folder / "no control"
        return self.begin(port, *map(str, arguments), host=host, command=(
            "--control", str(control), "bench"), **options)

    def bench(self, port, *arguments, **options):
        """(exit status, standard output, standard error)"""
        return self.finish(self.begin_bench(port, *arguments, **options))

    def measure(self, port, *arguments, status=0, errors=r"", **options):
        """The result as JSON, after a run with this exit status."""
        got, output, complaints = self.bench(port, "--json", *arguments, **options)
        self.assertEqual(got, status, complaints)
        self.assertRegex(complaints, rf"\A{errors}\Z")
        result = json.loads(output)
        self.check(result, status)
        return result

    def check(self, result, status):
        """What must hold for every result."""
        messages, latency = result["messages"], result["latency"]
        self.assertEqual(result["status"], status)
        self.assertEqual(sum(each["count"] for each in result["histogram"]),
                         messages["acknowledged"])
        if not messages["warmup"]:
            self.assertEqual(messages["sent"], messages["acknowledged"] + messages["not_stored"]
                             + messages["unacknowledged"])
        order = [latency[name] for name in ("min", "p50", "p90", "p99", "p99_9", "p99_99", "max")]
        self.assertEqual(order, sorted(order))

    def slower_than(self, result, seconds):
        """How many messages took longer."""
        return sum(each["count"] for each in result["histogram"] if each["from"] >= seconds)


def facts(output):
    """The facts in a result for people, by name."""
    return dict(re.findall(r"^(\w+) {2,}(\S.*)$", output.partition("\n\n")[0], re.MULTILINE))


__all__ = ["WAIT", "BenchTest", "FakeDaemon", "facts"]
