"""Horizontal bars with their figures to the right: in one column, or several side by side."""

import dataclasses

from chart import BOLD, MARGIN, SMALL, WIDTH, Drawing, text_width

BAR, STEP = 18, 29
# A bar this many times longer than the next shorter one is cut off, to keep the short ones legible.
OUTLIER = 2


@dataclasses.dataclass(frozen=True)
class Bar:
    label: str
    kind: str  # the class of its colour: "floor", "harkd" or "peer"
    value: float
    shown: str
    note: str = ""

    def words(self):
        strong = "bold" if self.kind == "harkd" else ""
        return (self.shown, f"{strong} ink".strip()), (self.note, "small muted")

    def width(self):
        return text_width(self.shown) * (BOLD if self.kind == "harkd" else 1) + (
            7 + text_width(self.note, SMALL) if self.note else 0)

    def label_width(self):
        return text_width(self.label) * (BOLD if self.kind == "harkd" else 1)


def _label(drawing, x, y, bar):
    drawing.text(x, y, bar.label, "bold ink" if bar.kind == "harkd" else "ink", "end")


def _draw(drawing, bar, x, y, room, scale):
    """One bar and its figures, within `room` from x on."""
    width = bar.value / scale * room
    cut = width > room + 0.5
    drawing.bar(x, y, min(width, room), BAR, bar.kind)
    if cut:
        drawing.break_mark(x + room - 34, y, BAR)
    drawing.words(x + min(width, room) + 8, y + BAR - 4.5, *bar.words())


def _scale(bars, limit=0):
    """The value that fills the width: that of the longest bar not cut off. Only the longer half of
    the bars can be cut off."""
    values = sorted(bar.value for bar in bars)
    scale = values[-1]
    for shorter, longer in zip(values[len(values) // 2:], values[len(values) // 2 + 1:]):
        if longer > shorter * OUTLIER:
            scale = shorter * 1.25
            break
    return max(scale, limit * 1.1) or 1


def _room(bars, scale, width):
    """The longest bar's length that leaves every bar room for its figures within `width`."""
    rooms = [(width - 8 - bar.width()) / min(bar.value / scale, 1) for bar in bars if bar.value > 0]
    return min([*rooms, width - 8])


def column(title, subtitle, bars, limit=None):
    """The SVG of one column. `limit` is (value, words): a line that bars should not reach."""
    described = ", ".join(f"{bar.label} {bar.shown}" for bar in bars)
    drawing = Drawing(title, subtitle, f"Bars: {described}.")
    left = MARGIN + max(bar.label_width() for bar in bars) + 10
    scale = _scale(bars, limit[0] if limit else 0)
    room = _room(bars, scale, WIDTH - MARGIN - left)
    top = drawing.top + (20 if limit else 8)
    for number, bar in enumerate(bars):
        y = top + number * STEP
        _label(drawing, left - 10, y + BAR - 4.5, bar)
        _draw(drawing, bar, left, y, room, scale)
    bottom = top + len(bars) * STEP - (STEP - BAR)
    drawing.line(left, top - 6, left, bottom + 6, "grid-line")
    if limit:
        x = left + limit[0] / scale * room
        drawing.line(x, top - 6, x, bottom + 6, "limit-line dashed")
        drawing.text(x, top - 11, limit[1], "small limit", "middle")
    return drawing.svg(bottom + 6)


def columns(title, subtitle, groups):
    """Several columns side by side, each with its own scale; rows have the same labels.

    `groups` is [(heading, {label: Bar})]; rows are in order of first appearance.
    """
    rows = list(dict.fromkeys(label for _, bars in groups for label in bars))
    described = "; ".join(f"{heading}: " + ", ".join(f"{label} {bar.shown}"
                                                     for label, bar in bars.items())
                          for heading, bars in groups)
    drawing = Drawing(title, subtitle, f"Bars: {described}.")
    left = MARGIN + max(bar.label_width() for _, bars in groups for bar in bars.values()) + 10
    gap = 20
    each = (WIDTH - MARGIN - left - gap * (len(groups) - 1)) / len(groups)
    top = drawing.top + 34
    bottom = top + len(rows) * STEP - (STEP - BAR)
    for place, (heading, bars) in enumerate(groups):
        x = left + place * (each + gap)
        drawing.text(x, top - 16, heading, "bold ink")
        drawing.line(x, top - 6, x, bottom + 6, "grid-line")
        scale = _scale(bars.values())
        room = _room(bars.values(), scale, each)
        for number, label in enumerate(rows):
            y = top + number * STEP
            if label in bars:
                if place == next(index for index, (_, some) in enumerate(groups) if label in some):
                    _label(drawing, left - 10, y + BAR - 4.5, bars[label])
                _draw(drawing, bars[label], x, y, room, scale)
            else:
                drawing.text(x + 8, y + BAR - 4.5, "–", "muted")
    return drawing.svg(bottom + 6)
