"""The bytes that a message had on the wire, from its record: `raw`, or `text` encoded again."""

import base64
import ctypes
import functools

_SIZE = ctypes.c_size_t
_FAILED = _SIZE(-1).value


@functools.lru_cache
def _c_library():
    library = ctypes.CDLL(None, use_errno=True)
    library.iconv_open.restype = ctypes.c_void_p
    library.iconv_open.argtypes = [ctypes.c_char_p, ctypes.c_char_p]
    library.iconv.restype = _SIZE
    library.iconv.argtypes = [ctypes.c_void_p] + [ctypes.c_void_p] * 4
    return library


@functools.lru_cache
def _converter(charset):
    handle = _c_library().iconv_open(charset.encode(), b"UTF-8")
    assert handle not in (None, ctypes.c_void_p(-1).value), f"iconv has no {charset}"
    return handle


def iconv(text, charset):
    """`text` in a charset of the C library; None if it has a character that the charset lacks."""
    data = text.encode()
    source = ctypes.create_string_buffer(data, len(data) + 1)
    target = ctypes.create_string_buffer(4 * len(data) + 16)
    at, to = ctypes.c_void_p(ctypes.addressof(source)), ctypes.c_void_p(ctypes.addressof(target))
    left, room = _SIZE(len(data)), _SIZE(len(target))
    handle = _converter(charset)
    result = _c_library().iconv(handle, ctypes.byref(at), ctypes.byref(left), ctypes.byref(to),
                                ctypes.byref(room))
    _c_library().iconv(handle, None, None, None, None)
    if result == _FAILED or left.value:
        return None
    return target.raw[:len(target) - room.value]


def wire_of(record):
    """The bytes; AssertionError if they cannot be recovered from the record."""
    if "raw" in record:
        return base64.b64decode(record["raw"], validate=True)
    charset, text = record["charset"], record["text"]
    assert charset != "bytes", f"no raw: {record}"
    if charset.startswith(("utf-8", "utf-16")):
        return text.encode(charset)
    wire = iconv(text, charset)
    assert wire is not None, f"cannot be encoded again: {record}"
    return wire
