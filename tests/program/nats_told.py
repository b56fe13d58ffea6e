"""A daemon whose NATS server is a stub that may lie to it, and a client in lock-step."""

from harness import SLOW
from nats_sink import Batch, check_gapless
from nats_stub import NatsStub

PATIENCE = 30 * SLOW


class Told:
    """A daemon, its stub, and a client in lock-step."""

    def __init__(self, test, name):
        self.test, self.name = test, name
        self.stub = NatsStub()
        test.addCleanup(self.stub.close)
        self.harkd = test.start_sink(self.stub, file=False)
        self.client = test.greeted(self.harkd)
        self.number = 0

    def send(self):
        self.number += 1
        self.client.send(b"message %d\n" % self.number)

    def has(self, number):
        with self.stub.changed:
            return any(record.get("text") == f"message {number}"
                       for record in self.stub.stream.records())

    def expect(self):
        """Expects the next 250, and checks that it is true."""
        self.client.socket.settimeout(PATIENCE)
        self.client.expect(b"250 ok #%d" % self.number)
        assert self.has(self.number), f"{self.name}: a false 250"

    def check(self):
        """Checks that everything sent is stored once and in order."""
        self.test.finish(self.harkd, self.client)
        with self.stub.changed:
            batches = [Batch(one.request.headers, one.request.payload, one.seq)
                       for one in self.stub.stream.messages]
        texts = [record["text"] for record in check_gapless(batches) if "text" in record and
                 record["event"] == "message"]
        assert texts == [f"message {number}" for number in range(1, self.number + 1)], texts
        if self.name != "an ask for TLS":  # a ClientHello
            assert not self.stub.garbage, self.stub.garbage
