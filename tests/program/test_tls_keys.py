"""Clients that change the keys of TLS 1.3 without end."""

import socket
import threading
import time
import unittest

from harness import SLOW
from libssl import REQUESTED, LibsslClient
from tls_clients import TlsTest


def used(harkd):
    """The processor time that the daemon has used, in seconds."""
    return time.clock_gettime((~harkd.pid << 3) | 2)


class NewKeys(TlsTest):
    def enter(self, harkd, **options):
        connection = self.connect(harkd, **options)
        connection.socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        client = LibsslClient(connection)
        self.addCleanup(client.close)
        return client

    def test_others_are_served(self):
        harkd = self.start_tls()
        client, neighbour = self.enter(harkd), self.join_tls(harkd)
        over = threading.Event()

        def change():
            while not over.is_set():
                client.change_keys()
        changing = threading.Thread(target=change)
        changing.start()
        for number in range(1, 21):
            begin = time.monotonic()
            neighbour.send(b"hello\n")
            neighbour.expect(b"250 ok #%d" % number)
            self.assertLess(time.monotonic() - begin, 0.5 * SLOW)
        over.set()
        changing.join()
        client.send(b"after them\n")
        self.assertEqual(client.line(), b"250 ok #1\r\n")

    def test_no_room_for_the_answers(self):
        """The daemon waits for room, and does not keep asking whether there is any."""
        harkd = self.start_tls()
        client = self.enter(harkd, receive_buffer=4096)
        end = time.monotonic() + 3
        while time.monotonic() < end and client.change_keys(REQUESTED, patience=0.1):
            pass
        before = used(harkd)
        time.sleep(1)
        self.assertLess(used(harkd) - before, 0.2)
        client.send(b"after them\n")
        self.assertEqual(client.line(), b"250 ok #1\r\n")
        client.socket.close()
        harkd.wait_record("closed")


if __name__ == "__main__":
    unittest.main()
