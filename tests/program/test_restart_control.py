"""The control socket at a restart: it stays, its connections end, and followers can come again."""

import json
import select
import unittest

from restarting import RestartTest, VarlinkError
from running import HarkTest
from varlink import Varlink


class Connections(RestartTest):
    def test_they_end_and_others_are_answered(self):
        harkd = self.start()
        idle = self.control(harkd)
        idle.call("org.harkd.Status")
        half = self.control(harkd)
        half.send(b'{"method":"org.harkd.Sta')
        follower = self.control(harkd).tail()
        self.restart(harkd)
        for connection in (idle, half):
            self.assertIsNone(connection.message())
        # Every record that the follower got is whole.
        events = []
        while (message := follower.message()) is not None:
            events.append(message["parameters"]["record"]["event"])
        self.assertNotIn("restarted", events)
        self.assertEqual(self.status(harkd)["tails"], 0)
        again = self.control(harkd).tail()
        client = self.greeted(harkd)
        client.send(b"hello\n")
        self.assertEqual(again.reply()["record"]["peer"], client.name)

    def test_who_asks_for_it(self):
        harkd = self.start()
        asking = self.control(harkd)
        version = self.status(harkd)["version"]
        self.assertEqual(asking.call("org.harkd.Restart"), {"from": version, "to": version})
        harkd.wait_record("restarted")
        # Also without a reply.
        oneway = self.control(harkd)
        oneway.begin("org.harkd.Restart", oneway=True)
        harkd.wait_for(lambda: len(harkd.records("restarted")) == 2, what="the second")
        with self.assertRaises(VarlinkError) as caught:
            self.ask(harkd, "Restart", now=True)
        self.assertEqual(caught.exception.name, "org.varlink.service.InvalidParameter")
        self.assertEqual(len(harkd.records("restarted")), 2)

    def test_its_file_stays(self):
        harkd = self.start()
        before = harkd.control.stat()
        self.restart(harkd)
        after = harkd.control.stat()
        self.assertEqual((after.st_ino, after.st_mode), (before.st_ino, before.st_mode))
        harkd.stop()
        self.assertFalse(harkd.control.exists())

    def test_one_that_is_new_or_gone(self):
        harkd = self.start()
        client = self.greeted(harkd)
        with Varlink(harkd.control) as crowd:
            crowd.call("org.harkd.Status")
            for _ in range(20):
                self.restart(harkd)
        client.send(b"hello\n")
        client.expect(b"250 ok #1")
        self.assertEqual(self.status(harkd)["restarts"], 20)

    def test_words_of_an_operator_before_it(self):
        harkd = self.start()
        client = self.greeted(harkd)
        self.ask(harkd, "Say", client=self.number_of(harkd, client), text="before")
        self.ask(harkd, "SetLevel", level="debug")
        self.restart(harkd)
        client.expect(b"* operator: before")
        self.ask(harkd, "Say", client=self.number_of(harkd, client), text="after")
        client.expect(b"* operator: after")
        # The log level stays as it was set, so each call is recorded.
        harkd.wait_for(lambda: [record for record in harkd.records("diagnostic")
                                if record["level"] == "debug" and "Say" in record["text"]],
                       what="the call")


class Followers(HarkTest, RestartTest):
    def line(self, stream):
        self.assertTrue(select.select([stream], [], [], 20)[0], "nothing comes")
        return stream.readline().decode()

    def test_tail(self):
        harkd = self.start()
        client = self.greeted(harkd)
        process = self.start_hark("--control", harkd.control, "tail", bufsize=0)
        harkd.wait_for(lambda: self.status(harkd)["tails"] == 1, what="the tail")
        for number in (1, 2):
            client.send(b"hello\n")
            client.expect(b"250 ok #%d" % number)
            self.assertIn(f"#{number}: hello", self.line(process.stdout))
            self.restart(harkd)
            self.assertEqual(self.line(process.stderr), "hark: the daemon closed the connection\n")
            while "connected again" not in (said := self.line(process.stderr)):
                self.assertEqual(said, "hark: waiting for the daemon\n")
            harkd.wait_for(lambda: self.status(harkd)["tails"] == 1, what="the tail")

    def test_top(self):
        harkd = self.start()
        process = self.start_hark("--control", harkd.control, "--json", "top", bufsize=0)
        seen = [json.loads(self.line(process.stdout))["status"]]
        self.restart(harkd)
        while seen[-1]["restarts"] < 1:
            seen.append(json.loads(self.line(process.stdout))["status"])
        self.assertEqual({(one["pid"], one["run"]) for one in seen},
                         {(harkd.pid, harkd.records()[0]["run"])})
        self.assertIsNone(process.poll())


if __name__ == "__main__":
    unittest.main()
