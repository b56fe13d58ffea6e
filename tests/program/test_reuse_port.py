"""Several daemons on one port."""

import re
import unittest

from harness import ProgramTest, run_harkd
from nats_servers import free_ports


class SharedPort(ProgramTest):
    CLIENTS = 40

    def config(self, port, reuse="true"):
        return f'[[listener]]\naddress = "127.0.0.1:{port}"\nreuse_port = {reuse}\n'

    def test_connections_are_shared_out(self):
        port, = free_ports(1)
        daemons = [self.start(config=self.config(port), listen=()) for _ in range(2)]
        clients = [self.greeted(daemons[0]) for _ in range(self.CLIENTS)]
        for number, client in enumerate(clients):
            client.send(b"from %d\n" % number)
            client.expect(b"250 ok #1")
        texts = [[record["text"] for record in harkd.messages()] for harkd in daemons]
        self.assertEqual(sorted(texts[0] + texts[1]),
                         sorted(f"from {number}" for number in range(self.CLIENTS)))
        self.assertTrue(all(texts), "one has all of them")

    def test_all_of_them_must_say_so(self):
        port, = free_ports(1)
        self.start(config=self.config(port), listen=())
        path = self.folder / "other.toml"
        path.write_text(self.config(port, "false"), encoding="utf-8")
        done = run_harkd("--config", path, "--control", "", "--log", "console")
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"Address already in use", done.stderr)

    def test_not_for_passed_sockets(self):
        path = self.folder / "other.toml"
        path.write_text('[[listener]]\nsocket = "harkd"\nreuse_port = true\n', encoding="utf-8")
        done = run_harkd("--config", path, "--check-config")
        self.assertEqual(done.returncode, 2)
        self.assertTrue(re.search(rb":3:14: reuse_port needs an address", done.stderr),
                        done.stderr)


if __name__ == "__main__":
    unittest.main()
