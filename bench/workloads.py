"""What is measured, with which subjects, and how often."""

import dataclasses

import measures

MESSAGES = 400_000
RUNS = 5
FEW_RUNS = 3

CONNECTIONS = (1, 50, 1000)
SIZES = (16, 64, 512)
PEERS = ("rsyslog-imptcp", "rsyslog-imtcp", "syslog-ng", "socat", "ncat", "redis", "asyncio")
HARKDS = ("harkd-file", "harkd-plain", "harkd-console")
# The peers that acknowledge, so that round trips can be measured.
ANSWERING = ("redis", "asyncio")
TLS_PEERS = ("rsyslog-ossl", "rsyslog-gtls", "syslog-ng-tls")
# Without those that use a process per connection, or select(2).
MANY = ("rsyslog-imptcp", "syslog-ng", "redis", "asyncio")


@dataclasses.dataclass(frozen=True)
class Workload:
    id: str
    family: str
    title: str
    parameters: dict
    subjects: tuple
    runs: int = FEW_RUNS
    measure: object = None  # from measures.py; None: journal and start, handled separately
    kept: bool = False  # the servers keep running between runs

    def summary(self):
        return {"id": self.id, "family": self.family, "title": self.title,
                "parameters": self.parameters}

    def quick(self):
        """A small version: one run, a tenth of the messages."""
        parameters = dict(self.parameters)
        if parameters.get("messages"):
            most = max(parameters.get("connections", 1), 1000)
            parameters["messages"] = max(parameters["messages"] // 10, most)
        return dataclasses.replace(self, parameters=parameters, runs=1)


def connections(count):
    return "1 connection" if count == 1 else f"{count:,} connections"


def ingest():
    peers = {(50, 64): PEERS, (1, 64): PEERS, (1000, 64): MANY}
    for count in CONNECTIONS:
        for size in SIZES:
            harkd = HARKDS if (count, size) == (50, 64) else ("harkd-file",)
            yield Workload(
                f"ingest-{count}-{size}", "ingest", f"{connections(count)}, {size} bytes",
                {"connections": count, "bytes": size, "depth": 64, "messages": MESSAGES},
                ("floor", *harkd, *peers.get((count, size), ())),
                RUNS if (count, size) == (50, 64) else FEW_RUNS, measures.ingest)


def round_trip():
    for count, messages, runs in ((1, 4000, 21), (50, 20_000, 15), (1000, 20_000, 7)):
        yield Workload(f"roundtrip-{count}", "roundtrip", connections(count),
                       {"connections": count, "bytes": 64, "messages": messages},
                       ("floor", "harkd-file", *ANSWERING), runs, measures.round_trip, kept=True)


def sessions():
    yield Workload("sessions", "sessions", "connect, say a line, say bye, 20 at a time",
                   {"connections": 20, "bytes": 64, "messages": 10_000},
                   ("floor", "harkd-file", *ANSWERING), RUNS, measures.sessions)


def idle():
    for count in (1000, 10_000, 19_000):
        peers = (*MANY, "socat") if count == 1000 else MANY if count == 10_000 else ()
        yield Workload(f"idle-{count}", "idle", f"{connections(count)}, idle",
                       {"connections": count}, ("floor", "harkd-file", *peers), 1, measures.idle)


def scaling():
    for count in (0, 1000, 5000, 10_000, 18_000):
        yield Workload(f"scaling-beside-{count}", "scaling",
                       f"50 busy connections beside {count:,} idle ones",
                       {"idle": count, "connections": 50, "bytes": 64, "depth": 64,
                        "messages": MESSAGES},
                       ("floor", "harkd-file"), FEW_RUNS, measures.scaling)
    # Enough messages that each of the connections sends the same number.
    for count in (1, 10, 100, 1000, 10_000, 19_000):
        yield Workload(f"scaling-busy-{count}", "scaling", f"{connections(count)}, all busy",
                       {"connections": count, "bytes": 64, "depth": 10, "messages": 380_000},
                       ("floor", "harkd-file"), FEW_RUNS, measures.scaling)


def fairness():
    for size in (2, 64):
        yield Workload(f"fairness-{size}", "fairness",
                       f"100 connections in lock-step beside a flood of {size}-byte lines",
                       {"connections": 100, "bytes": 64, "flood": size, "messages": 20_000},
                       ("floor", "harkd-file"), RUNS, measures.fairness)


# Each with its name, the generator's values, and a title.
ATTACKS = (("none", {}, "no attack"),
           ("flood", {"flood": 2}, "a flood of 2-byte lines"),
           ("idle", {"flood": 2, "idle": 19_000}, "the same flood, and 19,000 idle connections"),
           ("limited", {"attack": "flood", "attackers": 4},
            "a flood of 64-byte lines from one address"),
           ("unread", {"attack": "unread", "attackers": 100},
            "16,000 lines a second from 100 peers that never read"),
           ("loris", {"attack": "loris", "attackers": 2000},
            "2,000 peers that each send a byte a second"),
           ("storm", {"attack": "storm", "attackers": 50},
            "connections that come and go, 50 at a time"),
           ("addresses", {"attack": "addresses", "attackers": 50},
            "the same, each from another address"),
           ("resets", {"attack": "resets", "attackers": 50},
            "3,000 connections a second that are reset"))


def attacks():
    for name, how, title in ATTACKS:
        limited = ("harkd-limits",) if name in ("none", "limited", "addresses") else ()
        yield Workload(f"attacks-{name}", "attacks", title,
                       {"connections": 100, "bytes": 64, "messages": 200_000, **how},
                       ("floor", "harkd-file", *limited), FEW_RUNS, measures.attack)


def restart():
    for count in (1000, 5000, 15_000):
        yield Workload(f"restart-{count}", "restart", f"{count:,} idle connections",
                       {"idle": count, "connections": 100, "bytes": 64, "messages": 300_000},
                       ("harkd-file",), RUNS, measures.restart)


def text():
    for kind, title in (("ascii", "ASCII"), ("utf-8", "Chinese in UTF-8"),
                        ("gbk", "Chinese in GBK"), ("undecodable", "in no charset")):
        yield Workload(f"text-{kind}", "text", title,
                       {"connections": 50, "bytes": 64, "depth": 64, "text": kind,
                        "messages": MESSAGES},
                       ("floor", "harkd-file"), FEW_RUNS, measures.ingest)


def tls():
    yield Workload("tls-messages", "tls", "50 connections, 64 bytes",
                   {"connections": 50, "bytes": 64, "depth": 64, "messages": MESSAGES},
                   ("harkd-file", "harkd-tls", "harkd-stunnel", *TLS_PEERS), RUNS, measures.ingest)
    yield Workload("tls-handshakes", "tls-handshakes", "connect, shake hands, close, 10 at a time",
                   {"connections": 10, "messages": 4000}, ("harkd-tls", "s-server"), RUNS,
                   measures.handshakes)
    for storm, title in ((0, "without any"), (50, "50 at a time")):
        yield Workload(f"tls-storm-{storm}", "tls-storm", f"TLS handshakes: {title}",
                       {"connections": 100, "bytes": 64, "messages": 100_000, "storm": storm},
                       ("harkd-tls-beside",), RUNS, measures.storm)
    yield Workload("tls-idle", "tls-idle", "1,000 connections, idle", {"connections": 1000},
                   ("harkd-file", "harkd-tls", "harkd-tls-client"), 1, measures.idle)


def sync():
    yield Workload("sync", "sync", "50 connections, 64 bytes, each on disk before it is answered",
                   {"connections": 50, "bytes": 64, "depth": 64, "messages": 20_000},
                   ("floor-sync", "harkd-sync"), FEW_RUNS, measures.ingest)


def stream():
    for name, servers, sync, title in (
            ("stream-1", 1, False, "one server"), ("stream-3", 3, False, "three servers"),
            ("stream-3-sync", 3, True, "three servers, each message on disk first")):
        yield Workload(name, "stream", title,
                       {"connections": 50, "bytes": 64, "depth": 64, "messages": MESSAGES,
                        "lock_step": 1000, "servers": servers, "sync": sync},
                       ("harkd-stream", "publish-loop", "harkd-file"), FEW_RUNS)


def others():
    yield Workload("journal", "journal", "50 connections, 64 bytes, into the journal",
                   {"connections": 50, "bytes": 64, "messages": 100_000},
                   ("harkd-journal", "sendv-loop"), RUNS)
    yield Workload("start", "start", "from the start of the process to READY=1", {},
                   ("harkd-file",), 20)


def reading():
    size = 1_700_000  # about 400 MB
    for family, title, messages in (
            ("reading-word", "a rare word in a file of 400 MB", size),
            ("reading-whole", "all of it, printed", size),
            ("reading-entries", "all 300,000 messages in a journal of 600,000 entries", 300_000),
            ("reading-index", "a rare word in that journal", 300_000),
            ("reading-minute", "a second of the 400 MB, in 40 files", size)):
        yield Workload(family, family, title, {"messages": messages},
                       ("hark-log", "grep", "jq", "lnav", "journalctl"), FEW_RUNS)


FAMILIES = (ingest, round_trip, sessions, idle, scaling, fairness, attacks, restart, text, tls, sync, stream,
            reading, others)


def workloads(wanted=""):
    """Those with `wanted` in their own name or that of their family."""
    return [one for family in FAMILIES for one in family()
            if wanted in one.id or wanted in one.family]
