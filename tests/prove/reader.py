"""Reads a log that the daemon has finished, and compares it with what its clients know. It shares
no code with the daemon, or with the readers of the other tests."""

import dataclasses
import json
import re

from model import ODD

KEY = re.compile(r"(k\d+x\d+m)(\d+)(?: |$)")
CUT_SHORT = ("eof", "reset", "timeout", "shutdown", "kicked")


@dataclasses.dataclass
class Log:
    """One sink. `parts`: what its files, streams or pipes hold, oldest first. `gone` is what was
    deleted: its messages may be missing; they may be in another part as well only if the sink
    `writes_again` what was not yet on the disk."""

    name: str
    parts: list = dataclasses.field(default_factory=list)  # bytes
    gone: list = dataclasses.field(default_factory=list)  # bytes
    writes_again: bool = False
    records: list = dataclasses.field(default_factory=list)  # of a sink that has no bytes
    torn: set = dataclasses.field(default_factory=set)  # parts that may end in half a line
    maybe_twice: bool = False  # an old NATS server may store twice


@dataclasses.dataclass
class Message:
    seq: int
    text: str
    end: str
    whole: bool
    peer: str
    headless: bool = False  # its first parts are missing


def records_of(part, torn_end, violations, name):
    """The records in the bytes of a file."""
    lines = part.split(b"\n")
    rest = lines.pop()
    if rest and not torn_end:
        violations.append(f"{name}: ends in half a line: {rest[-200:]!r}")
    records = []
    for line in lines:
        try:
            record = json.loads(line)
            assert isinstance(record, dict) and record["event"] and record["time"]
            records.append(record)
        except (ValueError, KeyError, AssertionError):
            violations.append(f"{name}: a torn line: {line[:300]!r}")
    return records


def place_of(record):
    """Which part of which message a record is; None if it is not a message."""
    if record["event"] != "message":
        return None
    return record["run"], record["conn"], record["seq"], record.get("part", 1)


def connections_of(records):
    """The messages of each connection, in their order, their parts joined."""
    found = {}
    for record in records:
        if record["event"] != "message":
            continue
        messages = found.setdefault((record["run"], record["conn"]), [])
        part, more = record.get("part", 1), bool(record.get("more"))
        last = messages[-1] if messages else None
        message = Message(record["seq"], record["text"], record["end"], not more,
                          record.get("peer", ""))
        if part == 1:
            messages.append(message)
        elif last is None or last.whole or last.seq != record["seq"]:
            messages.append(dataclasses.replace(message, headless=True))
        else:
            last.text += record["text"]
            last.end, last.whole = record["end"], not more
    return found


def is_beginning(text, whole):
    """Whether `text` is the beginning of a message that was cut, perhaps inside a character."""
    while text.endswith("\ufffd"):
        text = text[:-1]
    if whole.startswith(text):
        return True
    # What is left of text in another charset can be anything after its ASCII.
    plain = re.match(r"[ -~]*", whole)[0]
    return len(text) <= len(whole) + 4 and text[:len(plain)] == plain[:len(text)]


class Comparison:
    """The comparison of one log with all conversations."""

    def __init__(self, log, conversations):
        self.log = log
        self.conversations = {one.key: one for one in conversations}
        self.violations = []
        self.seen = {}  # key: the numbers that are there
        self.records = list(log.records)
        for number, part in enumerate(log.parts):
            self.records += records_of(part, number in log.torn, self.violations, log.name)
        self._gone = self._find_gone()
        for place, messages in connections_of(self.records).items():
            self._compare(place, messages)
        self._find_missing()

    def fault(self, what):
        self.violations.append(f"{self.log.name}: {what}")

    def _compare(self, place, messages):
        keys = {found[1] for found in map(KEY.match, (one.text for one in messages)) if found}
        keys = keys or {self._key_of_piece(messages[0])}
        if len(keys) > 1:
            self.fault(f"a connection has messages of others: {sorted(keys)}")
            return
        key = keys.pop()
        if key is None and messages[0].end in (*CUT_SHORT, "stray", "frame"):
            return
        if key not in self.conversations:
            self.fault(f"nobody has sent {messages[0]}")
            return
        numbers = self.seen.setdefault(key, set())
        previous = 0
        for message in messages:
            number = message.seq
            if number in numbers and self.log.maybe_twice:
                continue
            if number <= previous or number in numbers:
                self.fault(f"{key}{number} is doubled or out of order")
            elif number > previous + 1 and not self._may_be_gone(key, range(previous + 1, number)):
                self.fault(f"{key}: {previous} is followed by {number}")
            previous = number
            self._compare_text(key, place, message, message is messages[-1])
            numbers.add(number)
        self._compare_answers(key, messages)

    def _compare_answers(self, key, messages):
        """251 is for what is kept as bytes, and for nothing else. A message cut by the end of its
        connection may get either."""
        whole = {one.seq for one in messages if one.whole and not one.headless}
        whole -= {messages[-1].seq} if messages[-1].end in CUT_SHORT else set()
        texts = {one.seq: one.text for one in messages}
        for first, last, as_bytes in self.conversations[key].answers:
            numbers = range(first, last + 1)
            if whole.issuperset(numbers) and \
                    any(ODD in texts[number] for number in numbers) != as_bytes:
                self.fault(f"{key}: {first} to {last} were answered {'251' if as_bytes else '250'}")

    def _key_of_piece(self, message):
        """The key of the conversation with a message that begins like this piece, which is too
        short to contain the key; None if there is none."""
        port = message.peer.rpartition(":")[2]
        for key, conversation in self.conversations.items():
            if str(conversation.port) == port and len(conversation.sent) >= message.seq and \
                    is_beginning(message.text, conversation.sent[message.seq - 1]):
                return key
        return None

    def _compare_text(self, key, place, message, is_last):
        sent = self.conversations[key].sent
        if not 1 <= message.seq <= len(sent):
            self.fault(f"{key}: more than the {len(sent)} that were sent: {message}")
            return
        text = sent[message.seq - 1]
        # The other parts may be in a file that is gone.
        is_piece = text.endswith(message.text) if message.headless else \
            not message.whole and text.startswith(message.text)
        if is_piece and (self._is_gone(key, message.seq) or (*place, message.seq) in self._gone):
            return
        if message.text == text and message.whole and not message.headless:
            return
        torn = is_last and (not message.whole or message.end in CUT_SHORT)
        in_header = "=" in self.conversations[key].kind.listener and len(message.text) < 5
        if not torn or not (in_header or is_beginning(message.text, text)):
            self.fault(f"{key}{message.seq} is {message} in place of {text!r}")
        if not message.whole and message.seq <= self.conversations[key].answered:
            self.fault(f"{key}{message.seq} was answered, and its end is missing: {message}")

    def _may_be_gone(self, key, numbers):
        return all(self._is_gone(key, number) for number in numbers)

    def _is_gone(self, key, number):
        return (key, number) in self._gone

    def _find_gone(self):
        """The messages in deleted files, which may end anywhere: by key and number, and by run,
        connection and number, since the first part of a message may be in another file."""
        found = set()
        records = [record for part in self.log.gone
                   for record in records_of(part, True, self.violations, "a deleted file")]
        if not self.log.writes_again:
            twice = {place_of(one) for one in records} & {place_of(one) for one in self.records}
            for place in sorted(twice - {None}):
                self.fault(f"{place} is in a deleted file and in another")
        for place, messages in connections_of(records).items():
            found.update((*place, message.seq) for message in messages)
            keys = [key[1] for key in map(KEY.match, (one.text for one in messages)) if key]
            key = keys[0] if keys else self._key_of_piece(messages[0])
            found.update((key, message.seq) for message in messages)
        return found

    def _find_missing(self):
        for key, conversation in self.conversations.items():
            seen = self.seen.get(key, set())
            for number in range(1, conversation.answered + 1):
                if number in seen or number in conversation.unstored:
                    continue
                if not self._is_gone(key, number):
                    self.fault(f"{key}{number} was answered and is missing")

    def count(self):
        return sum(len(numbers) for numbers in self.seen.values())


def compare(logs, conversations):
    """Returns a Comparison per log, and all violations. A message that was refused must not be in
    every log."""
    comparisons = [Comparison(log, conversations) for log in logs]
    violations = [one for conversation in conversations for one in conversation.violations]
    violations += [one for comparison in comparisons for one in comparison.violations]
    for conversation in conversations:
        for number in conversation.unstored:
            if all(number in comparison.seen.get(conversation.key, ())
                   for comparison in comparisons):
                violations.append(f"{conversation.key}{number} was refused and is in the log")
    return comparisons, violations
