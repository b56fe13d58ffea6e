"""Who may connect: limits by number, address and network, allow and deny, and what refusals say."""

import time
import unittest

from client import Client
from configured import change_config
from controlled import SLOW, ControlledTest


def limits(text, before=""):
    return f"{before}\n[limits]\nexempt = []\n{text}\n"


class AdmissionTest(ControlledTest):
    def join(self, harkd, source, **options):
        return self.greeted(harkd, source=source, **options)

    def refused_as(self, harkd, source, reason, **options):
        """Checks that a client with this address is told this reason within a second, and
        disconnected."""
        begin = time.monotonic()
        client = self.connect(harkd, source=source, **options)
        client.expect(b"421 " + reason.encode())
        client.eof()
        self.assertLess(time.monotonic() - begin, 1 * SLOW)
        return client

    def check_refusals(self, harkd):
        """Checks that records and figures agree, once a record says how many were left out."""
        status = self.status(harkd)
        records = harkd.records("refused")
        self.assertEqual(len(records) + sum(record.get("count", 0) for record in records),
                         status["refused"])
        self.assertEqual(sum(status["refusals"].values()), status["refused"])


class Numbers(AdmissionTest):
    ADDRESS = "too many connections from this address"
    NETWORK = "too many connections from this network"

    def test_in_all(self):
        harkd = self.start(config=limits("connections = 3"))
        inside = [self.join(harkd, f"127.0.{net}.1") for net in (1, 2, 3)]
        self.refused_as(harkd, "127.0.4.1", "too many connections")
        inside[1].close()
        harkd.wait_closed(inside[1])
        self.join(harkd, "127.0.4.1")
        self.check_refusals(harkd)

    def test_by_address(self):
        harkd = self.start(config=limits("connections_per_address = 2"))
        inside = [self.join(harkd, "127.0.1.1") for _ in range(2)]
        self.refused_as(harkd, "127.0.1.1", self.ADDRESS)
        self.join(harkd, "127.0.1.2")
        inside[0].reset()
        harkd.wait_closed(inside[0])
        self.join(harkd, "127.0.1.1")
        self.check_refusals(harkd)

    def test_by_network(self):
        harkd = self.start(config=limits("connections_per_network = 3"))
        inside = [self.join(harkd, f"127.0.1.{host}") for host in (1, 2, 255)]
        self.refused_as(harkd, "127.0.1.7", self.NETWORK)
        self.join(harkd, "127.0.2.1")
        inside[2].close()
        harkd.wait_closed(inside[2])
        self.join(harkd, "127.0.1.7")
        self.check_refusals(harkd)

    def test_in_a_second(self):
        harkd = self.start(config=limits("new_connections_per_second = 5"))
        begin = time.monotonic()
        for _ in range(5):
            self.join(harkd, "127.0.1.1").close()
        if time.monotonic() - begin < 0.15:
            self.refused_as(harkd, "127.0.1.1",
                            "too many connections from this address in a second")
        self.join(harkd, "127.0.1.2")
        admitted = 0
        while time.monotonic() - begin < 2.05:
            client = self.connect(harkd, source="127.0.1.1")
            admitted += client.reply().startswith(b"220")
            client.close()
            time.sleep(0.01)
        self.assertLessEqual(admitted, 10)
        self.assertGreaterEqual(admitted, 9 // SLOW)

    def test_exempt_ones_count_and_are_let_in(self):
        harkd = self.start(config='[limits]\nconnections = 2\nconnections_per_network = 2\n'
                                  'exempt = ["127.0.1.1"]\n')
        for _ in range(3):
            self.join(harkd, "127.0.1.1")
        self.refused_as(harkd, "127.0.2.2", "too many connections")
        self.assertEqual(self.status(harkd)["connections"], 3)

    def test_reload_is_for_new_ones(self):
        harkd = self.start(config=limits(""))
        inside = [self.join(harkd, "127.0.1.1") for _ in range(3)]
        change_config(harkd, limits("connections_per_address = 3"))
        harkd.wait_record("reloaded")
        self.refused_as(harkd, "127.0.1.1", self.ADDRESS)
        change_config(harkd, limits("connections_per_address = 1"))
        harkd.wait_for(lambda: len(harkd.records("reloaded")) == 2, what="the reload")
        for client in inside:
            client.send(b"still here\n")
            client.expect(b"250 ok #1")
        for client in inside[:2]:
            client.close()
            harkd.wait_closed(client)
        self.refused_as(harkd, "127.0.1.1", self.ADDRESS)
        change_config(harkd, limits(""))
        harkd.wait_for(lambda: len(harkd.records("reloaded")) == 3, what="the reload")
        self.join(harkd, "127.0.1.1")


class Lists(AdmissionTest):
    def listener(self, settings, address="127.0.0.1:0"):
        return f'[[listener]]\naddress = "{address}"\n{settings}\n'

    def refused(self, harkd, source, **options):
        self.refused_as(harkd, source, "not allowed", **options)

    def test_deny_wins(self):
        harkd = self.start(listen=(), config=self.listener(
            'allow = ["127.0.1.0/24", "127.0.2.2"]\ndeny = ["127.0.1.128/25", "127.0.1.5"]'))
        for host in ("127.0.1.1", "127.0.1.127", "127.0.2.2"):
            self.join(harkd, host)
        for host in ("127.0.1.128", "127.0.1.5", "127.0.2.1", "127.0.0.1"):
            self.refused(harkd, host)
        self.assertEqual(self.status(harkd)["refused"], 4)

    def test_without_allow_all_others_are_let_in(self):
        harkd = self.start(listen=(), config=self.listener('deny = ["127.0.1.1"]')
                           + self.listener("allow = []"))
        self.refused(harkd, "127.0.1.1")
        self.join(harkd, "127.0.1.2")
        self.refused(harkd, "127.0.1.2", listener=1)

    def test_ipv4_that_comes_in_over_ipv6(self):
        cases = (('deny = ["127.0.1.0/24"]', False, True),
                 ('deny = ["::ffff:127.0.1.0/120"]', False, True),
                 ('deny = ["::/0"]', True, False),
                 ('allow = ["::/0"]', False, True),
                 ('allow = ["0.0.0.0/0"]', True, False))
        harkd = self.start(listen=(), config="".join(self.listener(settings, "[::]:0")
                                                     for settings, _, _ in cases))
        if "[" not in harkd.addresses[0]:
            self.skipTest("no IPv6 here")
        for number, (settings, ipv4, ipv6) in enumerate(cases):
            with self.subTest(settings):
                for welcome, host, source in ((ipv4, "127.0.0.1", "127.0.1.1"),
                                              (ipv6, "::1", "::1")):
                    reaches = self.join if welcome else self.refused
                    reaches(harkd, source, host=host, listener=number)

    def test_reload(self):
        harkd = self.start(listen=(), config=self.listener(""))
        inside = self.join(harkd, "127.0.1.1")
        port = harkd.port
        change_config(harkd, self.listener('deny = ["127.0.1.0/24"]'))
        harkd.wait_record("reloaded")
        self.assertEqual(harkd.port, port)
        self.refused(harkd, "127.0.1.1")
        inside.send(b"still here\n")
        inside.expect(b"250 ok #1")
        change_config(harkd, self.listener('deny = ["127.0.1.1/24"]'))
        harkd.wait_for(lambda: "127.0.1.1/24" in str(harkd.records("diagnostic")),
                       what="the error")
        self.refused(harkd, "127.0.1.1")
        change_config(harkd, self.listener(""))
        harkd.wait_for(lambda: len(harkd.records("reloaded")) == 2, what="the reload")
        self.join(harkd, "127.0.1.1")


class Records(AdmissionTest):
    def test_at_most_ten_a_second(self):
        harkd = self.start(config=limits("connections_per_address = 1"))
        self.join(harkd, "127.0.1.1")
        begin = time.monotonic()
        for _ in range(100):
            Client(harkd.port, source="127.0.1.1").close()
        harkd.wait_for(lambda: self.status(harkd)["refused"] == 100, what="all refusals")
        seconds = int(time.monotonic() - begin) + 1
        recorded = len(harkd.records("refused"))
        self.assertLessEqual(recorded, 10 * seconds)
        self.assertGreaterEqual(recorded, 10)
        time.sleep(1.01)
        late = Client(harkd.port, source="127.0.1.1")
        harkd.wait_record("refused", peer=late.name)
        late.close()
        self.check_refusals(harkd)

    def test_those_who_stay_are_closed(self):
        harkd = self.start(config=limits("connections_per_address = 1"))
        self.join(harkd, "127.0.1.1")
        staying = [self.connect(harkd, source="127.0.1.1") for _ in range(30)]
        for client in staying:
            client.expect(b"421 too many connections from this address")
            client.eof()
        before = harkd.cpu_seconds()
        time.sleep(1.2)
        self.assertLess(harkd.cpu_seconds() - before, 0.1 * SLOW)
        for client in staying:
            with self.assertRaises(OSError):
                for _ in range(100):
                    client.send(b"anyone?\n")
                    time.sleep(0.01)


if __name__ == "__main__":
    unittest.main()
