"""Clients that keep sending numbered messages whatever happens, and record what was acknowledged
and when.

A client that loses its connection reconnects and continues with new messages, since it cannot know
whether the last ones were stored. One thread serves all clients.
"""

import re
import selectors
import socket
import threading
import time

ANSWER = re.compile(rb"25[01] ok #(?:(\d+)-)?(\d+)")
RETRY_S = 0.1


class Sender:
    """A client with at most `window` messages unanswered; its messages are "NAME NUMBER"."""

    def __init__(self, name, window):
        self.name, self.window = name, window
        self.number = 0  # of the last message
        self.acknowledged = []  # texts
        self.connections = 0
        self.socket = None
        self._waiting = []  # texts of this connection without a reply yet
        self._answered = 0
        self._received = b""
        self._unsent = b""
        self.greeted = False

    def connect(self, port):
        connection = socket.socket()
        connection.setblocking(False)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.connect_ex(("127.0.0.1", port))
        self.socket = connection
        self.connections += 1
        self._waiting, self._received, self._unsent = [], b"", b""
        self._answered, self.greeted = 0, False

    def lose(self):
        if self.socket:
            self.socket.close()
        self.socket = None

    def fill(self):
        while self.greeted and len(self._waiting) < self.window:
            self.number += 1
            text = f"{self.name} {self.number}"
            self._waiting.append(text)
            self._unsent += text.encode() + b"\n"
        if self._unsent:
            try:
                self._unsent = self._unsent[self.socket.send(self._unsent):]
            except BlockingIOError:
                pass

    def take(self, data):
        """Returns how many messages `data` acknowledges."""
        *lines, self._received = (self._received + data).split(b"\r\n")
        count = 0
        for line in lines:
            if line.startswith(b"220 "):
                self.greeted = True
                continue
            found = ANSWER.match(line)
            if not found:  # 421: we shall be disconnected
                assert line[:3] in (b"421", b"451"), line
                continue
            last = int(found[2])
            assert int(found[1] or last) == self._answered + 1, (line, self._answered)
            count += last - self._answered
            self.acknowledged += self._waiting[:last - self._answered]
            del self._waiting[:last - self._answered]
            self._answered = last
        return count


class Load(threading.Thread):
    """`senders` in lock-step and one that pipelines, until stop()."""

    def __init__(self, port, senders=50, window=200, pace=0.0):
        super().__init__(daemon=True)
        self.port = port
        self.pace = pace  # seconds that the thread sleeps after each turn
        self.senders = [Sender(f"step{number}", 1) for number in range(senders)]
        self.senders.append(Sender("flood", window))
        self.answers = []  # (time, how many)
        self.failure = None
        self._ending = threading.Event()
        self._draining = False
        self._selector = selectors.DefaultSelector()
        self._again = {}  # by sender: when to connect again

    def run(self):
        try:
            while not self._ending.is_set():
                self._turn()
                if self.pace:
                    time.sleep(self.pace)
        except Exception as problem:  # pylint: disable=broad-except
            self.failure = problem
        finally:
            for sender in self.senders:
                sender.lose()

    def _turn(self):
        now = time.monotonic()
        for sender in self.senders:
            if sender.socket is None and now >= self._again.get(sender.name, 0):
                sender.connect(self.port)
                self._selector.register(sender.socket, selectors.EVENT_READ, sender)
        answered = 0
        for key, _ in self._selector.select(0.02):
            answered += self._serve(key.data)
        if answered:
            self.answers.append((time.monotonic(), answered))

    def _serve(self, sender):
        try:
            data = sender.socket.recv(65536)
            answered = sender.take(data)
            if data:
                sender.fill()
                return answered
        except BlockingIOError:
            return 0
        except OSError:
            answered = 0
        self._selector.unregister(sender.socket)
        sender.lose()
        self._again[sender.name] = time.monotonic() + RETRY_S
        return answered

    # From other threads.

    def stop(self):
        """Ends it, and raises what went wrong."""
        self._ending.set()
        self.join(30)
        if self.failure:
            raise self.failure

    def count(self):
        return sum(count for _, count in list(self.answers))

    def answered_between(self, begin, end):
        return sum(count for when, count in list(self.answers) if begin <= when < end)

    def acknowledged(self):
        """All acknowledged texts."""
        return [text for sender in self.senders for text in sender.acknowledged]


def check_stream(records, acknowledged, exactly_once=True):
    """Compares the records of a stream with what was acknowledged. Returns how many of its messages
    are repetitions."""
    times = {}
    following = {}  # the next number of each connection
    twice = 0
    for record in records:
        if record["event"] != "message":
            continue
        place = (record["run"], record["conn"])
        if record["seq"] < following.get(place, 1):
            assert not exactly_once, f"twice, or out of order: {record}"
            twice += 1
            continue
        assert record["seq"] == following.get(place, 1), f"a gap before {record}"
        following[place] = record["seq"] + 1
        times[record["text"]] = times.get(record["text"], 0) + 1
    lost = [text for text in acknowledged if text not in times]
    assert not lost, f"{len(lost)} acknowledged and lost: {lost[:5]}"
    doubled = [text for text in acknowledged if times[text] > 1]
    assert not doubled, f"{len(doubled)} of two connections: {doubled[:5]}"
    return twice
