"""Requests to the daemon while a restart is under way are carried out, by it or by the next one."""

import signal
import unittest

from restarting import Program, RestartTest, VarlinkError


class Meanwhile(RestartTest):
    def begin(self, config=""):
        """A daemon whose restarts take a while: a trial goes on only when the folder contains
        `go`."""
        program = Program(self.folder / "bin")
        real = Program(self.folder / "real").path
        self.go = self.folder / "go"
        harkd = self.start(wrapper=program.wrapper(), config=config)
        program.replace(f'#!/bin/sh\ncase $1 in --check-state)\n'
                        f'    while ! [ -e "{self.go}" ]; do sleep 0.02; done\nesac\n'
                        f'exec "{real}" "$@"\n')
        harkd.send_signal(signal.SIGUSR2)
        harkd.wait_for(lambda: self.status(harkd)["restarting"], what="the trial")
        return harkd

    def finish(self, harkd):
        self.go.touch()
        return harkd.wait_record("restarted")

    def test_everybody_is_served(self):
        harkd = self.begin()
        client = self.greeted(harkd)
        for number in range(1, 101):
            client.send(b"hello\n")
            client.expect(b"250 ok #%d" % number)
        self.assertEqual(self.finish(harkd)["connections"], 1)
        client.send(b"hello\n")
        client.expect(b"250 ok #101")

    def test_a_stop(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            harkd = self.begin()
            client = self.greeted(harkd)
            client.send(b"last words")
            harkd.send_signal(number)
            client.expect(b"250 ok #1", b"421 shutting down")
            client.close()
            self.assertEqual(harkd.wait(), 0)
            self.assertEqual(harkd.records("restarted"), [])

    def test_a_reload(self):
        harkd = self.begin('greeting = "old"\n')
        harkd.config_path.write_text('greeting = "new"\n', encoding="utf-8")
        harkd.send_signal(signal.SIGHUP)
        with self.assertRaises(VarlinkError) as caught:
            self.ask(harkd, "Reload")
        self.assertEqual(caught.exception.parameters["reason"], "a restart is under way")
        self.finish(harkd)
        harkd.wait_record("reloaded")
        self.connect(harkd).expect(b"220 new")
        self.assertEqual([record["event"] for record in harkd.records()
                          if record["event"] in ("restarted", "reloaded")],
                         ["restarted", "reloaded"])

    def test_a_reload_if_it_is_refused(self):
        harkd = self.begin('greeting = "old"\n')
        harkd.config_path.write_text('greeting = "new"\n', encoding="utf-8")
        harkd.send_signal(signal.SIGHUP)
        # The trial ends by itself: there is no program that could take over.
        (self.folder / "real" / "harkd").write_text("#!/bin/sh\nexit 1\n")
        self.go.touch()
        self.wait_refused(harkd, "did not confirm")
        harkd.wait_record("reloaded")
        self.connect(harkd).expect(b"220 new")

    def test_a_client_that_leaves(self):
        harkd = self.begin()
        asking = self.control(harkd)
        client = self.greeted(harkd)
        client.send(b"last words")
        client.close()
        asking.close()
        self.finish(harkd)
        self.assertEqual(harkd.wait_closed(client)["messages"], 1)

    def test_a_kick_and_words(self):
        harkd = self.begin()
        first, second = self.greeted(harkd), self.greeted(harkd)
        self.ask(harkd, "Kick", client=self.number_of(harkd, first))
        self.ask(harkd, "Say", client=self.number_of(harkd, second), text="a moment")
        first.expect(b"421 kicked")
        first.close()
        self.finish(harkd)
        second.expect(b"* operator: a moment")
        self.assertEqual(harkd.wait_closed(first)["reason"], "kicked")


class RightAfter(RestartTest):
    def test_a_stop(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            harkd = self.start()
            client = self.greeted(harkd)
            client.send(b"last words")
            harkd.send_signal(signal.SIGUSR2)
            harkd.send_signal(number)
            client.expect(b"250 ok #1", b"421 shutting down")
            client.eof()
            client.close()
            self.assertEqual(harkd.wait(), 0)

    def test_a_reload(self):
        harkd = self.start()
        for number in range(1, 6):
            harkd.config_path.write_text(f'greeting = "{number}"\n', encoding="utf-8")
            harkd.send_signal(signal.SIGUSR2)
            harkd.send_signal(signal.SIGHUP)
            harkd.wait_for(lambda count=number: len(harkd.records("restarted")) == count
                           and len(harkd.records("reloaded")) == count, what="both")
            self.connect(harkd).expect(b"220 %d" % number)

    def test_signals_at_any_moment(self):
        harkd = self.start()
        client = self.greeted(harkd)
        for number in range(1, 31):
            harkd.send_signal(signal.SIGUSR2)
            # Sometimes before, sometimes during, sometimes after the exec.
            for _ in range(number % 7):
                self.ask_or_fail(harkd)
            for also in (signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2):
                harkd.send_signal(also)
            client.send(b"hello\n")
            client.expect(b"250 ok #%d" % number)
        self.restart(harkd)
        client.send(b"hello\n")
        client.expect(b"250 ok #31")
        self.assertGreater(len(harkd.records("reloaded")), 0)

    def ask_or_fail(self, harkd):
        try:
            self.status(harkd)
        except (AssertionError, OSError):
            pass


if __name__ == "__main__":
    unittest.main()
