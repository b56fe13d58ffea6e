"""An independent log reader, slow and simple: computes what `hark log --json` must print for given
files and a selection. It knows nothing about how hark reads them."""

import base64
import gzip
import json
import lzma
import re
import subprocess

KEYS = ["time", "run", "event", "conn", "peer", "via", "proxy_id", "address", "listener", "tls",
        "cert", "cert_sha256", "action", "uid", "pid", "level", "sink", "reason", "count",
        "messages", "seq", "part", "more", "text", "charset", "bytes", "raw", "end", "discarded",
        "seconds", "truncated", "from", "to", "connections", "pause"]
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")


def content(path):
    """A file's bytes, decompressed."""
    data = path.read_bytes()
    if path.suffix == ".gz":
        return gzip.decompress(data)
    if path.suffix == ".xz":
        return lzma.decompress(data)
    if path.suffix == ".zst":
        return subprocess.run(["zstd", "-dcq", path], capture_output=True, check=True).stdout
    return data


def records_of(data):
    """The records in JSON Lines, and the number of lines that are not records."""
    records, wrong = [], 0
    for line in data.split(b"\n")[:-1] if data.endswith(b"\n") else data.split(b"\n"):
        try:
            record = json.loads(line.decode())
            assert isinstance(record, dict) and TIME.fullmatch(record["time"])
            assert isinstance(record["run"], str) and isinstance(record["event"], str)
            assert isinstance(record.get("text", ""), str) and isinstance(record.get("conn", 1), int)
        except (ValueError, AssertionError, KeyError, TypeError):
            wrong += line != b"" or not data.endswith(b"\n")
            continue
        known = {key: record[key] for key in KEYS
                 if key in record and record[key] is not False}
        records.append(known)
    return records, wrong


def wire(part):
    """The bytes of a part."""
    if "raw" in part:
        return base64.b64decode(part["raw"])
    return part["text"].encode(part["charset"])


def whole(parts):
    """Consecutive parts of a message as one record."""
    last = dict(parts[-1])
    complete = parts[0].get("part", 1) == 1 and "more" not in last
    last["text"] = "".join(part["text"] for part in parts)
    last["bytes"] = sum(part["bytes"] for part in parts)
    last["part"] = parts[0].get("part", 1)
    if complete:
        del last["part"]
    charsets = {part["charset"] for part in parts
                if "raw" in part or part["charset"] != "utf-8" or not part["text"].isascii()}
    last["charset"] = charsets.pop() if len(charsets) == 1 else "bytes" if charsets else "utf-8"
    last.pop("raw", None)
    if last["charset"] == "bytes" or any("raw" in part for part in parts):
        last["raw"] = base64.b64encode(b"".join(map(wire, parts))).decode()
    return last


def joined(records, one_writer=True):
    """The records, with the parts of each message joined. An incomplete message comes as soon as
    the log shows that it is over: before a part of its connection that is not its next one, before
    the end of that connection, or before the first record of another run, if only one daemon writes
    at a time; otherwise last."""
    unfinished, given, run = [], [], None
    for record in records:
        is_part = record["event"] == "message" and ("part" in record or "more" in record)
        closes = record["event"] == "closed"
        mine, others = [], []
        for parts in unfinished:
            last = parts[-1]
            ours = all(last.get(key) == record.get(key) for key in ("run", "conn"))
            is_next = (last.get("seq") == record.get("seq")
                       and last.get("part", 1) + 1 == record.get("part", 1))
            if is_part and ours and is_next:
                mine = parts
            elif (ours and (is_part or closes)) or (one_writer and last["run"] != record["run"]):
                given.append(whole(parts))
            else:
                others.append(parts)
        unfinished = others
        if not is_part:
            given.append(record)
        elif "more" in record:
            unfinished.append([*mine, record])
        else:
            given.append(whole([*mine, record]))
    return given + [whole(parts) for parts in unfinished]


def selected(records, *, events=False, since="", until="~", grep=None, invert=False, peer=None,
             client=None):
    """The records that match. `grep`: a compiled pattern."""
    return [record for record in records
            if (events or record["event"] == "message")
            and since <= record["time"] <= until
            and (peer is None or record.get("peer", "").rpartition(":")[0] == peer
                 or record.get("peer") == peer)
            and (client is None or record.get("conn") == client)
            and (grep is None or bool(grep.search(record.get("text", ""))) != invert)]
