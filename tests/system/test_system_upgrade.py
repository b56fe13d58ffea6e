"""Upgrades with clients connected: the new harkd takes over, or the old one goes on."""

import unittest
from pathlib import Path

from service_test import CONFIG, ServiceTest, wait_for

LOG_FILE = "/var/log/harkd/messages.jsonl"
# From this version on, harkd restarts in place.
BEFORE_RESTARTS = "0.1.9"
ELF_OF_ANOTHER_MACHINE = b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x02\x00\xf7\x00" + bytes(300)


class Upgrade(ServiceTest):
    installed = False

    def setUp(self):
        super().setUp()
        self.addCleanup(self.container.run, "dpkg", "--purge", "harkd", "hark", check=False)

    def install(self, paths=None):
        return self.run_inside("dpkg", "--install", *(paths or self.packages))

    def repack(self, version, program=None):
        """The same packages under another version, with another harkd in them."""
        made = []
        self.run_inside("rm", "-rf", "/srv/repacked")
        self.run_inside("mkdir", "/srv/repacked")
        for path in self.packages:
            folder = f"/srv/repacked/{Path(path).stem}"
            self.run_inside("dpkg-deb", "--raw-extract", path, folder)
            control = self.container.path(f"{folder}/DEBIAN/control")
            text = control.read_text()
            own = next(line.partition(": ")[2] for line in text.splitlines()
                       if line.startswith("Version: "))
            # Including where one package depends on the other.
            control.write_text(text.replace(own, version))
            harkd = self.container.path(f"{folder}/usr/sbin/harkd")
            if program is not None and harkd.exists():
                harkd.write_bytes(program)
            made.append(f"{folder}.deb")
            self.run_inside("dpkg-deb", "--build", folder, made[-1])
        return made

    def wait_restarted(self, count=1):
        wait_for(lambda: len(self.entries("HARK_EVENT=restarted")) >= count, "a restart")
        self.wait_shown("SubState", "running")

    def talking(self):
        """A client in the middle of its second message, which silence does not end."""
        self.container.write(CONFIG, 'framing = "line"\n')
        self.run_inside("systemctl", "reload", "harkd")
        client = self.greeted()
        client.send(b"first\nsecond, ")
        client.expect(b"250 ok #1")
        return client

    def go_on(self, client):
        client.send(b"whole\n")
        client.expect(b"250 ok #2")

    def test_clients_do_not_notice_an_upgrade_or_a_downgrade(self):
        self.install()
        pid = self.main_pid()
        client = self.talking()
        self.install(self.repack("9.0"))
        self.wait_restarted()
        self.go_on(client)
        self.assertEqual((self.main_pid(), self.show("NRestarts")), (pid, "0"))
        entry = self.entries("HARK_EVENT=restarted")[0]
        self.assertEqual(entry["HARK_CONNECTIONS"], "1")
        self.assertLess(float(entry["HARK_PAUSE"]), 1)
        program = self.run_inside("readlink", f"/proc/{pid}/exe").strip()
        self.assertEqual(program, "/usr/sbin/harkd")
        self.run_inside("dpkg", "--install", "--force-downgrade", *self.packages)
        self.wait_restarted(2)
        client.send(b"third\n")
        client.expect(b"250 ok #3")
        self.assertEqual(self.main_pid(), pid)
        self.assertEqual(self.texts(), ["first", "second, whole", "third"])

    def test_a_broken_program_leaves_the_old_one_at_work(self):
        self.install()
        for broken, why in ((b"#!/bin/sh\nexit 0\n", "Permission denied"),
                            (ELF_OF_ANOTHER_MACHINE, "Exec format error"),
                            (b"no program at all\n", "Exec format error")):
            with self.subTest(why=why):
                client = self.talking()
                pid = self.main_pid()
                self.install(self.repack("9.0", broken))
                wait_for(lambda: "restart was refused" in self.show("StatusText"), "a refusal")
                self.assertEqual((self.show("ActiveState"), self.main_pid()), ("active", pid))
                self.go_on(client)
                self.assertEqual(self.run_inside("dpkg", "--audit"), "")
                # And the next good one takes over.
                self.run_inside("dpkg", "--install", "--force-downgrade", *self.packages)
                self.wait_restarted()
                wait_for(lambda: "refused" not in self.show("StatusText"), "no more refusal")
                client.send(b"third\n")
                client.expect(b"250 ok #3")

    def test_a_version_that_dies_of_the_signal_is_restarted(self):
        self.install(self.repack(BEFORE_RESTARTS))
        pid = self.main_pid()
        client = self.talking()
        self.install()
        wait_for(lambda: self.main_pid() not in (0, pid), "a new process")
        client.expect(b"250 ok #2")
        client.expect(b"421 shutting down")
        self.greeted()

    def test_one_that_does_not_run_is_not_started_by_an_upgrade(self):
        self.install()
        self.run_inside("systemctl", "disable", "--now", "harkd")
        self.install(self.repack("9.0"))
        self.assertEqual(self.show("ActiveState"), "inactive")

    def test_watchdog_socket_and_files_are_as_before(self):
        self.install()
        self.container.write(CONFIG, f'log = ["journal", "file:{LOG_FILE}"]\nsync = true\n')
        self.run_inside("systemctl", "stop", "harkd")
        self.drop_in("[Service]\nWatchdogSec=2s\n")
        self.run_inside("systemctl", "start", "harkd.socket")
        client = self.greeted()
        client.send(b"first\n")
        client.expect(b"250 ok #1")
        pid = self.main_pid()
        for restart in (1, 2, 3):
            self.run_inside("hark", "restart")
            self.wait_restarted(restart)
        client.send(b"second\n")
        client.expect(b"250 ok #2")
        # Longer than the watchdog waits.
        self.run_inside("sleep", "3")
        self.assertEqual((self.main_pid(), self.show("NRestarts")), (pid, "0"))
        self.run_inside("systemctl", "reload", "harkd")
        self.greeted()
        lines = self.container.path(LOG_FILE).read_text(encoding="utf-8").splitlines()
        self.assertEqual(sum('"event":"message"' in line for line in lines), 2)
        self.run_inside("systemctl", "restart", "harkd")
        client.expect(b"421 shutting down")
        self.assertNotEqual(self.main_pid(), pid)


if __name__ == "__main__":
    unittest.main()
