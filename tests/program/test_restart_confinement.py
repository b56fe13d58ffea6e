"""What the daemon has given up stays given up after a restart, and nothing is added to it."""

import os
import shutil
import signal
import tempfile
import unittest
from pathlib import Path

from configured import LISTEN, log_line, start_configured
from restarting import Program, RestartTest
from test_confinement import OTHER, has_landlock, status

KEPT = ("Uid", "Gid", "Groups", "CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb", "NoNewPrivs",
        "Seccomp", "Seccomp_filters", "SigBlk", "SigIgn", "SigCgt", "Umask")


class Confined(RestartTest):
    def own_folder(self):
        """A folder that every user can enter."""
        folder = Path(tempfile.mkdtemp(dir="/tmp", prefix="hark-test-"))
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        folder.chmod(0o755)
        return folder

    def check_kept(self, harkd, times=20):
        client = self.greeted(harkd)
        self.restart(harkd)
        before = {name: status(harkd).get(name) for name in KEPT}
        # Landlock allows no more than 16 layers, and filters of system calls stack as well.
        for number in range(1, times + 1):
            self.restart(harkd)
            client.send(b"hello\n")
            client.expect(b"250 ok #%d" % number)
        self.assertEqual({name: status(harkd).get(name) for name in KEPT}, before)
        self.assertEqual(harkd.records("diagnostic"), [])
        return before

    def test_its_rights_and_its_filter(self):
        harkd = self.start()
        then = {name: status(harkd).get(name) for name in KEPT}
        self.assertEqual(self.check_kept(harkd), then)

    def test_without_a_sandbox(self):
        harkd = self.start(config="sandbox = false\n")
        then = {name: status(harkd).get(name) for name in KEPT}
        self.assertEqual(self.check_kept(harkd, 3), then)

    @unittest.skipUnless(os.geteuid() == 0, "only root can become another user")
    def test_its_user(self):
        folder = self.own_folder()
        shutil.chown(folder, OTHER)
        program = Program(self.own_folder() / "bin")
        harkd = self.start(folder=folder, config=f'user = "{OTHER}"\n', wrapper=program.wrapper())
        kept = self.check_kept(harkd, 3)
        self.assertNotEqual(kept["Uid"].split()[0], "0")
        self.assertEqual(int(kept["CapEff"], 16), 0)
        # A program that this user may not execute.
        program.path.parent.chmod(0o700)
        code, _, errors = self.hark(harkd, "restart")
        self.assertEqual(code, 1)
        self.assertIn(f"cannot execute {program.path}: Permission denied", errors)
        self.greeted(harkd)

    @unittest.skipUnless(has_landlock(), "the kernel has no Landlock")
    def test_a_log_outside_of_its_folders(self):
        path, elsewhere = self.folder / "log.jsonl", self.own_folder() / "log.jsonl"
        harkd = start_configured(self, LISTEN + log_line(f"file:{path}"), path).wait_listening()
        harkd.config_path.write_text(LISTEN + log_line(f"file:{elsewhere}"), encoding="utf-8")
        harkd.send_signal(signal.SIGUSR2)
        self.assertIn(str(elsewhere), self.wait_refused(harkd, "the sandbox lets harkd")["text"])
        self.assertFalse(elsewhere.exists())
        client = self.greeted(harkd)
        client.send(b"hello\n")
        client.expect(b"250 ok #1")


if __name__ == "__main__":
    unittest.main()
