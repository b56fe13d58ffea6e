"""A NATS client over one blocking socket: enough to make streams, publish, and read all back.

It shares nothing with the daemon's own client, so that each can show where the other is wrong.
"""

import base64
import contextlib
import dataclasses
import itertools
import json
import os
import socket
import time

from client import WAIT

WINDOW = 256  # requests that messages() keeps in flight


class NatsError(Exception):
    """What the server said after -ERR, or why there is no answer."""


class NoResponders(NatsError):
    """Nobody listens on the subject."""


class ApiError(NatsError):
    """An error of the JetStream API."""

    def __init__(self, answer):
        error = answer["error"]
        super().__init__(f"{error.get('err_code')}: {error.get('description')}")
        self.code, self.err_code = error.get("code"), error.get("err_code")


@dataclasses.dataclass
class Message:
    subject: str
    payload: bytes
    reply: str = ""
    status: str = ""  # from the first line of the headers, such as "503"
    headers: dict = dataclasses.field(default_factory=dict)
    seq: int = 0  # in the stream, if it comes from one

    def json(self):
        return json.loads(self.payload)


def parse_headers(block):
    """The status and the headers of NATS/1.0 ... CRLF CRLF."""
    first, *lines = block.decode("utf-8").split("\r\n")
    assert first.startswith("NATS/1.0"), block
    headers = {}
    for line in lines:
        if line:
            name, _, value = line.partition(":")
            headers[name] = value.strip()
    return first[len("NATS/1.0"):].strip(), headers


def header_block(headers):
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"NATS/1.0\r\n{lines}\r\n".encode()


class NatsClient:
    """Raises NatsError, TimeoutError and ConnectionError. `tls`: an SSLContext; `credentials`:
    fields of CONNECT, such as user and pass, or auth_token."""

    def __init__(self, port, host="127.0.0.1", tls=None, timeout=WAIT, **credentials):
        self._socket = socket.create_connection((host, port), timeout=timeout)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._timeout = timeout
        self._received = b""
        self._waiting = []  # messages that nobody has asked for yet
        self._inbox = "_INBOX." + os.urandom(8).hex()
        self._numbers = itertools.count(1)
        try:
            self.info = self._expect_info()
            if tls is not None:
                self._socket = tls.wrap_socket(self._socket, server_hostname=host)
            self._send(b"CONNECT " + json.dumps({
                "verbose": False, "pedantic": False, "headers": True, "no_responders": True,
                "lang": "python", "version": "1", "protocol": 1, **credentials}).encode() +
                b"\r\nPING\r\n")
            self._until(lambda operation, _: operation == "PONG")
            self._send(f"SUB {self._inbox}.* 1\r\n".encode())
        except BaseException:
            self.close()
            raise

    def close(self):
        self._socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    # The protocol.

    def _send(self, data):
        self._socket.sendall(data)

    def _more(self):
        data = self._socket.recv(1 << 20)
        if not data:
            raise ConnectionError("the server has closed the connection")
        self._received += data

    def _line(self):
        while b"\r\n" not in self._received:
            self._more()
        line, _, self._received = self._received.partition(b"\r\n")
        return line.decode("utf-8")

    def _bytes(self, count):
        while len(self._received) < count + 2:
            self._more()
        data, self._received = self._received[:count], self._received[count + 2:]
        return data

    def _expect_info(self):
        operation, _, rest = self._line().partition(" ")
        assert operation == "INFO", operation
        return json.loads(rest)

    def _operation(self):
        """The next operation and its argument: a Message, or text. PING is answered here."""
        operation, _, rest = self._line().partition(" ")
        operation = operation.upper()
        if operation == "PING":
            self._send(b"PONG\r\n")
        elif operation == "INFO":
            self.info = json.loads(rest)
        elif operation == "-ERR":
            raise NatsError(rest.strip("'"))
        elif operation in ("MSG", "HMSG"):
            return operation, self._message(operation, rest.split())
        return operation, rest

    def _message(self, operation, words):
        if operation == "MSG":
            subject, _, *reply, size = words
            return Message(subject, self._bytes(int(size)), *reply)
        subject, _, *reply, header_size, size = words
        data = self._bytes(int(size))
        status, headers = parse_headers(data[:int(header_size)])
        return Message(subject, data[int(header_size):], *reply, status=status, headers=headers)

    def _until(self, wanted, timeout=None):
        """Reads until `wanted(operation, argument)` is true, and returns that argument. Other
        messages are kept for later."""
        for message in self._waiting:
            if wanted("MSG", message):
                self._waiting.remove(message)
                return message
        end = time.monotonic() + (timeout or self._timeout)
        try:
            while True:
                if not self._received:
                    self._socket.settimeout(max(end - time.monotonic(), 0.001))
                operation, argument = self._operation()
                if wanted(operation, argument):
                    return argument
                if isinstance(argument, Message):
                    self._waiting.append(argument)
        finally:
            with contextlib.suppress(OSError):
                self._socket.settimeout(self._timeout)

    # Messages.

    def subscribe(self, subject):
        self._send(f"SUB {subject} {next(self._numbers) + 1}\r\n".encode())
        self.flush()

    def next(self, timeout=None):
        """The next message that is not an answer to a request."""
        return self._until(lambda _, argument: isinstance(argument, Message) and
                           not argument.subject.startswith(self._inbox), timeout)

    def flush(self):
        """Returns when the server has everything that was sent."""
        self._send(b"PING\r\n")
        self._until(lambda operation, _: operation == "PONG")

    def publish(self, subject, payload=b"", headers=None, reply=""):
        reply = f" {reply}" if reply else ""
        if headers:
            block = header_block(headers)
            size = f"{len(block)} {len(block) + len(payload)}"
            self._send(f"HPUB {subject}{reply} {size}\r\n".encode() + block + payload + b"\r\n")
        else:
            self._send(f"PUB {subject}{reply} {len(payload)}\r\n".encode() + payload + b"\r\n")

    def begin_request(self, subject, payload=b"", headers=None):
        """Sends a request; pass the result to end_request() to wait for the answer."""
        inbox = f"{self._inbox}.{next(self._numbers)}"
        self.publish(subject, payload, headers, inbox)
        return inbox

    def end_request(self, inbox, timeout=None):
        answer = self._until(lambda _, argument: isinstance(argument, Message) and
                             argument.subject == inbox, timeout)
        if answer.status == "503":
            raise NoResponders("no responders")
        return answer

    def request(self, subject, payload=b"", headers=None, timeout=None):
        return self.end_request(self.begin_request(subject, payload, headers), timeout)

    # JetStream.

    def api(self, name, body=None, timeout=None):
        """The answer of $JS.API.`name`, as a dictionary; ApiError if it is an error."""
        payload = b"" if body is None else json.dumps(body).encode()
        answer = self.request(f"$JS.API.{name}", payload, timeout=timeout).json()
        if "error" in answer:
            raise ApiError(answer)
        return answer

    def create_stream(self, name, subjects, **config):
        return self.api(f"STREAM.CREATE.{name}", {
            "name": name, "subjects": subjects, "retention": "limits", "storage": "file",
            "num_replicas": 1, "max_msgs": -1, "max_bytes": -1, "max_age": 0, **config})

    def update_stream(self, name, **changes):
        config = self.stream_info(name)["config"]
        return self.api(f"STREAM.UPDATE.{name}", {**config, **changes})

    def delete_stream(self, name):
        return self.api(f"STREAM.DELETE.{name}")

    def purge_stream(self, name, **which):
        """`which`: filter, seq, keep; everything by default. Returns how many messages were
        removed."""
        return self.api(f"STREAM.PURGE.{name}", which or None)["purged"]

    def stream_info(self, name, timeout=None):
        return self.api(f"STREAM.INFO.{name}", timeout=timeout)

    def store(self, subject, payload, headers=None, timeout=None):
        """Publishes and waits for the acknowledgement: {"stream": ..., "seq": ...}."""
        answer = self.request(subject, payload, headers, timeout).json()
        if "error" in answer:
            raise ApiError(answer)
        return answer

    def get_message(self, stream, **which):
        """`which`: seq, or last_by_subj."""
        return stored_message(self.api(f"STREAM.MSG.GET.{stream}", which))

    def messages(self, stream, first=0):
        """All messages of the stream that are there, in order, from number `first` on."""
        return list(self.each_message(stream, first))

    def each_message(self, stream, first=0):
        """The same, without holding all of them in memory."""
        state = self.stream_info(stream)["state"]
        numbers = range(max(first, state["first_seq"]), state["last_seq"] + 1)
        for start in range(0, len(numbers), WINDOW):
            asked = [self.begin_request(f"$JS.API.STREAM.MSG.GET.{stream}", b'{"seq":%d}' % number)
                     for number in numbers[start:start + WINDOW]]
            for inbox in asked:
                answer = self.end_request(inbox).json()
                if "error" not in answer:
                    yield stored_message(answer)
                elif answer["error"].get("err_code") != 10037:  # the message was deleted
                    raise ApiError(answer)


def stored_message(answer):
    """A Message from the answer of STREAM.MSG.GET."""
    message = answer["message"]
    headers = {}
    if "hdrs" in message:
        _, headers = parse_headers(base64.b64decode(message["hdrs"]))
    return Message(message["subject"], base64.b64decode(message.get("data", "")), headers=headers,
                   seq=message["seq"])
