"""Sessions of devices whose messages are in frames that their listener is configured for, and of
devices that want an acknowledgement (device.py)."""

import struct

from device import HALF_CLOSE, Message, Session, acks, answers, kept, ok, silence

STX_ETX = {"framing": "delimited", "begin": "\x02", "end": "\x03"}


def stx_etx(pad):
    """A gauge that frames with STX and ETX and wants an ACK; a pause within a frame means
    nothing."""
    return Session(
        steps=(f"\x02{pad}GAUGE1;7.25\x03\x02\x03\x02GAUGE2;\r\n8.50\0\x03".encode(),
               acks(b"\x06" * 3),
               b"\x02GAU", silence(3), b"GE3;9.75", silence(3), b"\x03\r\n", acks(b"\x06"),
               b"\x02bye\x03", acks(b"\x06")),
        messages=(Message(f"{pad}GAUGE1;7.25", "delimiter"),
                  Message("GAUGE2;\r\n8.50\0", "delimiter"), Message("GAUGE3;9.75", "delimiter"),
                  Message("bye", "delimiter")),
        listener={**STX_ETX, "replies": "ack"}, quiet_ms=15)


def mllp(pad):
    """HL7 over MLLP: one frame is one message, and its end may come in two packets."""
    texts = [f"MSH|^~\\&|SCALE|W1|HIS|K||ORU^R01|{number}|P|2.4\rPID|1||88\rNTE|a\x1cb\x1c\x1c"
             for number in range(3)]
    texts[0] = pad + texts[0]
    return Session(
        steps=(f"\x0b{texts[0]}\x1c\r\x0b{texts[1]}\x1c\r".encode(), ok(1, 2),
               f"\x0b{texts[2]}\x1c".encode(), silence(3), b"\r", ok(3)),
        messages=tuple(Message(text, "delimiter") for text in texts),
        listener={"framing": "delimited", "begin": "\x0b", "end": "\x1c\r"}, quiet_ms=15)


def gelf(pad):
    """GELF: only NUL ends a message, so a document of several lines stays whole."""
    text = '{\n "host": "w1",\r\n "short_message": "温度"\n}\n'
    return Session(
        steps=(f"{pad}{text}\0{text}".encode(), ok(1), silence(3), b"\0", ok(2), b"\0{}\0",
               ok(0, 3)),
        messages=(Message(pad + text, "delimiter"), Message(text, "delimiter"),
                  Message("{}", "delimiter")),
        listener={"framing": "delimited", "end": "\0"}, quiet_ms=15)


def strays(pad):
    """Text outside of frames is a message of its own, except for line ends and blanks."""
    return Session(
        steps=(f"\r\n {pad}noise\x02A\x03\r\n \t\0\x02B\x03oops ".encode(), ok(1, 2, 3, 4),
               silence(2), b" \r\n", b"again\n\x02C\x03", ok(5, 6), b"\x03\x03D", ok(7)),
        messages=(Message(f"{pad}noise", "stray"), Message("A", "delimiter"),
                  Message("B", "delimiter"), Message("oops", "stray"), Message("again", "stray"),
                  Message("C", "delimiter"), Message("\x03\x03D", "stray")),
        listener=STX_ETX, quiet_ms=60)


def begin_inside_a_frame(pad):
    """A frame whose end was lost before the next begin: what arrived of it is a stray, which gets
    no ACK."""
    return Session(
        steps=(f"\x02{pad}half\x02whole\x03\x02\x02\x03stray".encode(), acks(b"\x06\x06"),
               b"\x02two", HALF_CLOSE, acks(b"\x06")),
        messages=(Message(f"{pad}half", "stray"), Message("whole", "delimiter"),
                  Message("stray", "stray"), Message("two", "eof")),
        listener={**STX_ETX, "replies": "ack"}, quiet_ms=60)


def overlapping_end(pad):
    """An end that begins inside an incomplete match of itself."""
    return Session(
        steps=(f"{pad}xAAAB".encode() + b"AABAAAAAByABAAB", ok(1, 0, 2, 3), b"AA", HALF_CLOSE,
               ok(4)),
        messages=(Message(f"{pad}xA", "delimiter"), Message("AAA", "delimiter"),
                  Message("yAB", "delimiter"), Message("AA", "eof")),
        listener={"framing": "delimited", "end": "AAB"}, quiet_ms=60)


def overlapping_begin_and_end(pad):
    """A begin and an end that share a byte."""
    return Session(
        steps=(f"<<{pad}<a>>".encode() + b"<>-<<b>->>", ok(1, 2, 3)),
        messages=(Message(f"{pad}<a", "delimiter"), Message("<>-", "stray"),
                  Message("b>-", "delimiter")),
        listener={"framing": "delimited", "begin": "<<", "end": ">>"}, quiet_ms=60)


def counted(text):
    return f"{len(text.encode())} {text}".encode()


def octet_counted(pad):
    """Syslog with counts: the count alone ends a message, and may be split."""
    texts = [f"<13>1 - w1 app - - - {pad}first\n  at line 2\n", "<13>1 - w1 app - - - 二",
             "\r\0\n", "<11>1 - w1 app - - - third"]
    first, second, odd, third = map(counted, texts)
    return Session(
        steps=(first + second + b"0 \n\r\0" + odd, ok(1, 2, 0, 3), third[:1], silence(3),
               third[1:9],
               silence(3), third[9:], ok(4), b"7 \xff\xfd\x06\xff\xfa.\n", answers(kept(5)),
               b"4 \\bye3 bye", answers("250 ok #6", "221 bye, 6 messages")),
        messages=(*(Message(text, "counted") for text in texts),
                  Message(None, "counted", wire=b"\xff\xfd\x06\xff\xfa.\n"),
                  Message("bye", "counted")),
        listener={"framing": "counted"}, quiet_ms=10, closed={"reason": "bye", "discarded": 0})


def with_length(pad, size, order):
    """A binary length; line ends and telnet bytes mean nothing within a message."""
    form = {1: "B", 2: "H", 4: "I"}[size]

    def framed(data):
        return struct.pack((">" if order == "big" else "<") + form, len(data)) + data
    first = (pad + "température 温\n").encode()
    return Session(
        steps=(framed(first) + framed(b"") + framed(b"\r\n\0"), ok(1, 0, 2),
               framed(b"\xff\xfd\x06\xff\xff"), answers(kept(3)), framed(b"three")[:size + 1],
               silence(3), b"hree", ok(4), framed(b"half")[:-1], HALF_CLOSE, ok(5)),
        messages=(Message(f"{pad}température 温\n", "length"), Message("\r\n\0", "length"),
                  Message(None, "length", wire=b"\xff\xfd\x06\xff\xff"),
                  Message("three", "length"), Message("hal", "eof")),
        listener={"framing": "length", "length_bytes": size, "length_order": order}, quiet_ms=10,
        across=size > 1)


def length_of_one_byte(pad):
    return with_length(pad, 1, "big")


def length_of_two_bytes(pad):
    return with_length(pad, 2, "big")


def length_of_two_bytes_little(pad):
    return with_length(pad, 2, "little")


def length_of_four_bytes(pad):
    return with_length(pad, 4, "big")


def length_of_four_bytes_little(pad):
    return with_length(pad, 4, "little")


def half_a_count(pad):
    """A header that is incomplete at the end of the stream is itself the text."""
    return Session(steps=(counted(f"{pad}one") + b"12", HALF_CLOSE, ok(1, 2)),
                   messages=(Message(f"{pad}one", "counted"), Message("12", "eof")),
                   listener={"framing": "counted"})


def ack_scanner(pad):
    """A scanner at a listener with framing auto: one ACK for each code, not a byte more."""
    return Session(
        steps=(f"{pad}4001234500017\r".encode(), acks(b"\x06"), b"4001234500024\r", acks(b"\x06"),
               b"4001234500031\rbye\r\r", acks(b"\x06" * 3)),
        messages=(Message(f"{pad}4001234500017", "cr"), Message("4001234500024", "cr"),
                  Message("4001234500031", "cr"), Message("bye", "cr")),
        listener={"replies": "ack"}, closed={"reason": "eof"}, quiet_ms=60)


def acks_of_its_own(pad):
    """A configured acknowledgement, sent at once even while a tail is pending."""
    return Session(
        steps=(f"{pad}tail".encode(), acks(b"OK\r\n"), b"a\n\nb\n\x81\nrest",
               acks(b"OK\r\n" * 5), b"\xff\xfd\x06x\n", acks(b"OK\r\n")),
        messages=(Message(f"{pad}tail", "quiet"), Message("a", "lf"), Message("b", "lf"),
                  Message("\ufffd", "lf", "bytes", wire=b"\x81"), Message("rest", "quiet"),
                  Message("x", "lf")),
        listener={"replies": "ack", "ack": "OK\r\n"}, closed={"discarded": 3})


def silent_listener(pad):
    """A device that would take replies for commands: nothing at all is sent, not even a
    farewell."""
    return Session(
        steps=(f"{pad}P1 on\r\nbye\r\n\r\n".encode(), b"\xff\xfd\x06\\bye\nP2 off\n", HALF_CLOSE,
               acks(b"")),
        messages=(Message(f"{pad}P1 on", "lf"), Message("bye", "lf"), Message("bye", "lf"),
                  Message("P2 off", "lf")),
        listener={"replies": "none"}, closed={"reason": "eof", "discarded": 3}, quiet_ms=60)


SESSIONS = (stx_etx, mllp, gelf, strays, begin_inside_a_frame, overlapping_end,
            overlapping_begin_and_end, octet_counted, length_of_one_byte, length_of_two_bytes,
            length_of_two_bytes_little, length_of_four_bytes, length_of_four_bytes_little,
            half_a_count, ack_scanner, acks_of_its_own, silent_listener)
