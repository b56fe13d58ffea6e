"""The programs are built as hardened as the compiler allows: checksec's questions."""

import json
import os
import shutil
import unittest
from pathlib import Path

from binaries import Binary
from harness import HARKD, ROOT

BUILD = Path(os.environ.get("HARK_BUILD", ROOT / "build"))


def is_optimised():
    """Whether the build is optimised: only then can calls of the C library be checked."""
    options = {option["name"]: option["value"] for option in json.loads(
        (BUILD / "meson-info/intro-buildoptions.json").read_text(encoding="utf-8"))}
    level = options["optimization"]
    for argument in options["cpp_args"]:
        if argument.startswith("-O"):
            level = argument[2:]
    return level in ("1", "2", "3", "s")


@unittest.skipUnless(shutil.which("readelf"), "needs readelf")
class Hardening(unittest.TestCase):
    def test_of_both_programs(self):
        for path in (HARKD, BUILD / "tools/hark"):
            with self.subTest(path.name):
                self.assertEqual(Binary(path).weaknesses(fortified=is_optimised()), [])

    def test_control_flow_is_protected(self):
        """Checks our own object files: of a program, the linker says so only if the C library's
        start files are protected too."""
        harkd = Binary(HARKD)
        if not harkd.is_for_x86_64() or harkd.is_sanitized():
            self.skipTest("for x86-64")
        objects = sorted((BUILD / "daemon").glob("harkd.p/*.o"))
        self.assertTrue(objects)
        for path in objects:
            self.assertTrue(Binary(path).has_control_flow_protection(), path)

    def test_a_weak_program_is_noticed(self):
        objects = sorted((BUILD / "daemon").glob("harkd.p/*.o"))
        weak = Binary(objects[0]).weaknesses()
        self.assertIn("not position-independent", weak)
        self.assertIn("no RELRO", weak)
        self.assertIn("symbols are bound late", weak)


if __name__ == "__main__":
    unittest.main()
