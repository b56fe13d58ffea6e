"""Who may use the service's control socket. The service has a user namespace of its own, in which
all other users are nobody, so only a client's groups show that it belongs to hark."""

import json
import re
import shlex
import unittest

from debian_root import suite
from service_test import ServiceTest, wait_for

CONTROL = "/run/harkd/control"
DENIED = "org.varlink.service.PermissionDenied"
NOBODY = 65534
MEMBER, STRANGER = "member", "stranger"


class Control(ServiceTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.container.run("useradd", "--no-create-home", "--groups=hark", MEMBER)
        cls.container.run("useradd", "--no-create-home", STRANGER)

    def call_as(self, user, method, **parameters):
        """(the error or an empty text, the parameters) of the reply; or why netcat got none."""
        call = json.dumps({"method": f"org.harkd.{method}", "parameters": parameters})
        identity = ([] if user == "root" else
                    ["setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups"])
        done = self.container.run(
            *identity, "sh", "-c", f"printf '%s\\0' {shlex.quote(call)} | nc -U -N {CONTROL}",
            check=False)
        if not done.stdout:
            return done.stderr.strip(), {}
        reply = json.loads(done.stdout.rstrip("\0"))
        return reply.get("error", ""), reply["parameters"]

    def begin(self, config=""):
        self.configure(config)
        self.start()
        return self.greeted()

    def stat(self, path):
        return self.run_inside("stat", "--format=%A %U %G", path).strip()

    def test_metrics_are_written_for_the_collector(self):
        folder = "/var/lib/prometheus/node-exporter"
        self.begin()
        self.run_inside("mkdir", "-p", folder)
        self.run_inside("systemctl", "start", "harkd-metrics.service")
        text = self.run_inside("cat", f"{folder}/harkd.prom")
        self.assertRegex(text, r"(?m)^harkd_connections 1$")
        self.assertTrue(text.endswith("# EOF\n"))
        self.run_inside("rm", f"{folder}/harkd.prom")
        self.run_inside("systemctl", "start", "harkd-metrics.timer")
        wait_for(lambda: "harkd.prom" in self.run_inside("ls", folder), "the timer's file")
        self.run_inside("systemctl", "stop", "harkd-metrics.timer")

    def test_root_and_members_may_do_everything(self):
        client = self.begin()
        self.assertEqual(self.stat(CONTROL), "srw-rw---- harkd hark")
        self.assertEqual(self.stat("/run/harkd"), "drwxr-xr-x harkd hark")
        for user in ("root", MEMBER):
            error, status = self.call_as(user, "Status")
            self.assertEqual((error, status["pid"]), ("", self.main_pid()))
            self.assertEqual(self.call_as(user, "Say", client=1, text=f"I am {user}"), ("", {}))
            client.expect(f"* operator: I am {user}".encode())
            self.assertEqual(self.call_as(user, "Reload"), ("", {}))
        said = wait_for(lambda: self.entries("HARK_EVENT=operator", "HARK_ACTION=say")[1:],
                        "records of both")[-1]
        self.assertEqual((said["HARK_TEXT"], said["HARK_UID"]), (f"I am {MEMBER}", str(NOBODY)))
        self.assertRegex(said["HARK_PID"], r"^\d+$")
        self.assertEqual(self.call_as(MEMBER, "Kick", client=1, reason="enough"), ("", {}))
        client.expect(b"421 kicked: enough")

    def test_others_cannot_connect(self):
        self.begin()
        error, _ = self.call_as(STRANGER, "Status")
        self.assertIn("Permission denied", error)

    def test_others_may_look_where_that_is_open(self):
        client = self.begin('control_readers = "everyone"\n')
        self.assertEqual(self.stat(CONTROL), "srw-rw-rw- harkd hark")
        error, status = self.call_as(STRANGER, "Status")
        self.assertEqual((error, status["connections"]), ("", 1))
        self.assertEqual(self.call_as(STRANGER, "Clients")[1]["clients"][0]["peer"], client.name)
        for method, parameters in (("Say", {"client": 1, "text": "x"}), ("Kick", {"client": 1}),
                                   ("Broadcast", {"text": "x"}), ("Reload", {}),
                                   ("SetLevel", {"level": "debug"})):
            self.assertEqual(self.call_as(STRANGER, method, **parameters), (DENIED, {}))
        self.assertEqual(self.call_as(MEMBER, "Say", client=1, text="still"), ("", {}))
        client.expect(b"* operator: still")

    def test_it_goes_and_comes_with_the_service(self):
        self.begin()
        self.run_inside("systemctl", "kill", "--signal=KILL", "harkd")
        wait_for(lambda: self.call_as(MEMBER, "Status")[0] == "", "the service to be back")
        self.run_inside("systemctl", "stop", "harkd")
        self.assertFalse(self.container.path("/run/harkd").exists())

    @unittest.skipIf(suite() == "bookworm", "its systemd has no varlinkctl")
    def test_varlinkctl(self):
        client = self.begin()
        info = self.run_inside("varlinkctl", "info", CONTROL)
        self.assertRegex(info, r"Product: *harkd")
        self.assertIn("org.harkd", info)
        shown = self.run_inside("varlinkctl", "introspect", CONTROL, "org.harkd")
        self.assertRegex(shown, r"method Tail\(")
        status = json.loads(self.run_inside("varlinkctl", "call", "--json=short", CONTROL,
                                            "org.harkd.Status", "{}"))
        self.assertEqual(status["pid"], self.main_pid())
        refused = self.container.run("varlinkctl", "call", CONTROL, "org.harkd.Say",
                                     '{"client":99,"text":"x"}', check=False)
        self.assertNotEqual(refused.returncode, 0)
        self.assertIn("org.harkd.NoSuchClient", refused.stdout + refused.stderr)
        tail = self.container.start("timeout", "20", "varlinkctl", "--more", "--json=short", "call",
                                    CONTROL, "org.harkd.Tail", "{}", stdout=-1)
        self.addCleanup(tail.wait)
        self.addCleanup(tail.kill)
        self.addCleanup(tail.stdout.close)
        wait_for(lambda: self.call_as("root", "Status")[1]["tails"] == 1, "the stream")
        client.send("你好\n".encode())
        line = tail.stdout.readline().decode()
        self.assertRegex(line, re.escape('"text":"你好"'))


if __name__ == "__main__":
    unittest.main()
