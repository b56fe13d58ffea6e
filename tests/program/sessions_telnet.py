"""Sessions of devices that send the byte FF, some of which speak telnet (device.py)."""

from device import HALF_CLOSE, Message, Session, answers, kept, ok, pause, silence


def ctrl_c(pad):
    """A person at telnet who presses Ctrl-C: interrupt and DO TIMING-MARK are not text."""
    return Session(
        steps=(f"{pad}status\r\n".encode(), ok(1), b"\xff\xf4\xff\xfd\x06", b"again\r\n", ok(2),
               b"bye\r\n", answers("221 bye, 2 messages")),
        messages=(Message(f"{pad}status", "lf"), Message("again", "lf")),
        telnet=b"\xff\xfc\x06", closed={"reason": "bye", "discarded": 5})


def negotiates(pad):
    """A client that reports its window size; from then on, FF FF is one byte of data."""
    return Session(
        steps=(b"\xff\xfb\x1f\xff\xfa\x1f\x00\x78\xff\xff\x18\xff\xf0", f"{pad}look\r\n".encode(),
               ok(1), b"a\xff\xffb\r\n", answers(kept(2)),
               b"c\xff\xf1d\xff\xfe\x01e\xff\xfd\x03\xff\xf6\n", ok(3)),
        messages=(Message(f"{pad}look", "lf"), Message(None, "lf", wire=b"a\xffb"),
                  Message("cde", "lf")),
        telnet=b"\xff\xfe\x1f\xff\xfc\x03", closed={"discarded": 3 + 10 + 1 + 2 + 3 + 3 + 2})


def negotiates_in_a_line(pad):
    """The same in the middle of a line, at a listener with framing line."""
    return Session(
        steps=(f"{pad}te".encode() + b"\xff\xfd\x01x\xff\xfb\x18t\r\n", ok(1)),
        messages=(Message(f"{pad}text", "lf"),), listener={"framing": "line"},
        telnet=b"\xff\xfc\x01\xff\xfe\x18", closed={"discarded": 6})


def negotiates_slowly(pad):
    """The same over a link that stalls: half a command waits like the rest of the line."""
    return Session(
        steps=(b"\xff", silence(3), b"\xfd\x01" + pad.encode() + b"te\xff", silence(3), b"\xfb",
               silence(3), b"\x18xt\n", ok(1)),
        messages=(Message(f"{pad}text", "lf"),), listener={"framing": "line"}, quiet_ms=10,
        telnet=b"\xff\xfc\x01\xff\xfe\x18", closed={"discarded": 6})


def typing_cyrillic(pad):
    """A person who types in Windows-1251, where FF is a letter: its key is like any other."""
    keys = "ямая"
    steps = []
    for key in keys:
        steps += [key.encode("windows-1251"), pause(3, below=10)]
    return Session(
        steps=(*steps, b"\r\n", answers(kept(1)), *steps, b"\n", answers(kept(2))),
        messages=(Message(None, "lf", wire=keys.encode("windows-1251")),
                  Message(None, "lf", wire=keys.encode("windows-1251"))),
        quiet_ms=10, cuts=False, bytewise=False, across=False, closed={"discarded": 0})


def line_noise(pad):
    """The peer has not spoken telnet, so FF FA swallows nothing."""
    return Session(
        steps=(f"{pad}pump 2 on\n".encode(), ok(1), b"noise \xff\xfa\x18\n", answers(kept(2)),
               b"pump 2 off\n", ok(3, within=10)),
        messages=(Message(f"{pad}pump 2 on", "lf"),
                  Message(None, "lf", wire=b"noise \xff\xfa\x18"), Message("pump 2 off", "lf")),
        quiet_ms=60, closed={"discarded": 0})


def commands_as_text(pad):
    """Commands and refusals do not show that a peer speaks telnet, nor do options that no client
    begins with."""
    lines = [pad.encode() + b"\xff\xf5a\xff\xf6\xff\xf1", b"\xff\xff\xff b\xff\xf0",
             b"\xff\xfe\x06c",
             b"\xff\xfc\x01", b"\xff\xfd\x80", b"\xff\xfb\x30d", b"\xff\xf4\xff\xf4\xff\xf4e",
             b"f\xff\xfd", b"g\xff\xfb"]
    return Session(
        # Neither LF nor CR is an option.
        steps=(b"\n".join(lines[:-1]) + b"\n" + lines[-1] + b"\r\n",
               answers(*(kept(number) for number in range(1, len(lines) + 1)))),
        messages=tuple(Message(None, "lf", wire=line) for line in lines),
        quiet_ms=150, closed={"discarded": 0})


def telnet_off(pad):
    """A binary protocol behind a serial box, on a listener without telnet."""
    lines = [pad.encode() + b"\x10\xff\xfd\x06.", b"\xff\xfb\x18\xff\xff", b"\xff\xf4\xff\xfd\x06"]
    return Session(
        steps=(b"\n".join([*lines, b""]), answers(*(kept(number) for number in (1, 2, 3)))),
        messages=tuple(Message(None, "lf", wire=line) for line in lines),
        listener={"telnet": False}, quiet_ms=150, closed={"discarded": 0})


def half_a_command(pad):
    """A command that waits for its next byte is text when the tail ends."""
    return Session(
        steps=(pad.encode() + b"1\xff", answers(kept(1)), b"2\xff\xfd", answers(kept(2)),
               b"3\xff\xf4", answers(kept(3)), b"4\xff\xf4\xff\xfb", HALF_CLOSE, answers(kept(4))),
        messages=(Message(None, "quiet", wire=pad.encode() + b"1\xff"),
                  Message(None, "quiet", wire=b"2\xff\xfd"),
                  Message(None, "quiet", wire=b"3\xff\xf4"),
                  Message(None, "eof", wire=b"4\xff\xf4\xff\xfb")),
        closed={"discarded": 0})


def subnegotiation_without_end(pad):
    """It was no subnegotiation after all: at the end of the stream its bytes are text."""
    return Session(
        steps=(b"\xff\xfb\x18", f"{pad}a\n".encode(), ok(1), b"\xff\xfa\x18b c", HALF_CLOSE,
               answers(kept(2))),
        messages=(Message(f"{pad}a", "lf"), Message(None, "eof", wire=b"\xff\xfa\x18b c")),
        telnet=b"\xff\xfe\x18", closed={"discarded": 3})


def subnegotiation_without_end_that_goes_on(pad):
    """The same after 1024 bytes of it, and after a second."""
    filler = b"y" * 1100
    return Session(
        steps=(b"\xff\xfb\x18", f"{pad}a\n".encode(), ok(1), b"\xff\xfa\x18" + filler + b"\nb\n",
               answers(kept(2), "250 ok #3"), b"\xff\xfa\x18c", silence(34), b"d\n",
               answers(kept(4))),
        messages=(Message(f"{pad}a", "lf"), Message(None, "lf", wire=b"\xff\xfa\x18" + filler),
                  Message("b", "lf"), Message(None, "lf", wire=b"\xff\xfa\x18cd")),
        listener={"framing": "line"}, telnet=b"\xff\xfe\x18", closed={"discarded": 3}, cuts=False,
        bytewise=False, across=False)


SESSIONS = (ctrl_c, negotiates, negotiates_in_a_line, negotiates_slowly,
            typing_cyrillic, line_noise, commands_as_text, telnet_off,
            half_a_command, subnegotiation_without_end, subnegotiation_without_end_that_goes_on)
