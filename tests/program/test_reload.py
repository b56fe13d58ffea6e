"""Reloads that drop an address, add a limit, or find a directory instead of a configuration."""

import os
import signal
import unittest

from configured import change_config
from harness import ProgramTest, run_harkd


class Listeners(ProgramTest):
    COUNT = 120  # less than the backlog, more than the daemon accepts per round

    def test_peers_waiting_at_a_removed_listener_are_served(self):
        harkd = self.start(config='listen = ["127.0.0.1:0", "127.0.0.2:0"]\n', listen=())
        harkd.addresses = [harkd.wait_for(
            lambda host=host: [r["address"] for r in harkd.records("listening")
                               if r["address"].startswith(host)], what=host)[0]
            for host in ("127.0.0.1:", "127.0.0.2:")]
        os.kill(harkd.pid, signal.SIGSTOP)
        waiting = [self.connect(harkd, 1, "127.0.0.2") for _ in range(self.COUNT)]
        for number, client in enumerate(waiting):
            client.send(b"from %d\n" % number)
        change_config(harkd, 'listen = ["127.0.0.1:0"]\n')
        os.kill(harkd.pid, signal.SIGCONT)
        for client in waiting:
            client.greeted().expect(b"250 ok #1")
        harkd.wait_record("reloaded")
        with self.assertRaises(ConnectionRefusedError):
            self.connect(harkd, 1, "127.0.0.2")
        self.greeted(harkd)
        for number, client in enumerate(waiting):
            client.send(b"still here\n")
            client.expect(b"250 ok #2")
            self.assertEqual([r["text"] for r in harkd.messages(client)],
                             [f"from {number}", "still here"])


    def test_another_listener_and_another_framing(self):
        harkd = self.start(config='listen = ["127.0.0.1:0"]\n', listen=())
        before = self.greeted(harkd)
        change_config(harkd, 'listen = ["127.0.0.2:0", "127.0.0.1:0"]\nframing = "chunk"\n')
        harkd.wait_record("reloaded")
        first, second = (r["address"] for r in harkd.records("listening"))
        self.assertTrue(first.startswith("127.0.0.1:") and second.startswith("127.0.0.2:"))
        harkd.addresses = [first, second]
        for index, host in enumerate(("127.0.0.1", "127.0.0.2")):
            client = self.connect(harkd, index, host).greeted()
            client.send(b"two\nlines")
            client.expect(b"250 ok #1")
            self.assertEqual(harkd.messages(client)[0]["end"], "chunk")
            connected = [r for r in harkd.records("connected") if r["peer"] == client.name][0]
            self.assertEqual(connected["listener"], (first, second)[index])
        # Existing clients keep their framing.
        before.send(b"a\nb\n")
        before.expect(b"250 ok #1", b"250 ok #2")


class Limits(ProgramTest):
    def test_new_idle_timeout_disconnects_idle_clients(self):
        harkd = self.start()
        silent, spoke = self.greeted(harkd), self.greeted(harkd)
        spoke.send(b"hello\n")
        spoke.expect(b"250 ok #1")
        change_config(harkd, "idle_timeout = 1\n")
        harkd.wait_record("reloaded")
        for client in (silent, spoke):
            client.expect_match(rb"421 .*idle.*")
            self.assertEqual(harkd.wait_closed(client)["reason"], "idle")

    def test_removed_idle_timeout_disconnects_nobody(self):
        harkd = self.start(config="idle_timeout = 2\n")
        client = self.greeted(harkd)
        change_config(harkd, "")
        harkd.wait_record("reloaded")
        client.silent(3)


class Mistakes(ProgramTest):
    def test_all_are_recorded(self):
        harkd = self.start()
        change_config(harkd, 'sync = 1\nquiet = 5\nframing = "words"\n')
        path = harkd.config_path
        self.assertEqual(harkd.wait_record("diagnostic")["text"],
                         "reload refused, the old configuration stays in force: "
                         f"{path}:1:8: sync: expected true or false, got 1; "
                         f"{path}:2:1: unknown setting 'quiet', did you mean 'quiet_ms'?; "
                         f"{path}:3:11: invalid framing 'words': expected auto, line, chunk, delimited, "
                         "counted or length")

    def test_many_are_counted(self):
        harkd = self.start()
        change_config(harkd, "\n".join(f"quiet_{number} = 1" for number in range(9)))
        text = harkd.wait_record("diagnostic")["text"]
        self.assertEqual(text.count("unknown setting"), 5)
        self.assertTrue(text.endswith("; and 4 more"), text)
        harkd.config_path.write_text("")
        harkd.send_signal(signal.SIGHUP)
        harkd.wait_record("reloaded")


class DirectoryAsConfiguration(ProgramTest):
    def test_prevents_the_start(self):
        done = run_harkd("--config", self.folder, "--listen", "127.0.0.1:0")
        self.assertIn(done.returncode, (1, 2))
        self.assertIn(str(self.folder), done.stderr.decode())

    def test_is_refused_by_a_reload(self):
        harkd = self.start(config='greeting = "old"\n')
        harkd.config_path.unlink()
        harkd.config_path.mkdir()
        harkd.send_signal(signal.SIGHUP)
        record = harkd.wait_record("diagnostic")
        self.assertIn(str(harkd.config_path), record["text"])
        self.connect(harkd).expect(b"220 old")
        self.assertEqual(harkd.records("reloaded"), [])
        harkd.config_path.rmdir()
        change_config(harkd, 'greeting = "new"\n')
        harkd.wait_record("reloaded")
        self.connect(harkd).expect(b"220 new")


if __name__ == "__main__":
    unittest.main()
