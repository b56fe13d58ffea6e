"""Barcode scanners that beep when a code is acknowledged.

Each sends a code, waits two seconds for an ACK, and sends it again up to two times; a NAK means
"again, at once". If there was no beep, the person scans the code again. What was sent and answered
on each connection is kept, under the peer's name in the records.
"""

import dataclasses
import socket
import threading
import time

ACK, NAK = 0x06, 0x15
PATIENCE = 2.0
TRIES = 3


@dataclasses.dataclass
class Conversation:
    peer: str
    socket: socket.socket
    sent: list = dataclasses.field(default_factory=list)
    acks: int = 0
    naks: int = 0

    def outstanding(self):
        return len(self.sent) - self.acks - self.naks

    def receive(self, timeout):
        """The answers that arrive, at least one; b"" if none arrives in time; None at the end of
        the stream."""
        self.socket.settimeout(timeout)
        try:
            data = self.socket.recv(64)
        except TimeoutError:
            return b""
        except OSError:
            return None
        assert not data.strip(bytes((ACK, NAK))), f"{data!r} is no answer"
        self.acks += data.count(ACK)
        self.naks += data.count(NAK)
        return data or None


class Scanner(threading.Thread):
    """`listener()` returns the current port to connect to; `frame` makes the bytes of a code."""

    def __init__(self, number, codes, frame, listener):
        super().__init__(daemon=True)
        self._number, self._codes, self._frame, self._listener = number, codes, frame, listener
        self.conversations = []
        self._now = None  # the conversation that is open
        self.beeped = []
        self.attempt = 0  # at the current code, from 0
        self.errors = 0  # times that a code made no beep, and was scanned again
        self.failure = None
        self.cancelled = False

    def run(self):
        try:
            for code in self._codes:
                while not self._scan(code):
                    self.errors += 1
                self.beeped.append(code)
            if self._now:
                self._now.socket.close()
        except (AssertionError, OSError) as failure:
            self.failure = failure

    def _scan(self, code):
        for self.attempt in range(TRIES):
            if self._ask(code):
                self._settle()
                self.attempt = 0
                return True
        return False

    def _ask(self, code):
        """Sends a code; returns whether it is acknowledged."""
        conversation = self._now = self._now or self._connect()
        try:
            conversation.socket.sendall(self._frame(code))
        except OSError:
            self._leave()
            return False
        conversation.sent.append(code)
        answer = conversation.receive(PATIENCE)
        if answer is None:
            self._leave()
        return bool(answer) and answer[0] == ACK

    def _settle(self):
        """Waits for late ACKs of earlier tries, which must not be taken for the next code's."""
        end = time.monotonic() + PATIENCE
        while self._now.outstanding():
            if self._now.receive(max(end - time.monotonic(), 0.001)) is None:
                self._leave()
                return
            if time.monotonic() > end:
                self._leave()
                return

    def _leave(self):
        self._now.socket.close()
        self._now = None

    def _connect(self):
        # An address of its own for each conversation, so that the records can be told apart.
        address = f"127.1.{self._number}.{len(self.conversations) + 1}"
        while not self.cancelled:
            connection = socket.socket()
            connection.bind((address, 0))
            try:
                connection.connect(("127.0.0.1", self._listener()))
            except OSError:
                connection.close()
                time.sleep(0.02)
                continue
            peer = f"{address}:{connection.getsockname()[1]}"
            self.conversations.append(Conversation(peer, connection))
            return self.conversations[-1]
        raise OSError("cancelled")
