"""Short runs of the provers that use the real daemon, and whether they see what they look for."""

import copy
import json
import os
import random
import shutil
import subprocess
import sys
import unittest

from harness import HARKD, ROOT, SLOW, ProgramTest

sys.path[:0] = [str(ROOT / "tests" / "prove")]

# pylint: disable=wrong-import-position
from model import KINDS, Conversation
from reader import Log, compare

# Long runs use others.
SEED = 4000
SEEDS = 2
FAILURES = 12
SOAK_S = 10


class Short(ProgramTest):
    def prove(self, script, *arguments, seconds=60):
        done = subprocess.run([sys.executable, ROOT / "tests" / "prove" / script, HARKD.parents[1],
                               *map(str, arguments)], stdin=subprocess.DEVNULL, text=True,
                              capture_output=True, timeout=seconds * SLOW, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def test_real_faults(self):
        output = self.prove("real.py", 60, SEED, "--runs", SEEDS)
        print(f"note: {output.splitlines()[-1]}")

    def test_failing_system_calls(self):
        if not shutil.which("strace") or os.geteuid() != 0:
            self.skipTest("needs strace and root")
        output = self.prove("syscalls.py", FAILURES, SEED)
        print(f"note: {output.splitlines()[-1]}")


    def test_soak(self):
        output = self.prove("soak.py", SOAK_S * SLOW, SEED)
        print(f"note: {output.splitlines()[-1]}")


class Reader(unittest.TestCase):
    """The reader finds each fault in a log that is otherwise right."""

    def setUp(self):
        dice = random.Random(5)
        self.conversations = [Conversation(KINDS[number], number, 1) for number in range(2)]
        self.records = []
        for number in range(1, 11):
            for conn, conversation in enumerate(self.conversations):
                conversation.next_text(dice)
                if number < 10:
                    conversation.take(b"250 ok #%d\r\n" % number)
                self.records.append({
                    "time": "-", "run": "0", "event": "message", "conn": conn, "seq": number,
                    "text": conversation.sent[-1], "end": "lf"})

    def violations(self, records=None, gone=(), data=None, **settings):
        if data is None:
            data = b"".join(json.dumps(record).encode() + b"\n" for record in records)
        return compare([Log("log", [data], list(gone), **settings)], self.conversations)[1]

    def test_right(self):
        self.assertEqual(self.violations(self.records), [])
        # The last message of each client was not acknowledged.
        self.assertEqual(self.violations(self.records[:-2]), [])

    def test_missing(self):
        for number in range(18):
            left = self.records[:number] + self.records[number + 1:]
            self.assertTrue(self.violations(left), number)
            gone = json.dumps(self.records[number]).encode() + b"\n"
            self.assertEqual(self.violations(left, gone=[gone + b'{"half']), [])
            self.assertTrue(self.violations(self.records, gone=[gone]), number)
            self.assertEqual(self.violations(self.records, gone=[gone], writes_again=True), [])

    def test_doubled(self):
        for number, record in enumerate(self.records):
            self.assertTrue(self.violations(self.records[:number] + [record] +
                                            self.records[number:]), number)

    def test_out_of_order(self):
        for number in range(18):
            swapped = list(self.records)
            swapped[number], swapped[number + 2] = swapped[number + 2], swapped[number]
            self.assertTrue(self.violations(swapped), number)

    def test_torn(self):
        for number, record in enumerate(self.records[:18]):
            for change in ({"text": record["text"][:-1]}, {"text": record["text"] + "x"},
                           {"more": True}, {"seq": record["seq"] + 100},
                           {"conn": 1 - record["conn"]}):
                wrong = copy.deepcopy(self.records)
                wrong[number].update(change)
                self.assertTrue(self.violations(wrong), (number, change))
        data = b"".join(json.dumps(record).encode() + b"\n" for record in self.records)
        for end in (data[:-1], data + b"{", data + b"{}\n", data.replace(b"\n", b"", 1)):
            self.assertTrue(self.violations(data=end))

    def test_answers(self):
        for line in (b"250 ok #9\r\n", b"250 ok #11\r\n", b"250 ok #10-11\r\n", b"what\r\n",
                     b"451 not stored #9: no\r\n", b"250 ok #12-10\r\n"):
            conversation = copy.deepcopy(self.conversations[0])
            conversation.take(line)
            self.assertTrue(conversation.violations, line)
        self.conversations[0].take(b"451 not stored #10: no\r\n")
        self.assertTrue(self.violations(self.records))

    def test_answers_of_what_is_no_text(self):
        conversation = self.conversations[0]
        text = conversation.sent[3] + " \ufffd"
        conversation.sent[3] = self.records[6]["text"] = text
        self.assertTrue(self.violations(self.records))
        conversation.answers[3] = (4, 4, True)
        self.assertEqual(self.violations(self.records), [])
        conversation.answers[3:6] = [(4, 6, True)]
        self.assertEqual(self.violations(self.records), [])
        conversation.answers[3:] = [(4, 4, True), (5, 9, True)]
        self.assertTrue(self.violations(self.records))


if __name__ == "__main__":
    unittest.main()
