"""systemd holds the port: the first client starts the daemon, a restart loses none."""

import unittest

from service_test import ServiceTest, wait_for


class Activation(ServiceTest):
    def test_the_first_client_starts_it(self):
        self.start("harkd.socket")
        self.assertEqual(self.show("ActiveState"), "inactive")
        client = self.connect()
        client.send(b"first words\n")
        client.greeted().expect(b"250 ok #1")
        self.assertEqual(self.show("ActiveState"), "active")
        self.assertEqual(self.texts(), ["first words"])

    def test_both_families_start_it(self):
        for host, name in (("127.0.0.1", "four"), ("::1", "six")):
            with self.subTest(host):
                self.run_inside("systemctl", "stop", "harkd.service", "harkd.socket")
                self.start("harkd.socket")
                client = self.connect(host=host)
                client.send(name.encode() + b"\n")
                client.greeted().expect(b"250 ok #1")
                entry = self.wait_entry(HARK_EVENT="message", HARK_TEXT=name)
                # As the client sees itself, not ::ffff:127.0.0.1.
                self.assertEqual(entry["HARK_PEER"], client.name)

    def test_it_takes_the_port_of_systemd_and_opens_none(self):
        self.start("harkd.socket")
        self.greeted()
        listening = self.run_inside("cat", "/proc/net/tcp", "/proc/net/tcp6").splitlines()
        held = [line for line in listening if ":223D " in line and " 0A " in line]
        self.assertEqual(len(held), 1, held)
        self.run_inside("systemctl", "stop", "harkd.service")
        self.greeted()  # the port was open all the time

    def test_a_restart_loses_none_who_waits(self):
        self.start("harkd.socket")
        old = self.greeted()
        # The daemon is away until the clients have come. (+: outside the sandbox, which executes no
        # shell.)
        self.drop_in("[Service]\nExecStartPre=+/bin/sh -c 'until test -e /run/harkd/go; do"
                     " sleep 0.05; done'\n")
        restart = self.container.start("systemctl", "restart", "harkd.service")
        self.addCleanup(restart.wait)
        self.addCleanup(restart.kill)
        self.wait_shown("SubState", "start-pre")
        old.expect_match(rb"421 .*")
        clients = [self.connect() for _ in range(30)]
        for number, client in enumerate(clients):
            client.send(b"waiting %d\n" % number)
        self.container.write("/run/harkd/go", "")
        for client in clients:
            client.greeted().expect(b"250 ok #1")
        wait_for(lambda: restart.poll() == 0, "the restart")
        self.assertEqual(sorted(self.texts()), sorted(f"waiting {one}" for one in range(30)))


if __name__ == "__main__":
    unittest.main()
