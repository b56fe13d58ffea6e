"""Reads the daemon's JSON Lines log, and checks the format of every line."""

import json
import re
from pathlib import Path

# Keys are in this order; records need not have all of them. Other events start with HEAD.
HEAD = ["time", "run", "event", "conn", "peer"]
KEYS = {
    "listening": ["time", "run", "event", "address"],
    "connected": HEAD + ["via", "proxy_id", "listener", "tls", "cert", "cert_sha256"],
    "refused": HEAD + ["via", "proxy_id", "tls", "cert", "cert_sha256", "reason", "count"],
    "message": HEAD + ["cert", "seq", "part", "more", "text", "charset", "bytes", "raw", "end"],
    "closed": HEAD + ["reason", "messages", "bytes", "discarded", "seconds", "truncated"],
    "diagnostic": HEAD + ["level", "text"],
    "operator": HEAD + ["action", "uid", "pid", "level", "text", "reason"],
    "restarted": ["time", "run", "event", "from", "to", "connections", "pause"],
}
EVENTS = set(KEYS) | {"probe", "paused", "resumed", "reloaded", "stopping"}


def parse_record(line):
    """A line of the log as a dictionary; AssertionError if its format is wrong."""
    pairs = json.loads(line.decode("utf-8"), object_pairs_hook=list)
    names = [name for name, _ in pairs]
    record = dict(pairs)
    assert len(record) == len(names), f"a key twice: {line!r}"
    assert names[:3] == HEAD[:3], f"does not begin with time, run, event: {line!r}"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", record["time"]), line
    assert re.fullmatch(r"[0-9a-f]{8}", record["run"]), line
    assert record["event"] in EVENTS, f"unknown event: {line!r}"
    order = KEYS.get(record["event"])
    if order is None:
        order = HEAD + [name for name in names if name not in HEAD]
    assert names == [name for name in order if name in record], f"keys out of order: {line!r}"
    return record


class LogReader:
    """Follows a log file from the end of its last complete line, or, if `whole`, from its
    beginning."""

    def __init__(self, path, whole=False):
        self.path = Path(path)
        old = self.path.read_bytes() if self.path.exists() and not whole else b""
        self._offset = old.rfind(b"\n") + 1
        self._records = []

    def read(self):
        """All records so far. An incomplete last line is left for later."""
        if self.path.exists():
            with self.path.open("rb") as file:
                file.seek(self._offset)
                whole = file.read()
            whole = whole[: whole.rfind(b"\n") + 1]
            self._offset += len(whole)
            self._records += [parse_record(line) for line in whole.splitlines(keepends=True)]
        return self._records

    def ends_whole(self):
        return self.path.read_bytes()[-1:] in (b"", b"\n")


def join_parts(records):
    """The texts of message records, with the parts of each message joined, as {seq: text}."""
    texts = {}
    for record in records:
        texts[record["seq"]] = texts.get(record["seq"], "") + record["text"]
    return texts
