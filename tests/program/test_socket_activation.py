"""Activated sockets: listening sockets opened by someone else."""

import os
import signal
import socket
import unittest

from client import Client
from configured import change_config
from service import ServiceTest


class Activation(ServiceTest):
    def listener(self, host="127.0.0.1", backlog=200):
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listener = socket.socket(family, socket.SOCK_STREAM)
        self.addCleanup(listener.close)
        listener.bind((host, 0))
        listener.listen(backlog)
        return listener

    def client(self, listener):
        host, port = listener.getsockname()[:2]
        client = Client(port, host)
        self.addCleanup(client.close)
        return client


class Start(Activation):
    def test_peers_that_connected_before_are_served(self):
        listener = self.listener()
        early = self.client(listener)
        early.send(b"hello\n")
        harkd = self.start_service(sockets=[listener]).wait_listening()
        early.greeted().expect(b"250 ok #1")
        self.assertEqual(harkd.messages(early)[0]["text"], "hello")
        self.assertEqual(harkd.addresses, [f"127.0.0.1:{listener.getsockname()[1]}"])

    def test_several_by_name(self):
        listeners = [self.listener("127.0.0.1"), self.listener("::1"), self.listener("127.0.0.2"),
                     self.listener("127.0.0.3")]
        harkd = self.start_service(
            "--charset", "utf-8", sockets=listeners, names=["chunks", "chunks", "lines", "rest"],
            config='greeting = "all"\n[[listener]]\nsocket = "lines"\nframing = "line"\n'
                   '[[listener]]\nsocket = "chunks"\nframing = "chunk"\ngreeting = "chunks"\n')
        harkd.wait_listening(4)
        for listener, greeting, end in zip(listeners, (b"chunks", b"chunks", b"all", b"all"),
                                           ("chunk", "chunk", "lf", "lf"), strict=True):
            client = self.client(listener)
            client.expect(b"220 " + greeting)
            client.send(b"hello\n")
            client.expect(b"250 ok #1")
            self.assertEqual(harkd.wait_messages(client, 1)[0]["end"], end)
            address = harkd.records("connected")[-1]["listener"]
            self.assertEqual(int(address.rpartition(":")[2]), listener.getsockname()[1])

    def test_by_address_next_to_a_bound_one(self):
        listener = self.listener("::1")
        port = listener.getsockname()[1]
        harkd = self.start_service(
            "--listen", "127.0.0.1:0", "--listen", f"[::1]:{port}", sockets=[listener],
            config='greeting = "hello"\n').wait_listening(2)
        self.assertEqual(harkd.addresses[1], f"[::1]:{port}")
        self.connect(harkd).expect(b"220 hello")
        self.client(listener).expect(b"220 hello")

    def test_both_families_on_one(self):
        listener = socket.create_server(("::", 0), family=socket.AF_INET6, dualstack_ipv6=True)
        self.addCleanup(listener.close)
        port = listener.getsockname()[1]
        harkd = self.start_service("--listen", f"[::]:{port}", sockets=[listener])
        harkd.wait_listening()
        for host in ("127.0.0.1", "::1"):
            self.connect(harkd, host=host).greeted()

    def test_modes_of_the_command_line(self):
        listener = self.listener()
        harkd = self.start_service("--framing", "chunk", sockets=[listener]).wait_listening()
        client = self.client(listener).greeted()
        client.send(b"two\nlines")
        client.expect(b"250 ok #1")
        self.assertEqual(harkd.messages(client)[0]["text"], "two\nlines")

    def test_limits_hold(self):
        listener = self.listener()
        self.start_service(sockets=[listener], config="max_connections = 1\n").wait_listening()
        first = self.client(listener).greeted()
        self.client(listener).expect_match(rb"421 .*too many.*")
        first.send(b"hello\n")
        first.expect(b"250 ok #1")

    def test_without_standard_descriptors(self):
        listener = self.listener()
        harkd = self.start_service(
            sockets=[listener], further=lambda: [os.close(fd) for fd in (0, 1, 2)])
        self.client(listener).greeted()
        harkd.wait_listening()

    def test_sockets_for_another_process(self):
        listener = self.listener()
        harkd = self.start_service("--listen", "127.0.0.1:0", sockets=[listener],
                                   LISTEN_PID=str(os.getpid())).wait_listening()
        self.assertNotEqual(harkd.port, listener.getsockname()[1])


class Refused(Activation):
    def refused(self, status, *words, **options):
        harkd = self.start_service(**options)
        self.assertEqual(harkd.wait(), status, harkd.stderr())
        for word in words:
            self.assertIn(word, harkd.stderr())

    def test_descriptors_that_are_not_listening(self):
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.addCleanup(udp.close)
        reader, writer = os.pipe()
        self.addCleanup(os.close, reader)
        self.addCleanup(os.close, writer)
        local = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.addCleanup(local.close)
        local.bind("")  # an abstract name chosen by the kernel
        local.listen()
        accepted = socket.create_connection(self.listener().getsockname())
        self.addCleanup(accepted.close)
        for bad in (udp, reader, local, accepted):
            self.refused(2, "descriptor 4 (bad)", "not a listening TCP socket",
                         sockets=[self.listener(), bad], names=["good", "bad"])

    def test_descriptors_that_are_not_open(self):
        self.refused(1, "descriptor 4", "Bad file descriptor", sockets=[self.listener()],
                     LISTEN_FDS="2")

    def test_an_invalid_count(self):
        self.refused(1, "LISTEN_FDS", sockets=[self.listener()], LISTEN_FDS="many")

    def test_a_name_that_was_not_passed(self):
        config = '[[listener]]\nframing = "line"\nsocket = "scanner"\n'
        self.refused(2, "harkd.toml:3:10: ", "scanner", "expected one of: main", config=config,
                     sockets=[self.listener()], names=["main"])
        self.refused(2, "harkd.toml:3:10: ", "scanner", config=config)


class Reload(Activation):
    def test_keeps_them_with_new_modes(self):
        listener = self.listener()
        harkd = self.start_service(sockets=[listener], names=["main"]).wait_listening()
        old = self.client(listener).greeted()
        named = '[[listener]]\nsocket = "main"\nframing = "chunk"\ngreeting = "named"\n'
        by_address = f'listen = "127.0.0.1:{listener.getsockname()[1]}"\ngreeting = "address"\n'
        elsewhere = '[[listener]]\naddress = "127.0.0.1:0"\ngreeting = "elsewhere"\n'
        for count, (config, greeting) in enumerate(
                ((named, rb"220 named"), (by_address, rb"220 address"), ("", rb"220 .* harkd .*"),
                 (elsewhere, rb"220 .* harkd .*")), 1):
            change_config(harkd, config)
            harkd.wait_for(lambda n=count: len(harkd.records("reloaded")) == n, what="a reload")
            client = self.client(listener)
            client.expect_match(greeting)
            client.send(b"hello\n")
            client.expect(b"250 ok #1")
        self.assertEqual(len(harkd.records("listening")), 2)
        old.send(b"still here\n")
        old.expect(b"250 ok #1")

    def test_refuses_a_name_that_was_not_passed(self):
        listener = self.listener()
        harkd = self.start_service(sockets=[listener], names=["main"]).wait_listening()
        change_config(harkd, '[[listener]]\nsocket = "other"\n')
        self.assertIn("harkd.toml:2:10: ", harkd.wait_record("diagnostic")["text"])
        self.client(listener).greeted()


class Stop(Activation):
    COUNT = 150  # more than the daemon accepts per round

    def test_waiting_peers_are_left_for_the_next_start(self):
        listener = self.listener()
        harkd = self.start_service(sockets=[listener]).wait_listening()
        os.kill(harkd.pid, signal.SIGSTOP)
        waiting = [self.client(listener) for _ in range(self.COUNT)]
        for client in waiting:
            client.send(b"hello\n")
        harkd.send_signal(signal.SIGTERM)
        os.kill(harkd.pid, signal.SIGCONT)
        self.assertEqual(harkd.wait(), 0)
        accepted = {record["peer"] for record in harkd.records("connected")}
        self.assertLess(len(accepted), self.COUNT)
        for client in waiting:
            if client.name in accepted:
                client.greeted().expect(b"250 ok #1")
                client.expect_match(rb"421 .*shutting down.*")
        again = self.start_service(sockets=[listener], log="again.jsonl").wait_listening()
        for client in waiting:
            if client.name not in accepted:
                client.greeted().expect(b"250 ok #1")
                self.assertEqual(again.wait_messages(client, 1)[0]["text"], "hello")

    def test_nobody_is_refused_meanwhile(self):
        listener = self.listener()
        harkd = self.start_service(sockets=[listener]).wait_listening()
        self.assertEqual(harkd.stop(), 0)
        client = self.client(listener)
        self.start_service(sockets=[listener], log="again.jsonl")
        client.greeted()


if __name__ == "__main__":
    unittest.main()
