"""Signals that make other daemons do something do not end harkd or a connection."""

import signal
import unittest

from harness import ProgramTest


class UserSignals(ProgramTest):
    def test_are_reported_and_end_nothing(self):
        harkd = self.start()
        client = self.greeted(harkd)
        for number, name in enumerate(("SIGUSR1", "SIGUSR2"), 1):
            with self.subTest(name):
                harkd.send_signal(getattr(signal, name))

                def reports(name=name):
                    return [r for r in harkd.records("diagnostic") if name in r["text"]]
                harkd.wait_for(reports, what=f"a diagnostic that names {name}")
                self.assertIn(reports()[0]["level"], ("info", "warning"))
                client.send(b"still here\n")
                client.expect(b"250 ok #%d" % number)
        self.assertEqual(harkd.records("stopping"), [])

    def test_many_at_once(self):
        harkd = self.start()
        client = self.greeted(harkd)
        for _ in range(50):
            harkd.send_signal(signal.SIGUSR1)
        client.send(b"hello\n")
        client.expect(b"250 ok #1")
        client.close()
        self.assertEqual(harkd.stop(), 0)


if __name__ == "__main__":
    unittest.main()
