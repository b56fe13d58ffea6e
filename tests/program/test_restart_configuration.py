"""A restart with another configuration: what can be used of it is used, what cannot is reported,
and nothing that was running ends."""

import signal
import socket
import unittest

from configured import log_line, start_configured
from harness import LogReader
from restarting import RestartTest

LISTENER = '[[listener]]\naddress = "127.0.0.1:%d"\n'


class Configuration(RestartTest):
    def restart_with(self, harkd, config):
        harkd.config_path.write_text(config, encoding="utf-8")
        record = self.restart(harkd)
        harkd.addresses = [each["address"] for each in harkd.records("listening")]
        return record

    def say(self, client, number, text=b"hello\n"):
        client.send(text)
        client.expect(b"250 ok #%d" % number)


class Listeners(Configuration):
    def test_greeting_and_framing_for_new_ones(self):
        harkd = self.start(listen=(), config=LISTENER % 0)
        old = self.greeted(harkd)
        self.restart_with(harkd, LISTENER % 0 + 'framing = "chunk"\ngreeting = "new"\n')
        self.assertEqual(len(harkd.records("listening")), 1)
        old.send(b"a\nb\n")
        old.expect(b"250 ok #1", b"250 ok #2")
        new = self.connect(harkd)
        new.expect(b"220 new")
        self.say(new, 1, b"a\nb\n")
        self.assertEqual(harkd.messages(new)[0]["end"], "chunk")
        # Each keeps its own framing, even after another restart.
        self.restart_with(harkd, LISTENER % 0 + 'framing = "line"\n')
        old.send(b"c\n")
        old.expect(b"250 ok #3")
        self.say(new, 2, b"c\nd\n")

    def test_one_more(self):
        harkd = self.start(listen=(), config=LISTENER % 0)
        old = self.greeted(harkd)
        self.restart_with(harkd, LISTENER % 0 + '[[listener]]\naddress = "127.0.0.2:0"\n')
        self.assertEqual(len(harkd.addresses), 2)
        self.say(old, 1)
        self.say(self.connect(harkd, 1, "127.0.0.2").greeted(), 1)
        self.say(self.greeted(harkd), 1)

    def test_one_less(self):
        both = LISTENER % 0 + '[[listener]]\naddress = "127.0.0.2:0"\nframing = "line"\n'
        harkd = self.start(listen=(), config=both)
        old, leaving = self.greeted(harkd), self.connect(harkd, 1, "127.0.0.2").greeted()
        leaving.send(b"half")
        harkd.wait_read(leaving)
        harkd.config_path.write_text(LISTENER % 0)
        port = harkd.port_of(1)
        self.restart(harkd)
        # The removed listener's conversations go on, with its settings; new clients cannot connect.
        self.say(leaving, 1, b" done\n")
        self.say(old, 1)
        with self.assertRaises(ConnectionRefusedError):
            self.connect(harkd, 1, "127.0.0.2")
        self.restart(harkd)
        self.say(leaving, 2)
        self.assertEqual([record["text"] for record in harkd.messages(leaving)],
                         ["half done", "hello"])
        self.assertEqual(self.status(harkd)["listeners"], harkd.addresses[:1])
        # The port is free.
        with socket.create_server(("127.0.0.2", port)):
            pass

    def test_a_port_that_is_busy(self):
        harkd = self.start(listen=(), config=LISTENER % 0)
        old = self.greeted(harkd)
        with socket.create_server(("127.0.0.3", 0)) as other:
            port = other.getsockname()[1]
            self.restart_with(harkd, LISTENER % 0 + f'[[listener]]\naddress = "127.0.0.3:{port}"\n')
        text = harkd.wait_record("diagnostic", level="error")["text"]
        self.assertTrue(text.startswith("a listener of the new configuration is left out: "), text)
        self.assertIn(f"127.0.0.3:{port}", text)
        self.say(old, 1)
        self.say(self.greeted(harkd), 1)
        # Now it is free.
        self.restart(harkd)
        harkd.addresses = [each["address"] for each in harkd.records("listening")]
        self.connect(harkd, 1, "127.0.0.3").greeted()

    def test_another_address_in_its_place(self):
        harkd = self.start(listen=(), config=LISTENER % 0)
        old = self.greeted(harkd)
        self.restart_with(harkd, '[[listener]]\naddress = "127.0.0.2:0"\n')
        self.say(old, 1)
        self.say(self.connect(harkd, 1, "127.0.0.2").greeted(), 1)
        with self.assertRaises(ConnectionRefusedError):
            self.connect(harkd)


class Logs(Configuration):
    def begin(self, *names):
        self.paths = {name: self.folder / name for name in ("a.jsonl", "b.jsonl")}
        return start_configured(self, self.config(*names), self.paths[names[0]]).wait_listening()

    def config(self, *names):
        return 'listen = ["127.0.0.1:0"]\n' + log_line(
            *(f"file:{self.paths[name]}" for name in names))

    def texts(self, name):
        return [line for line in self.paths[name].read_text().splitlines() if '"message"' in line]

    def test_one_more(self):
        harkd = self.begin("a.jsonl")
        client = self.greeted(harkd)
        self.say(client, 1)
        self.restart_with(harkd, self.config("a.jsonl", "b.jsonl"))
        self.say(client, 2)
        self.assertEqual((len(self.texts("a.jsonl")), len(self.texts("b.jsonl"))), (2, 1))

    def test_one_less(self):
        harkd = self.begin("a.jsonl", "b.jsonl")
        client = self.greeted(harkd)
        self.say(client, 1)
        self.restart_with(harkd, self.config("a.jsonl"))
        harkd.wait_for(lambda: len(self.status(harkd)["sinks"]) == 1, what="one log")
        self.say(client, 2)
        self.assertEqual((len(self.texts("a.jsonl")), len(self.texts("b.jsonl"))), (2, 1))
        self.assertIn('"restarted"', self.paths["b.jsonl"].read_text())

    def test_one_that_cannot_be_opened(self):
        harkd = self.begin("a.jsonl")
        client = self.greeted(harkd)
        (self.folder / "b.jsonl").mkdir()
        self.restart_with(harkd, self.config("a.jsonl", "b.jsonl"))
        text = harkd.wait_record("diagnostic", level="error")["text"]
        self.assertTrue(text.startswith("a log of the new configuration is left out: "), text)
        self.assertIn("b.jsonl", text)
        self.say(client, 1)

    def test_a_torn_line_is_not_cut_off(self):
        # The log is neither opened nor trimmed: what somebody else has appended stays.
        harkd = self.begin("a.jsonl")
        client = self.greeted(harkd)
        self.say(client, 1)
        inode = self.paths["a.jsonl"].stat().st_ino
        self.restart(harkd)
        self.say(client, 2)
        self.assertEqual(self.paths["a.jsonl"].stat().st_ino, inode)
        self.assertEqual([record["event"] for record in harkd.records()],
                         ["listening", "connected", "message", "restarted", "message"])

    def test_one_that_was_renamed(self):
        # It is written to until a new one is requested, as without a restart.
        harkd = self.begin("a.jsonl")
        client = self.greeted(harkd)
        self.say(client, 1)
        harkd.log = LogReader(self.paths["a.jsonl"].rename(self.folder / "a.jsonl.1"), whole=True)
        self.restart(harkd)
        self.say(client, 2)
        self.assertEqual(len(harkd.messages()), 2)
        harkd.send_signal(signal.SIGHUP)
        harkd.wait_for(self.paths["a.jsonl"].exists, what="a new file")
        self.say(client, 3)
        self.assertEqual(len(self.texts("a.jsonl")), 1)


class Limits(Configuration):
    def test_that_are_new(self):
        harkd = self.start(config="")
        clients = [self.greeted(harkd) for _ in range(3)]
        self.restart_with(harkd, "idle_timeout = 1\n[limits]\nconnections = 2\nexempt = []\n")
        self.connect(harkd).expect_match(rb"421 too many connections.*")
        for number, client in enumerate(clients):
            client.expect_match(rb"421 .*idle.*")
            client.close()
            self.assertEqual(harkd.wait_closed(client)["reason"], "idle", number)
        self.greeted(harkd)

    def test_that_are_gone(self):
        harkd = self.start(config="[limits]\nexempt = []\nmessages_per_second = 1\n")
        client = self.greeted(harkd)
        client.send(b"a\n" * 200)
        harkd.wait_for(lambda: self.status(harkd)["slowed"] == 1, what="the limit")
        self.restart_with(harkd, "")
        lines = [client.reply() for _ in range(200)]
        self.assertEqual(lines, [b"250 ok #%d" % number for number in range(1, 201)])


if __name__ == "__main__":
    unittest.main()
