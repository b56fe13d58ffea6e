#!/usr/bin/env python3
"""Runs an instrumented harkd under a typical load, to record a profile for the compiler.

    debian/training.py HARKD

Every kind of client that the daemon is made for talks to it over loopback, on a port that the
kernel picks, for a second or two. The daemon writes the profile when it exits. Exit status 0:
success.
"""

import json
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

LIMIT_S = 60
BURSTS = 60
DEPTH = 64
CONNECTIONS = 20
LOCK_STEPS = 1000
SESSIONS = 200

ASCII = b"2026-11-22 10:00:00 sensor 17: temperature 21.5 C, all is well.\n"
SHORT = b"scan 4006381333931\r\n"
QUOTED = b'{"level":"info","text":"a \\"quoted\\" word,\ta tab"}\n'
UTF_8 = "传感器三号温度正常，压力正常，一切正常。\n".encode()
GBK = "传感器三号温度正常，压力正常，没有任何异常情况。\n".encode("gb18030")
NEITHER = b"sensor \x81 ok, no text in any charset: \x81 .\n"
LONG = b"x" * 3000 + b"\n"

# Most peers send ASCII, some Chinese. A connection uses one charset.
MIXES = [ASCII + SHORT, ASCII + SHORT, ASCII + QUOTED, UTF_8 + SHORT, GBK + SHORT]


class Peer:
    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), LIMIT_S)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.lines(1)

    def send(self, data):
        self.socket.sendall(data)

    def lines(self, count):
        """Reads `count` replies."""
        while count > 0:
            data = self.socket.recv(65536)
            if not data:
                raise ConnectionError("the daemon has hung up")
            count -= data.count(b"\n")

    def read_to_message(self, number):
        """Reads replies, including ranges, up to that for message `number`."""
        received = b""
        while not re.search(rb"#(\d+-)?%d\b[^\n]*\n" % number, received):
            data = self.socket.recv(65536)
            if not data:
                raise ConnectionError("the daemon has hung up")
            received = received[-512:] + data

    def ask(self, data):
        self.send(data)
        self.lines(1)

    def leave(self):
        self.ask(b"bye\n")
        self.socket.close()


def pipelined(port):
    peers = [Peer(port) for _ in range(CONNECTIONS)]
    for _ in range(BURSTS):
        for number, peer in enumerate(peers):
            peer.send(MIXES[number % len(MIXES)] * (DEPTH // 2))
        for peer in peers:
            peer.lines(DEPTH // 2 * 2)
    for peer in peers:
        peer.send(NEITHER * 10)
        peer.lines(10)
        peer.leave()


def lock_step(port):
    peers = [Peer(port) for _ in range(4)]
    for number in range(LOCK_STEPS):
        peers[number % len(peers)].ask((ASCII, SHORT, UTF_8, GBK)[number % len(peers)])
    for peer in peers:
        peer.leave()


def sessions(port):
    for number in range(SESSIONS):
        peer = Peer(port)
        peer.ask(MIXES[number % len(MIXES)].splitlines(keepends=True)[0])
        if number % 2:
            peer.leave()
        peer.socket.close()


def without_ends(port):
    """Messages that end with a quiet time, messages in several writes, and long ones."""
    peer = Peer(port)
    for _ in range(3):
        peer.ask("没有结尾".encode())
    peer.leave()
    peer = Peer(port)
    for _ in range(100):
        peer.send(ASCII[:20])
        peer.ask(ASCII[20:])
    for _ in range(20):
        peer.ask(LONG)
    peer.leave()


def never_reads(port):
    """A peer that does not read replies until everything is sent; by then some are merged."""
    peer = Peer(port)
    count = 20_000
    peer.send(SHORT * count)
    peer.read_to_message(count)
    peer.leave()


def port_of(log, daemon):
    end = time.monotonic() + LIMIT_S
    while daemon.poll() is None and time.monotonic() < end:
        lines = log.read_bytes().splitlines(keepends=True) if log.exists() else []
        if lines and lines[0].endswith(b"\n"):
            return int(json.loads(lines[0])["address"].rpartition(":")[2])
        time.sleep(0.01)
    raise ConnectionError("the daemon is not listening")


def main(harkd):
    with tempfile.TemporaryDirectory(prefix="hark-training-") as folder:
        log = Path(folder) / "log"
        config = Path(folder) / "harkd.toml"
        config.write_bytes(b"")
        daemon = subprocess.Popen(
            [harkd, "--config", config, "--listen", "127.0.0.1:0", "--control", "",
             "--log", f"file:{log}", "--log", "console"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        try:
            port = port_of(log, daemon)
            for work in (pipelined, lock_step, sessions, without_ends, never_reads):
                work(port)
            daemon.send_signal(signal.SIGTERM)
            return daemon.wait(LIMIT_S)
        finally:
            daemon.kill()
            daemon.wait()


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1]))
    except (OSError, subprocess.TimeoutExpired) as error:
        sys.exit(f"no training: {error}")
