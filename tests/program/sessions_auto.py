"""Sessions of devices at a listener that has no settings for them (device.py)."""

from device import HALF_CLOSE, Message, Session, answers, ok, pause, silence


def lines_with_crlf(pad):
    """A logger that ends its lines; a line in two pieces stays one, even if its link stalls."""
    return Session(
        steps=(pad.encode() + b"level 61 %\r\n\r\n" + "阀门 开\r\n".encode(), ok(1, 0, 2),
               b"level", pause(3, below=30), b" 60 %\n", ok(3)),
        messages=(Message(f"{pad}level 61 %", "lf"), Message("阀门 开", "lf"),
                  Message("level 60 %", "lf")))


def lines_with_lf_cr(pad):
    """Firmware that ends lines with LF CR, also when a packet ends between the two."""
    return Session(
        steps=(f"{pad}init done\n\r".encode(), ok(1), silence(2), b"rpm 900\n\r", ok(2),
               silence(2), b"rpm 910\n", ok(3), b"\r", b"rpm 920\n\r", ok(4), b"rpm 930\n", b"\r",
               b"\nrpm 940\n\r\n\r\n", ok(5, 0, 6, 0, 0)),
        messages=(Message(f"{pad}init done", "lf"),
                  *(Message(f"rpm {rpm}", "lf") for rpm in range(900, 950, 10))))


def cr_and_lf_apart(pad):
    """A box that sends a packet at each CR, and the LF with the next one."""
    return Session(
        steps=(f"{pad}U=231\r".encode(), b"\nU=232\r", b"\nU=230\r", b"\n", ok(1, 2, 3)),
        messages=(Message(f"{pad}U=231", "lf"), Message("U=232", "lf"), Message("U=230", "lf")),
        quiet_ms=120)


def nul_ends(pad):
    """C strings, a line editor that sends CR NUL, and one that sends LF NUL."""
    return Session(
        steps=(f"{pad}one\0two\0\0\0".encode(), b"\0three\r\0four\n\0", b"five\0",
               ok(1, 2, 3, 4, 5)),
        messages=(Message(f"{pad}one", "nul"), Message("two", "nul"), Message("three", "nul"),
                  Message("four", "lf"), Message("five", "nul")),
        quiet_ms=120)


def scanner(pad):
    """A barcode scanner with CR after each code: from the second on, no quiet time is needed."""
    return Session(
        steps=(f"{pad}4001234500017\r".encode(), ok(1), b"4001234500024\r", ok(2, within=1),
               b"4001234500031\r4001234500048\r", ok(3, 4, within=1), b"4001234500055\r",
               ok(5, within=1), b"\n", b"4001234500062\r", ok(6, within=1)),
        messages=(Message(f"{pad}4001234500017", "cr"),
                  *(Message(f"40012345000{end}", "cr") for end in (24, 31, 48, 55, 62))),
        quiet_ms=150)


def scanner_with_lines_inside(pad):
    """The same scanner first reads a code that contains line ends: what follows is not appended to
    it."""
    return Session(
        steps=(f"{pad}ORDER 7\r\nBOX 3\r\nEND\r".encode(), ok(1, 2, 3), b"4001234500017\r", ok(4),
               b"4001234500024\r", b"4001234500031\r", ok(5, 6, within=1)),
        messages=(Message(f"{pad}ORDER 7", "lf"), Message("BOX 3", "lf"), Message("END", "cr"),
                  *(Message(f"40012345000{end}", "cr") for end in (17, 24, 31))),
        quiet_ms=150)


def scanner_found_late(pad):
    """A scanner whose first tail had no CR: two tails in a row with CR decide as well."""
    return Session(
        steps=(f"{pad}hello".encode(), ok(1), b"A1\r", ok(2), b"A2", ok(3), b"A3\r", ok(4),
               b"A4\r", ok(5), b"A5\rA6\r", ok(6, 7, within=1)),
        messages=(Message(f"{pad}hello", "quiet"), Message("A1", "cr"), Message("A2", "quiet"),
                  *(Message(f"A{number}", "cr") for number in range(3, 7))),
        quiet_ms=60)


def scale_that_streams(pad):
    """A scale in continuous mode: CR only, never a pause. The third CR shows that CRs are ends."""
    steps = [f"{pad}\x02 +  1.25 kg\r".encode(), b"\x02 +  2.25 kg\r", b"\x02 +  3.25 kg\r",
             ok(1, 2, 3, within=1)]
    for number in range(4, 13):
        steps += [f"\x02 +  {number}.25 kg\r".encode(), ok(number, within=1)]
    return Session(
        steps=tuple(steps),
        messages=(Message(f"{pad}\x02 +  1.25 kg", "cr"),
                  *(Message(f"\x02 +  {number}.25 kg", "cr") for number in range(2, 13))),
        quiet_ms=600,
        # The first part leaves the framer before it is known that a CR in it is an end.
        across=False)


def hl7(pad):
    """HL7 messages at a listener that does not know MLLP: each segment is a message."""
    steps, messages = [], []
    for number in range(3):
        segments = [f"\x0bMSH|^~\\&|SCALE|W1|HIS|K|20260102||ORU^R01|{number}|P|2.4",
                    f"PID|1||{8800 + number}", f"OBX|1|NM|WT||{70 + number}.5", "\x1c"]
        if not number:
            segments[0] = pad + segments[0]
        first = 4 * number + 1
        steps += ["".join(f"{segment}\r" for segment in segments).encode(),
                  ok(*range(first, first + 4), within=1), silence(2)]
        messages += [Message(segment, "cr") for segment in segments]
    # Parts that leave the framer before the third CR arrives are not cut any more.
    return Session(tuple(steps), tuple(messages), quiet_ms=150, across_bytewise=False)


def alarm_panel(pad):
    """LF, frame, CR: the first LF is an empty line, later ones belong to the CR before them."""
    frames = [f'{"" if number else pad}9F1B0020"ADM-CID"000{number}L0#77[#77|1130 01 00{number}]'
              for number in range(3)]
    return Session(
        steps=(f"\n{frames[0]}\r".encode(), ok(0, 1), f"\n{frames[1]}\r".encode(), ok(2),
               f"\n{frames[2]}\r".encode(), ok(3)),
        messages=tuple(Message(frame, "cr") for frame in frames))


def heartbeat_of_empty_lines(pad):
    """A meter that wakes up with an empty line; its readings have no end."""
    return Session(
        steps=(b"\r\n", ok(0), f"{pad}kWh=811".encode(), ok(1), b"kWh=812", ok(2, within=20),
               b"\n", silence(2), b"\n", ok(0), b"kWh=813", ok(3, within=20)),
        messages=(Message(f"{pad}kWh=811", "quiet"), Message("kWh=812", "quiet"),
                  Message("kWh=813", "quiet")))


def heartbeat_of_nuls(pad):
    """A tracker whose heartbeat is a NUL: after a tail the NUL is its late terminator, after a
    quiet time it is a heartbeat again."""
    return Session(
        steps=(b"\0", ok(0), silence(1.5), b"\0", ok(0), silence(1.5), b"\0\0", ok(0),
               f"{pad}lat 48.14 lon 11.58".encode(), ok(1), b"lat 48.15 lon 11.58",
               ok(2, within=20), b"\0", silence(1.5), b"\0", ok(0), b"lat 48.16 lon 11.58",
               ok(3, within=20)),
        messages=(Message(f"{pad}lat 48.14 lon 11.58", "quiet"),
                  *(Message(f"lat 48.{end} lon 11.58", "quiet") for end in (15, 16))),
        quiet_ms=60)


def tracker_without_ends(pad):
    """Each send gets its replies in one piece, even if it holds a line and a half."""
    return Session(
        steps=(f"{pad}imei:490154203237518".encode(), ok(1), b"12:00 0 km/h\n12:01 4 km/h",
               ok(2, 3), "12:02 正常".encode(), ok(4), b"BYE", answers("221 bye, 4 messages")),
        messages=(Message(f"{pad}imei:490154203237518", "quiet"), Message("12:00 0 km/h", "lf"),
                  Message("12:01 4 km/h", "quiet"), Message("12:02 正常", "quiet")),
        closed={"reason": "bye"})


def one_line_and_then_no_more(pad):
    """It ends its first line and no other: after one long wait a short quiet time is enough, until
    it ends two lines again."""
    return Session(
        steps=(f"{pad}fw 1.9\n".encode(), ok(1), b"T;18.5", ok(2), b"T;18.6", ok(3, within=20),
               b"T;18.7", ok(4, within=20), b"a\nb\n", ok(5, 6), b"slow", pause(8, below=15),
               b" link\n", ok(7)),
        messages=(Message(f"{pad}fw 1.9", "lf"), Message("T;18.5", "quiet"),
                  Message("T;18.6", "quiet"), Message("T;18.7", "quiet"), Message("a", "lf"),
                  Message("b", "lf"), Message("slow link", "lf")),
        quiet_ms=25, bytewise=False)


def steady_lines(pad):
    """After sixteen lines in a row, a peer's link may stall for ten times as long."""
    return Session(
        steps=(pad.encode() + b"".join(b"%d\n" % number for number in range(17)),
               ok(*range(1, 18)), b"a line", pause(90, below=300), b" that stalled\n", ok(18)),
        messages=(Message(f"{pad}0", "lf"),
                  *(Message(str(number), "lf") for number in range(1, 17)),
                  Message("a line that stalled", "lf")),
        quiet_ms=8)


def typing(pad):
    """A person at a terminal that sends each key; the first one counts as well."""
    keys = ["p", "u", "m", "p", " ", "温", "é", "1"]
    steps = []
    for key in keys:
        steps += [key.encode(), pause(3, below=10)]
    return Session(
        steps=(*steps, b"\r\n", ok(1), *steps, ok(2), b"\r\n", b"x\n", ok(3)),
        messages=(Message("".join(keys), "lf"), Message("".join(keys), "quiet"),
                  Message("x", "lf")),
        quiet_ms=5, cuts=False, bytewise=False, across=False)


def late_ends(pad):
    """A late terminator belongs to its tail, whatever follows it."""
    return Session(
        steps=(f"{pad}first".encode(), ok(1), silence(10), b"\nsecond\n", ok(2), b"third", ok(3),
               b"\r\nfourth", ok(4), b"\r", silence(2), b"\nfifth", ok(5), b"\0\0", b"sixth\n",
               ok(6)),
        messages=(Message(f"{pad}first", "quiet"), Message("second", "lf"),
                  Message("third", "quiet"), Message("fourth", "quiet"), Message("fifth", "quiet"),
                  Message("sixth", "lf")),
        quiet_ms=20)


def progress_bar(pad):
    """A tool that rewrites its line with CR: one message in one piece, several with pauses."""
    return Session(
        steps=(f"{pad}Writing\n".encode(), ok(1), b"10%\r30%\r50%\r70%\r100%\n", ok(2),
               b"10%\r30%\r",
               b"50%\r", b"done\n", ok(3), b"10%\r", ok(4), b"90%\rdone\n", ok(5, 6)),
        messages=(Message(f"{pad}Writing", "lf"), Message("10%\r30%\r50%\r70%\r100%", "lf"),
                  Message("10%\r30%\r50%\rdone", "lf"), Message("10%", "cr"),
                  Message("90%", "cr"), Message("done", "lf")),
        quiet_ms=120)


def progress_bar_first(pad):
    """The same as the first thing a peer sends: the LF is in the same read."""
    return Session(steps=(f"{pad}10%\r30%\r50%\r100%\n".encode(), ok(1)),
                   messages=(Message(f"{pad}10%\r30%\r50%\r100%", "lf"),),
                   cuts=False, bytewise=False)


def tail_at_the_end(pad):
    """A device that closes right after its last words."""
    return Session(steps=(f"{pad}up 4 d\nlast words".encode(), HALF_CLOSE, ok(1, 2)),
                   messages=(Message(f"{pad}up 4 d", "lf"), Message("last words", "eof")),
                   quiet_ms=3000, closed={"reason": "eof"})


def chunks(pad):
    """Everything in one read is one message; telnet commands in it are answered."""
    return Session(
        steps=(f"{pad}one\ntwo\r\n\0".encode(), ok(1), b"\r\n", ok(0), b"a\xff\xfd\x01b", ok(2),
               b"c\rd\r", ok(3), b"bye\r\n", answers("221 bye, 3 messages")),
        messages=(Message(f"{pad}one\ntwo", "chunk"), Message("ab", "chunk"),
                  Message("c\rd", "chunk")),
        listener={"framing": "chunk"}, telnet=b"\xff\xfc\x01",
        closed={"reason": "bye", "discarded": 3}, cuts=False, bytewise=False)


def frames_are_not_guessed(pad):
    """Leading digits, STX and VT are text where no frames are configured."""
    return Session(
        steps=(f"{pad}5 alpha\n\x02T1\x03\n\x0bMSH|^~\n".encode(), ok(1, 2, 3)),
        messages=(Message(f"{pad}5 alpha", "lf"), Message("\x02T1\x03", "lf"),
                  Message("\x0bMSH|^~", "lf")))


def word_that_begins_with_ssh(pad):
    """Only SSH-, a digit and a dot are an SSH hello, and only at the beginning."""
    return Session(
        steps=(f"SSH-key of box 4 expires{pad}\nSSH-2 agents\nSSH-2.0-x\n".encode(), ok(1, 2, 3)),
        messages=(Message(f"SSH-key of box 4 expires{pad}", "lf"), Message("SSH-2 agents", "lf"),
                  Message("SSH-2.0-x", "lf")),
        across=False)


SESSIONS = (lines_with_crlf, lines_with_lf_cr, cr_and_lf_apart, nul_ends, scanner,
            scanner_with_lines_inside, scanner_found_late, scale_that_streams, hl7, alarm_panel,
            heartbeat_of_empty_lines, heartbeat_of_nuls, tracker_without_ends,
            one_line_and_then_no_more, steady_lines, typing, late_ends, progress_bar,
            progress_bar_first, tail_at_the_end, chunks, frames_are_not_guessed,
            word_that_begins_with_ssh)
