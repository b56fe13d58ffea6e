"""The charts of a run: which figures they show, and how."""

from chart_bars import Bar, column, columns
from chart_lines import PEERS, Panel, Series, panels
from numbers_shown import duration, plain, size, times


def _by_value(bars):
    return sorted(bars, key=lambda bar: bar.value)


def _bar(subject, value, shown, *notes):
    return Bar(subject.title, subject.kind, value, shown, " · ".join(filter(None, notes)))


def cpu(results):
    load = results.find("ingest", connections=50, bytes=64)
    if not load or not load.has("cpu_us"):
        return None
    bars = []
    for subject in load.subjects:
        us, ratio = load.median(subject.id, "cpu_us"), load.ratio(subject.id, "cpu_us")
        if us is not None:
            bars.append(_bar(subject, us, f"{plain(us)} µs", times(ratio) if ratio else "",
                             "" if subject.answers else "does not reply"))
    return column("CPU per message", "50 pipelining connections, 64-byte lines; × the floor, a bare "
                  "epoll loop; shorter is better", _by_value(bars))


def roundtrip(results):
    groups, order = [], {}
    for connections, load in results.series("roundtrip", "connections"):
        bars = {}
        for subject in load.subjects:
            us, ratio = load.median(subject.id, "p50_us"), load.ratio(subject.id, "p50_us")
            if us is not None:
                bars[subject.title] = _bar(subject, us, duration(us), times(ratio) if ratio else "")
                order.setdefault(subject.title, ratio or us)
        if bars:
            heading = "1 connection" if connections == 1 else f"{connections:,} connections"
            groups.append((heading, bars))
    if not groups:
        return None
    groups = [(heading, {title: bars[title] for title in sorted(bars, key=order.get)})
              for heading, bars in groups]
    return columns("Round trip, median", "send a line, read the reply, send the next; each column "
                   "has its own scale; shorter is better", groups)


def _lines(results, metric, parameter):
    """One series per subject with at least two points; no more peers than there are colours."""
    loads = results.series("scaling", parameter)
    series, peers = [], 0
    for subject in results.subjects:
        points = tuple((number, load.median(subject.id, metric)) for number, load in loads
                       if load.sample(subject.id, metric))
        peers += subject.kind == "peer" and len(points) > 1
        if len(points) > 1 and (subject.kind != "peer" or peers <= PEERS):
            series.append(Series(subject.title, subject.kind, points))
    return series


def scaling(results):
    both = {"Connections that send": _lines(results, "cpu_us", "connections"),
            "Idle connections beside 50 that send": _lines(results, "cpu_us", "idle")}
    values = [us for lines in both.values() for one in lines for _, us in one.points]
    log = bool(values) and max(values) > 10 * min(values)  # or the low ones lie on the axis
    shown = [Panel(heading, lines, lambda us: f"{us:.3g} µs", log)
             for heading, lines in both.items() if lines]
    return panels("CPU per message, by number of connections",
                  "64-byte lines; a level line is best"
                  + ("; all axes are logarithmic" if log else ""), shown) if shown else None


def memory(results):
    for parameter, heading in (("idle", "Idle connections"), ("connections", "Connections")):
        series = _lines(results, "bytes_total", parameter)
        if series:
            return panels("Memory of the server", "user memory of the whole process; both axes are "
                          "logarithmic", [Panel(heading, series, size, log=True)])
    return None


def fairness(results):
    worst = {}
    for load in results.family("fairness"):
        for subject in load.subjects:
            us = load.median(subject.id, "p99_us")
            if us is not None:
                worst[subject] = max(us, worst.get(subject, 0))
    if not worst:
        return None
    bars = _by_value(_bar(subject, us, duration(us)) for subject, us in worst.items())
    return column("Replies while one client floods", "99 of 100 replies to 100 lock-step clients "
                  "arrived within this time", bars, limit=(5000, "target: 5 ms"))


def reading(results):
    groups = []
    for family, heading in (("reading-word", "A rare word"), ("reading-whole", "All of a file"),
                            ("reading-entries", "All of a journal"),
                            ("reading-index", "A word in it")):
        for load in results.family(family):
            bars = {}
            for subject in load.subjects:
                seconds = load.median(subject.id, "seconds")
                if seconds is not None:
                    bars[subject.title] = _bar(subject, seconds, duration(seconds * 1e6))
            if bars:
                groups.append((heading, bars))
    return columns("Reading logs", "400 MB of JSON Lines, and a journal of 600,000 entries, in memory; "
                   "each column has its own scale; shorter is better", groups) if groups else None


# The file's name, the family shown, its drawing, and the text alternative.
CHARTS = (
    ("cpu", "ingest", cpu, "CPU per message, server by server"),
    ("roundtrip", "roundtrip", roundtrip, "Median round trips with 1, 50 and 1000 connections"),
    ("scaling", "scaling", scaling, "CPU per message against the number of connections"),
    ("memory", "scaling", memory, "Memory against the number of connections"),
    ("fairness", "fairness", fairness, "Reply times beside a flooding client"),
    ("reading", "reading", reading, "Time to read logs, beside grep, jq, lnav and journalctl"),
)


def drawn(results):
    """{name: SVG} for the charts that have figures."""
    drawings = {name: draw(results) for name, _, draw, _ in CHARTS}
    return {name: svg for name, svg in drawings.items() if svg}
