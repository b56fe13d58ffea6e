"""A NATS server that lies on demand: it speaks enough of the protocol and of the JetStream API to
be taken for a real one, and each of its answers can be replaced.

What it does at each point is a function of the session and the request: `once` replaces the next
answers, `always` all of them, and whatever is not replaced is honest. The points are

    accept     a connection, before INFO        info     a request of STREAM.INFO
    connect    CONNECT                          get      a request of STREAM.MSG.GET
    ping, pong, sub                             publish  anything else that is published
"""

import collections
import contextlib
import json
import socket
import ssl
import struct
import threading
import time

from client import WAIT
from nats_client import header_block, parse_headers
from nats_stream import NAME, Request, Stream

POINTS = ("accept", "connect", "ping", "pong", "sub", "info", "get", "publish")
JS_API = "$JS.API.STREAM."


class Session:
    """One connection to the server."""

    def __init__(self, stub, connection, number):
        self.stub, self.socket, self.number = stub, connection, number
        self.file = connection.makefile("rb")
        self.subscriptions = {}  # sid by subject
        self.connect = None  # what CONNECT said
        self.encrypted = False

    def send(self, data):
        with contextlib.suppress(OSError):
            self.socket.sendall(data)

    def hello(self):
        self.send(b"INFO " + json.dumps(self.stub.server_info()).encode() + b" \r\n")

    def sid_of(self, subject):
        for pattern, sid in self.subscriptions.items():
            stem = pattern.rstrip(">*")
            if subject == pattern or (stem != pattern and subject.startswith(stem)):
                return sid
        return None

    def message(self, subject, payload=b"", headers=None, status=""):
        """A message to the client, if it has subscribed."""
        sid = self.sid_of(subject)
        if sid is None:
            return
        if headers is None and not status:
            self.send(f"MSG {subject} {sid} {len(payload)}\r\n".encode() + payload + b"\r\n")
            return
        block = header_block(headers or {})
        if status:
            block = block.replace(b"NATS/1.0", b"NATS/1.0 " + status.encode(), 1)
        self.send(f"HMSG {subject} {sid} {len(block)} {len(block) + len(payload)}\r\n".encode() +
                  block + payload + b"\r\n")

    def answer(self, request, body):
        """`body`: a dictionary, or bytes as they are."""
        if isinstance(body, dict):
            body = json.dumps(body).encode()
        self.message(request.reply, body)

    def error(self, text):
        self.send(f"-ERR '{text}'\r\n".encode())

    def close(self):
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)

    def reset(self):
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.file.close()
        self.socket.close()

    # What the client sends.

    def run(self):
        try:
            self.stub.act("accept", Request("accept", self, []))
            while line := self.file.readline(1 << 20):
                self.stub.act_on(self.read(line.decode("utf-8", "replace").rstrip("\r\n")))
        except (OSError, ValueError, ssl.SSLError):
            pass
        finally:
            with contextlib.suppress(OSError, ValueError):
                self.file.close()
            self.socket.close()

    def read(self, line):
        operation, *words = line.split(" ") if not line.upper().startswith("CONNECT") else \
            line.split(" ", 1)
        operation = operation.upper()
        if operation == "SUB":
            self.subscriptions[words[0]] = words[-1]
        if operation == "CONNECT":
            self.connect = json.loads(words[0])
        if operation not in ("PUB", "HPUB"):
            return Request(operation.lower(), self, words)
        size = int(words[-1])
        data = self.file.read(size + 2)[:size]
        headers, block = {}, b""
        if operation == "HPUB":
            block, data = data[:int(words[-2])], data[int(words[-2]):]
            headers = parse_headers(block)[1]
        reply = words[1] if len(words) > (3 if operation == "HPUB" else 2) else ""
        subject = words[0]
        point = {f"{JS_API}INFO.{NAME}": "info", f"{JS_API}MSG.GET.{NAME}": "get"}.get(subject,
                                                                                       "publish")
        return Request(point, self, words, subject, reply, headers, data, block)


class NatsStub:
    """It listens until close(). `info`: fields of INFO; `tls`: a server's SSLContext."""

    def __init__(self, stream=None, tls=None, port=0, **info):
        self.stream = stream or Stream()
        self.tls = tls
        self.fields = info
        self.changed = threading.Condition(threading.RLock())
        self.requests = []  # Request, in the order of their arrival
        self.sessions = []
        self.garbage = []  # operations that no client may send
        self._once = collections.defaultdict(collections.deque)
        self._always = {}
        self._listener = socket.create_server(("127.0.0.1", port))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def address(self):
        return f"127.0.0.1:{self.port}"

    def server_info(self):
        return {"server_id": "STUB", "server_name": "s1", "version": "2.10.27", "proto": 1,
                "go": "go1.24.4", "host": "127.0.0.1", "port": self.port, "headers": True,
                "max_payload": 1048576, "jetstream": True, "client_id": len(self.sessions),
                "client_ip": "127.0.0.1", **({"tls_required": True} if self.tls else {}),
                **self.fields}

    def close(self):
        """Stops listening, and ends every session."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.drop()

    def drop(self):
        """Ends every session."""
        for session in list(self.sessions):
            session.close()

    def _accept(self):
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self.changed:
                session = Session(self, connection, len(self.sessions))
                self.sessions.append(session)
                self.changed.notify_all()
            threading.Thread(target=session.run, daemon=True).start()

    # What it does.

    def once(self, point, *behaviours):
        """Each replaces one honest answer at this point, in this order."""
        assert point in POINTS
        with self.changed:
            self._once[point].extend(behaviours)
        return self

    def always(self, point, behaviour):
        """Replaces all following answers; None: it is honest again."""
        assert point in POINTS
        with self.changed:
            self._once[point].clear()
            self._always[point] = behaviour
        return self

    def honest(self):
        with self.changed:
            self._once.clear()
            self._always.clear()

    def act_on(self, request):
        if request.point not in POINTS:
            with self.changed:
                self.garbage.append(request)
                self.changed.notify_all()
            return
        with self.changed:
            self.requests.append(request)
            self.changed.notify_all()
        self.act(request.point, request)

    def act(self, point, request):
        with self.changed:
            waiting = self._once[point]
            behaviour = waiting.popleft() if waiting else self._always.get(point)
        (behaviour or getattr(self, f"honest_{point}"))(request.session, request)

    def honest_accept(self, session, _):
        session.hello()
        if self.tls:
            session.socket = self.tls.wrap_socket(session.socket, server_side=True)
            session.file = session.socket.makefile("rb")
            session.encrypted = True

    def honest_connect(self, session, _):
        pass

    honest_pong = honest_sub = honest_connect

    def honest_ping(self, session, _):
        session.send(b"PONG\r\n")

    def honest_info(self, session, request):
        session.answer(request, self.stream.info())

    def honest_get(self, session, request):
        with self.changed:
            session.answer(request, self.stream.get(json.loads(request.payload)))

    def honest_publish(self, session, request):
        with self.changed:
            answer = self.stream.accept(request)
        session.answer(request, answer)

    # What it has seen.

    def seen(self, point):
        with self.changed:
            return [request for request in self.requests if request.point == point]

    @property
    def published(self):
        return self.seen("publish")

    def wait(self, what, predicate, timeout=WAIT):
        """Waits until `predicate()` is true, and returns its value."""
        end = time.monotonic() + timeout
        with self.changed:
            while not (result := predicate()):
                left = end - time.monotonic()
                assert left > 0, f"waited in vain for {what}"
                self.changed.wait(min(left, 0.1))
            return result

    def wait_seen(self, point, count=1, timeout=WAIT):
        """The requests at this point, once there are `count` of them."""
        return self.wait(f"{count} times {point}", lambda: (found := self.seen(point)) and
                         len(found) >= count and found, timeout)
