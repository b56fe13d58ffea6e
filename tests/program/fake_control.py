"""The daemon's end of the control socket, with replies from the test.

A handler is called for each call, and yields the replies: dictionaries of parameters, `Error`s, or
bytes to be sent unchanged. If the call allows more replies, all are marked as continuing.
"""

import copy
import json
import os
import socket
import threading

from client import WAIT

STATUS = {
    "version": "0.1.0", "run": "5f3a9c01", "pid": 4711, "uptime": 93784.5,
    "listeners": ["[::]:8765", "127.0.0.1:9000"],
    "listening": [
        {"address": address, "framing": "auto", "charset": "auto", "replies": "text",
         "telnet": True, "record_connections": "all"}
        for address in ("[::]:8765", "127.0.0.1:9000")],
    "connections": 3, "max_connections": 1024, "connections_total": 345, "unused_connections": 0,
    "limits": {"connections": 1000, "connections_per_address": 50, "connections_per_network": 0,
               "new_connections_per_second": 0, "messages_per_second": 100,
               "bytes_per_second": 0, "exempt": ["127.0.0.0/8", "::1"]},
    "refused": 2, "refusals": {"not allowed": 1, "too many connections from this address": 1},
    "slowed": 0, "probes": 1,
    "messages": 123456, "bytes": 9876543, "discarded": 12,
    "message_rate": {"second": 12.0, "minute": 3.25},
    "byte_rate": {"second": 2048.0, "minute": 100.0},
    "charsets": {"utf-8": 123000, "gb18030": 450, "bytes": 6},
    "accepting": True,
    "sinks": [
        {"name": "journal", "state": "clear", "lag": 0, "lag_bytes": 0, "pauses": 0,
         "paused_seconds": 0.0},
        {"name": "file:/var/log/harkd/messages.jsonl", "state": "refusing",
         "reason": "No space left on device", "lag": 17, "lag_bytes": 4096, "pauses": 2,
         "paused_seconds": 61.5, "paused_since_seconds": 12.0},
    ],
    "memory": 12 * 1024 * 1024, "memory_limit": 450 * 1024 * 1024, "cpu": 3.5,
    "latency": {"p50": 0.000012, "p99": 0.0015, "max": 0.31},
    "tails": 1, "tail_dropped": 7,
}


def make_client(number, **fields):
    return {"id": number, "peer": f"192.0.2.{number % 250}:{40000 + number % 20000}",
            "local": "192.0.2.250:8765", "age": 60.0 + number, "idle": 1.5,
            "messages": 10 * number, "bytes": 1000 * number,
            "charset": "utf-8", "framing": "line", "replies": "text", "reading": True,
            "limited": False, "unread_replies": 0, **fields}


def make_record(number, text="hello", **fields):
    return {"time": f"2026-11-22T10:00:00.{number:06}Z", "run": "5f3a9c01", "event": "message",
            "conn": 17, "peer": "192.0.2.7:51324", "seq": number, "text": text,
            "charset": "utf-8", "bytes": len(text.encode()), "end": "lf", **fields}


class Error:
    """An error reply."""

    def __init__(self, name, **parameters):
        self.name = name
        self.parameters = parameters


class HangUp:
    """Instead of a reply: closes the connection."""


class FakeControl:
    """Listens at `path` until close(). `calls` are the calls received, in order; `together` the
    methods of the calls that each read received together."""

    def __init__(self, path):
        self.path = path
        self.calls = []
        self.together = []
        self.status = copy.deepcopy(STATUS)
        self.clients = [make_client(number) for number in (1, 2, 17)]
        self.handlers = {"Status": lambda _: [self.status], "Clients": self.page}
        self.connections = 0
        self._sockets = set()
        self._lock = threading.Lock()
        self._closed = False
        self._listener = None
        self._accepting = None
        self.open()

    def open(self):
        self._closed = False
        self._listener = socket.socket(socket.AF_UNIX)
        if os.path.exists(self.path):
            os.unlink(self.path)
        self._listener.bind(str(self.path))
        self._listener.listen(16)
        self._accepting = self._start(self._accept)

    def close(self):
        """Closes everything at once, as if the daemon had died; open() starts again."""
        with self._lock:
            self._closed = True
            for each in [self._listener, *self._sockets]:
                try:
                    each.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass
        self._accepting.join(WAIT)
        self._listener.close()

    def handle(self, method, handler):
        """`handler` yields the replies to org.harkd.METHOD."""
        self.handlers[method] = handler

    def parameters(self, method):
        return [call.get("parameters", {}) for call in list(self.calls)
                if call["method"] == f"org.harkd.{method}"]

    def page(self, parameters, size=100):
        behind = [each for each in self.clients if each["id"] > parameters.get("after", 0)]
        reply = {"clients": behind[:size]}
        if len(behind) > size:
            reply["next"] = behind[size - 1]["id"]
        return [reply]

    @staticmethod
    def _start(target, *arguments):
        thread = threading.Thread(target=target, args=arguments, daemon=True)
        thread.start()
        return thread

    def _accept(self):
        while not self._closed:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with self._lock:
                if self._closed:
                    connection.close()
                    return
                self._sockets.add(connection)
                self.connections += 1
            self._start(self._serve, connection)

    def _serve(self, connection):
        try:
            rest = b""
            while data := connection.recv(65536):
                *messages, rest = (rest + data).split(b"\0")
                calls = list(map(json.loads, messages))
                self.together.append([call["method"] for call in calls])
                for call in calls:
                    self._answer(connection, call)
        except OSError:
            pass
        finally:
            with self._lock:
                self._sockets.discard(connection)
            connection.close()

    def _answer(self, connection, call):
        self.calls.append(call)
        name = call["method"].rpartition(".")[2]
        handler = self.handlers.get(name)
        if handler is None:
            handler = lambda _: [Error("org.varlink.service.MethodNotFound", method=name)]
        for reply in handler(call.get("parameters", {})):
            if isinstance(reply, HangUp):
                connection.shutdown(socket.SHUT_RDWR)
                return
            if isinstance(reply, bytes):
                connection.sendall(reply)
            else:
                message = ({"error": reply.name, "parameters": reply.parameters}
                           if isinstance(reply, Error) else {"parameters": reply})
                if call.get("more") and not isinstance(reply, Error):
                    message["continues"] = True
                connection.sendall(json.dumps(message, ensure_ascii=False).encode() + b"\0")
