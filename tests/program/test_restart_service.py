"""Restarts under a service manager: what it is told, its watchdog, and the sockets it passed."""

import signal
import time
import unittest

from configured import change_config
from harness import SLOW
from restarting import RestartTest
from service import ServiceTest
from test_socket_activation import Activation


class Notified(ServiceTest, RestartTest):
    def test_reloading_and_ready(self):
        manager = self.manager()
        harkd = self.start_notifying(manager)
        for _ in range(3):
            self.restart(harkd)
            manager.expect_order("RELOADING=1\nMONOTONIC_USEC=", "READY=1")
        manager.wait_status("0 connections, 0 messages")
        harkd.stop()
        manager.expect_order("STOPPING=1")

    def test_nothing_if_it_is_refused(self):
        manager = self.manager()
        harkd = self.start_notifying(manager)
        harkd.config_path.write_text("nonsense")
        harkd.send_signal(signal.SIGUSR2)
        self.wait_refused(harkd, "harkd.toml:1:9: ")
        manager.wait_status("restart was refused: ", "harkd.toml:1:9: ")
        # Until a restart is not refused.
        harkd.config_path.write_text("")
        self.restart(harkd)
        manager.expect_order("RELOADING=1", "READY=1")
        self.assertNotIn("refused", manager.wait_status("0 connections"))
        harkd.stop()
        manager.expect_order("STOPPING=1")

    def test_the_time_of_the_announcement(self):
        # The manager ignores an announcement that is older than its own request.
        manager = self.manager()
        harkd = self.start_notifying(manager)
        asked = time.monotonic_ns() // 1000
        self.restart(harkd)
        words = manager.receive_any("RELOADING=1").split("=")
        self.assertGreaterEqual(int(words[-1]), asked)

    def test_the_watchdog_goes_on(self):
        manager = self.manager()
        interval = 0.4 * SLOW
        harkd = self.start_notifying(manager, WATCHDOG_USEC=str(int(interval * 1e6)))
        last = time.monotonic()
        longest = 0.0
        for number in range(1, 11):
            if number in (3, 6):
                harkd.send_signal(signal.SIGUSR2)
            manager.receive_any("WATCHDOG=1")
            longest = max(longest, time.monotonic() - last)
            last = time.monotonic()
        self.assertLess(longest, interval)
        self.assertEqual(len(harkd.records("restarted")), 2)

    def test_a_manager_that_is_gone(self):
        manager = self.manager()
        harkd = self.start_notifying(manager)
        manager.close()
        client = self.greeted(harkd)
        self.restart(harkd)
        client.send(b"hello\n")
        client.expect(b"250 ok #1")


class Passed(Activation, RestartTest):
    def test_sockets_stay(self):
        listeners = [self.listener("127.0.0.1"), self.listener("::1")]
        harkd = self.start_service(sockets=listeners, names=["main", "other"],
                                   config='greeting = "all"\n').wait_listening(2)
        clients = [self.client(listener) for listener in listeners]
        for client in clients:
            client.expect(b"220 all")
        for number in range(1, 4):
            self.restart(harkd)
            for client in clients:
                client.send(b"hello\n")
                client.expect(b"250 ok #%d" % number)
            for listener in listeners:
                self.client(listener).expect(b"220 all")
        self.assertEqual(len(harkd.records("listening")), 2)
        # Its names are still known, to a reload and to a restart.
        named = '[[listener]]\nsocket = "other"\ngreeting = "%s"\n'
        change_config(harkd, named % "reloaded")
        harkd.wait_record("reloaded")
        self.client(listeners[1]).expect(b"220 reloaded")
        self.client(listeners[0]).greeted()
        harkd.config_path.write_text(named % "restarted")
        self.restart(harkd)
        self.client(listeners[1]).expect(b"220 restarted")
        harkd.config_path.write_text(named.replace("other", "none") % "never")
        harkd.send_signal(signal.SIGUSR2)
        self.assertIn("harkd.toml:2:10: ", self.wait_refused(harkd, "none")["text"])

    def test_peers_that_wait_meanwhile(self):
        listener = self.listener()
        harkd = self.start_service(sockets=[listener]).wait_listening()
        harkd.send_signal(signal.SIGUSR2)
        clients = [self.client(listener) for _ in range(100)]
        for client in clients:
            client.send(b"hello\n")
        for client in clients:
            client.greeted().expect(b"250 ok #1")
        harkd.wait_record("restarted")
        self.assertEqual(harkd.stop(), 0)
        # The socket still belongs to the manager.
        self.client(listener)


if __name__ == "__main__":
    unittest.main()
