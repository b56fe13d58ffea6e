"""The packaged service with a NATS stream: its confinement allows a server by name, credentials
from systemd, and several processes on one port."""

import sys
import unittest
from pathlib import Path

from service_test import PORT, ROOT, ServiceTest, wait_for

sys.path.append(str(ROOT / "tests/program"))

# pylint: disable=wrong-import-position
from nats_client import NatsClient, NatsError
from nats_programs import nats_programs
from nats_sink import batches_of, check_gapless

SERVER = "/usr/local/bin/nats-server"
SERVER_CONFIG = """listen: 127.0.0.1:4222
jetstream { store_dir: /var/lib/nats }
authorization { user: hark, password: secret }
"""
UNIT = f"[Service]\nExecStart={SERVER} -c /etc/nats.conf\n"
TABLE = """
[nats]
servers = ["nats.example.org"]
subject = "{subject}"
replicas = 1
user = "hark"
password_file = "{password_file}"
"""


class Stream(ServiceTest):
    @classmethod
    def setUpClass(cls):
        if not nats_programs():
            raise unittest.SkipTest("nats-server is missing")
        super().setUpClass()
        cls.container.path(SERVER).parent.mkdir(parents=True, exist_ok=True)
        cls.container.path(SERVER).write_bytes(Path(nats_programs()[0]).read_bytes())
        cls.container.path(SERVER).chmod(0o755)
        cls.container.write("/etc/nats.conf", SERVER_CONFIG)
        cls.container.write("/etc/systemd/system/nats.service", UNIT)
        cls.container.write("/etc/harkd/password", "secret\n")
        cls.container.write("/etc/hosts", "127.0.0.1 localhost nats.example.org\n")
        cls.container.run("chmod", "600", "/etc/harkd/password")
        cls.container.run("systemctl", "daemon-reload")
        cls.container.run("systemctl", "start", "nats.service")

    def setUp(self):
        super().setUp()
        wait_for(self.create_stream, "the stream")
        self.addCleanup(self.delete_stream)

    def nats(self):
        with self.container.network():
            return NatsClient(4222, user="hark", **{"pass": "secret"})

    def create_stream(self):
        try:
            with self.nats() as client:
                return client.create_stream("HARK", ["hark.>"])
        except (OSError, NatsError):
            return None

    def delete_stream(self):
        with self.nats() as client:
            client.delete_stream("HARK")

    def stored(self, subject):
        with self.nats() as client:
            messages = [one for one in client.messages("HARK") if one.subject == subject]
        return [record["text"] for record in check_gapless(batches_of(messages))
                if record["event"] == "message"]

    def table(self, subject, unit):
        return TABLE.format(subject=subject, password_file=f"/run/credentials/{unit}/nats")

    def test_credentials_of_systemd(self):
        self.configure('log = ["nats:HARK", "journal"]\n' +
                       self.table("hark.site7", "harkd.service"))
        self.drop_in("[Service]\nLoadCredential=nats:/etc/harkd/password\n")
        self.start()
        client = self.greeted()
        for number, action in enumerate((None, "reload", "restart", None), 1):
            if action == "restart":
                self.run_inside("hark", "restart")
            elif action:
                self.run_inside("systemctl", action, "harkd.service")
            client.send(b"message %d\n" % number)
            client.expect(b"250 ok #%d" % number)
            self.assertEqual(self.stored("hark.site7")[-1], f"message {number}")
        self.run_inside("systemctl", "restart", "nats.service")
        client.send(b"message 5\n")
        client.expect(b"250 ok #5")
        self.assertEqual(self.stored("hark.site7"), [f"message {one}" for one in range(1, 6)])
        self.assertEqual(self.stored("hark.site7"), self.texts())

    def test_two_processes_on_one_port(self):
        units = [f"harkd@{name}.service" for name in "ab"]
        self.addCleanup(self.container.run, "systemctl", "stop", *units)
        for name, unit in zip("ab", units):
            self.container.write(f"/etc/harkd/{name}.toml", (
                'log = ["nats:HARK"]\n' + self.table(f"hark.site7.{name}", unit) +
                f'[[listener]]\naddress = "[::]:{PORT}"\nreuse_port = true\n'))
            self.drop_in("[Service]\nLoadCredential=nats:/etc/harkd/password\n", unit)
        self.run_inside("systemctl", "start", *units)
        for number in range(40):
            client = self.greeted()
            client.send(b"message %d\n" % number)
            client.expect(b"250 ok #1")
            client.close()
        parts = [self.stored(f"hark.site7.{name}") for name in "ab"]
        self.assertEqual(sorted(parts[0] + parts[1]),
                         sorted(f"message {number}" for number in range(40)))
        self.assertTrue(all(parts), "one of them got nobody")


if __name__ == "__main__":
    unittest.main()
