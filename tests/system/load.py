"""Many clients that send numbered messages as fast as the daemon takes them, in a thread.

Every text is unique, so that a journal can be compared with what was acknowledged. A client whose
connection has ended keeps what it knows; `last_line` is the last thing that it was told.
"""

import selectors
import threading
import time

from service_test import PORT, WAIT, Client, wait_for

from account import Account  # pylint: disable=wrong-import-order  # found by service_test

BURST = 64  # lines per send; the kernel cuts them anywhere


class Sender:
    def __init__(self, client, name, count):
        self.client = client
        self.texts = [f"{name}-{number} " + "x" * 40 for number in range(1, count + 1)]
        self.account = Account()
        self.greeting = self.last_line = b""
        self.ended = False
        self._begun = 0
        self._rest = b""  # what is left of a burst
        self._received = b""

    @property
    def acknowledged(self):
        return self.texts[:self.account.answered]

    @property
    def sent_all(self):
        return self._begun == len(self.texts) and not self._rest

    def send(self):
        if not self._rest:
            lines = self.texts[self._begun:self._begun + BURST]
            self._begun += len(lines)
            self._rest = "".join(line + "\n" for line in lines).encode()
        try:
            self._rest = self._rest[self.client.socket.send(self._rest):]
        except BlockingIOError:
            pass

    def receive(self):
        data = self.client.socket.recv(1 << 16)
        self.ended = not data
        *lines, self._received = (self._received + data).split(b"\r\n")
        for line in lines:
            self.last_line = line
            if not self.greeting:
                self.greeting = line
            elif line[:2] == b"25":
                self.account.take(line)


class Load:
    """`clients` with `count` messages each. Ends when all are answered, or all connections have
    ended."""

    def __init__(self, test, name, clients, count):
        self.senders = []
        with test.container.network():
            for number in range(clients):
                self.senders.append(Sender(Client(PORT), f"{name}-{number}", count))
                self.senders[-1].client.socket.setblocking(False)
        self._stopped = False
        self.error = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        test.addCleanup(self._end)

    @property
    def total(self):
        return sum(len(one.texts) for one in self.senders)

    @property
    def answered(self):
        return sum(one.account.answered for one in self.senders)

    def acknowledged(self):
        return [text for one in self.senders for text in one.acknowledged]

    def wait_answered(self, count, timeout=WAIT):
        def done():
            assert not self.error, self.error
            return self.answered >= count
        wait_for(done, f"{count} answers", timeout)

    def join(self, timeout):
        self._thread.join(timeout)
        assert not self._thread.is_alive(), f"{self.answered} of {self.total} answered"
        assert not self.error, self.error

    def _run(self):
        try:
            with selectors.DefaultSelector() as selector:
                for one in self.senders:
                    both = selectors.EVENT_READ | selectors.EVENT_WRITE
                    selector.register(one.client.socket, both, one)
                while selector.get_map() and not self._stopped:
                    for key, events in selector.select(0.1):
                        self._serve(selector, key.data, events)
        except Exception as error:  # pylint: disable=broad-exception-caught
            self.error = error

    @staticmethod
    def _serve(selector, one, events):
        try:
            if events & selectors.EVENT_READ:
                one.receive()
            if events & selectors.EVENT_WRITE and not one.ended:
                one.send()
                if one.sent_all:
                    selector.modify(one.client.socket, selectors.EVENT_READ, one)
        except (ConnectionResetError, BrokenPipeError):
            one.ended = True
        if one.ended or one.account.answered == len(one.texts):
            selector.unregister(one.client.socket)

    def _end(self):
        self._stopped = True
        self._thread.join()
        for one in self.senders:
            one.client.close()


class LockStep:
    """Clients that send a message, wait for its answer, and send again, until they are stopped.

    All of them send, then all answers are read in turn, so a wait is as long as the longest one
    before it.
    """

    def __init__(self, test, name, clients):
        self._name = name
        self._clients = [test.greeted() for _ in range(clients)]
        self.waits = []  # (when it was sent, seconds until the answer)
        self.texts = []
        self.error = None
        self._stopped = False
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        test.addCleanup(self.stop)

    def _run(self):
        number = 0
        try:
            while not self._stopped:
                number += 1
                texts = [f"{self._name}-{index}-{number}" for index in range(len(self._clients))]
                began = []
                for client, text in zip(self._clients, texts):
                    began.append(time.monotonic())
                    client.send(text.encode() + b"\n")
                for client, text, when in zip(self._clients, texts, began):
                    client.expect(b"250 ok #%d" % number)
                    self.waits.append((when, time.monotonic() - when))
                    self.texts.append(text)
        except Exception as error:  # pylint: disable=broad-exception-caught
            self.error = error

    def stop(self):
        self._stopped = True
        self._thread.join(WAIT)
