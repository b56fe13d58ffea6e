"""Ten restarts under load, with clients of every kind: none notices, and the log is complete.

HARK_LONG  set for 500 clients in place of 150
"""

import asyncio
import os
import signal
import unittest

from restart_clients import CONFIG, KINDS, LISTENERS, LoadClient
from restarting import SLOW, RestartTest

CLIENTS = 500 if os.environ.get("HARK_LONG") else 150
FLOODERS = 3
RESTARTS = 10
# At each restart: how many clients leave in the gap, and how many come.
LEAVING, COMING = 15, 10


class Load(RestartTest):
    def test_ten_restarts(self):
        harkd = self.start(listen=(), config=CONFIG)
        self.assertEqual(len(harkd.addresses), len(LISTENERS))
        before = self.descriptors(harkd)
        clients, leaving = asyncio.run(self.restart_under(harkd))
        for client in clients:
            self.assertIsNone(client.failure)
        harkd.wait_for(lambda: self.status(harkd)["connections"] == 0, what="all to be gone")
        harkd.wait_for(lambda: self.descriptors(harkd) == before,
                       what="the descriptors to be given back")
        self.check_log(harkd, clients, leaving)
        self.assertEqual(len(harkd.records("restarted")), RESTARTS)
        self.assertEqual(harkd.records("diagnostic"), [])
        status = self.status(harkd)
        self.assertEqual(status["restarts"], RESTARTS)
        self.assertEqual(status["messages"], sum(not record.get("more")
                                                 for record in harkd.messages()))
        self.assertEqual(status["connections_total"], len(clients) + len(leaving))
        pauses = [record["pause"] for record in harkd.records("restarted")]
        self.assertLess(max(pauses), 1.5 * SLOW)
        print(f"note: {len(clients)} clients, {status['messages']} messages, pauses "
              f"{min(pauses) * 1000:.0f} to {max(pauses) * 1000:.0f} ms")

    def descriptors(self, harkd):
        return len(os.listdir(f"/proc/{harkd.pid}/fd"))

    async def restart_under(self, harkd):
        numbers = iter(range(1_000_000))
        going = True
        running, clients, leaving = [], [], []

        async def begin(kind=None, flood=False):
            client = await LoadClient(harkd, next(numbers), kind).connect()
            clients.append(client)
            what = client.flood if flood else client.converse
            running.append(asyncio.create_task(what(lambda: going)))

        for _ in range(CLIENTS):
            await begin()
        for _ in range(FLOODERS):
            await begin(KINDS[0], flood=True)
        for number in range(1, RESTARTS + 1):
            last = [await LoadClient(harkd, next(numbers)).connect() for _ in range(LEAVING)]
            leaving += last
            await asyncio.sleep(0.1)
            harkd.send_signal(signal.SIGUSR2)
            await asyncio.gather(*(client.last_words() for client in last),
                                 *(begin() for _ in range(COMING)))
            while len(harkd.records("restarted")) < number:
                self.assertIsNone(harkd.process.poll(), harkd.story())
                await asyncio.sleep(0.02)
        await asyncio.sleep(0.1)
        going = False
        await asyncio.gather(*running)
        return clients, leaving

    def check_log(self, harkd, clients, leaving):
        found, seqs = {}, {}
        for record in harkd.messages():
            sender = int(record["text"].split()[1])
            found.setdefault(sender, []).append(record["text"])
            seqs.setdefault(record["conn"], []).append(record["seq"])
        for client in (*clients, *leaving):
            self.assertEqual(found.get(client.number, []), client.sent, client.kind)
            self.assertGreaterEqual(len(client.sent), client.answered)
        for seq in seqs.values():
            self.assertEqual(seq, list(range(1, len(seq) + 1)))
        # The daemon ended no connection.
        self.assertEqual({record["reason"] for record in harkd.records("closed")} - {"reset"},
                         {"eof"})


if __name__ == "__main__":
    unittest.main()
