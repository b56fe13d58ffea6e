"""What is recorded of a client behind a proxy."""

import unittest

import proxy_headers as proxy
from fake_journal import FakeJournal, require_namespaces
from proxied import CLIENT, Proxied

class Records(Proxied):
    VECTORS = proxy.unique_id("C0A8:7 泵".encode()) + proxy.ssl("pump-7.example".encode())

    def test_keys(self):
        harkd = self.start_behind()
        connection = self.arrive(harkd, proxy.version_2(vectors=self.VECTORS))
        self.say(connection)
        connection.close()
        closed = harkd.wait_record("closed", peer=CLIENT)
        connected = harkd.wait_record("connected")
        self.assertEqual(list(connected), ["time", "run", "event", "conn", "peer", "via",
                                           "proxy_id", "cert"])
        self.assertEqual(list(connected.values())[4:],
                         [CLIENT, connection.name, "C0A8:7 泵", "pump-7.example"])
        message = harkd.wait_record("message")
        self.assertEqual(list(message)[4:7], ["peer", "cert", "seq"])
        self.assertEqual(message["cert"], "pump-7.example")
        self.assertNotIn("cert", closed)
        self.assertNotIn("via", closed)

    def test_clients_of_the_control_socket(self):
        harkd = self.start_behind()
        connection = self.arrive(harkd, proxy.version_2(vectors=self.VECTORS))
        self.arrive(harkd, proxy.block(proxy.LOCAL, proxy.UNSPEC))
        client, itself = self.ask(harkd, "Clients", after=0)["clients"]
        self.assertEqual((client["peer"], client["via"], client["cert"]),
                         (CLIENT, connection.name, "pump-7.example"))
        self.assertEqual([key for key in ("via", "cert") if key in itself], [])

    def test_a_certificate_that_was_not_verified(self):
        harkd = self.start_behind()
        for vectors in (proxy.ssl(b"pump-7", verified=False), proxy.ssl(b"pump-7", shown=False),
                        proxy.unique_id(b"\xde\xff")):
            self.say(self.arrive(harkd, proxy.version_2(vectors=vectors)))
        self.assertEqual([r for r in harkd.records() if "cert" in r], [])
        self.assertEqual(harkd.records("connected")[-1]["proxy_id"], "deff")

    def test_unused_connections(self):
        harkd = self.start_behind('record_connections = "used"\n')
        self.arrive(harkd, proxy.version_1(port=1)).close()
        connection = self.arrive(harkd, proxy.version_2(vectors=self.VECTORS))
        self.say(connection)
        connected = harkd.wait_record("connected", peer=CLIENT)
        self.assertEqual((connected["via"], connected["cert"]),
                         (connection.name, "pump-7.example"))
        self.assertEqual(len(harkd.records("connected")), 1)

    def test_journal(self):
        require_namespaces()
        journal = FakeJournal(self.folder).open()
        self.addCleanup(journal.close)
        harkd = self.start_behind(wrapper=journal.wrapper, sinks=("journal",))
        connection = self.arrive(harkd, proxy.version_2(vectors=self.VECTORS))
        self.say(connection)
        wrong = self.connect(harkd)
        wrong.send(b"hello\n")
        wrong.expect(b"421 bad frame")
        harkd.wait_for(lambda: journal.events("refused"), what="the last entry")
        entry, = journal.events("connected")
        self.assertEqual([entry[f"HARK_{name}"].decode() for name in
                          ("PEER", "VIA", "PROXY_ID", "CERT")],
                         [CLIENT, connection.name, "C0A8:7 泵", "pump-7.example"])
        entry, = journal.events("message")
        self.assertEqual(entry["HARK_CERT"], b"pump-7.example")
        self.assertEqual(entry["MESSAGE"], f"{CLIENT} #1: hello".encode())
        entry, = journal.events("refused")
        self.assertEqual((entry["HARK_PEER"], entry["HARK_REASON"]),
                         (wrong.name.encode(), b"bad frame"))

    def test_a_long_message_names_it_in_each_part(self):
        harkd = self.start_behind()
        connection = self.arrive(harkd, proxy.version_2(vectors=self.VECTORS))
        self.say(connection, b"x" * 3000)
        self.assertEqual([(r["cert"], r["part"]) for r in harkd.messages()],
                         [("pump-7.example", number) for number in (1, 2, 3)])


if __name__ == "__main__":
    unittest.main()
