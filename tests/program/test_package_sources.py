"""Information repeated in debian/ agrees with the rest of the repository."""

import re
import subprocess
import unittest

from harness import HARKD, ROOT, WAIT


def read(path):
    return (ROOT / path).read_text(encoding="utf-8")


class PackageSources(unittest.TestCase):
    def test_version(self):
        self.assertEqual(re.match(r"hark \((.+?)\)", read("debian/changelog"))[1],
                         re.search(r"version: '(.+?)'", read("meson.build"))[1])

    def test_every_library_is_a_build_dependency(self):
        # A machine that has all of them installed would not notice a missing one.
        wanted = set(re.findall(r"^build +(\S+-dev) ", read("dev"), re.MULTILINE))
        field = re.search(r"^Build-Depends:\n((?: .+\n)+)", read("debian/control"), re.MULTILINE)
        self.assertTrue(wanted)
        self.assertLessEqual(wanted, set(re.findall(r"^ ([^\s,]+)", field[1], re.MULTILINE)))

    def test_training(self):
        # If this fails, the package is built without a profile.
        done = subprocess.run([ROOT / "debian/training.py", HARKD], stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=3 * WAIT, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main()
