"""A journal of its own: a flood fills that, and not the system's."""

import unittest

from load import Load
from service_test import ServiceTest

EXAMPLES = "/usr/share/doc/harkd/examples"
COUNT = 20_000


class Namespace(ServiceTest):
    def test_the_documented_files_keep_a_flood_out_of_the_system_journal(self):
        # As documented in docs/service.md.
        self.run_inside("mkdir", "-p", "/etc/systemd/system/harkd.service.d")
        self.run_inside("cp", f"{EXAMPLES}/log-namespace.conf",
                        "/etc/systemd/system/harkd.service.d/")
        self.run_inside("cp", f"{EXAMPLES}/journald@harkd.conf", "/etc/systemd/")
        self.run_inside("systemctl", "daemon-reload")
        self.start()
        load = Load(self, "apart", 10, COUNT // 10)
        # The journal stays the same when harkd restarts in place.
        self.run_inside("hark", "restart")
        load.join(60)
        self.assertEqual(load.answered, COUNT)
        self.run_inside("journalctl", "--namespace=harkd", "--sync")
        inside = self.run_inside("journalctl", "--namespace=harkd", "--quiet", "--no-pager",
                                 "--output=cat", "--output-fields=HARK_TEXT",
                                 "HARK_EVENT=message").splitlines()
        self.assertEqual(sorted(inside), sorted(load.acknowledged()))
        self.assertEqual(self.texts(), [])
        shown = self.run_inside("hark", "log", "-n", "all").splitlines()
        self.assertEqual(len(shown), COUNT)
        # What the system has to say about the service is where it always was.
        self.assertIn("Started", self.journalctl("--unit=harkd"))
        self.run_inside("systemctl", "stop", "harkd")


if __name__ == "__main__":
    unittest.main()
