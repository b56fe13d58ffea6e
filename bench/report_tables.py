"""The tables of docs/benchmarks.md, one function per family: Markdown, or "" without figures."""

import dataclasses
import typing

from measured import FLOOR
from numbers_shown import MINUS, plain, rounded, times, whole
from targets import targets

BASE_NAMES = {FLOOR: "floor", "sendv-loop": "loop", "harkd-tls": "harkd",
              "floor-sync": "one a message", "publish-loop": "one publish a message",
              "grep": "grep", "jq": "jq",
             "journalctl": "journalctl"}


@dataclasses.dataclass(frozen=True)
class Column:
    metric: str
    heading: str
    shown: typing.Callable = plain
    factor: float = 1  # from the unit of the results to that of the heading
    spread: bool = False
    ratio: bool = False


def table(headings, rows):
    """All columns except the first are numbers."""
    if not rows:
        return ""
    lines = [headings, ["---"] + ["---:"] * (len(headings) - 1), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def ours(subject, text):
    return f"**{text}**" if subject.kind == "harkd" else text


def _name(subject):
    return ours(subject, subject.title) + ("" if subject.answers else " †")


def _cells(load, subject, column):
    sample = load.sample(subject.id, column.metric)

    def shown(value):
        return column.shown(value * column.factor)

    cells = [shown(sample.median) if sample else MINUS]
    if column.spread:
        cells.append(f"{shown(sample.least)}–{shown(sample.most)}" if sample else MINUS)
    if column.ratio:
        cells.append(times(load.ratio(subject.id, column.metric)))
    return cells


def detail(load, columns):
    """The table of one workload: a row per subject."""
    columns = [column for column in columns if load.has(column.metric)]
    if not columns:
        return ""
    headings = ["Server"]
    for column in columns:
        headings.append(column.heading)
        headings += ["min–max"] * column.spread
        if column.ratio:
            headings.append(f"× {BASE_NAMES[load.base]}")
    return table(headings, [[_name(subject), *sum((_cells(load, subject, column)
                                                   for column in columns), [])]
                            for subject in load.subjects])


def details(loads, columns):
    """One table per workload, under its title if there are several."""
    parts = [(load.title, detail(load, columns)) for load in loads]
    parts = [(title, text) for title, text in parts if text]
    if len(parts) == 1:
        return parts[0][1]
    return "\n\n".join(f"{title[:1].upper()}{title[1:]}:\n\n{text}" for title, text in parts)


def matrix(results, loads, column):
    """A row per subject, a column per workload: the ratio to the floor, and the value itself."""
    loads = [load for load in loads if load.has(column.metric)]
    subjects = [subject for subject in results.subjects
                if any(load.sample(subject.id, column.metric) for load in loads)]

    def cell(load, subject):
        value = load.median(subject.id, column.metric)
        if value is None:
            return MINUS
        ratio = load.ratio(subject.id, column.metric) if column.ratio else None
        shown = column.shown(value * column.factor)
        return shown if ratio is None or subject.id == load.base else f"{times(ratio)} ({shown})"

    rows = [[_name(subject), *(cell(load, subject) for load in loads)] for subject in subjects]
    text = table([column.heading, *(load.title for load in loads)], rows)
    spread = _spread(loads, column.metric) if text and column.spread else ""
    return f"{text}\n\n{spread}" if spread else text


def _spread(loads, metric):
    """How far the runs of a matrix vary, in words."""
    spreads = sorted((max(sample.most / sample.median - 1, 1 - sample.least / sample.median), load,
                      subject) for load, subject, sample in _samples(loads, metric)
                     if len(sample.values) > 1)
    if not spreads:
        return ""
    middle = spreads[len(spreads) // 2][0]
    worst, title, subject = spreads[-1]
    return (f"For half of these figures all runs are within {middle:.1%} of the median; the widest "
            f"spread is {worst:.1%}: {subject} ({title}).")


def _samples(loads, metric):
    for load in loads:
        for subject in load.subjects:
            sample = load.sample(subject.id, metric)
            if sample and sample.median > 0:
                yield load.title, subject.title, sample


READING = ("reading-word", "reading-whole", "reading-entries", "reading-index", "reading-minute")
CPU = Column("cpu_us", "CPU, µs", spread=True, ratio=True)
CPU_MATRIX = Column("cpu_us", "CPU: × floor (µs)", spread=True, ratio=True)
P99_MS = Column("p99_us", "p99, ms", factor=1e-3, spread=True)


def figures(results):
    rows = [[one.what, one.wanted, one.measured, "yes" if one.met else "**no**"]
            for one in targets(results)]
    return table(["What", "Target", "Measured", "Met"], rows).replace("---:", "---")


def machine(results):
    said = results.machine
    parts = [said.get("cpu"), f"{said['cores']} cores" if "cores" in said else None,
             f"{said['memory_gib']} GiB" if "memory_gib" in said else None,
             f"kernel {said['kernel']}" if "kernel" in said else None, said.get("system")]
    lines = ["; ".join(part for part in parts if part),
             ", ".join(f"{name} {version}" for name, version in sorted(results.versions.items())),
             results.date]
    titles = ("Machine", "Programs", "Date")
    return "\n".join(f"- {title}: {line}" for title, line in zip(titles, lines) if line)


def ingest(results):
    main = results.find("ingest", connections=50, bytes=64)
    rest = [load for load in results.family("ingest") if load is not main]
    parts = []
    if main:
        parts.append(detail(main, (CPU, Column("messages_per_s", "messages/s", rounded))))
    parts.append(matrix(results, rest, CPU_MATRIX))
    return "\n\n".join(part for part in parts if part)


def text(results):
    return matrix(results, results.family("text"), CPU_MATRIX)


def roundtrip(results):
    return details(results.family("roundtrip"),
                   (Column("p50_us", "p50, µs", spread=True, ratio=True),
                    Column("p99_us", "p99, µs"), Column("cpu_us", "CPU, µs")))


def sessions(results):
    return details(results.family("sessions"),
                   (CPU, Column("sessions_per_s", "sessions/s", rounded)))


def idle(results):
    parts = [matrix(results, results.family("idle"), column)
             for column in (Column("bytes_per_connection", "bytes per connection", whole,
                                   spread=True),
                            Column("cpu_percent", "CPU, %"))]
    return "\n\n".join(part for part in parts if part)


def _mebibytes(count):
    return plain(count and count / 2 ** 20)


def scaling(results):
    """A row per number of connections, a column per subject; first CPU, then memory."""
    parts = []
    for parameter, heading in (("connections", "Connections"), ("idle", "Idle connections")):
        for metric, what, shown in (("cpu_us", "CPU per message, µs", plain),
                                    ("bytes_total", "user memory, MiB", _mebibytes)):
            series = results.series("scaling", parameter)
            subjects = [subject for subject in results.subjects
                        if any(load.sample(subject.id, metric) for _, load in series)]
            rows = [[f"{number:,}", *(shown(load.median(subject.id, metric))
                                      for subject in subjects)] for number, load in series]
            if subjects:
                parts.append(table([f"{heading}: {what}", *map(_name, subjects)], rows))
    return "\n\n".join(parts)


def fairness(results):
    return details(results.family("fairness"),
                   (Column("p50_us", "p50, ms", factor=1e-3), P99_MS,
                    Column("max_us", "longest, ms", factor=1e-3)))


def attacks(results):
    """A row per attack: p99 of each subject, and its ratios to the floor's and to no attack."""
    loads = results.family("attacks")
    quiet = next((load for load in loads if load.id == "attacks-none"), None)
    subjects = [subject for subject in results.subjects
                if any(load.sample(subject.id, "p99_us") for load in loads)]
    headings = ["Beside 100 connections in lock-step", *(f"{_name(subject)}, ms"
                                                         for subject in subjects)]

    def cell(load, subject):
        us = load.median(subject.id, "p99_us")
        calm = quiet.median(subject.id, "p99_us") if quiet and quiet is not load else None
        beside = load.ratio(subject.id, "p99_us") if subject.id != load.base else None
        said = [f"{times(beside)} {BASE_NAMES[load.base]}"] if beside else []
        if us and calm:
            said.append(f"{times(us / calm)} none")
        return plain(us and us / 1000) + (f" ({', '.join(said)})" if said else "")

    rows = [[load.title, *(cell(load, subject) for subject in subjects)] for load in loads]
    return table(headings, rows) if subjects else ""


def restart(results):
    """A row per number of connections."""
    loads = results.family("restart")
    rows = [[load.title, *(plain(load.median("harkd-file", metric) * factor)
                           for metric, factor in (("pause_ms", 1), ("p99_us", 1e-3),
                                                  ("max_us", 1e-3)))]
            for load in loads if load.median("harkd-file", "pause_ms")]
    return table(["Beside 100 connections in lock-step", "pause, ms", "their p99, ms",
                  "their longest, ms"], rows)


HANDSHAKES = Column("handshakes_per_s", "handshakes/s", rounded)


def tls(results):
    parts = [details(results.family("tls"),
                     (CPU, Column("messages_per_s", "messages/s", rounded))),
             details(results.family("tls-handshakes"), (CPU, HANDSHAKES)),
             details(results.family("tls-storm"),
                     (Column("p50_us", "p50, ms", factor=1e-3), P99_MS,
                      Column("max_us", "longest, ms", factor=1e-3), HANDSHAKES)),
             matrix(results, results.family("tls-idle"),
                    Column("bytes_per_connection", "bytes per connection", whole))]
    titles = ("Messages", "Handshakes", "Round trips beside handshakes", "Memory")
    return "\n\n".join(f"{title}:\n\n{part}" for title, part in zip(titles, parts) if part)


def sync(results):
    return details(results.family("sync"),
                   (Column("messages_per_s", "messages/s", rounded, spread=True, ratio=True), CPU))


def stream(results):
    return details(results.family("stream"),
                   (Column("messages_per_s", "messages/s", rounded, spread=True, ratio=True),
                    Column("p50_us", "p50, ms", factor=1e-3, ratio=True), P99_MS,
                    Column("p50_all_us", "p50 of 50, ms", factor=1e-3),
                    Column("p99_all_us", "p99 of 50, ms", factor=1e-3), CPU))


def reading(results):
    loads = [load for family in READING for load in results.family(family)]
    return details(loads, (Column("seconds", "s", spread=True, ratio=True),
                           Column("cpu_s", "CPU, s"), Column("read_mib", "MiB read")))


def journal(results):
    return details(results.family("journal"),
                   (Column("messages_per_s", "messages/s", rounded, spread=True, ratio=True),
                    Column("cpu_us", "CPU per message, µs", ratio=True),
                    Column("lost", "lost", whole)))


def start(results):
    return details(results.family("start"), (Column("ready_ms", "`READY=1` after, ms",
                                                    spread=True),))


# In the order of the document; the names are those of the markers.
BLOCKS = {function.__name__: function
          for function in (figures, machine, ingest, text, roundtrip, sessions, idle, scaling,
                           fairness, attacks, restart, tls, sync, stream, journal, reading, start)}
