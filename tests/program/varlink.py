"""A Varlink client (https://varlink.org) that knows nothing specific to the daemon, and a parser
for interface descriptions."""

import json
import re
import socket
import time

from client import WAIT

TOKEN = re.compile(r"#[^\n]*|->|\[string\]|\[\]|[():,?]|[A-Za-z][\w.-]*|\s+")


class VarlinkError(Exception):
    def __init__(self, name, parameters):
        super().__init__(f"{name} {parameters}")
        self.name = name
        self.parameters = parameters


class Varlink:
    """A connection; if it times out, the test fails."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        # Blocking: with a timeout, a full backlog would be an immediate error.
        try:
            self.socket.connect(str(path))
        except OSError:
            self.socket.close()
            raise
        self.socket.settimeout(WAIT)
        self._received = b""

    def send(self, data):
        self.socket.sendall(data)

    def begin(self, method, more=False, oneway=False, **parameters):
        call = {"method": method, "parameters": parameters}
        if more:
            call["more"] = True
        if oneway:
            call["oneway"] = True
        self.send(json.dumps(call).encode() + b"\0")

    def message(self):
        """The next message; None at the end of the stream."""
        while b"\0" not in self._received:
            try:
                data = self.socket.recv(1 << 18)
            except ConnectionResetError:
                data = b""
            if not data:
                assert not self._received, f"ends in half a message: {self._received[-200:]!r}"
                return None
            self._received += data
        message, _, self._received = self._received.partition(b"\0")
        reply = json.loads(message)
        assert set(reply) <= {"parameters", "error", "continues"}, reply
        return reply

    def reply(self):
        """The parameters of the next reply; VarlinkError if it is an error."""
        reply = self.message()
        assert reply is not None, "the end in place of a reply"
        if "error" in reply:
            raise VarlinkError(reply["error"], reply["parameters"])
        return reply["parameters"]

    def call(self, method, **parameters):
        self.begin(method, **parameters)
        return self.reply()

    def tail(self, **parameters):
        """Starts a stream of records: the daemon has taken the call when this returns."""
        with Varlink(self.socket.getpeername()) as other:
            before = other.call("org.harkd.Status")["tails"]
            self.begin("org.harkd.Tail", more=True, **parameters)
            end = time.monotonic() + WAIT
            while other.call("org.harkd.Status")["tails"] == before:
                assert time.monotonic() < end, "is no Tail"
                time.sleep(0.005)
        return self

    def half_close(self):
        self.socket.shutdown(socket.SHUT_WR)

    def silent(self, seconds=0.05):
        self.socket.settimeout(seconds)
        try:
            data = self._received or self.socket.recv(1)
            raise AssertionError(f"not silent: {data!r}")
        except TimeoutError:
            pass
        finally:
            self.socket.settimeout(WAIT)

    def close(self):
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Description:
    """An interface description (https://varlink.org/Interface-Definition). AssertionError if it is
    invalid. A type is a word, or ("?", T), ("[]", T), ("map", T), ("enum", names), ("struct",
    {name: T})."""

    def __init__(self, text):
        self._tokens = []
        position = 0
        while position < len(text):
            found = TOKEN.match(text, position)
            assert found, f"not to be read: {text[position:position + 40]!r}"
            position = found.end()
            if not found[0].isspace() and not found[0].startswith("#"):
                self._tokens.append(found[0])
        self.types, self.methods, self.errors = {}, {}, {}
        self._expect("interface")
        self.name = self._next()
        assert re.fullmatch(r"[A-Za-z](-*[A-Za-z0-9])*(\.[A-Za-z0-9](-*[A-Za-z0-9])*)+", self.name)
        while self._tokens:
            self._member()
        for kind in self._words([*self.types.values(), *self.errors.values(),
                                 *(one for pair in self.methods.values() for one in pair)]):
            assert kind in {"bool", "int", "float", "string", "object", *self.types}, kind

    def _next(self):
        assert self._tokens, "it ends too early"
        return self._tokens.pop(0)

    def _expect(self, token):
        got = self._next()
        assert got == token, f"{got} in place of {token}"

    def _member(self):
        kind, name = self._next(), self._next()
        assert re.fullmatch(r"[A-Z][A-Za-z0-9]*", name), name
        assert name not in {*self.types, *self.methods, *self.errors}, f"{name} twice"
        if kind == "method":
            given = self._fields()
            self._expect("->")
            self.methods[name] = (given, self._fields())
        else:
            {"type": self.types, "error": self.errors}[kind][name] = self._fields()

    def _fields(self):
        """Parses a struct or an enum."""
        self._expect("(")
        fields, names = {}, []
        while self._tokens[0] != ")":
            name = self._next()
            assert re.fullmatch(r"[A-Za-z](_?[A-Za-z0-9])*", name), name
            assert name not in {*fields, *names}, f"{name} twice"
            if self._tokens[0] == ":":
                self._next()
                fields[name] = self._type()
            else:
                names.append(name)
            if self._tokens[0] != ")":
                self._expect(",")
                assert self._tokens[0] != ")", "a comma too many"
        self._next()
        assert not (fields and names), "neither a struct nor an enum"
        return ("enum", names) if names else ("struct", fields)

    def _type(self):
        if self._tokens[0] == "(":
            return self._fields()
        token = self._next()
        kinds = {"?": "?", "[]": "[]", "[string]": "map"}
        return (kinds[token], self._type()) if token in kinds else token

    def _words(self, kinds):
        for kind in kinds:
            if isinstance(kind, str):
                yield kind
            elif kind[0] == "struct":
                yield from self._words(kind[1].values())
            elif kind[0] != "enum":
                yield from self._words([kind[1]])

    def check(self, value, kind, where="reply"):
        """Checks that `value` has this type: every field is present or optional, and there are no
        others."""
        plain = {"bool": bool, "string": str, "object": dict}
        if isinstance(kind, str) and kind in self.types:
            kind = self.types[kind]
        if isinstance(kind, str) and kind in plain:
            assert isinstance(value, plain[kind]), f"{where}: {value!r} is no {kind}"
        elif isinstance(kind, str):
            good = (int, float) if kind == "float" else int
            assert isinstance(value, good) and not isinstance(value, bool), f"{where}: {value!r}"
        elif kind[0] == "?":
            self.check(value, kind[1], where)
        elif kind[0] == "[]":
            for index, one in enumerate(value):
                self.check(one, kind[1], f"{where}[{index}]")
        elif kind[0] == "map":
            for name, one in value.items():
                self.check(one, kind[1], f"{where}.{name}")
        elif kind[0] == "enum":
            assert value in kind[1], f"{where}: {value!r} is none of {kind[1]}"
        else:
            assert set(value) <= set(kind[1]), f"{where}: {set(value) - set(kind[1])} unknown"
            for name, of in kind[1].items():
                if name in value:
                    self.check(value[name], of, f"{where}.{name}")
                else:
                    assert of[0] == "?", f"{where}: no {name}"
