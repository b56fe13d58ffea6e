"""Far more peers than the daemon may have descriptors for."""

import os
import resource
import signal
import time
import unittest

from controlled import SLOW, ControlledTest
from harness import HARKD, LogReader

DESCRIPTORS = 64
CLIENTS = 200


# UBSan opens a pipe to inspect memory, and without descriptors reports valid objects as broken.
@unittest.skipIf(b"__ubsan" in HARKD.read_bytes(), "sanitizers need descriptors of their own")
class Descriptors(ControlledTest):
    def start_with_few(self, config="", **options):
        return self.start(config=config, **options,
                          wrapper=["sh", "-c", f'ulimit -n {DESCRIPTORS} && exec "$0" "$@"'])

    def crowd(self, harkd):
        """The clients that got in, and those that were told why not, each within a second."""
        inside, outside = [], []
        for _ in range(CLIENTS):
            begin = time.monotonic()
            client = self.connect(harkd)
            line = client.reply()
            self.assertLess(time.monotonic() - begin, 1 * SLOW)
            if line.startswith(b"220 "):
                inside.append(client)
            else:
                self.assertEqual(line, b"421 too many connections")
                outside.append(client)
        return inside, outside

    def test_at_the_limit_all_else_goes_on(self):
        harkd = self.start_with_few()
        inside, outside = self.crowd(harkd)
        self.assertGreaterEqual(len(inside), DESCRIPTORS // 4)
        busy = harkd.cpu_seconds()
        time.sleep(1)
        self.assertLess(harkd.cpu_seconds() - busy, 0.2 * SLOW)
        self.assertLess(len(os.listdir(f"/proc/{harkd.pid}/fd")), DESCRIPTORS)

        status = self.status(harkd)
        self.assertEqual((status["connections"], status["refused"]), (len(inside), len(outside)))
        self.assertEqual(status["max_connections"], len(inside))
        # Diagnostics, refusals and the like: no flood of records.
        self.assertLess(len(harkd.records("refused")), CLIENTS)
        self.assertLess(len(harkd.records("diagnostic")), 3)

        for client in inside:
            client.send(b"hello\n")
            client.expect(b"250 ok #1")
        harkd.log.path.rename(harkd.log.path.with_suffix(".1"))
        harkd.send_signal(signal.SIGHUP)
        harkd.wait_for(lambda: harkd.log.path.exists(), what="a new log")
        harkd.log = LogReader(harkd.log.path, whole=True)
        inside[0].send(b"rotated\n")
        inside[0].expect(b"250 ok #2")
        self.assertIn("rotated", harkd.log.path.read_text())
        self.assertNotIn("rotated", harkd.log.path.with_suffix(".1").read_text())

        for client in inside:
            client.close()
        harkd.wait_for(lambda: self.status(harkd)["connections"] == 0, what="room")
        self.assertEqual(len(self.crowd(harkd)[0]), len(inside))

    def test_a_wanted_limit_out_of_reach_is_reported(self):
        harkd = self.start_with_few("[limits]\nconnections = 1000\n")
        said = harkd.wait_record("diagnostic")["text"]
        self.assertIn("1000", said)
        self.assertIn("LimitNOFILE", said)

    def test_rushing_in_together(self):
        harkd = self.start_with_few()
        clients = [self.connect(harkd) for _ in range(CLIENTS)]
        begin = time.monotonic()
        lines = [client.reply() for client in clients]
        self.assertLess(time.monotonic() - begin, 1 * SLOW)
        welcome = sum(line.startswith(b"220 ") for line in lines)
        self.assertEqual(lines.count(b"421 too many connections"), CLIENTS - welcome)
        self.assertEqual(welcome, self.status(harkd)["max_connections"])

    def test_running_out(self):
        """Something other than connections has used up the descriptors."""
        harkd = self.start()
        client = self.greeted(harkd)
        control = self.control(harkd)
        control.call("org.harkd.Status")
        used = max(int(name) for name in os.listdir(f"/proc/{harkd.pid}/fd")) + 1
        before = resource.prlimit(harkd.pid, resource.RLIMIT_NOFILE)
        resource.prlimit(harkd.pid, resource.RLIMIT_NOFILE, (used, before[1]))
        late = [self.connect(harkd) for _ in range(100)]
        begin = time.monotonic()
        for one in late:
            one.expect(b"421 too many connections")
        self.assertLess(time.monotonic() - begin, 1 * SLOW)
        for number in range(1, 11):
            client.send(b"hello\n")
            client.expect(b"250 ok #%d" % number)
        self.assertEqual(control.call("org.harkd.Status")["refused"], 100)
        busy = harkd.cpu_seconds()
        waiting = self.connect(harkd)
        waiting.expect(b"421 too many connections")
        time.sleep(1)
        self.assertLess(harkd.cpu_seconds() - busy, 0.2 * SLOW)
        self.assertEqual(len(harkd.records("diagnostic")), 1)
        resource.prlimit(harkd.pid, resource.RLIMIT_NOFILE, before)
        fresh = self.greeted(harkd)
        fresh.send(b"hello\n")
        fresh.expect(b"250 ok #1")


if __name__ == "__main__":
    unittest.main()
