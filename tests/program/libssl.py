"""A TLS 1.3 client on libssl itself, which can change its keys, unlike Python's ssl module."""

import ctypes
import ctypes.util
import select
import unittest

WANT_READ, WANT_WRITE = 2, 3
NOT_REQUESTED, REQUESTED = 0, 1


def library():
    name = ctypes.util.find_library("ssl")
    if name is None:
        raise unittest.SkipTest("no libssl")
    loaded = ctypes.CDLL(name)
    for function in ("TLS_client_method", "SSL_CTX_new", "SSL_new"):
        getattr(loaded, function).restype = ctypes.c_void_p
    return loaded


class LibsslClient:
    """TLS on a connected Client; reads the greeting."""

    def __init__(self, connection):
        self.socket = connection.socket
        self.lib = library()
        self.context = ctypes.c_void_p(self.lib.SSL_CTX_new(
            ctypes.c_void_p(self.lib.TLS_client_method())))
        self.ssl = ctypes.c_void_p(self.lib.SSL_new(self.context))
        self.socket.setblocking(False)
        self.lib.SSL_set_fd(self.ssl, self.socket.fileno())
        self.until_done(lambda: self.lib.SSL_connect(self.ssl), 10)
        self.line()

    def until_done(self, call, patience):
        """Whether the call succeeds; False if the socket is not ready for `patience` seconds."""
        while (result := call()) <= 0:
            error = self.lib.SSL_get_error(self.ssl, result)
            if error not in (WANT_READ, WANT_WRITE):
                raise ConnectionError(f"SSL_get_error: {error}")
            wanted = ([self.socket], []) if error == WANT_READ else ([], [self.socket])
            if not any(select.select(*wanted, [], patience)):
                return False
        return True

    def change_keys(self, requested=NOT_REQUESTED, patience=10):
        """False if there is no room for the message, which then leaves with the next call that
        writes."""
        self.lib.SSL_key_update(self.ssl, requested)
        return self.until_done(lambda: self.lib.SSL_do_handshake(self.ssl), patience)

    def send(self, text):
        """Also reads, since the daemon may wait for that; there must be no text to read."""
        def write():
            result = self.lib.SSL_write(self.ssl, text, len(text))
            if result <= 0:
                self.lib.SSL_read(self.ssl, ctypes.create_string_buffer(1), 1)
                result = self.lib.SSL_write(self.ssl, text, len(text))
            return result
        self.until_done(write, 10)

    def line(self):
        buffer = ctypes.create_string_buffer(1)
        line = b""
        while not line.endswith(b"\n"):
            if not self.until_done(lambda: self.lib.SSL_read(self.ssl, buffer, 1), 10):
                raise TimeoutError("no line")
            line += buffer.raw
        return line

    def close(self):
        self.lib.SSL_free(self.ssl)
        self.lib.SSL_CTX_free(self.context)
