"""Plays a session (device.py) on many connections in step, each of which cuts the same bytes
differently, and compares what the daemon answered and recorded.

Pauses are measured. If one was longer than the session allows, because the machine is busy, a
failure says nothing about the daemon: the session is played again, with a longer quiet time.
"""

import itertools
import json
import re
import tempfile
import time
from pathlib import Path

from client import SLOW
from device import HALF_CLOSE, Acks, Answers, Device, Pause
from harness import Harkd
from varlink import Varlink
from wire import wire_of

BUFFER = 1024  # the daemon's, for each connection
TRIES = 3
SLOWER = 4  # factor of the quiet time, for each further try
# Our own delays may be this share of the time that the daemon waits.
TRUSTED = 0.5
# What a pad is on the wire, also in UTF-16.
PAD = re.compile(rb"(?:x\0?|\0x){300,}")


# --- Ways to cut the bytes of a step, which has a number ---

def whole(_, data):
    return [data]


def byte_by_byte(_, data):
    return [data[at:at + 1] for at in range(len(data))]


def behind_pad(_, data):
    """Byte by byte, except for the pad and what precedes it."""
    pad = PAD.search(data)
    size = pad.end() if pad else 0
    return [data[:size], *byte_by_byte(_, data[size:])] if size else byte_by_byte(_, data)


def cut_in_two(step, place):
    return lambda number, data: [data[:place], data[place:]] if number == step else [data]


def every_cut(session):
    """A way to cut for each place between two bytes of a step."""
    return [cut_in_two(number, place) for number, step in enumerate(session.steps)
            if isinstance(step, bytes) for place in range(1, len(step))]


class Player:
    """`plays`: for each device, its session and its way to cut. The sessions have the same kinds of
    steps and the same listener."""

    def __init__(self, harkd, plays, quiet):
        self.harkd = harkd
        self.plays = plays
        self.quiet = quiet  # seconds
        self.late = 0.0  # the worst of our delays: 1 is as long as the daemon waits
        self.control = Varlink(harkd.control)
        self._last_sent = None
        self._text = plays[0][0].listener.get("replies", "text") == "text"
        self._devices = []

    def close(self):
        self.control.close()
        for device in self._devices:
            device.close()

    # --- What the devices do ---

    def play(self):
        self._devices = [Device(self.harkd.port) for _ in self.plays]
        if self._text:
            for device in self._devices:
                device.greeted()
        self._wait_read()
        for number, steps in enumerate(zip(*(session.steps for session, _ in self.plays))):
            if isinstance(steps[0], bytes):
                self._send([cut(number, step) for step, (_, cut) in zip(steps, self.plays)])
            elif isinstance(steps[0], Pause):
                self._pause(steps[0])
            elif steps[0] is HALF_CLOSE:
                for device in self._devices:
                    device.half_close()
            else:
                self._receive(steps)
        for device in self._devices:
            device.half_close()
        for device in self._devices:
            device.read_to_the_end()

    def _send(self, pieces):
        for turn in itertools.zip_longest(*pieces):
            for device, piece in zip(self._devices, turn):
                if piece is not None:
                    device.send(piece)
            now = time.monotonic()
            if self._last_sent is not None:
                self.late = max(self.late, (now - self._last_sent) / self.quiet)
            self._last_sent = now
            self._wait_read()
            self.on_turn(turn)

    def on_turn(self, turn):
        """Called when the daemon has read these pieces, one per device; None if a device had none
        left."""

    def _wait_read(self):
        """Waits until the daemon has read all that was sent."""
        def all_read():
            counts = self._read_counts()
            for device in self._devices:
                device.known = device.known or device.name in counts
                # A device that was listed and no longer is has been disconnected.
                if not device.known or counts.get(device.name, device.sent) < device.sent:
                    return False
            return True
        self.harkd.wait_for(all_read, what="the daemon to read", pause=0.0005)

    def _read_counts(self):
        counts, after = {}, 0
        while after is not None:
            page = self.control.call("org.harkd.Clients", after=after)
            counts.update((client["peer"], client["bytes"]) for client in page["clients"])
            after = page.get("next")
        return counts

    def _pause(self, step):
        began = time.monotonic() if self._last_sent is None else self._last_sent
        time.sleep(step.times * self.quiet)
        if step.below is not None:
            self.late = max(self.late, (time.monotonic() - began) / (step.below * self.quiet))
        self._last_sent = None

    def _receive(self, steps):
        began, self._last_sent = self._last_sent, None
        for device, step in zip(self._devices, steps):
            if isinstance(step, Acks):
                device.expect_acks(step.data)
                continue
            device.expect_lines(step.lines)
            if step.within is not None:
                took = (time.monotonic() - began) / self.quiet
                self.late = max(self.late, took / step.within)
                assert took < step.within, f"answered after {took:.1f} quiet times"

    # --- What the daemon made of it ---

    def check(self):
        for device, (session, _) in zip(self._devices, self.plays):
            closed = self.harkd.wait_closed(device)
            for name, value in session.closed.items():
                assert closed.get(name, 0) == value, f"{name} is not {value}: {closed}"
            self._check_answers(device, session)
        found = {}
        for record in self.harkd.messages():
            found.setdefault(record["peer"], {}).setdefault(record["seq"], []).append(record)
        for device, (session, _) in zip(self._devices, self.plays):
            check_messages(list(found.get(device.name, {}).values()), session.messages)

    def _check_answers(self, device, session):
        if self._text:
            rest = device.lines()[device.checked:]
            assert device.negotiation() == session.telnet, device.negotiation()
        else:
            rest = device.got[device.checked:]
        assert not rest, f"answered {rest}, too"


def brief(value):
    """`value` without pads, for the message of a failed test."""
    return re.sub("x{20,}", "x…x", json.dumps(value, ensure_ascii=False))


def check_messages(seen, expected):
    texts = ["".join(part["text"] for part in parts) for parts in seen]
    assert len(seen) == len(expected), f"recorded {brief(texts)}"
    for parts, text, message in zip(seen, texts, expected):
        check_message(parts, text, message)


def check_message(parts, text, message):
    seen = f"in {brief(parts)}"
    assert message.text in (None, text), f"{brief(message.text)} is not {seen}"
    assert parts[-1]["end"] == message.end, f"{message.end} is not {seen}"
    wire = b"".join(map(wire_of, parts))
    assert wire == message.bytes(), f"{message.bytes()} is not {seen}"
    assert sum(part["bytes"] for part in parts) == len(wire), seen
    charsets = {part["charset"] for part in parts}
    if message.text is not None:
        # A part in ASCII is recorded as UTF-8, as everywhere.
        assert charsets <= {message.charset, "utf-8"} and message.charset in charsets, seen
    if len(wire) <= BUFFER:
        assert len(parts) == 1 and "part" not in parts[0], seen
    else:
        assert [part.get("part") for part in parts] == [*range(1, len(parts) + 1)], seen
        assert [part.get("more", False) for part in parts] == [True] * (len(parts) - 1) + [False]
        # No character has more than four bytes.
        assert all(BUFFER - 4 < part["bytes"] <= BUFFER for part in parts[:-1]), seen
        assert parts[-1]["bytes"] <= BUFFER, seen


def toml(value):
    return str(value).lower() if isinstance(value, bool) else json.dumps(value)


def play(folder, plays, player_class=Player, least_quiet_ms=0):
    """Plays them with a daemon below `folder`; plays them again if that fails and was late."""
    session = plays[0][0]
    keys = "\n".join(f"{key} = {toml(value)}" for key, value in session.listener.items())
    for attempt in range(TRIES):
        quiet_ms = max(session.quiet_ms, least_quiet_ms) * SLOW * SLOWER ** attempt
        harkd = Harkd(Path(tempfile.mkdtemp(dir=folder)), listen=(),
                      config=f"quiet_ms = {quiet_ms}\n[[listener]]\n"
                             f'address = "127.0.0.1:0"\n{keys}\n')
        player = player_class(harkd, plays, quiet_ms / 1000)
        try:
            player.play()
            player.check()
            return
        except AssertionError:
            if attempt == TRIES - 1 or player.late < TRUSTED:
                raise
            print(f"again: a pause was {player.late:.1f} times as long as it may be")
        finally:
            player.close()
            harkd.end()
