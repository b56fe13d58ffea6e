"""A model of a terminal's screen: enough of ECMA-48 for programs that edit a line.

It rejects unknown sequences, so that a program cannot draw with anything not modelled here. When
the width changes, rows that the terminal wrapped are laid out again, as in most terminals; rows
that a program ended are not.
"""

import codecs
import re
import unicodedata

SEQUENCE = re.compile(r"\x1b\[([0-9;?]*)([ -/]*)([@-~])")
INCOMPLETE = re.compile(r"\x1b(\[[0-9;?]*[ -/]*)?\Z")


def width(character):
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1


class Row:
    def __init__(self):
        self.cells = []  # [text, style]; the second cell of a wide character is ["", style]
        self.wrapped = False  # continues in the next row

    def text(self):
        return "".join(text for text, _ in self.cells)


class Screen:
    def __init__(self, columns=80, rows=24, encoding="utf-8"):
        self.columns, self.rows = columns, rows
        self.lines = [Row() for _ in range(rows)]
        self.scrolled = []  # rows that have scrolled off the top
        self.x = self.y = 0
        self.pending_wrap = False
        self.style = ""
        self.bells = 0
        self.shows_cursor = True
        self._main = None  # saved lines and cursor while the alternate screen is shown
        self._decoder = codecs.getincrementaldecoder(encoding)("strict")
        self._rest = ""

    # --- What tests check ---

    def text(self):
        """The rows, without trailing blanks and without empty rows at the end."""
        rows = [line.text().rstrip() for line in self.lines]
        while rows and not rows[-1]:
            rows.pop()
        return rows

    def all_text(self):
        """The same, preceded by the rows that have scrolled away."""
        return [line.text().rstrip() for line in self.scrolled] + self.text()

    def is_alternate(self):
        return self._main is not None

    def cursor(self):
        """(column, row). A cursor after the last column counts as in it."""
        return self.x, self.y

    def style_of(self, text):
        """The style of `text`, which must be within one row; None: not found."""
        for line in self.lines:
            at = line.text().find(text)
            if at >= 0:
                styles = {style for cell, style in line.cells if cell and cell in text}
                return styles.pop() if len(styles) == 1 else sorted(styles)
        return None

    # --- Output of the program ---

    def feed(self, data):
        text = self._rest + self._decoder.decode(data)
        self._rest = ""
        at = 0
        while at < len(text):
            character = text[at]
            if character == "\x1b":
                found = SEQUENCE.match(text, at)
                if not found:
                    if INCOMPLETE.match(text, at):
                        self._rest = text[at:]
                        return
                    raise AssertionError(f"not understood: {text[at:at + 20]!r}")
                self._sequence(*found.groups())
                at = found.end()
                continue
            self._character(character)
            at += 1

    def _character(self, character):
        if character == "\r":
            self.x, self.pending_wrap = 0, False
        elif character == "\n":
            self.pending_wrap = False
            self._line_feed()
        elif character == "\b":
            self.x, self.pending_wrap = max(self.x - 1, 0), False
        elif character == "\a":
            self.bells += 1
        elif character < " " or "\x7f" <= character <= "\x9f":
            raise AssertionError(f"a control character on the screen: {character!r}")
        else:
            self._put(character)

    def _put(self, character):
        size = width(character)
        if size == 0:
            at = self.x if self.pending_wrap else self.x - 1
            cells = self.lines[self.y].cells
            while at > 0 and at < len(cells) and cells[at][0] == "":
                at -= 1
            assert 0 <= at < len(cells), f"nothing to put {character!r} on"
            cells[at][0] += character
            return
        if self.pending_wrap or self.x + size > self.columns:
            self.lines[self.y].wrapped = True
            self.x, self.pending_wrap = 0, False
            self._line_feed()
        cells = self.lines[self.y].cells
        while len(cells) < self.x + size:
            cells.append([" ", ""])
        self._split_wide(cells, self.x)
        self._split_wide(cells, self.x + size)
        cells[self.x] = [character, self.style]
        if size == 2:
            cells[self.x + 1] = ["", self.style]
        self.x += size
        if self.x == self.columns:
            self.x, self.pending_wrap = self.columns - 1, True

    @staticmethod
    def _split_wide(cells, at):
        """Overwriting half of a wide character removes all of it."""
        if 0 < at < len(cells) and cells[at][0] == "":
            cells[at - 1][0] = cells[at][0] = " "

    def _line_feed(self):
        if self.y < self.rows - 1:
            self.y += 1
        else:
            self.scrolled.append(self.lines.pop(0))
            self.lines.append(Row())

    def _sequence(self, parameters, intermediates, final):
        if parameters.startswith("?") and final in "hl":
            self._mode(parameters[1:], final == "h")
            return
        assert not intermediates and "?" not in parameters, (parameters, intermediates, final)
        if final == "m":
            self.style = "" if parameters in ("", "0") else parameters
            return
        numbers = [int(number or 0) for number in parameters.split(";")]
        count = max(numbers[0], 1)
        self.pending_wrap = False
        if final == "A":
            self.y = max(self.y - count, 0)
        elif final == "B":
            self.y = min(self.y + count, self.rows - 1)
        elif final == "C":
            self.x = min(self.x + count, self.columns - 1)
        elif final == "D":
            self.x = max(self.x - count, 0)
        elif final == "G":
            self.x = min(count, self.columns) - 1
        elif final == "H":
            row, column = (numbers + [1])[:2]
            self.y, self.x = (min(max(row, 1), self.rows) - 1,
                              min(max(column, 1), self.columns) - 1)
        elif final == "K":
            self._erase_in_line(numbers[0])
        elif final == "J":
            self._erase_in_display(numbers[0])
        elif final == "P":
            del self.lines[self.y].cells[self.x:self.x + count]
        elif final == "@":
            self.lines[self.y].cells[self.x:self.x] = [[" ", ""] for _ in range(count)]
            del self.lines[self.y].cells[self.columns:]
        else:
            raise AssertionError(f"not understood: ESC [ {parameters} {final}")

    def _mode(self, mode, on):
        """The supported xterm modes."""
        if mode == "25":
            self.shows_cursor = on
        elif mode == "1049":
            if on == self.is_alternate():
                return
            if on:
                self._main = self.lines, self.x, self.y
                self.lines = [Row() for _ in range(self.rows)]
            else:
                (self.lines, self.x, self.y), self._main = self._main, None
                self.lines = (self.lines + [Row() for _ in range(self.rows)])[:self.rows]
                self.x, self.y = min(self.x, self.columns - 1), min(self.y, self.rows - 1)
            self.pending_wrap = False
        else:
            raise AssertionError(f"not understood: mode {mode}")

    def _erase_in_line(self, what):
        line = self.lines[self.y]
        if what == 0:
            self._split_wide(line.cells, self.x)
            del line.cells[self.x:]
            line.wrapped = False
        elif what == 1:
            for at in range(min(self.x + 1, len(line.cells))):
                line.cells[at] = [" ", ""]
        else:
            self.lines[self.y] = Row()

    def _erase_in_display(self, what):
        if what == 0:
            self._erase_in_line(0)
            self.lines[self.y + 1:] = [Row() for _ in self.lines[self.y + 1:]]
        else:
            assert what == 2, what
            self.lines = [Row() for _ in range(self.rows)]

    # --- Actions of the user ---

    def resize(self, columns, rows):
        """Lays everything out again; the cursor stays at its character. The alternate screen is
        only cropped or extended."""
        if self.is_alternate():
            self.columns, self.rows, self.pending_wrap = columns, rows, False
            self.lines = (self.lines + [Row() for _ in range(rows)])[:rows]
            for line in self.lines:
                del line.cells[columns:]
            self.x, self.y = min(self.x, columns - 1), min(self.y, rows - 1)
            return
        logical, cursor_line, cursor_at = self._unwrap()
        self.columns, self.rows, self.pending_wrap = columns, rows, False
        laid_out = []
        for number, cells in enumerate(logical):
            first = len(laid_out)
            pieces = self._wrap(cells)
            laid_out += pieces
            if number == cursor_line:
                at, row = cursor_at, first
                while at > len(pieces[row - first].cells) and row - first < len(pieces) - 1:
                    at -= len(pieces[row - first].cells)
                    row += 1
                if at >= columns:
                    row, at = row + at // columns, at % columns
                cursor_row, self.x = row, at
        while len(laid_out) <= cursor_row:
            laid_out.append(Row())
        while len(laid_out) > cursor_row + 1 and not laid_out[-1].cells:
            laid_out.pop()
        excess = max(len(laid_out) - rows, 0)
        self.scrolled += laid_out[:excess]
        self.lines = laid_out[excess:]
        self.lines += [Row() for _ in range(rows - len(self.lines))]
        self.y = cursor_row - excess

    def _unwrap(self):
        logical, goes_on = [], False
        cursor_line = cursor_at = 0
        for number, line in enumerate(self.lines):
            if not goes_on:
                logical.append([])
            if number == self.y:
                cursor_line, cursor_at = len(logical) - 1, len(logical[-1]) + self.x
            logical[-1] += line.cells
            goes_on = line.wrapped
        return logical, cursor_line, cursor_at

    def _wrap(self, cells):
        pieces = [Row()]
        at = 0
        while at < len(cells):
            size = 2 if at + 1 < len(cells) and cells[at + 1][0] == "" else 1
            if len(pieces[-1].cells) + size > self.columns:
                pieces[-1].wrapped = True
                pieces.append(Row())
            pieces[-1].cells += cells[at:at + size]
            at += size
        return pieces
