"""The program that takes over is the one that the daemon's command line names now, in whatever
form; it inherits what it needs, and its trial almost nothing."""

import os
import re
import unittest
from pathlib import Path

from restarting import HARKD, Program, RestartTest
from service import ServiceTest


def executable(harkd):
    return os.readlink(f"/proc/{harkd.pid}/exe")


def descriptors(harkd):
    """What each of the daemon's descriptors is, sorted."""
    folder = Path(f"/proc/{harkd.pid}/fd")
    return sorted(os.readlink(path) for path in folder.iterdir())


def normalized(links):
    """Without the numbers of inodes: the manager's socket is opened anew."""
    return sorted(link.partition(":[")[0] for link in links)


class Names(RestartTest):
    def upgrade(self, program, **options):
        """Starts a program, replaces it, and restarts: twice."""
        harkd = self.start(**options)
        self.assertEqual(executable(harkd), str(program.path))
        client = self.greeted(harkd)
        for number in (1, 2):
            program.replace(None)
            self.assertEqual(executable(harkd), f"{program.path} (deleted)")
            status, _, errors = self.hark(harkd, "restart")
            self.assertEqual((status, errors), (0, ""))
            self.assertEqual(executable(harkd), str(program.path))
            client.send(b"hello\n")
            client.expect(b"250 ok #%d" % number)
        return harkd

    def words(self, harkd):
        return Path(f"/proc/{harkd.pid}/cmdline").read_bytes().split(b"\0")[:-1]

    def test_an_absolute_path(self):
        program = Program(self.folder / "bin")
        harkd = self.upgrade(program, wrapper=program.wrapper())
        words = self.words(harkd)
        self.assertEqual(words[:2], [str(program.path).encode(), b"--take-over"])
        # The option is there once, however often it restarts.
        self.assertEqual(words.count(b"--take-over"), 1)
        self.assertEqual(words[3], b"--config")

    def test_a_relative_path(self):
        program = Program(self.folder / "bin")
        wrapper = ["sh", "-c", f'cd {self.folder}; shift; exec bin/harkd "$@"', "sh"]
        harkd = self.upgrade(program, wrapper=wrapper)
        self.assertEqual(self.words(harkd)[0], b"bin/harkd")

    def test_a_name_found_in_path(self):
        program = Program(self.folder / "bin")
        wrapper = ["sh", "-c", f'PATH={program.path.parent}:$PATH; shift; exec harkd "$@"', "sh"]
        harkd = self.upgrade(program, wrapper=wrapper)
        self.assertEqual(self.words(harkd)[0], b"harkd")

    def test_a_symbolic_link_is_followed_anew(self):
        old, new = Program(self.folder / "1.0"), Program(self.folder / "2.0")
        link = self.folder / "harkd"
        link.symlink_to(old.path)
        harkd = self.start(wrapper=old.wrapper(link))
        self.assertEqual(executable(harkd), str(old.path))
        link.unlink()
        link.symlink_to(new.path)
        self.restart(harkd)
        self.assertEqual(executable(harkd), str(new.path))

    def test_a_folder_with_blanks(self):
        program = Program(self.folder / "a folder of 字")
        self.upgrade(program, wrapper=program.wrapper())

    def test_output_of_the_client(self):
        harkd = self.start()
        version = self.status(harkd)["version"]
        self.assertEqual(self.hark(harkd, "restart"),
                         (0, f"harkd {version} has taken over from {version}\n", ""))
        status, output, errors = self.hark(harkd, "--json", "restart")
        self.assertEqual((status, output, errors),
                         (0, f'{{"from":"{version}","to":"{version}"}}\n', ""))
        operators = harkd.records("operator")
        self.assertEqual([(record["action"], record["uid"]) for record in operators],
                         [("restart", os.getuid())] * 2)
        harkd.stop()
        self.assertEqual(self.hark(harkd, "restart")[0], 3)


class Inherited(ServiceTest, RestartTest):
    # A trial writes these files; as it is a script, its shell has a descriptor of its own.
    SPY = """#!/bin/sh
        case $1 in --check-state)
            ls -l /proc/$$/fd > "{0}/fds"
            env > "{0}/environment"
            cat /proc/self/status > "{0}/status";;
        esac
        exec "{1}" "$@"
        """

    def test_by_the_trial(self):
        program = Program(self.folder / "bin")
        harkd = self.start_notifying(self.manager(), WATCHDOG_USEC="3000000",
                                     wrapper=program.wrapper())
        clients = [self.greeted(harkd) for _ in range(5)]
        program.replace(self.SPY.format(self.folder, HARKD))
        self.restart(harkd)
        lines = re.findall(r" (\d+) -> (.*)", (self.folder / "fds").read_text())
        # The shell's own descriptors are from 10 on.
        found = {fd: link for fd, link in lines if int(fd) < 10}
        self.assertEqual(sorted(found), ["0", "1", "2", "3"], found)
        self.assertEqual([link for _, link in lines
                          if link.startswith(("socket:", "anon_inode:")) or "jsonl" in link], [])
        self.assertEqual(found["0"], "/dev/null")
        self.assertTrue(found["2"].startswith("pipe:"))
        self.assertIn("memfd:", found["3"])
        environment = (self.folder / "environment").read_text()
        for name in ("NOTIFY_SOCKET", "LISTEN_", "WATCHDOG_"):
            self.assertNotIn(f"\n{name}", "\n" + environment)
        status = (self.folder / "status").read_text()
        self.assertIn("\nSigBlk:\t0000000000000000\n", status)
        for client in clients:
            client.send(b"hello\n")
            client.expect(b"250 ok #1")

    def test_by_the_next_one(self):
        harkd = self.start_notifying(self.manager(), WATCHDOG_USEC="3000000")
        clients = [self.greeted(harkd) for _ in range(5)]
        before = descriptors(harkd)
        for _ in range(3):
            self.restart(harkd)
        self.assertEqual(normalized(descriptors(harkd)), normalized(before))
        for client in clients:
            client.close()
            harkd.wait_closed(client)
        harkd.wait_for(lambda: len(descriptors(harkd)) == len(before) - len(clients),
                       what="the descriptors to be given back")
        # No child is left, in whatever state.
        children = Path(f"/proc/{harkd.pid}/task/{harkd.pid}/children")
        if children.exists():
            self.assertEqual(children.read_text(), "")


if __name__ == "__main__":
    unittest.main()
