"""Line charts with a logarithmic x axis: panels side by side under a common legend."""

import dataclasses
import math

from chart import BOLD, MARGIN, SMALL, WIDTH, Drawing, text_width
from numbers_shown import short

PLOT = 190  # the height of a panel
PEERS = 4  # limited by the number of colours
GAP = 30


@dataclasses.dataclass(frozen=True)
class Series:
    name: str
    kind: str
    points: tuple  # (x, y), in the order of x


@dataclasses.dataclass(frozen=True)
class Panel:
    heading: str
    series: list
    shown: object  # formats a value of the y axis
    log: bool = False  # whether the y axis is logarithmic


def _step(most):
    """The step that gives an axis from 0 to `most` three to six labels."""
    power = 10 ** math.floor(math.log10(most))
    for step in (0.2, 0.5, 1, 2):
        if most / (step * power) <= 6:
            return step * power
    raise AssertionError(most)


class _Linear:
    def __init__(self, values):
        most = max(values) * 1.08 or 1
        step = _step(most)
        self.top = math.ceil(most / step) * step
        self.ticks = [number * step for number in range(round(self.top / step) + 1)]

    def part(self, value):
        return value / self.top


class _Powers:
    """Labels are powers of four, as few as cover all values."""

    def __init__(self, values):
        values = [value for value in values if value > 0] or [1]
        self.low = math.floor(math.log(min(values), 4) + 1e-9)
        high = max(math.ceil(math.log(max(values), 4) - 1e-9), self.low + 1)
        self.span = high - self.low
        self.ticks = [4 ** power for power in range(self.low, high + 1)]

    def part(self, value):
        return (math.log(value, 4) - self.low) / self.span if value > 0 else 0


class _Across:
    """The x axis: logarithmic, with 0 one step left of the least value."""

    def __init__(self, values):
        self.values = sorted(set(values))
        positive = [value for value in self.values if value > 0] or [1]
        self.low, self.high = math.log10(positive[0]), math.log10(positive[-1])
        if self.values[0] == 0:
            self.low -= max(0.5, (self.high - self.low) / 6)

    def part(self, value):
        if self.high <= self.low:
            return 0.5
        return (math.log10(value) - self.low) / (self.high - self.low) if value > 0 else 0

    def ticks(self, width):
        """The measured points that have room for a label; always the last one."""
        kept = []
        for value in reversed(self.values):
            x = self.part(value) * width
            if not kept or self.part(kept[-1]) * width - x >= 36:
                kept.append(value)
        return kept


def _styles(panels):
    """{name: (index of the shape, class of the colour, classes of the line)}."""
    kinds = {series.name: series.kind for panel in panels for series in panel.series}
    styles, peers, harkds = {}, 0, 0
    for name, kind in kinds.items():
        colour = kind
        if kind == "peer":
            peers += 1
            colour = f"peer{(peers - 1) % PEERS + 1}"
            styles[name] = (1 + peers, colour, f"{colour}-line")
        elif kind == "harkd":
            harkds += 1
            styles[name] = (0, colour, "harkd-line thick" + (" dashed" if harkds > 1 else ""))
        else:
            styles[name] = (1, colour, "floor-line dashed")
    return styles


def _legend(drawing, styles):
    x, y = MARGIN + 2, drawing.top + 14
    for name, (shape, colour, line) in styles.items():
        width = 33 + text_width(name) * (BOLD if colour == "harkd" else 1)
        if x + width > WIDTH - MARGIN:
            x, y = MARGIN + 2, y + 22
        drawing.series([(x, y - 4.5), (x + 26, y - 4.5)], line)
        drawing.marker(shape, x + 13, y - 4.5, colour)
        drawing.text(x + 33, y, name, "bold ink" if colour == "harkd" else "ink")
        x += width + 14
    return y


def _panel(drawing, panel, styles, left, top, width):
    points = [point for series in panel.series for point in series.points]
    across = _Across([x for x, _ in points])
    up = (_Powers if panel.log else _Linear)([y for _, y in points])
    bottom = top + PLOT
    drawing.text(left, top - 18, panel.heading, "bold ink")
    axis = 8 + max(text_width(panel.shown(tick), SMALL) for tick in up.ticks)
    left, width = left + axis, width - axis
    for tick in up.ticks:
        y = bottom - up.part(tick) * PLOT
        drawing.line(left, y, left + width, y, "grid-line" if tick != up.ticks[0] else "muted-line")
        drawing.text(left - 8, y + 4, panel.shown(tick), "small muted", "end")
    inner, inset = width - 32, 16
    for tick in across.ticks(inner):
        x = left + inset + across.part(tick) * inner
        drawing.line(x, bottom, x, bottom + 4, "muted-line")
        drawing.text(x, bottom + 19, short(tick), "small muted", "middle")
    # Draw harkd's lines on top.
    for series in sorted(panel.series, key=lambda one: one.kind == "harkd"):
        shape, colour, line = styles[series.name]
        placed = [(left + inset + across.part(x) * inner, bottom - up.part(y) * PLOT)
                  for x, y in series.points]
        drawing.series(placed, line)
        for x, y in placed:
            drawing.marker(shape, x, y, colour)
    return bottom + 19


def panels(title, subtitle, shown):
    """The SVG of one or more panels."""
    described = "; ".join(
        f"{panel.heading}: " + ", ".join(
            f"{series.name} from {panel.shown(series.points[0][1])} at {short(series.points[0][0])}"
            f" to {panel.shown(series.points[-1][1])} at {short(series.points[-1][0])}"
            for series in panel.series)
        for panel in shown)
    drawing = Drawing(title, subtitle, f"Lines: {described}.")
    styles = _styles(shown)
    top = _legend(drawing, styles) + 48
    each = (WIDTH - 2 * MARGIN - GAP * (len(shown) - 1)) / len(shown)
    bottom = top
    for number, panel in enumerate(shown):
        bottom = _panel(drawing, panel, styles, MARGIN + number * (each + GAP), top, each)
    return drawing.svg(bottom)
