"""hark top without a terminal."""

import json
import signal
import unittest

from client import WAIT
from controlling import ControlTest
from fake_control import HangUp


class OffATerminal(ControlTest):
    def test_needs_a_terminal(self):
        self.serve()
        status, output, errors = self.run_hark("top")
        self.assertEqual((status, output), (2, ""))
        self.assertIn("there is no terminal", errors)
        self.environment["TERM"] = "dumb"
        person = self.sit_down("top")
        self.assertEqual(person.wait(), 2)

    def test_json(self):
        server = self.serve()
        def status(_):
            server.status["uptime"] += 1
            server.clients[0]["messages"] += 5
            server.clients[0]["limited"] = True
            return [server.status]
        server.handle("Status", status)
        process = self.begin("--json", "top")
        first, second = (json.loads(process.stdout.readline()) for _ in range(2))
        self.assertEqual(set(first), {"status", "clients"})
        self.assertEqual(set(first["status"]), set(server.status))
        self.assertEqual(second["status"]["uptime"], first["status"]["uptime"] + 1)
        self.assertEqual([(client["id"], client["message_rate"]) for client in second["clients"]],
                         [(1, 5.0), (2, 0.0), (17, 0.0)])
        self.assertEqual([client["limited"] for client in second["clients"]], [True, False, False])
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(WAIT), 130)
        self.assertEqual(process.stderr.read(), b"")

    def test_json_without_a_reader(self):
        self.serve()
        process = self.begin("--json", "top")
        process.stdout.readline()
        process.stdout.close()
        self.assertEqual(process.wait(WAIT), 0)
        self.assertEqual(process.stderr.read(), b"")

    def test_json_across_a_restart(self):
        server = self.serve()
        process = self.begin("--json", "top")
        process.stdout.readline()
        server.handle("Status", lambda _: [HangUp()])
        self.assertEqual(process.stderr.readline(), b"hark: the daemon closed the connection\n")
        server.handle("Status", lambda _: [server.status])
        self.assertIn("status", json.loads(process.stdout.readline()))


if __name__ == "__main__":
    unittest.main()
