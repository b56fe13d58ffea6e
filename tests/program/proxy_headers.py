"""Headers of the PROXY protocol, as a proxy makes them."""

import ipaddress
import struct

SIGNATURE = b"\r\n\r\n\0\r\nQUIT\n"
LOCAL, PROXY = 0x20, 0x21
UNSPEC, TCP4, TCP6, UNIX_STREAM = 0x00, 0x11, 0x21, 0x31


def version_1(client="203.0.113.7", port=51324):
    family = "TCP6" if ":" in client else "TCP4"
    server = "2001:db8::1" if ":" in client else "198.51.100.1"
    return f"PROXY {family} {client} {server} {port} 8765\r\n".encode()


def version_2(client="203.0.113.7", port=51324, vectors=b""):
    address = ipaddress.ip_address(client)
    family = TCP6 if address.version == 6 else TCP4
    return block(PROXY, family, address.packed + bytes(len(address.packed)) +
                 struct.pack(">HH", port, 8765) + vectors)


def block(command, family, data=b""):
    """A header of version 2."""
    return SIGNATURE + struct.pack(">BBH", command, family, len(data)) + data


def vector(kind, value):
    return struct.pack(">BH", kind, len(value)) + value


def unique_id(value):
    return vector(0x05, value)


def ssl(name, shown=True, verified=True):
    return vector(0x20, struct.pack(">BI", 0x07 if shown else 0x01, 0 if verified else 18) +
                  vector(0x21, b"TLSv1.3") + vector(0x22, name))
