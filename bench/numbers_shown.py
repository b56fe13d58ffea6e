"""Numbers for people: three significant digits, and the unit that makes them shortest."""

import math

MINUS = "–"  # shown if nothing was measured


def plain(value):
    """12,345; 123; 12.3; 1.23; 0.012."""
    if value is None:
        return MINUS
    size = abs(value)
    if size >= 99.95:
        return f"{value:,.0f}"
    if size >= 9.995:
        return f"{value:.1f}"
    if size >= 0.0995 or size == 0:
        return f"{value:.2f}"
    return f"{value:.{min(9, 1 - math.floor(math.log10(size)))}f}"


def whole(value):
    return MINUS if value is None else f"{value:,.0f}"


def rounded(value):
    """For speeds: three significant digits, then zeros."""
    if value is None:
        return MINUS
    if abs(value) < 1000:
        return plain(value)
    step = 10 ** (math.floor(math.log10(abs(value))) - 2)
    return f"{round(value / step) * step:,.0f}"


def times(ratio):
    if ratio is None:
        return MINUS
    return f"{ratio:.{0 if ratio >= 99.5 else 1 if ratio >= 9.95 else 2}f}×"


def duration(us):
    """In the unit that needs the fewest digits."""
    if us is None:
        return MINUS
    if us >= 1e6:
        return f"{plain(us / 1e6)} s"
    return f"{plain(us / 1e3)} ms" if us >= 1e3 else f"{plain(us)} µs"


def size(count):
    """Bytes in binary units."""
    if count is None:
        return MINUS
    for factor, unit in ((2 ** 30, "GiB"), (2 ** 20, "MiB"), (2 ** 10, "KiB")):
        if count >= factor:
            return f"{count / factor:.3g} {unit}"
    return f"{count:.0f} B"


def short(count):
    """1,000 as 1k, for axes."""
    if count >= 1000 and count % 100 == 0:
        return f"{count / 1000:g}k"
    return f"{count:g}"
