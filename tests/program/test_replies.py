"""Every message gets exactly one reply, however fast or slowly the peer reads."""

import unittest

from account import Account
from harness import SLOW, ProgramTest


class Pipelined(ProgramTest):
    def test_replies_of_a_burst_arrive_together(self):
        client = self.greeted(self.start())
        for turn in range(10):
            client.send(b"a\n\nb\n\xfe\nc\r\n")
            first = turn * 4 + 1
            self.assertEqual(client.receive(),
                             b"250 ok #%d\r\n250 ok\r\n250 ok #%d\r\n251 ok #%d, kept as bytes\r\n"
                             b"250 ok #%d\r\n" % (first, first + 1, first + 2, first + 3))

    def test_a_peer_that_reads_gets_a_reply_per_message(self):
        harkd = self.start()
        client = self.greeted(harkd)
        for turn in range(20):
            client.send(b"".join(b"%d\n" % number for number in range(50)))
            client.expect(*(b"250 ok #%d" % (turn * 50 + number) for number in range(1, 51)))
        self.assertEqual(len(harkd.wait_messages(client, 1000)), 1000)


class NeverReads(ProgramTest):
    COUNT = 100_000

    def lines(self):
        """Some are empty, some undecodable."""
        for number in range(self.COUNT):
            if number % 10 == 3:
                yield b"", None
            elif number % 5_000 == 77:
                yield b"%d \x81" % number, f"{number} \ufffd"
            else:
                yield b"%d" % number, str(number)

    def test_costs_bounded_memory_and_loses_no_message(self):
        harkd = self.start()
        client = self.connect(harkd, receive_buffer=4096)
        harkd.wait_record("connected", peer=client.name)
        memory = harkd.rss_kib()
        lines = list(self.lines())
        client.send(b"".join(data + b"\n" for data, _ in lines))
        texts = [text for _, text in lines if text is not None]
        records = harkd.wait_messages(client, len(texts))
        self.assertLess(harkd.rss_kib() - memory, 4096 * SLOW)
        self.assertEqual([r["text"] for r in records], texts)
        self.assertEqual([r["seq"] for r in records], list(range(1, len(texts) + 1)))

        # Now it reads, and finds every message acknowledged exactly once.
        client.greeted()
        account = Account()
        while account.answered < len(texts):
            account.take(client.reply())
        client.send(b"last\n")
        while account.answered < len(texts) + 1:
            account.take(client.reply())
        client.silent(0.2)
        self.assertLessEqual(account.empty, len(lines) - len(texts))
        odd = {number for number, text in enumerate(texts, 1) if text.endswith("\ufffd")}
        self.assertTrue(odd)
        self.assertEqual(odd & {number for part in account.clean for number in part}, set())
        self.assertTrue(all(odd.intersection(part) for part in account.kept))
        self.assertLess(len(account.clean) + len(account.kept), len(texts), "nothing was merged")

    def test_blocks_nobody(self):
        harkd = self.start()
        silent = self.connect(harkd, receive_buffer=4096)
        other = self.greeted(harkd)
        for turn in range(1, 21):
            silent.send(b"x\n" * 5_000)
            other.send(b"hello\n")
            other.expect(b"250 ok #%d" % turn)
        harkd.wait_messages(silent, 100_000)

    def test_bye_is_still_answered(self):
        harkd = self.start()
        client = self.connect(harkd, receive_buffer=4096)
        client.send(b"x\n" * 20_000)
        harkd.wait_messages(client, 20_000)
        client.greeted()
        client.send(b"bye\n")
        lines = client.rest()
        account = Account()
        for line in lines[:-1]:
            account.take(line)
        self.assertEqual((account.answered, lines[-1]), (20_000, b"221 bye, 20000 messages"))

    def test_may_leave_without_reading(self):
        harkd = self.start()
        client = self.connect(harkd, receive_buffer=4096)
        client.send(b"x\n" * 50_000)
        client.wait_arrived()  # data still in the client's kernel would be lost with it
        client.close()
        harkd.wait_messages(client, 50_000)
        self.assertIn(harkd.wait_closed(client)["reason"], ("eof", "reset"))


if __name__ == "__main__":
    unittest.main()
