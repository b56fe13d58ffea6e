"""The packages: what comes with them, what stays, and what must be gone."""

import unittest
from pathlib import Path

from service_test import CONFIG, INSIDE, ServiceTest, wait_for

# What a purge must leave as it was. dpkg's own records and caches change, and the journal grows;
# the user and the group stay, as usual in Debian.
WATCHED = ["/etc", "/usr", "/var/lib/systemd", "/var/log", "/run/systemd/system", "/run/harkd"]
UNWATCHED = ["/etc/passwd", "/etc/group", "/etc/shadow", "/etc/gshadow", "/var/log/journal",
             "/var/log/dpkg.log", "/var/log/alternatives.log", "/var/log/apt", "/etc/.pwd.lock",
             "/var/lib/systemd/catalog/database", "/var/lib/systemd/timers", "/var/log/wtmp", "/var/log/lastlog"]


class Package(ServiceTest):
    installed = False

    def setUp(self):
        super().setUp()
        self.addCleanup(self.container.run, "dpkg", "--purge", "harkd", "hark", check=False)

    def install(self):
        self.run_inside("dpkg", "--install", *self.packages)

    def files(self):
        found = self.run_inside("find", *WATCHED, "-not", "-type", "d", check=False).splitlines()
        folders = self.run_inside("find", *WATCHED, "-type", "d", "-name", "*hark*", check=False)
        return {path for path in found + folders.splitlines()
                if not any(path == one or path.startswith(f"{one}/") or path == f"{one}-"
                           for one in UNWATCHED)}

    def status(self, *command):
        return self.container.run(*command, check=False).stdout.strip()

    def send(self, text):
        client = self.greeted()
        client.send(text.encode() + b"\n")
        client.expect(b"250 ok #1")

    def test_it_runs_as_soon_as_it_is_installed_and_after_the_next_boot(self):
        self.install()
        self.assertEqual(self.status("systemctl", "is-enabled", "harkd.service"), "enabled")
        self.assertEqual(self.status("systemctl", "is-active", "harkd.service"), "active")
        self.assertEqual(self.status("systemctl", "is-enabled", "harkd.socket"), "disabled")
        self.send("at once")
        self.assertEqual(self.texts(), ["at once"])
        self.assertEqual(self.status("systemctl", "--failed", "--quiet", "--no-legend"), "")
        self.assertIn("harkd", self.run_inside("harkd", "--version"))
        self.run_inside("harkd", "--check-config")
        self.container.cut_power()
        self.assertEqual(self.status("systemctl", "is-active", "harkd.service"), "active")
        self.send("after the boot")
        self.assertEqual(self.texts(), ["at once", "after the boot"])

    def test_an_upgrade_keeps_the_configuration_and_the_choice_not_to_run(self):
        self.install()
        self.container.write(CONFIG, 'greeting = "mine"\n')
        self.run_inside("systemctl", "restart", "harkd")
        self.install()
        self.wait_entry(HARK_EVENT="restarted")
        self.connect().expect(b"220 mine")
        self.run_inside("systemctl", "disable", "--now", "harkd")
        self.install()
        self.assertEqual(self.status("systemctl", "is-enabled", "harkd.service"), "disabled")

    def test_removed_and_purged_it_leaves_nothing(self):
        before = self.files()
        self.install()
        self.run_inside("systemctl", "enable", "harkd.socket")
        self.container.write(CONFIG, 'log = ["journal", "file:/var/log/harkd/messages.jsonl"]\n')
        self.run_inside("systemctl", "restart", "harkd")
        self.send("kept until the purge")
        self.run_inside("dpkg", "--remove", "harkd", "hark")
        self.assertEqual(self.status("systemctl", "is-active", "harkd.service"), "inactive")
        kept = self.files()
        self.assertIn(CONFIG, kept)
        self.assertIn("/var/log/harkd/messages.jsonl", kept)
        self.assertNotIn("/usr/sbin/harkd", kept)
        self.assertFalse(self.container.path("/run/harkd").exists())
        self.run_inside("dpkg", "--purge", "harkd", "hark")
        self.assertEqual(sorted(self.files() - before), [])
        self.assertEqual(sorted(before - self.files()), [])
        self.assertFalse(self.container.path("/etc/harkd").exists())

    def test_logrotate_turns_a_file_over_and_loses_nothing(self):
        self.install()
        log = self.container.path("/var/log/harkd/messages.jsonl")
        self.container.write(CONFIG, 'log = ["file:/var/log/harkd/messages.jsonl"]\n')
        self.run_inside("systemctl", "restart", "harkd")
        client = self.greeted()
        client.send(b"before\n")
        client.expect(b"250 ok #1")
        inode = log.stat().st_ino
        self.run_inside("logrotate", "--force", "/etc/logrotate.d/harkd")
        wait_for(lambda: log.exists() and log.stat().st_ino != inode, "a new file")
        self.assertEqual(log.stat().st_mode & 0o777, 0o640)
        client.send(b"after\n")
        client.expect(b"250 ok #2")
        self.assertIn('"after"', log.read_text())
        rotated = [path for path in log.parent.iterdir() if path != log]
        self.assertEqual([path.stat().st_ino for path in rotated if '"before"' in path.read_text()],
                         [inode])

    def test_the_packages_hold_what_they_should(self):
        self.assertTrue(all(path.startswith(INSIDE) for path in self.packages))
        self.install()
        for path in ("/usr/bin/hark", "/usr/sbin/harkd", CONFIG, "/etc/logrotate.d/harkd",
                     "/usr/lib/systemd/system/harkd.service", "/usr/share/man/man8/harkd.8.gz",
                     "/usr/share/man/man1/hark.1.gz"):
            self.run_inside("test", "-e", path)


if __name__ == "__main__":
    unittest.main()
