"""The prover with a simulated kernel: everything holds with a few seeds, and it finds planted
mistakes."""

import re
import subprocess
import unittest

from harness import HARKD, WAIT

SIMULATE = HARKD.parents[1] / "tests/prove/prove_simulate"
SECONDS = 60
# Each with a seed that finds it soon.
BUGS = {"answers-before-writing": 1, "counts-a-short-write-as-whole": 1, "trusts-a-second-sync": 7,
        "forgets-the-tail": 1, "syncs-in-part": 21, "forgets-names": 1, "forgets-what-it-sends": 1}


def simulate(*arguments, timeout=WAIT):
    return subprocess.run([SIMULATE, *map(str, arguments)], capture_output=True, text=True,
                          timeout=timeout, check=False)


@unittest.skipUnless(SIMULATE.exists(), "this build has no tests")
class Simulation(unittest.TestCase):
    def test_a_few_seeds(self):
        done = simulate(5, 1000)
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertGreater(int(re.search(r"(\d+) messages", done.stdout)[1]), 1000)

    def test_a_seed_makes_the_same_world(self):
        first, second = (simulate(0, 7).stdout.splitlines()[0] for _ in range(2))
        self.assertIn("digest", first)
        self.assertEqual(first, second)
        self.assertNotEqual(first, simulate(0, 8).stdout.splitlines()[0])

    def test_mistakes_are_found_within_a_minute(self):
        for bug, seed in BUGS.items():
            with self.subTest(bug):
                done = simulate(SECONDS, seed, "--bug", bug, timeout=SECONDS + WAIT)
                self.assertEqual(done.returncode, 1, done.stdout)
                self.assertRegex(done.stdout, r"seed \d+: (connection|a (line|client))")


if __name__ == "__main__":
    unittest.main()
