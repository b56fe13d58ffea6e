"""Sessions of devices that write charsets other than UTF-8, configured or not (device.py)."""

import re

from device import HALF_CLOSE, Message, Session, answers, kept, ok

EITHER = tuple(re.compile(rf"25[01] ok #{number}(, kept as bytes)?") for number in range(1, 5))


def cyrillic_unasked(pad):
    """A Windows-1251 keyboard, nothing configured: every byte can be recovered, even FF."""
    lines = [f"{pad}яма я", "я сплю", "имя", "яяя"]
    return Session(
        steps=("\r\n".join([*lines, ""]).encode("windows-1251"), answers(*EITHER)),
        messages=tuple(Message(None, "lf", wire=line.encode("windows-1251")) for line in lines),
        closed={"discarded": 0})


def cyrillic(pad):
    """The same with the charset configured: the text is exact, even of the last line."""
    lines = [f"{pad}Яма Ъ", "я сплю", "№ 5", "имя"]
    return Session(
        steps=("\r\n".join(lines).encode("windows-1251"), HALF_CLOSE, ok(1, 2, 3, 4)),
        messages=tuple(Message(line, "eof" if line == "имя" else "lf", "windows-1251")
                       for line in lines),
        listener={"charset": "windows-1251"}, closed={"discarded": 0}, quiet_ms=150)


def big5(pad):
    """A controller in Big5, where a trail byte may be a backslash."""
    lines = [f"{pad}功能 許蓋", "幫浦停止", "OK"]
    return Session(
        steps=("\r\n".join([*lines, ""]).encode("big5"), ok(1, 2, 3)),
        messages=(Message(lines[0], "lf", "big5"), Message(lines[1], "lf", "big5"),
                  Message("OK", "lf")),
        listener={"charset": "big5"}, quiet_ms=100)


def shift_jis(pad):
    """A machine tool in Shift-JIS, with half-width letters of one byte, and a tail."""
    return Session(
        steps=(f"{pad}ソ表示 能\r\nﾓｰﾀ".encode("shift_jis"), " 停止\r\nﾎﾟﾝﾌﾟ".encode("shift_jis"),
               HALF_CLOSE, ok(1, 2, 3)),
        messages=(Message(f"{pad}ソ表示 能", "lf", "shift_jis"),
                  Message("ﾓｰﾀ 停止", "lf", "shift_jis"), Message("ﾎﾟﾝﾌﾟ", "eof", "shift_jis")),
        listener={"charset": "shift_jis"}, quiet_ms=100)


def euc_kr(pad):
    """A door that writes EUC-KR; a byte that is not one of its characters is kept."""
    return Session(
        steps=(f"{pad}문 열림\n".encode("euc-kr") + b"a\xff1\n" + "닫힘\n".encode("euc-kr"),
               answers("250 ok #1", kept(2), "250 ok #3")),
        messages=(Message(f"{pad}문 열림", "lf", "euc-kr"),
                  Message("a\ufffd1", "lf", "bytes", wire=b"a\xff1"),
                  Message("닫힘", "lf", "euc-kr")),
        listener={"charset": "euc-kr"}, quiet_ms=100)


def utf16(pad, charset, mark, listener):
    """Line ends are code units, whatever bytes the letters have; half a character is marked."""
    wide = {line: line.encode(charset) for line in (
        f"{pad}Pumpe läuft", "温度 25°", "\u0a0d \u0a00\u0d00\u0d0a \u000b\u0100\u000c", "ab😀c",
        "\\bye", "bye bye")}
    lone = {"utf-16le": b"\x3d\xd8a\0", "utf-16be": b"\xd8\x3d\0a"}[charset]
    end, nul = "\r\n".encode(charset), "\n\0\0".encode(charset)
    first, second, odd, pair, bye, byes = wide.values()
    return Session(
        steps=(mark + first + end + second + nul, ok(1, 2), odd + end + end, pair + end,
               ok(3, 0, 4),
               lone + end, answers(kept(5)), bye + end + byes + end, ok(6, 7), wide["ab😀c"][:-1],
               HALF_CLOSE, answers(kept(8))),
        messages=(*(Message(line, "lf", charset) for line in [*wide][:4]),
                  Message("\ufffda", "lf", charset, wire=lone), Message("bye", "lf", charset),
                  Message("bye bye", "lf", charset),
                  Message("ab😀\ufffd", "eof", charset, wire=pair[:-1])),
        listener=listener, unit=2, quiet_ms=100, closed={"discarded": 0})


def utf16le_with_mark(pad):
    return utf16(pad, "utf-16le", b"\xff\xfe", {})


def utf16be_with_mark(pad):
    return utf16(pad, "utf-16be", b"\xfe\xff", {"framing": "line"})


def utf16le_as_set(pad):
    return utf16(pad, "utf-16le", b"", {"charset": "utf-16le"})


def utf16be_as_set(pad):
    return utf16(pad, "utf-16be", b"", {"charset": "utf-16be"})


def utf16be_as_set_with_mark(pad):
    return utf16(pad, "utf-16be", b"\xfe\xff", {"charset": "utf-16be", "framing": "line"})


def utf16_without_ends(pad):
    """A writer of UTF-16 that ends nothing, and one that ends with CR."""
    texts = ("\ufeff" + pad + "läuft", "läuft", "steht\r", "geht\r", "bye")
    steps = [text.encode("utf-16le") for text in texts]
    return Session(
        steps=(steps[0], ok(1), steps[1], ok(2), steps[2], ok(3), steps[3], ok(4), steps[4],
               answers("221 bye, 4 messages")),
        messages=(Message(f"{pad}läuft", "quiet", "utf-16le"),
                  Message("läuft", "quiet", "utf-16le"),
                  Message("steht", "cr", "utf-16le"), Message("geht", "cr", "utf-16le")),
        unit=2, closed={"discarded": 0, "reason": "bye"})


def gateway(pad):
    """Devices that write GBK and UTF-8 on one connection: each line is read as it was meant."""
    lines = [(f"{pad}过热报警", "gb18030"), ("断网", "gb18030"), ("系统", "gb18030"), ("ok", "utf-8"),
             ("压力 正常 😀", "utf-8"), ("é", "utf-8"), ("液位过低", "gb18030"), ("停止", "gb18030")]
    return Session(
        steps=(b"".join(f"{line}\n".encode(charset) for line, charset in lines),
               ok(*range(1, len(lines) + 1))),
        messages=tuple(Message(line, "lf", charset) for line, charset in lines), quiet_ms=100)


def wide_utf8(pad):
    """Characters of one to four bytes."""
    lines = [f"{pad}é25° 温😀", "ﬀ 🌍 中"]
    return Session(steps=("\n".join([*lines, ""]).encode(), ok(1, 2)),
                   messages=tuple(Message(line, "lf") for line in lines), quiet_ms=100)


SESSIONS = (cyrillic_unasked, cyrillic, big5, shift_jis, euc_kr, utf16le_with_mark,
            utf16be_with_mark,
            utf16le_as_set, utf16be_as_set, utf16be_as_set_with_mark, utf16_without_ends, gateway,
            wide_utf8)
