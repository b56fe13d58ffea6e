"""Operators act at the worst moments, and every message is still accounted for: what has arrived is
recorded, and what is acknowledged is in the log.
"""

import re
import threading
import unittest

from controlled import SLOW, WAIT, ControlledTest, VarlinkError

PIPELINE = 4000
FLOODERS = 6
ANSWER = re.compile(rb"250 ok #(\d+)(?:-(\d+))?")


def answered(lines, count=0):
    """The last message that these lines acknowledge, which must be in order after `count`."""
    for line in lines:
        if found := ANSWER.fullmatch(line):
            assert int(found[1]) == count + 1, f"{line!r} after {count}"
            count = int(found[2] or found[1])
    return count


class Moments(ControlledTest):
    def hold_up(self, harkd):
        """Makes the log full, and waits until a client's message has paused it."""
        harkd.limit_log(0)
        meets = self.greeted(harkd)
        meets.send(b"no room\n")
        harkd.wait_for(lambda: not self.status(harkd)["accepting"], what="a pause")
        return meets

    def test_kick_while_a_pipeline_waits_for_the_log(self):
        harkd = self.start()
        client = self.greeted(harkd)
        client.send(b"first\n")
        client.expect(b"250 ok #1")
        number = self.number_of(harkd, client)
        self.hold_up(harkd)
        client.send(b"".join(b"message %d\n" % each for each in range(2, PIPELINE)) + b"tail")
        client.wait_arrived()
        self.ask(harkd, "Kick", client=number, reason="enough")
        with self.refused("org.harkd.NotSaid", client=number, reason="it is leaving"):
            self.ask(harkd, "Kick", client=number)
        harkd.limit_log(None)
        lines = client.rest()
        self.assertEqual(lines[-1], b"421 kicked: enough")
        self.assertEqual(answered(lines[:-1], 1), PIPELINE)
        client.close()
        closed = harkd.wait_closed(client)
        self.assertEqual((closed["reason"], closed["messages"], closed["discarded"]),
                         ("kicked", PIPELINE, 0))
        records = harkd.messages(client)
        self.assertEqual([record["text"] for record in records],
                         ["first", *(f"message {each}" for each in range(2, PIPELINE)), "tail"])
        self.assertEqual(records[-1]["end"], "kicked")

    def test_kick_flooders(self):
        harkd = self.start()
        flooders = [self.greeted(harkd) for _ in range(FLOODERS)]
        numbers = [self.number_of(harkd, one) for one in flooders]
        heard = {}

        def flood(one):
            line = b"x" * 20 + b"\n"
            try:
                while True:
                    one.send(line * 500)
            except OSError:
                pass

        def listen(one):
            heard[one.name] = one.rest()

        threads = [threading.Thread(target=act, args=(one,), daemon=True)
                   for one in flooders for act in (flood, listen)]
        for thread in threads:
            thread.start()
        varlink = self.control(harkd)
        for number in numbers:
            harkd.wait_for(lambda: all(one["messages"] > 2000 // SLOW for one in
                                       varlink.call("org.harkd.Clients")["clients"]))
            varlink.call("org.harkd.Broadcast", text="soon")
            varlink.call("org.harkd.Kick", client=number)
            varlink.call("org.harkd.Reload")
        for thread in threads:
            thread.join(WAIT)
        for one in flooders:
            closed = harkd.wait_closed(one)
            records = harkd.messages(one)
            self.assertEqual(closed["reason"], "kicked")
            self.assertEqual([record["seq"] for record in records],
                             list(range(1, closed["messages"] + 1)))
            # If the flood ends in a reset, the last replies are lost with it.
            self.assertLessEqual(answered(heard[one.name]), closed["messages"])
            recorded = sum(record["bytes"] + (record["end"] == "lf") for record in records)
            self.assertEqual(closed["bytes"], recorded + closed["discarded"])

    def test_a_client_kicked_twice_at_once(self):
        harkd = self.start()
        client = self.greeted(harkd)
        varlink = self.control(harkd)
        for _ in range(2):
            varlink.begin("org.harkd.Kick", client=1, reason="go")
        varlink.begin("org.harkd.Say", client=1, text="hello")
        self.assertEqual(varlink.reply(), {})
        for _ in range(2):
            with self.assertRaises(VarlinkError):
                varlink.reply()
        self.assertEqual(client.rest(), [b"421 kicked: go"])


if __name__ == "__main__":
    unittest.main()
