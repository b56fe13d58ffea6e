"""What the service may not do. A probe runs in its place, under every setting of its unit."""

import re
import unittest
from pathlib import Path

from service_test import ServiceTest, wait_for
from binaries import Binary  # in tests/program, which service_test adds

EXPOSURE = 1.2
FOLDER = "/var/log/harkd"
PROBE = "/usr/local/lib/hark-probe.pl"
# May be refused even without a sandbox, if the kernel lacks them or the container forbids them.
PERHAPS_NOWHERE = {"socket alg", "socket vsock", "write /proc/sys"}
# The probe is another program, which must be executable, too.
DROP_IN = f"""[Service]
Type=oneshot
Restart=no
WatchdogSec=0
ExecStart=
ExecStart=/usr/bin/perl {PROBE} {FOLDER}/report
Environment=PROBE_FOLDER={FOLDER}
ExecPaths=/usr/bin/perl
"""


class Sandbox(ServiceTest):
    def report(self):
        text = self.container.path(f"{FOLDER}/report").read_text(encoding="utf-8")
        return dict(line.split("\t") for line in text.splitlines())

    def test_its_exposure_is_small(self):
        shown = self.run_inside("systemd-analyze", "security", "--no-pager", "harkd.service")
        score = float(re.search(r"Overall exposure level for harkd.service: ([\d.]+)", shown)[1])
        print(f"\nnote: systemd-analyze security: {score}")
        self.assertLessEqual(score, EXPOSURE, shown)

    def test_it_can_do_what_it_needs_and_nothing_else(self):
        self.container.write(PROBE, (Path(__file__).parent / "sandbox_probe.pl").read_text())
        self.start()  # once, so that its folders are there
        self.run_inside("systemctl", "stop", "harkd")
        self.run_inside("mkdir", "-p", "/run/harkd")
        self.run_inside("env", f"PROBE_FOLDER={FOLDER}", "perl", PROBE, f"{FOLDER}/report")
        free = self.report()
        refused = {name for name, outcome in free.items() if outcome != "allowed"}
        self.assertEqual(refused - PERHAPS_NOWHERE, set(), free)
        self.run_inside("rm", "-r", f"{FOLDER}/report", "/run/harkd")
        self.drop_in(DROP_IN)
        self.run_inside("systemctl", "start", "harkd")
        wait_for(self.container.path(f"{FOLDER}/report").exists, "the probe's report")
        bound = self.report()
        self.assertEqual(set(bound), set(free))
        needed = {name for name in bound if name.startswith("needed: ")}
        self.assertEqual({name for name in needed if bound[name] != "allowed"}, set(), bound)
        self.assertEqual({name for name in bound if bound[name] == "allowed"} - needed, set())

    def test_the_daemon_itself_is_as_bound_as_the_probe(self):
        """What the kernel says of the running process."""
        self.start()
        self.greeted()
        status = self.run_inside("cat", f"/proc/{self.main_pid()}/status")
        fields = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
        self.assertEqual({name: int(fields[name], 16)
                          for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")},
                         dict.fromkeys(("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"), 0))
        self.assertEqual((fields["NoNewPrivs"], fields["Seccomp"]), ("1", "2"))
        # The unit's filter, and its own on top.
        self.assertGreaterEqual(int(fields["Seccomp_filters"]), 2)
        self.assertNotIn("0", fields["Uid"].split())
        self.assertEqual(fields["Threads"], "1")

    def test_the_programs_are_hardened(self):
        for name in ("/usr/sbin/harkd", "/usr/bin/hark"):
            self.assertEqual(Binary(self.container.path(name)).weaknesses(), [], name)


if __name__ == "__main__":
    unittest.main()
