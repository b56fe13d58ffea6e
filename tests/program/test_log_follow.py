"""hark log --follow: new records as they arrive, whatever happens to the file."""

import gzip
import os
import shutil
import signal
import subprocess
import time
import unittest
from pathlib import Path

from logs import HARK, JOURNAL_REMOTE, LINES, MESSAGES, WAIT, LogTest, export, fields_of
from terminal import wait_until

FIRST, SECOND, THIRD, FOURTH = LINES[2:6]


class Follow(LogTest):
    def end(self, process, number=signal.SIGINT, status=130):
        process.send_signal(number)
        self.assertEqual(process.wait(WAIT), status)
        self.assertEqual(process.stderr.read(), b"")

    def test_appended_records(self):
        path = self.write(FIRST)
        process, lines = self.follow(path)
        self.assertEqual(lines.take(1), MESSAGES[:1])
        self.append(path, SECOND, THIRD[:40])
        self.assertEqual(lines.take(1), MESSAGES[1:2])
        self.append(path, THIRD[40:])
        self.assertEqual(lines.take(1), MESSAGES[2:3])
        self.end(process)
        self.assertTrue(lines.empty())

    def test_it_starts_with_the_last_ten(self):
        path = self.write(*[FIRST] * 5, *[SECOND] * 10)
        process, lines = self.follow(path)
        self.assertEqual(lines.take(10), MESSAGES[1:2] * 10)
        self.append(path, THIRD)
        self.assertEqual(lines.take(1), MESSAGES[2:3])
        self.end(process, signal.SIGTERM, 128 + signal.SIGTERM)

    def test_how_many_it_starts_with(self):
        path = self.write(*[FIRST] * 20)
        for arguments, count in ((("-n", "all"), 20), (("-n", "3"), 3), (("-n", "0"), 0),
                                 (("--since", "2026-11-22 10:00"), 20)):
            with self.subTest(arguments=arguments):
                process, lines = self.follow(path, *arguments)
                self.assertEqual(lines.take(count), MESSAGES[:1] * count)
                self.wait_asleep(process, path)
                self.append(path, SECOND)
                self.assertEqual(lines.take(1), MESSAGES[1:2])
                self.end(process)
                os.truncate(path, len(FIRST) * 20)

    def test_rotation_by_rename(self):
        path = self.write(FIRST)
        process, lines = self.follow(path)
        self.assertEqual(lines.take(1), MESSAGES[:1])
        old = path.rename(self.folder / "messages.jsonl.1")
        self.append(old, SECOND)
        self.assertEqual(lines.take(1), MESSAGES[1:2])
        path.touch()
        # The daemon writes to the old one until told to reopen.
        self.append(old, THIRD)
        self.assertEqual(lines.take(1), MESSAGES[2:3])
        self.append(path, FOURTH, FIRST)
        self.assertEqual(lines.take(2), [MESSAGES[3], MESSAGES[0]])
        path.unlink()
        self.append(path, SECOND)
        self.assertEqual(lines.take(1), MESSAGES[1:2])
        self.end(process)

    def test_truncation(self):
        path = self.write(FIRST, SECOND)
        process, lines = self.follow(path)
        self.assertEqual(lines.take(2), MESSAGES[:2])
        os.truncate(path, 0)
        self.append(path, THIRD)
        self.assertEqual(lines.take(1), MESSAGES[2:3])
        self.end(process)

    def test_a_partial_line_that_is_removed_again(self):
        path = self.write(FIRST, SECOND[:30])
        process, lines = self.follow(path)
        self.assertEqual(lines.take(1), MESSAGES[:1])
        self.wait_asleep(process, path)  # it has seen the incomplete line
        os.truncate(path, len(FIRST))
        self.append(path, THIRD)
        self.assertEqual(lines.take(1), MESSAGES[2:3])
        self.end(process)
        self.assertTrue(lines.empty())

    def test_a_file_that_does_not_exist_yet(self):
        path = self.folder / "messages.jsonl"
        process, lines = self.follow(path)
        self.assertEqual(process.stderr.readline().decode(),
                         f"hark: {path} does not exist yet; waiting for it\n")
        self.append(path, FIRST)
        self.assertEqual(lines.take(1), MESSAGES[:1])
        self.end(process)

    def test_a_file_that_does_not_exist_yet_beside_a_compressed_one(self):
        path = self.folder / "messages.jsonl"
        (self.folder / "messages.jsonl.1.gz").write_bytes(gzip.compress(FIRST))
        process, lines = self.follow(path)
        self.assertEqual(lines.take(1), MESSAGES[:1])
        self.wait_asleep(process, self.folder / "messages.jsonl.1.gz")
        self.append(path, SECOND)
        self.assertEqual(lines.take(1), MESSAGES[1:2])
        self.append(path, THIRD)
        self.assertEqual(lines.take(1), MESSAGES[2:3])
        self.end(process)

    def test_waiting_costs_nothing(self):
        process, lines = self.follow(self.write(FIRST))
        lines.take(1)

        def cpu():
            fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
            return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        before = cpu()
        time.sleep(1)  # the measured interval
        self.assertLess(cpu() - before, 0.1)
        self.end(process)

    def test_the_reader_exits_while_there_are_no_records(self):
        path = self.write(FIRST)
        process = subprocess.run(
            ["bash", "-c", f'"$0" log -f --file "{path}" | head -1; echo ${{PIPESTATUS[0]}}',
             HARK], capture_output=True, env=self.environment, timeout=WAIT, check=True)
        self.assertEqual(process.stdout.decode().splitlines(), [MESSAGES[0], "0"])
        self.assertEqual(process.stderr, b"")

    def test_a_real_daemon_and_its_rotation(self):
        path = self.folder / "followed.jsonl"
        harkd = self.start(sinks=[f"file:{path}"])
        client = self.connect(harkd).greeted()
        process, lines = self.follow(path)
        client.send(b"one\n")
        self.assertEqual(lines.take(1)[0][24:], f"{client.name} #1: one")
        path.rename(self.folder / "old")
        client.send(b"two\n")
        self.assertEqual(lines.take(1)[0][24:], f"{client.name} #2: two")
        harkd.send_signal(signal.SIGHUP)
        harkd.wait_for(path.exists)
        client.send(b"three\n")
        self.assertEqual(lines.take(1)[0][24:], f"{client.name} #3: three")
        self.end(process)
        self.assertTrue(lines.empty())

    def test_a_journal_that_grows(self):
        if not JOURNAL_REMOTE.exists():
            self.skipTest("systemd-journal-remote is missing")
        path = self.folder / "harkd.journal"
        writer = subprocess.Popen([JOURNAL_REMOTE, "-o", path, "-"], stdin=subprocess.PIPE,
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

        def end_writer():
            writer.stdin.close()
            writer.wait(WAIT)
        self.addCleanup(end_writer)
        writer.stdin.write(export([fields_of(FIRST)]))
        writer.stdin.flush()

        wait_until(lambda: self.log("--file", path) == (0, MESSAGES[0] + "\n", ""), "the journal")
        process, lines = self.follow(path)
        self.assertEqual(lines.take(1), MESSAGES[:1])
        for line, message in ((SECOND, MESSAGES[1]), (THIRD, MESSAGES[2])):
            writer.stdin.write(export([fields_of(line)]))
            writer.stdin.flush()
            self.assertEqual(lines.take(1), [message])
        self.end(process)


@unittest.skipUnless(os.geteuid() == 0 and shutil.which("unshare") and JOURNAL_REMOTE.exists()
                     and os.path.exists("/etc/machine-id"), "needs root, to mount a journal")
class Machine(LogTest):
    """The machine's journal, replaced in a mount namespace."""

    def run_with_journal(self, command, mode="644", lines=LINES):
        journal = self.journal(lines, name="system.journal")
        script = ('set -e; mount -t tmpfs none /run; mkdir -p "/run/log/journal/$id" /var/log; '
                  'mount -t tmpfs none /var/log; '
                  'install -m "$mode" "$journal" "/run/log/journal/$id/system.journal"; '
                  + command)
        identity = Path("/etc/machine-id").read_text().strip()
        done = subprocess.run(
            ["unshare", "--mount", "sh", "-c", script, HARK], capture_output=True,
            env={**self.environment, "id": identity, "journal": str(journal), "mode": mode},
            timeout=WAIT, check=False)
        if b"mount" in done.stderr or b"unshare" in done.stderr:
            self.skipTest("may not mount")
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    def test_the_machines_journal(self):
        self.assertEqual(self.run_with_journal('"$0" log'),
                         (0, "".join(f"{line}\n" for line in MESSAGES), ""))
        self.assertEqual(self.run_with_journal('"$0" log -n 1 --json'),
                         (0, LINES[5].decode(), ""))

    def test_rotation(self):
        self.journal(LINES[4:], name="new.journal")
        status, output, errors = self.run_with_journal(
            'folder=$(dirname "$journal"); touch "$folder/out"; '
            'wait_for() { until [ "$(wc -l <"$folder/out")" -ge "$1" ]; do sleep 0.02; done; }; '
            '"$0" log --follow >"$folder/out" & '
            'wait_for 2; cd "/run/log/journal/$id"; '
            'mv system.journal system@1.journal; cp "$folder/new.journal" .system; '
            'mv .system system.journal; wait_for 4; kill -TERM $!; wait $! || status=$?; '
            'cat "$folder/out"; exit $status', lines=LINES[:4])
        self.assertEqual((status, output.splitlines(), errors),
                         (128 + signal.SIGTERM, MESSAGES, ""))

    def test_unreadable_journal(self):
        # If another user cannot execute the program, this cannot be tested.
        if subprocess.run(["setpriv", "--reuid=65534", "--clear-groups", HARK, "--version"],
                          capture_output=True, check=False).returncode != 0:
            self.skipTest("another user cannot run the program")
        self.assertEqual(
            self.run_with_journal('setpriv --reuid=65534 --regid=65534 --clear-groups "$0" log',
                                  mode="600"),
            (1, "", "hark: no permission to read the journal: only root and members of the "
                    "groups systemd-journal and adm may; try sudo\n"))

    def test_no_journal(self):
        self.assertEqual(self.run_with_journal('rm -r /run/log; exec "$0" log'),
                         (1, "", "hark: there is no journal on this machine; to read a file: "
                                 "hark log --file PATH\n"))


if __name__ == "__main__":
    unittest.main()
