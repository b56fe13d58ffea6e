"""Measures how often the charset of a message is misread, and writes it into docs/charset.md:
./dev charset.

    measure.py READER           (build/bench/charset/read_messages)

Each message is the first of its connection, so nothing has been proved. The exit status is 1 if
more is misread than the document promises.
"""

import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

# pylint: disable=wrong-import-position
import words
from report import ReportError, fill

DOCUMENT = Path(__file__).resolve().parents[2] / "docs/charset.md"
UTF_8, GB18030 = "utf-8", "gb18030"
# Where a device cuts a line.
CUT_AT = 32
# Languages whose catalogues have fewer lines say nothing.
FEWEST_LINES = 100


class Reading(NamedTuple):
    charset: str
    proved: str  # "-": nothing
    raw: bool  # the bytes are kept

    @property
    def is_weak(self):
        return self.charset == GB18030 and self.proved == "-" and self.raw


class Reader:
    def __init__(self, program):
        self._program = program

    def read(self, messages):
        """A Reading of each."""
        messages = list(messages)
        done = subprocess.run([self._program], input=b"".join(each + b"\n" for each in messages),
                              stdout=subprocess.PIPE, check=True)
        readings = []
        for line in done.stdout.decode().splitlines():
            charset, proved, raw, _ = line.split()
            readings.append(Reading(charset, proved, raw == "raw"))
        assert len(readings) == len(messages)
        return readings


class Misread(NamedTuple):
    """How a source was misread."""

    texts: int
    share: float  # by weight
    always_utf8: float  # the share, if all that is valid UTF-8 were read as such
    worst: list  # texts, the heaviest first


def is_utf8(data):
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def misread(reader, source, charset, name):
    """`source` is written in `charset`, which is `name` in records."""
    messages = [text.encode(charset) for text in source]
    total = sum(source.values())
    wrong = {text: weight for (text, weight), reading
             in zip(source.items(), reader.read(messages)) if reading.charset != name}
    naive = sum(weight for weight, message in zip(source.values(), messages)
                if is_utf8(message) != (name == UTF_8))
    return Misread(len(source), sum(wrong.values()) / total, naive / total,
                   sorted(wrong, key=wrong.get, reverse=True))


def percent(share):
    if share == 0:
        return "0"
    for digits in (1, 2, 3, 4):
        text = f"{100 * share:.{digits}f}"
        if float(text) >= 10 ** -digits * 5 or digits == 4:
            break
    return f"{text} %"


def number(count):
    return f"{count:,}"


def table(header, rows):
    lines = ["| " + " | ".join(header) + " |", "|" + " --- |" * len(header)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def shown(texts, most=8):
    return " ".join(text.replace("|", "\\|") for text in texts[:most])


def target_text(most):
    if most is None:
        return ""
    return f"≤ {percent(most)}" if most > 0 else "none"


def chinese(reader):
    """Rows of Chinese in GBK."""
    return {
        "2 to 4 hanzi, by frequency": misread(reader, words.chinese(2, 4), "gbk", GB18030),
        "what devices say": misread(reader, dict.fromkeys(words.DEVICE_WORDS, 1), "gbk", GB18030),
        "number and measure word": misread(reader, words.numbers_with_measure_words(), "gbk",
                                           GB18030),
        "one hanzi, by frequency": misread(reader, words.chinese(1, 1), "gbk", GB18030),
    }


def letters(reader):
    """{language: (its words as they are listed, and in all cases of letters)}."""
    found = {}
    for language in words.LANGUAGES:
        listed = {word: 1 for word in words.words_of(language)
                  if words.has_letters_of_two_bytes(word)}
        cased = {form: 1 for form in words.in_all_cases(listed)
                 if words.has_letters_of_two_bytes(form)}
        found[language] = (misread(reader, listed, UTF_8, UTF_8),
                           misread(reader, cased, UTF_8, UTF_8))
    return found


def joined(parts):
    """One Misread of several sources whose texts weigh the same."""
    texts = sum(part.texts for part in parts)
    return Misread(texts, sum(part.texts * part.share for part in parts) / texts, 0,
                   [text for part in parts for text in part.worst])


def catalogues(reader):
    """A Misread of the lines of the message catalogues, and the number of languages."""
    parts = []
    for lines in words.catalogue_lines().values():
        chosen = {line: 1 for line in lines if words.has_letters_of_two_bytes(line)}
        if len(chosen) >= FEWEST_LINES:
            parts.append(misread(reader, chosen, UTF_8, UTF_8))
    return joined(parts), len(parts)


def strangers():
    """{what: messages} in charsets that are not guessed, and UTF-8 that was cut."""
    lines = words.catalogue_lines()

    def of_words(languages, charset):
        return {word.encode(charset) for language in languages for word in words.words_of(language)
                if not word.isascii() and words.is_in(word, charset)}

    def of_lines(language, charset):
        return {line.encode(charset) for line in lines[language]
                if not line.isascii() and words.is_in(line, charset)}

    cut = {line.encode()[:CUT_AT] for line in lines["zh"] if len(line.encode()) > CUT_AT}
    return {
        "Windows-1252: French, German, Spanish": of_words(("French", "German", "Spanish"), "cp1252"),
        "Windows-1251: Russian": of_words(("Russian",), "cp1251"),
        "KOI8-R: Russian": of_words(("Russian",), "koi8-r"),
        "Shift_JIS: lines of Japanese": of_lines("ja", "shift_jis"),
        "EUC-KR: lines of Korean": of_lines("ko", "euc-kr"),
        "Big5: lines of Chinese": of_lines("zh", "big5"),
        f"UTF-8: Chinese, cut inside a character at {CUT_AT} bytes":
            {line for line in cut if not is_utf8(line)},
    }


def stranger_rows(reader):
    for what, messages in strangers().items():
        readings = reader.read(sorted(messages))

        def share(count, of=len(readings)):
            return percent(count / of) if of else "-"

        weak = sum(reading.is_weak for reading in readings)
        proving = sum(reading.proved == GB18030 for reading in readings)
        yield (what, number(len(readings)), share(sum(r.charset == UTF_8 for r in readings)),
               share(sum(r.charset == "bytes" for r in readings)), share(weak), share(proving),
               share(weak, weak + proving))


def main(arguments):
    if len(arguments) != 1:
        sys.exit("usage: measure.py READER")
    reader = Reader(arguments[0])
    in_gbk = chinese(reader)
    languages = letters(reader)
    all_words = joined([listed for listed, _ in languages.values()])
    lines, line_languages = catalogues(reader)
    hanzi = words.chinese(2, 4)
    weak = [reading.is_weak for reading in reader.read(word.encode("gbk") for word in hanzi)]
    weights = list(hanzi.values())
    targets = {"2 to 4 hanzi, by frequency": 0.0002, "what devices say": 0}
    rows = [(f"GBK: {what}", number(found.texts), percent(found.always_utf8), percent(found.share),
             target_text(targets.get(what)), shown(found.worst))
            for what, found in in_gbk.items()]
    rows += [(f"UTF-8: words of {len(languages)} languages in letters of two bytes",
              number(all_words.texts), "0", percent(all_words.share), "≤ 0.05 %", ""),
             (f"UTF-8: lines in {line_languages} languages, from message catalogues",
              number(lines.texts), "0", percent(lines.share), "≤ 0.05 %", "")]
    contents = {
        "misread": table(("What", "Messages", "If all valid UTF-8 were UTF-8", "Misread", "Target",
                          "The most frequent"), rows),
        "languages": table(
            ("Language", "Words", "Misread", "In all cases of letters", "Some of them"),
            [(language, number(listed.texts), percent(listed.share), percent(cased.share),
              shown(cased.worst))
             for language, (listed, cased) in sorted(languages.items()) if cased.worst])
        + "\n\nNone of " + ", ".join(
            language for language, (_, cased) in sorted(languages.items()) if not cased.worst) + ".",
        "strangers": table(("What", "Messages", "UTF-8", "Bytes", "Weak", "Proves GB18030",
                            "Weak, of what reads as GB18030"), stranger_rows(reader))
        + "\n\nOf the words of 2 to 4 hanzi in GBK "
        + percent(sum(weight for weight, is_weak in zip(weights, weak) if is_weak) / sum(weights))
        + " are weak.",
    }
    try:
        DOCUMENT.write_text(fill(DOCUMENT.read_text(encoding="utf-8"), contents), encoding="utf-8")
    except (OSError, ReportError) as error:
        sys.exit(f"measure.py: {DOCUMENT}: {error}")
    print("\n\n".join(contents.values()))
    missed = (any(in_gbk[what].share > most for what, most in targets.items())
              or max(all_words.share, lines.share) > 0.0005)
    sys.exit(missed)


if __name__ == "__main__":
    main(sys.argv[1:])
