"""Clients behind a proxy: who is admitted, health checks, and what happens while a header is
awaited."""

import signal
import time
import unittest

import proxy_headers as proxy
from configured import change_config
from harness import SLOW, run_harkd
from proxied import CONFIG, Proxied

class Clients(Proxied):
    """allow, deny and limits are about the client."""

    def test_allowed_and_denied(self):
        harkd = self.start_behind('allow = ["203.0.113.0/24"]\ndeny = ["203.0.113.9"]\n')
        self.arrive(harkd, proxy.version_1())
        for client in ("203.0.113.9", "198.51.100.9", "127.0.0.1"):
            connection = self.connect(harkd)
            connection.send(proxy.version_2(client, vectors=proxy.unique_id(b"id 9")))
            refused = self.expect_refused(harkd, connection, "not allowed",
                                          peer=f"{client}:51324")
            self.assertEqual((refused["via"], refused["proxy_id"]), (connection.name, "id 9"))
        # A proxy's health check has no client.
        self.arrive(harkd, proxy.block(proxy.LOCAL, proxy.UNSPEC))

    def test_the_proxy_need_not_be_allowed(self):
        harkd = self.start_behind('deny = ["127.0.0.0/8"]\n')
        self.arrive(harkd, proxy.version_1())

    def test_connections_of_an_address(self):
        harkd = self.start_behind(top="[limits]\nconnections_per_address = 1\n"
                                      'exempt = ["203.0.113.99"]\n')
        first = self.arrive(harkd, proxy.version_1(port=1))
        reason = "too many connections from this address"
        connection = self.connect(harkd)
        connection.send(proxy.version_1(port=2))
        self.expect_refused(harkd, connection, reason, peer="203.0.113.7:2")
        self.arrive(harkd, proxy.version_1("203.0.113.8"))
        for port in (3, 4):
            self.arrive(harkd, proxy.version_1("203.0.113.99", port))
        first.half_close()
        first.eof()
        harkd.wait_record("closed", peer="203.0.113.7:1")
        self.arrive(harkd, proxy.version_1(port=5))

    def test_connections_count_from_the_accept(self):
        harkd = self.start_behind(top="[limits]\nconnections = 2\nexempt = []\n")
        waiting = self.connect(harkd)
        harkd.wait_for(lambda: self.status(harkd)["connections"] == 1, what="the accept")
        self.arrive(harkd, proxy.version_1())
        late = self.connect(harkd)
        self.expect_refused(harkd, late, "too many connections", peer=late.name)
        waiting.send(proxy.version_1("203.0.113.8"))
        waiting.greeted()
        self.assertEqual(self.status(harkd)["connections"], 2)

    def test_an_exempt_proxy_does_not_exempt_its_clients(self):
        # Loopback, where the proxy is, is exempt by default.
        harkd = self.start_behind(top="[limits]\nconnections = 1\n")
        self.arrive(harkd, proxy.version_1(port=1))
        connection = self.connect(harkd)
        connection.send(proxy.version_1(port=2))
        self.expect_refused(harkd, connection, "too many connections", peer="203.0.113.7:2")

    def test_an_exempt_client(self):
        harkd = self.start_behind(top="[limits]\nconnections = 1\n"
                                      'exempt = ["203.0.113.99"]\n')
        self.arrive(harkd, proxy.version_1())
        self.arrive(harkd, proxy.version_1("203.0.113.99"))
        connection = self.connect(harkd)
        connection.send(proxy.version_1("203.0.113.8"))
        self.expect_refused(harkd, connection, "too many connections", peer="203.0.113.8:51324")


class Local(Proxied):
    """A proxy that speaks for itself: health checks."""

    def test_leaves_no_record(self):
        harkd = self.start_behind()
        header = proxy.block(proxy.LOCAL, proxy.UNSPEC)
        self.arrive(harkd, header).close()
        connection = self.arrive(harkd, proxy.block(proxy.LOCAL, 0xFF, b"anything"))
        connection.half_close()
        connection.eof()
        harkd.wait_for(lambda: self.status(harkd)["connections"] == 0, what="all to be gone")
        self.assertEqual([r["event"] for r in harkd.records() if "peer" in r], [])
        status = self.status(harkd)
        self.assertEqual((status["proxy_local"], status["connections_total"]), (2, 2))
        self.assertEqual(status["refused"], 0)

    def test_its_message_is_recorded(self):
        harkd = self.start_behind()
        connection = self.arrive(harkd, proxy.block(proxy.LOCAL, proxy.TCP4,
                                                    proxy.version_2()[16:]))
        self.say(connection, b"check")
        connection.half_close()
        connection.eof()
        harkd.wait_for(lambda: self.status(harkd)["connections"] == 0, what="the end")
        self.assertEqual([(r["event"], r["text"]) for r in harkd.records()
                          if r.get("peer") == connection.name], [("message", "check")])


class Waiting(Proxied):
    """What happens to the daemon while a header is awaited."""

    def wait_accepted(self, harkd, count=1):
        harkd.wait_for(lambda: self.status(harkd)["connections"] == count, what="the accept")

    def test_the_end_of_the_daemon(self):
        harkd = self.start_behind()
        connection = self.connect(harkd)
        connection.send(proxy.version_1()[:9])
        self.wait_accepted(harkd)
        begin = time.monotonic()
        harkd.send_signal(signal.SIGTERM)
        connection.expect(b"421 shutting down")
        connection.close()
        self.assertEqual(harkd.wait(), 0)
        self.assertLess(time.monotonic() - begin, 3 * SLOW)
        self.assertEqual([(r["peer"], r["reason"]) for r in harkd.records("refused")],
                         [(connection.name, "shutting down")])

    def test_a_reload(self):
        harkd = self.start_behind('greeting = "before"\n')
        connection = self.connect(harkd)
        self.wait_accepted(harkd)
        change_config(harkd, CONFIG + 'greeting = "after"\n')
        harkd.wait_record("reloaded")
        connection.send(proxy.version_1())
        connection.expect(b"220 before")
        connection = self.connect(harkd)
        connection.send(proxy.version_1())
        connection.expect(b"220 after")

    def test_a_reload_without_the_listener(self):
        harkd = self.start_behind()
        connection = self.connect(harkd)
        self.wait_accepted(harkd)
        change_config(harkd, '[[listener]]\naddress = "127.0.0.1:0"\n')
        harkd.wait_record("reloaded")
        connection.send(proxy.version_1() + b"hello\n")
        connection.greeted().expect(b"250 ok #1")

    def test_a_reload_changes_the_proxies(self):
        harkd = self.start_behind()
        change_config(harkd, CONFIG.replace('["127.0.0.1"]', '["10.0.0.1"]'))
        harkd.wait_record("reloaded")
        self.connect(harkd).expect(b"421 not allowed")
        change_config(harkd, CONFIG.replace('proxy = ["127.0.0.1"]', ""))
        harkd.wait_for(lambda: len(harkd.records("reloaded")) == 2)
        self.greeted(harkd)

    def test_costs_nothing(self):
        harkd = self.start_behind()
        waiting = [self.connect(harkd) for _ in range(20)]
        for connection in waiting:
            connection.send(proxy.version_1()[:9])
        self.wait_accepted(harkd, 20)
        begin = harkd.cpu_seconds()
        time.sleep(1)
        self.assertLess(harkd.cpu_seconds() - begin, 0.2)


class Configuration(Proxied):
    def test_mistakes(self):
        for value, complaint in (('["10.0.0.1/8"]', "proxy"), ('["proxy"]', "proxy"),
                                 ("[8]", "proxy")):
            path = self.folder / "wrong.toml"
            path.write_text(CONFIG.replace('["127.0.0.1"]', value), encoding="utf-8")
            done = run_harkd("--config", path, "--check-config")
            self.assertEqual(done.returncode, 2)
            self.assertRegex(done.stderr.decode(), rf"wrong.toml:4:\d+: .*{complaint}")


if __name__ == "__main__":
    unittest.main()
