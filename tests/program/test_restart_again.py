"""One restart after another: nothing grows.

HARK_LONG  set for a hundred restarts
"""

import os
import unittest

from restarting import SLOW, RestartTest

TIMES = 100 if os.environ.get("HARK_LONG") else 50
CLIENTS = 50


class Again(RestartTest):
    def test_nothing_grows(self):
        harkd = self.start(sinks=("json",))
        clients = [self.greeted(harkd) for _ in range(CLIENTS)]
        pid, figures, names = harkd.pid, [], []
        for number in range(1, TIMES + 1):
            for client in clients[number % 5::5]:
                client.send(b"hello\nhalf")
            self.restart(harkd)
            for client in clients[number % 5::5]:
                client.expect_match(rb"250 ok #\d+")
                client.send(b"\n")
                client.expect_match(rb"250 ok #\d+")
            figures.append(harkd.rss_kib())
            names.append(sorted(os.listdir(f"/proc/{harkd.pid}/fd"), key=int))
        self.assertEqual(names[-1], names[4])
        self.assertLess(max(figures[TIMES // 2:]) - max(figures[:TIMES // 2]), 1024 * SLOW, figures)
        self.assertEqual([record["connections"] for record in harkd.records("restarted")],
                         [CLIENTS] * TIMES)
        self.assertLess(max(record["pause"] for record in harkd.records("restarted")), 2 * SLOW)
        status = self.status(harkd)
        self.assertEqual((status["restarts"], status["pid"], status["connections"]),
                         (TIMES, pid, CLIENTS))
        for client in clients:
            seqs = [record["seq"] for record in harkd.messages(client)]
            self.assertEqual(seqs, list(range(1, len(seqs) + 1)))
            self.assertEqual({record["text"] for record in harkd.messages(client)},
                             {"hello", "half"})


if __name__ == "__main__":
    unittest.main()
