"""SECURITY.md: each threat names tests, and they exist."""

import re
import unittest

from harness import ROOT

PROGRAM_TESTS = ROOT / "tests/program"


def rows():
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    table = text.partition("| threat |")[2].splitlines()[2:]
    for line in table:
        if not line.startswith("|"):
            break
        yield [cell.strip() for cell in line.strip("|").split("|")]


class SecurityTable(unittest.TestCase):
    def test_each_test_exists(self):
        table = list(rows())
        self.assertGreater(len(table), 20)
        for threat, answer, named in table:
            with self.subTest(threat):
                self.assertTrue(answer)
                names = re.findall(r"`([^`]+)`", named)
                self.assertTrue(names, "no test")
                file = None
                for name in names:
                    path, _, test = name.partition("::")
                    if path:
                        file = (ROOT if "/" in path else PROGRAM_TESTS) / path
                    self.assertTrue(file.exists(), name)
                    if test:
                        self.assertRegex(file.read_text(encoding="utf-8"), rf"    def {test}\(",
                                         name)


if __name__ == "__main__":
    unittest.main()
