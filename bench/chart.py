"""Canvas and styles of the charts: SVG that looks the same wherever it is shown.

A drawing has its own background, light or dark by the reader's preference, so it is legible on any
page. Fonts are the reader's; widths are estimated for the widest of them. The output depends on
nothing but the data.
"""

from xml.sax.saxutils import escape, quoteattr

WIDTH = 800
MARGIN = 24
TEXT, SMALL = 13, 12
BOLD = 1.1  # relative width of bold text

FONTS = 'system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","DejaVu Sans",sans-serif'
# For each class, the colours on light and dark backgrounds. Those of the series are based on Okabe
# and Ito's palette, which colour-blind readers can tell apart, adjusted to each background.
INKS = {
    "ink": ("#1f2328", "#e6edf3"),
    "muted": ("#59636e", "#9198a1"),
    "harkd": ("#0072b2", "#56b4e9"),
    "floor": ("#6e7781", "#8b949e"),
    "peer": ("#aab4be", "#545d68"),
    "limit": ("#d55e00", "#f0883e"),
    "peer1": ("#d55e00", "#f0883e"),
    "peer2": ("#009e73", "#2fc99b"),
    "peer3": ("#aa4499", "#d987c8"),
    "peer4": ("#997700", "#e3c34d"),
    "grid": ("#dfe4e9", "#2a313a"),
}
PAPER = (("#ffffff", "#d1d9e0"), ("#0d1117", "#30363d"))  # fill and edge


def _rules(theme):
    fill, edge = PAPER[theme]
    rules = [f".paper{{fill:{fill};stroke:{edge}}}", f".gap{{stroke:{fill}}}"]
    for name, colours in INKS.items():
        rules.append(f".{name}{{fill:{colours[theme]}}}.{name}-line{{stroke:{colours[theme]}}}")
    return "".join(rules)


STYLE = (f"text{{font:{TEXT}px {FONTS};font-variant-numeric:tabular-nums}}"
         ".title{font-size:16px;font-weight:600}.bold{font-weight:600}"
         f".small{{font-size:{SMALL}px}}.line{{fill:none;stroke-width:1}}"
         ".series{fill:none;stroke-width:2;stroke-linejoin:round}.thick{stroke-width:3}"
         f".dashed{{stroke-dasharray:5 4}}{_rules(0)}"
         f"@media (prefers-color-scheme:dark){{{_rules(1)}}}")


def text_width(text, font_size=TEXT):
    """An upper bound for all the fonts."""
    return sum(_em(one) for one in text) * font_size


def _em(one):
    """The width of a character in DejaVu Sans, the widest of the fonts, or in a Chinese font."""
    if ord(one) > 0x2e80:
        return 1
    if one in " .,:;|!'ijl":
        return 0.34
    if one in "rtf()-I/":
        return 0.42
    return 0.95 if one in "mwMW×%" else 0.7 if one.isupper() else 0.64


def at(value):
    """Formats a coordinate."""
    return f"{value:.1f}".removesuffix(".0")


class Drawing:
    """`description` is the text alternative."""

    def __init__(self, title, subtitle, description):
        self.title = title
        self.description = description
        self.parts = []
        self.text(MARGIN, 34, title, "title ink")
        self.text(MARGIN, 54, subtitle, "small muted")
        self.top = 70  # content starts here, below the heading

    def text(self, x, y, text, classes="ink", anchor="start"):
        where = "" if anchor == "start" else f' text-anchor="{anchor}"'
        self.parts.append(f'<text x="{at(x)}" y="{at(y)}" class="{classes}"{where}>'
                          f"{escape(text)}</text>")

    def words(self, x, y, *pieces):
        """Pieces of a line, each (text, classes), one after another in any font."""
        spans = "".join(f'<tspan class="{classes}"{" dx=" + quoteattr("7") if number else ""}>'
                        f"{escape(text)}</tspan>"
                        for number, (text, classes) in enumerate(pieces) if text)
        self.parts.append(f'<text x="{at(x)}" y="{at(y)}">{spans}</text>')

    def bar(self, x, y, width, height, classes):
        """A bar with a rounded end and a square start."""
        width = max(width, 1.5)
        radius = min(3, width / 2, height / 2)
        self.parts.append(
            f'<path class="{classes}" d="M{at(x)} {at(y)}h{at(width - radius)}'
            f"q{at(radius)} 0 {at(radius)} {at(radius)}v{at(height - 2 * radius)}"
            f'q0 {at(radius)} {at(-radius)} {at(radius)}h{at(radius - width)}z"/>')

    def line(self, x1, y1, x2, y2, classes):
        self.parts.append(f'<path class="line {classes}" '
                          f'd="M{at(x1)} {at(y1)}L{at(x2)} {at(y2)}"/>')

    def break_mark(self, x, y, height):
        """The mark of a bar that is cut off."""
        for offset in (0, 6):
            self.parts.append(f'<path class="line gap" style="stroke-width:3" d="M{at(x + offset)} '
                              f'{at(y + height + 1)}l6 {at(-height - 2)}"/>')

    def series(self, points, classes):
        steps = "L".join(f"{at(x)} {at(y)}" for x, y in points)
        self.parts.append(f'<path class="series {classes}" d="M{steps}"/>')

    def marker(self, shape, x, y, classes):
        """`shape`: the index of the series, so that it can be told apart without colours."""
        if shape == 0:
            self.parts.append(f'<circle class="{classes}" cx="{at(x)}" cy="{at(y)}" r="4.5"/>')
            return
        outlines = ("M-4-4h8v8h-8z", "M0-5.5L5.2 4H-5.2z", "M0-5.5L5.5 0 0 5.5-5.5 0z",
                    "M0 5.5L5.2-4H-5.2z", "M-5-1.5h3.5V-5h3v3.5H5v3H1.5V5h-3V1.5H-5z")
        self.parts.append(f'<path class="{classes}" transform="translate({at(x)} {at(y)})" '
                          f'd="{outlines[(shape - 1) % len(outlines)]}"/>')

    def svg(self, bottom):
        """The complete drawing as text; `bottom` is where the content ends."""
        height = at(bottom + 18)
        body = "\n".join(self.parts)
        return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
                f'viewBox="0 0 {WIDTH} {height}" role="img" aria-labelledby="title desc">\n'
                f'<title id="title">{escape(self.title)}</title>\n'
                f'<desc id="desc">{escape(self.description)}</desc>\n'
                f"<style>{STYLE}</style>\n"
                f'<rect class="paper" x="0.5" y="0.5" width="{WIDTH - 1}" '
                f'height="{at(bottom + 17)}" rx="8"/>\n{body}\n</svg>\n')
