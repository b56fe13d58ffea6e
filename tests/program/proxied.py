"""Shared by the tests of listeners behind a proxy that says who its clients are."""

from controlled import ControlledTest

CONFIG = """
[[listener]]
address = "127.0.0.1:0"
proxy = ["127.0.0.1"]
"""
CLIENT = "203.0.113.7:51324"


class Proxied(ControlledTest):
    def start_behind(self, settings="", top="", **options):
        return self.start(listen=(), config=top + CONFIG + settings, **options)

    def arrive(self, harkd, header, **options):
        """A connection whose header has been sent, and whose greeting has come."""
        connection = self.connect(harkd, **options)
        connection.send(header)
        return connection.greeted()

    def say(self, connection, text=b"hello"):
        connection.send(text + b"\n")
        connection.expect_match(rb"25[01] ok.*")

    def expect_refused(self, harkd, connection, reason, **fields):
        connection.expect(b"421 " + reason.encode())
        connection.eof()
        return harkd.wait_record("refused", reason=reason, **fields)
