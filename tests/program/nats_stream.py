"""What a stub of a NATS server stores, and what an honest one says about it."""

import base64
import dataclasses
import json

EXPECTED = "Nats-Expected-Last-Subject-Sequence"
NAME = "HARK"


@dataclasses.dataclass
class Request:
    """What a client sent; `header_block` is unparsed."""
    point: str
    session: object
    words: list
    subject: str = ""
    reply: str = ""
    headers: dict = dataclasses.field(default_factory=dict)
    payload: bytes = b""
    header_block: bytes = b""

    @property
    def id(self):
        return self.headers.get("Nats-Msg-Id", "")

    def lines(self):
        """The records in it."""
        return [json.loads(line) for line in self.payload.splitlines()]


@dataclasses.dataclass
class Stored:
    seq: int
    request: Request


class Stream:
    """What is stored; servers may share one. `config` and `cluster` are as in STREAM.INFO."""

    def __init__(self, **config):
        self.config = {"name": NAME, "subjects": ["hark.>"], "retention": "limits",
                       "storage": "file", "num_replicas": 3, "duplicate_window": 120_000_000_000,
                       **config}
        self.cluster = {"name": "stub", "leader": "s1", "replicas": [
            {"name": name, "current": True, "active": 1, "peer": name} for name in ("s2", "s3")]}
        self.messages = []
        self.ids = {}
        self.last_seq = 0

    def last(self, subject):
        """The subject's last message; None if there is none."""
        found = (one for one in reversed(self.messages) if one.request.subject == subject)
        return next(found, None)

    def store(self, request):
        """Stores it, whatever sequence it says that it expects. Returns its number."""
        self.last_seq += 1
        self.messages.append(Stored(self.last_seq, request))
        if request.id:
            self.ids[request.id] = self.last_seq
        return self.last_seq

    def purge(self):
        self.messages.clear()

    def records(self):
        return [record for stored in self.messages for record in stored.request.lines()]

    def accept(self, request):
        """The honest acknowledgement."""
        if request.id in self.ids:
            return {"stream": NAME, "seq": self.ids[request.id], "duplicate": True}
        expected = request.headers.get(EXPECTED)
        last = self.last(request.subject)
        last = last.seq if last else 0
        if expected is not None and int(expected) != last:
            return {"error": {"code": 400, "err_code": 10071,
                              "description": f"wrong last sequence: {last}"},
                    "stream": NAME, "seq": 0}
        return {"stream": NAME, "seq": self.store(request)}

    def info(self):
        first = self.messages[0].seq if self.messages else self.last_seq + 1
        return {"type": "io.nats.jetstream.api.v1.stream_info_response", "total": 0, "offset": 0,
                "limit": 0, "config": self.config, "created": "2026-01-01T00:00:00Z",
                "state": {"messages": len(self.messages), "bytes": 0, "first_seq": first,
                          "first_ts": "2026-01-01T00:00:00Z", "last_seq": self.last_seq,
                          "last_ts": "2026-01-01T00:00:00Z", "consumer_count": 0},
                "cluster": self.cluster, "ts": "2026-01-01T00:00:00Z"}

    def get(self, wanted):
        kind = "io.nats.jetstream.api.v1.stream_msg_get_response"
        found = self.last(wanted["last_by_subj"]) if "last_by_subj" in wanted else next(
            (one for one in self.messages if one.seq == wanted.get("seq")), None)
        if found is None:
            return {"type": kind, "error": {"code": 404, "err_code": 10037,
                                            "description": "no message found"}}
        message = {"subject": found.request.subject, "seq": found.seq,
                   "data": base64.b64encode(found.request.payload).decode(),
                   "time": "2026-01-01T00:00:00.000000001Z"}
        if found.request.header_block:
            message["hdrs"] = base64.b64encode(found.request.header_block).decode()
        return {"type": kind, "message": message}
