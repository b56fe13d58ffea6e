"""The clients of a run: each makes one connection after another, until it is told to end."""

import asyncio
import contextlib
import logging
import random
import socket
import ssl
import struct

from model import Conversation

PACES = ("step", "step", "window", "window", "window", "burst", "burst", "deaf")
HABITS = ("eof", "eof", "bye", "close", "reset", "reset inside", "stay", "stay")
AGAIN_S = 0.05
PAUSE_S = 0.02
# asyncio warns of each write to a finished TLS connection, which a client that never reads cannot
# notice.
logging.getLogger("asyncio").setLevel(logging.ERROR)


class Prover:
    """A client. `world` has the addresses, all conversations, and the events that tell it to
    end."""

    def __init__(self, world, number, kind, pace, seed):
        self.world, self.number, self.kind = world, number, kind
        self.pace = "step" if kind.whole else pace
        self.dice = random.Random(seed)
        self.count = 0
        self.conversation = self.reader = self.writer = self.raw = None

    async def run(self):
        while not self.world.ending.is_set():
            self.count += 1
            self.conversation = Conversation(self.kind, self.number, self.count)
            try:
                await self._connect()
            except (OSError, asyncio.IncompleteReadError, TimeoutError):
                await asyncio.sleep(AGAIN_S)  # the daemon is down at the moment
                continue
            self.world.conversations.append(self.conversation)
            if self.kind.tls:
                self.world.note("TLS")
            await self._converse()
            await asyncio.sleep(self.dice.random() * AGAIN_S)

    async def _connect(self):
        context = self.world.context if self.kind.tls else None
        host, port = self.world.address_of(self.kind.listener)
        self.reader, self.writer = await asyncio.wait_for(
            asyncio.open_connection(host, port, ssl=context,
                                    server_hostname="localhost" if context else None), self.world.patience_s)
        self.raw = self.writer.get_extra_info("socket")
        if self.raw is None:
            raise ConnectionResetError
        self.raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.conversation.port = self.raw.getsockname()[1]

    async def _converse(self):
        conversation = self.conversation
        hearing = None
        if self.pace == "deaf":
            conversation.quiet = True
            self.writer.transport.pause_reading()
            self.world.note("a client that never reads")
        else:
            hearing = asyncio.create_task(self._hear())
        try:
            if self.kind.begin:
                self.writer.write(self.kind.begin)
            await self._send_all(hearing)
            await self._leave(hearing)
        except (OSError, ssl.SSLError):
            pass
        finally:
            if hearing and hearing.done() and hearing.exception():
                conversation.violations.append(f"{conversation.key}: {hearing.exception()!r}")
            if hearing:
                hearing.cancel()
            conversation.quiet = conversation.over = True
            self.writer.transport.abort()

    async def _hear(self):
        """Takes what arrives, up to the end."""
        while True:
            try:
                data = await self.reader.read(65536)
            except (OSError, ssl.SSLError):
                break
            if not data:
                break
            self.conversation.take(data)
            self.world.heard.set()
        self.conversation.quiet = True
        self.world.heard.set()

    async def _send_all(self, hearing):
        most = self.dice.choice((3, 20, 100, 400))
        window = 1 if self.kind.whole or self.pace == "step" else self.dice.choice((8, 64, 200))
        for _ in range(most):
            if self.world.ending.is_set() or self.raw.fileno() < 0:
                return
            count = self.dice.randrange(1, 20) if self.pace == "burst" and window > 1 else 1
            data = b"".join(self.conversation.next_text(self.dice) for _ in range(count))
            await self._write(data)
            if self.kind.answer == "none" or not hearing:
                await asyncio.sleep(self.dice.random() * PAUSE_S + (0.15 if self.kind.whole else 0))
            else:
                await self._wait_answers(hearing, window)
                if self.dice.random() < (0.8 if window == 1 else 0.1):
                    await asyncio.sleep(self.dice.random() * PAUSE_S)

    async def _write(self, data):
        """Sends `data`, now and then in two pieces, which may cut a character or a terminator in
        half. The first message is not cut: it shows what kind of client this is."""
        cut = self.dice.randrange(len(data) + 1)
        if not self.kind.whole and len(self.conversation.sent) > 1 and self.dice.random() < 0.2:
            self.writer.write(data[:cut])
            await asyncio.sleep(self.dice.random() * PAUSE_S)
            data = data[cut:]
        self.writer.write(data)
        await asyncio.wait_for(self.writer.drain(), 2 * self.world.patience_s)

    async def _wait_answers(self, hearing, window):
        """Waits until fewer than `window` messages are unanswered. If that never happens, the
        daemon is at fault: see World.wait_answered()."""
        while self.conversation.waiting() >= window and not hearing.done():
            self.world.heard.clear()
            try:
                await asyncio.wait_for(self.world.heard.wait(), 0.5)
            except TimeoutError:
                continue

    async def _leave(self, hearing):
        habit = self.dice.choice(HABITS)
        if self.world.ending.is_set() or habit == "stay":
            if self.kind.answer != "none" and hearing:
                await self._wait_answers(hearing, 1)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.world.over.wait(), self.world.stay_s)
            if hearing and self.world.over.is_set() and self.world.stopping:  # the last replies
                await asyncio.wait([hearing], timeout=self.world.patience_s)
            return
        if habit == "reset inside" and not self.kind.whole:
            data = self.conversation.next_text(self.dice)
            self.writer.write(data[:self.dice.randrange(1, len(data))])
        if habit.startswith("reset"):
            self.world.note("reset by a client")
            self.raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            return
        if habit == "bye" and self.kind.answer == "text" and self.kind.listener == "":
            self.writer.write(self.kind.frame("bye".encode(self.kind.charset)))
            self.world.note("bye")
        elif habit != "close" and not self.kind.tls:
            self.writer.write_eof()
            self.world.note("half-closed by a client")
        else:
            self.writer.close()
            return
        if hearing:
            await asyncio.wait([hearing], timeout=self.world.patience_s)
            if not hearing.done():
                self.conversation.violations.append(
                    f"{self.conversation.key}: no end {self.world.patience_s} s after {habit}")
