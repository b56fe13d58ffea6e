"""The service's files are accepted by the programs that read them."""

import re
import subprocess
import tempfile
import unittest
from pathlib import Path

from harness import HARKD, ROOT

SYSTEMD = ROOT / "systemd"
UNITS = ("harkd.service", "harkd@.service", "harkd.socket", "harkd-metrics.service", "harkd-metrics.timer")
CATALOGS = ("harkd.catalog", "harkd.zh_CN.catalog")


def run(*command):
    return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, check=False)


def entries(catalog):
    """{message id: the complete entry}"""
    text = (SYSTEMD / catalog).read_text(encoding="utf-8")
    parts = re.split(r"^-- ([0-9a-f]{32})$", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2]))


class ServiceFiles(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="hark-test-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def test_units_are_valid(self):
        # Where the program is installed does not matter here.
        for name in UNITS:
            text = (SYSTEMD / name).read_text(encoding="utf-8")
            text = text.replace("/usr/sbin/harkd", str(HARKD))
            name = name.replace("@", "@site7")
            text = text.replace("/usr/bin/hark ", f"{HARKD.parents[1] / 'tools/hark'} ")
            (self.folder / name).write_text(text, encoding="utf-8")
        verdict = run("systemd-analyze", "verify", "--man=no", "--recursive-errors=no",
                      *(self.folder / name.replace("@", "@site7") for name in UNITS))
        ours = [line for line in verdict.stdout.splitlines() if "harkd" in line]
        self.assertEqual((ours, verdict.returncode), ([], 0), verdict.stdout)

    def test_an_instance_differs_from_the_service_in_its_name_alone(self):
        service, instance = ((SYSTEMD / name).read_text(encoding="utf-8").splitlines()
                             for name in ("harkd.service", "harkd@.service"))
        added = [line for line in instance if line not in service]
        self.assertTrue(all("%i" in line or line.startswith("#") or line == "After=network.target"
                            for line in added), added)
        settings = [[line.partition("=")[0] for line in lines if re.match(r"\w+=", line)]
                    for lines in (service, instance)]
        self.assertEqual(*settings)

    def test_exposure_is_at_most_1_2(self):
        for name in UNITS:
            if name.endswith(".service") and "@" not in name:
                verdict = run("systemd-analyze", "security", "--no-pager", "--offline=true",
                              "--threshold=12", SYSTEMD / name)
                self.assertIn("Overall exposure level", verdict.stdout)
                self.assertEqual(verdict.returncode, 0, verdict.stdout)

    def test_catalogs_explain_every_event(self):
        source = (ROOT / "common/record/journal_entries.cpp").read_text(encoding="utf-8")
        sent = set(re.findall(r'"([0-9a-f]{32})"', source))
        self.assertTrue(sent)
        english, chinese = (entries(catalog) for catalog in CATALOGS)
        self.assertLessEqual(sent, english.keys())
        self.assertEqual(english.keys(), chinese.keys())
        for message_id, entry in english.items():
            fields = [set(re.findall(r"@(\w+)@", text)) for text in (entry, chinese[message_id])]
            self.assertEqual(*fields, message_id)
            # A peer's text, which journalctl would show unescaped.
            self.assertFalse(fields[0] & {"HARK_TEXT", "MESSAGE"}, message_id)

    def test_catalogs_are_accepted(self):
        place = self.folder / "usr/lib/systemd/catalog"
        place.mkdir(parents=True)
        (self.folder / "var/lib/systemd/catalog").mkdir(parents=True)
        for catalog in CATALOGS:
            (place / catalog).write_bytes((SYSTEMD / catalog).read_bytes())
        update = run("journalctl", f"--root={self.folder}", "--update-catalog")
        self.assertEqual((update.stdout, update.returncode), ("", 0))
        listed = run("journalctl", f"--root={self.folder}", "--list-catalog").stdout.splitlines()
        self.assertEqual({line.split()[0] for line in listed}, entries(CATALOGS[0]).keys())


if __name__ == "__main__":
    unittest.main()
