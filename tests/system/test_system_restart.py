"""A service that dies, hangs, is reloaded wrongly, or is stopped in the middle of its work."""

import time
import unittest

from load import Load
from service_test import CONFIG, ServiceTest, wait_for


class Restart(ServiceTest):
    def assert_stored(self, load):
        stored = set(self.texts())
        # At a stop, what has arrived of a message is taken for all of it.
        cut = self.texts("HARK_END=shutdown")
        for one in load.senders:
            if one.acknowledged and any(one.acknowledged[-1].startswith(text) for text in cut):
                stored.add(one.acknowledged[-1])
        lost = [text for text in load.acknowledged() if text not in stored]
        self.assertEqual(lost[:5], [], f"{len(lost)} of {load.answered} acknowledged are lost")

    def wait_new_process(self, old):
        return wait_for(lambda: self.main_pid() not in (0, old)
                        and self.show("ActiveState") == "active", "a new process")

    def test_a_killed_daemon_comes_back_with_all_it_acknowledged(self):
        self.start()
        old = self.main_pid()
        load = Load(self, "killed", 20, 5_000)
        load.wait_answered(10_000)
        self.run_inside("systemctl", "kill", "--signal=KILL", "harkd.service")
        load.join(20)
        self.assertTrue(all(one.ended for one in load.senders))
        self.assertLess(load.answered, load.total)
        self.wait_new_process(old)
        self.assertEqual(self.show("NRestarts"), "1")
        client = self.greeted()
        client.send(b"after\n")
        client.expect(b"250 ok #1")
        self.assert_stored(load)
        runs = {entry["HARK_RUN"] for entry in self.entries("HARK_EVENT=listening")}
        self.assertEqual(len(runs), 2)

    def test_the_watchdog_ends_one_that_stands_still(self):
        self.drop_in("[Service]\nWatchdogSec=1s\nTimeoutAbortSec=1s\nRestartSec=100ms\n")
        self.start()
        old = self.main_pid()
        client = self.greeted()
        # The watchdog is fed while nothing happens: after three times its limit, the process is the
        # same.
        time.sleep(3)
        self.assertEqual((self.main_pid(), self.show("NRestarts")), (old, "0"))
        client.send(b"before\n")
        client.expect(b"250 ok #1")
        self.run_inside("systemctl", "kill", "--signal=STOP", "harkd.service")
        self.wait_new_process(old)
        self.assertEqual(self.show("NRestarts"), "1")
        self.greeted()
        self.assertEqual(self.texts(), ["before"])
        self.assertIn("Watchdog timeout", self.journalctl("_PID=1", "UNIT=harkd.service"))

    def test_a_broken_configuration_is_refused_on_reload(self):
        self.configure('greeting = "the old one"\n')
        self.start()
        pid = self.main_pid()
        client = self.connect()
        client.expect(b"220 the old one")
        self.configure('greeting = "the new one"\nquiet_ms = "soon"\n')
        self.run_inside("systemctl", "reload", "harkd")
        entry = self.wait_entry(HARK_EVENT="diagnostic", SYSLOG_IDENTIFIER="harkd")
        self.assertIn(f"{CONFIG}:2:", entry["MESSAGE"])
        self.connect().expect(b"220 the old one")
        self.configure('greeting = "the new one"\n')
        self.run_inside("systemctl", "reload", "harkd")
        self.wait_entry(HARK_EVENT="reloaded")
        self.connect().expect(b"220 the new one")
        client.send(b"still here\n")
        client.expect(b"250 ok #1")
        self.assertEqual(self.main_pid(), pid)

    def test_a_broken_configuration_does_not_start_again_and_again(self):
        self.configure("listen = 17\n")
        done = self.container.run("systemctl", "start", "harkd", check=False)
        self.assertNotEqual(done.returncode, 0)
        self.assertEqual(self.show("ActiveState"), "failed")
        self.assertEqual(self.show("ExecMainStatus"), "2")
        self.assertIn(f"{CONFIG}:1:", self.journalctl("--unit=harkd"))

    def test_a_stop_under_load_says_so_and_is_quick(self):
        self.start()
        load = Load(self, "stopped", 20, 20_000)
        load.wait_answered(10_000)
        began = time.monotonic()
        self.run_inside("systemctl", "stop", "harkd.service")
        took = time.monotonic() - began
        load.join(20)
        self.assertLess(took, 5)
        self.assertLess(load.answered, load.total)
        self.assertEqual({one.last_line[:4] for one in load.senders}, {b"421 "})
        self.assertEqual(self.show("Result"), "success")
        self.assertEqual(self.show("ExecMainStatus"), "0")
        self.assert_stored(load)


if __name__ == "__main__":
    unittest.main()
