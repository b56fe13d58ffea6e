"""Notifications to the service manager, and that no manager holds up the daemon."""

import os
import resource
import signal
import time
import unittest

from configured import change_config
from harness import SLOW
from service import ServiceTest


class Notified(ServiceTest):
    def test_ready_when_it_accepts_connections(self):
        manager = self.manager()
        harkd = self.start_service("--listen", "127.0.0.1:0", NOTIFY_SOCKET=manager.path)
        self.assertEqual(manager.receive(), "READY=1")
        self.assertEqual(len(harkd.records("listening")), 1)
        harkd.wait_listening()
        self.greeted(harkd)

    def test_not_ready_when_it_cannot_start(self):
        manager = self.manager()
        harkd = self.start_service("--listen", "192.0.2.1:8765", NOTIFY_SOCKET=manager.path)
        self.assertEqual(harkd.wait(), 1)
        manager.socket.setblocking(False)
        with self.assertRaises(BlockingIOError):
            manager.receive()

    def test_status(self):
        manager = self.manager()
        harkd = self.start_notifying(manager, config="max_connections = 1\n")
        self.assertEqual(manager.receive(), "STATUS=0 connections, 0 messages, 0 a second")
        client = self.greeted(harkd)
        for number in range(1, 11):
            client.send(b"hello\n")
            client.expect(b"250 ok #%d" % number)
        self.connect(harkd).expect_match(rb"421 .*")
        status = manager.wait_status("1 connection, 10 messages", "1 refused")
        self.assertRegex(status, r"^STATUS=1 connection, 10 messages, \d+ a second, 1 refused$")
        # The rate drops to 0, and then there is nothing more to report.
        manager.wait_status("10 messages, 0 a second")
        client.close()
        manager.wait_status("0 connections, 10 messages")

    def test_pause_and_its_end(self):
        manager = self.manager()
        harkd = self.start_notifying(manager)
        harkd.limit_log(10)
        client = self.greeted(harkd)
        client.send(b"hello\n")
        manager.wait_status("the log is paused: File too large")
        harkd.limit_log(None)
        client.expect(b"250 ok #1")
        status = manager.wait_status("1 message,")
        self.assertNotIn("paused", status)

    def test_pause_from_the_start(self):
        manager = self.manager()
        harkd = self.start_service(
            "--listen", "127.0.0.1:0", NOTIFY_SOCKET=manager.path,
            further=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY)))
        self.assertEqual(manager.receive(), "READY=1")
        self.assertIn("the log is paused: File too large", manager.receive())
        harkd.limit_log(None)
        harkd.wait_listening()
        self.assertNotIn("paused", manager.receive_any("STATUS="))

    def test_reload(self):
        manager = self.manager()
        harkd = self.start_notifying(manager)
        for config, event in (("quiet_ms = 50\n", "reloaded"), ("quiet_ms = 'x'\n", "diagnostic")):
            before = time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
            change_config(harkd, config)
            begin = manager.receive_any("RELOADING=1\nMONOTONIC_USEC=")
            self.assertGreaterEqual(int(begin.rpartition("=")[2]), before)
            manager.expect_order("READY=1")
            harkd.wait_record(event)
        manager.wait_status("; the last reload was refused: ", "harkd.toml:1:12: ")
        change_config(harkd, "quiet_ms = 50\n")
        self.assertEqual(manager.wait_status("0 messages").count("refused"), 0)

    def test_stop(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            manager = self.manager()
            harkd = self.start_notifying(manager)
            client = self.greeted(harkd)
            harkd.send_signal(number)
            manager.expect_order("STOPPING=1")
            self.assertIn("STATUS=stopping", manager.receive_any("STATUS="))
            client.expect_match(rb"421 .*")
            client.close()
            self.assertEqual(harkd.wait(), 0)
            manager.close()
            os.unlink(manager.path)
            harkd.log.path.unlink()

    def test_watchdog(self):
        manager = self.manager()
        harkd = self.start_notifying(manager, WATCHDOG_USEC="400000")
        began = time.monotonic()
        for _ in range(5):
            manager.receive_any("WATCHDOG=1")
        self.assertGreater(time.monotonic() - began, 0.9)
        # A stuck daemon does not feed it.
        os.kill(harkd.pid, signal.SIGSTOP)
        manager.socket.settimeout(1)
        with self.assertRaises(TimeoutError):
            while True:
                manager.receive()
        os.kill(harkd.pid, signal.SIGCONT)
        manager.receive_any("WATCHDOG=1")


class NoReader(ServiceTest):
    """A manager that has gone, or does not read."""

    def check_served(self, harkd):
        client = self.greeted(harkd.wait_listening())
        began = time.monotonic()
        for number in range(1, 201):
            client.send(b"hello\n")
            client.expect(b"250 ok #%d" % number)
        self.assertLess(time.monotonic() - began, 5 * SLOW)
        change_config(harkd, "")
        harkd.wait_record("reloaded")
        before = harkd.cpu_seconds()
        time.sleep(1)
        self.assertLess(harkd.cpu_seconds() - before, 0.1 * SLOW)

    def test_not_there(self):
        harkd = self.start_service("--listen", "127.0.0.1:0", WATCHDOG_USEC="100000",
                                   NOTIFY_SOCKET=str(self.folder / "nothing"))
        self.check_served(harkd)
        self.assertEqual(harkd.stop(), 0)

    def test_gone(self):
        manager = self.manager()
        harkd = self.start_notifying(manager, WATCHDOG_USEC="100000")
        manager.close()
        self.check_served(harkd)
        self.assertEqual(harkd.stop(), 0)

    def test_does_not_read(self):
        manager = self.manager()
        filling = manager.fill()
        harkd = self.start_service("--listen", "127.0.0.1:0", NOTIFY_SOCKET=manager.path,
                                   WATCHDOG_USEC="100000")
        self.check_served(harkd)
        # Now it reads: no important message was lost.
        for _ in range(filling):
            self.assertEqual(manager.receive(), "full")
        manager.expect_order("READY=1", "RELOADING=1", "READY=1")
        manager.fill()
        self.assertEqual(harkd.stop(), 0)


if __name__ == "__main__":
    unittest.main()
