"""The methods of the control socket, as any Varlink client sees them."""

import os
import unittest

from controlled import ControlledTest, VarlinkError
from varlink import Description

SERVICE = "org.varlink.service"
HELLO_GBK = "你好".encode("gbk")


class Service(ControlledTest):
    def test_info(self):
        harkd = self.start()
        info = self.control(harkd).call(f"{SERVICE}.GetInfo")
        self.assertEqual((info["vendor"], info["product"]), ("hark", "harkd"))
        self.assertEqual(sorted(info["interfaces"]), ["org.harkd", SERVICE])
        self.assertEqual(info["version"], self.status(harkd)["version"])

    def test_descriptions_are_valid_and_complete(self):
        harkd = self.start()
        varlink = self.control(harkd)
        for name in varlink.call(f"{SERVICE}.GetInfo")["interfaces"]:
            text = varlink.call(f"{SERVICE}.GetInterfaceDescription", interface=name)["description"]
            description = Description(text)
            self.assertEqual(description.name, name)
            for method, (parameters, _) in description.methods.items():
                # Every existing method rejects an extra parameter before it does anything, which
                # shows that it exists.
                given = {one: "x" for one in parameters[1]}
                with self.assertRaises(VarlinkError) as caught:
                    varlink.call(f"{name}.{method}", **given, none_such=1)
                self.assertEqual(caught.exception.name, f"{SERVICE}.InvalidParameter", method)

    def test_replies_are_as_described(self):
        harkd = self.start(sinks=("console",))
        client = self.greeted(harkd)
        client.send(b"hello\n" + HELLO_GBK + b"\n\xff\xff\xff\n")
        varlink = self.control(harkd)
        described = {}
        for name in varlink.call(f"{SERVICE}.GetInfo")["interfaces"]:
            text = varlink.call(f"{SERVICE}.GetInterfaceDescription", interface=name)["description"]
            described[name] = Description(text)
        number = self.number_of(harkd, client)
        for method, parameters in (
                (f"{SERVICE}.GetInfo", {}), ("org.harkd.Status", {}), ("org.harkd.Clients", {}),
                ("org.harkd.Say", {"client": number, "text": "x"}),
                ("org.harkd.Broadcast", {"text": "x"}),
                ("org.harkd.SetLevel", {"level": "warning"}), ("org.harkd.Reload", {}),
                ("org.harkd.Kick", {"client": number, "reason": "x"})):
            interface, _, name = method.rpartition(".")
            description = described[interface]
            given, answered = description.methods[name]
            description.check(parameters, given, method)
            description.check(varlink.call(method, **parameters), answered, method)

    def test_errors_are_as_described(self):
        harkd = self.start()
        varlink = self.control(harkd)
        text = varlink.call(f"{SERVICE}.GetInterfaceDescription",
                            interface="org.harkd")["description"]
        description = Description(text)
        harkd.config_path.write_text("nonsense")
        client = self.greeted(harkd)
        number = self.number_of(harkd, client)
        seen = set()
        for method, parameters in (("Say", {"client": 99, "text": "x"}), ("Kick", {"client": 99}),
                                   ("Say", {"client": number, "text": "x" * 500}), ("Reload", {}),
                                   ("Restart", {})):
            with self.assertRaises(VarlinkError) as caught:
                varlink.call(f"org.harkd.{method}", **parameters)
            name = caught.exception.name.removeprefix("org.harkd.")
            seen.add(name)
            description.check(caught.exception.parameters, description.errors[name], name)
        self.assertEqual(seen, set(description.errors) - {"TooMany"})


class Methods(ControlledTest):
    def test_status_counts(self):
        harkd = self.start(config="max_connections = 3\n")
        clients = [self.greeted(harkd) for _ in range(3)]
        clients[0].send("hello\n你好\n".encode() + HELLO_GBK + b"\nabc\xff\xff\n")
        clients[0].expect(b"250 ok #1", b"250 ok #2", b"250 ok #3", b"251 ok #4, kept as bytes")
        fourth = self.connect(harkd)
        fourth.expect(b"421 too many connections")
        clients[1].send(b"GET / HTTP/1.0\r\n\r\n")
        clients[1].expect_match(rb"421 not this protocol.*")
        clients[2].send(b"bye\nrest")
        clients[2].expect(b"221 bye, 0 messages")
        clients[1].close()
        clients[2].close()
        harkd.wait_closed(clients[2])
        harkd.wait_closed(clients[1])
        status = self.status(harkd)
        self.assertEqual(
            {name: status[name] for name in (
                "run", "pid", "listeners", "connections", "max_connections", "connections_total",
                "refused", "probes", "messages", "charsets", "accepting", "tails",
                "tail_dropped")},
            {"run": harkd.records()[0]["run"], "pid": harkd.pid, "listeners": harkd.addresses,
             "connections": 1, "max_connections": 3, "connections_total": 3, "refused": 1,
             "probes": 1, "messages": 4,
             "charsets": {"utf-8": 2, "gb18030": 1, "bytes": 1}, "accepting": True, "tails": 0,
             "tail_dropped": 0})
        closed = harkd.records("closed")
        self.assertEqual(status["discarded"], sum(record["discarded"] for record in closed))
        self.assertGreater(status["memory"], 1 << 20)
        self.assertGreater(status["cpu"], 0)
        self.assertGreater(status["uptime"], 0)
        latency = status["latency"]
        self.assertLessEqual(latency["p50"], latency["p99"])
        self.assertLessEqual(latency["p99"], latency["max"])
        self.assertGreater(latency["max"], 0)

    def test_listeners(self):
        harkd = self.start(listen=(), config="""
            [[listener]]
            address = "127.0.0.1:0"
            [[listener]]
            address = "[::1]:0"
            framing = "length"
            charset = "Big5"
            replies = "ack"
            telnet = false
            record_connections = "used"
            """)
        self.connect(harkd, listener=1, host="::1").close()
        status = harkd.wait_for(lambda: (now := self.status(harkd))["unused_connections"] and now)
        self.assertEqual(status["listening"], [
            {"address": harkd.addresses[0], "framing": "auto", "charset": "auto",
             "replies": "text", "telnet": True, "record_connections": "all"},
            {"address": harkd.addresses[1], "framing": "length", "charset": "big5",
             "replies": "ack", "telnet": False, "record_connections": "used"}])
        self.assertEqual((status["unused_connections"], status["connections_total"]), (1, 1))
        client = self.connect(harkd, listener=1, host="::1")
        client.send(b"\0\0\0\1a")
        harkd.wait_record("message")
        self.assertEqual([(each["framing"], each["replies"])
                          for each in self.ask(harkd, "Clients")["clients"]], [("length", "ack")])

    def test_rates(self):
        harkd = self.start()
        client = self.greeted(harkd)
        client.send(b"hello\n" * 50)
        rates = harkd.wait_for(lambda: (status := self.status(harkd))["uptime"] > 2 and status)
        self.assertGreater(rates["message_rate"]["minute"], 0)
        self.assertLessEqual(rates["message_rate"]["minute"], 50)
        self.assertGreater(rates["byte_rate"]["minute"], rates["message_rate"]["minute"])

    def test_status_of_a_pause(self):
        harkd = self.start()
        client = self.greeted(harkd)
        harkd.limit_log(0)
        client.send(b"hello\n")
        paused = harkd.wait_for(
            lambda: (status := self.status(harkd)) if not self.status(harkd)["accepting"] else None)
        sink = paused["sinks"][0]
        self.assertEqual((sink["name"], sink["state"], sink["reason"]),
                         (f"file:{harkd.log.path}", "refusing", "File too large"))
        self.assertGreaterEqual(sink["lag"], 1)
        self.assertGreater(sink["lag_bytes"], 50)
        self.assertEqual((sink["pauses"], sink["paused_seconds"]), (1, 0))
        self.assertGreaterEqual(sink["paused_since_seconds"], 0)
        harkd.limit_log(None)
        client.expect(b"250 ok #1")
        sink = self.status(harkd)["sinks"][0]
        self.assertEqual((sink["state"], sink["lag"], sink["pauses"]), ("clear", 0, 1))
        self.assertGreater(sink["paused_seconds"], 0)
        self.assertEqual({"reason", "paused_since_seconds"} & set(sink), set())

    def test_clients(self):
        harkd = self.start(listen=("127.0.0.1:0", "[::1]:0"))
        line = self.greeted(harkd)
        line.send(HELLO_GBK + b"\n")
        line.expect(b"250 ok #1")
        chunk = self.connect(harkd, listener=1, host="::1").greeted()
        chunk.send("你好".encode())
        chunk.expect(b"250 ok #1")
        silent = self.greeted(harkd)
        first, second, third = self.ask(harkd, "Clients")["clients"]
        for entry, client, expected in (
                (first, line, {"id": 1, "local": harkd.addresses[0], "messages": 1, "bytes": 5,
                               "charset": "gb18030", "framing": "line"}),
                (second, chunk, {"id": 2, "local": harkd.addresses[1], "messages": 1, "bytes": 6,
                                 "charset": "utf-8", "framing": "chunk"}),
                (third, silent, {"id": 3, "messages": 0, "framing": "auto"})):
            self.assertEqual(entry["peer"], client.name)
            self.assertEqual(entry | expected | {"replies": "text"}, entry)
            self.assertTrue(entry["reading"])
        self.assertNotIn("charset", third)
        self.assertGreaterEqual(first["age"], third["age"])

    def test_clients_by_pages(self):
        harkd = self.start()
        clients = [self.greeted(harkd) for _ in range(230)]
        clients[100].close()
        harkd.wait_closed(clients[100])
        varlink = self.control(harkd)
        seen, parameters, sizes = [], {}, []
        while True:
            page = varlink.call("org.harkd.Clients", **parameters)
            seen += [client["id"] for client in page["clients"]]
            sizes.append(len(page["clients"]))
            if "next" not in page:
                break
            parameters = {"after": page["next"]}
        self.assertEqual(sizes, [100, 100, 29])
        self.assertEqual(seen, sorted(set(range(1, 231)) - {101}))
        self.assertEqual(len(varlink.call("org.harkd.Clients", limit=7)["clients"]), 7)

    def test_lines_in_each_clients_charset(self):
        harkd = self.start()
        utf8, gbk, other = (self.greeted(harkd) for _ in range(3))
        gbk.send(HELLO_GBK + b"\n")
        gbk.expect(b"250 ok #1")
        varlink = self.control(harkd)
        self.assertEqual(varlink.call("org.harkd.Say", client=1, text="你好\n421 bye"), {})
        self.assertEqual(varlink.call("org.harkd.Say", client=2, text="你好"), {})
        utf8.expect("* operator: 你好\\n421 bye".encode())
        gbk.expect("* operator: 你好".encode("gbk"))
        self.assertEqual(varlink.call("org.harkd.Broadcast", text="系统"),
                         {"clients": 3, "missed": [], "missed_count": 0})
        utf8.expect("* operator: 系统".encode())
        gbk.expect("* operator: 系统".encode("gbk"))
        other.expect("* operator: 系统".encode())
        said = harkd.wait_for(lambda: harkd.records("operator")[2:] and harkd.records("operator"))
        who = {"uid": os.getuid(), "pid": os.getpid()}
        for record, expected in zip(said, (
                {"conn": 1, "peer": utf8.name, "action": "say", "text": "你好\n421 bye"},
                {"conn": 2, "peer": gbk.name, "action": "say", "text": "你好"},
                {"action": "broadcast", "text": "系统"}), strict=True):
            self.assertEqual({name: record[name] for name in record
                              if name not in ("time", "run", "event")}, expected | who)

    def test_a_chunk_peer_gets_lines_with_its_reply(self):
        harkd = self.start(config="quiet_ms = 1000\n")
        client = self.greeted(harkd)
        client.send(b"first")
        client.expect(b"250 ok #1")
        client.send(b"second")
        harkd.wait_read(client)
        harkd.wait_for(lambda: self.ask(harkd, "Clients")["clients"][0]["bytes"] == 11)
        self.ask(harkd, "Say", client=1, text="hello")
        self.assertEqual(client.receive(), b"* operator: hello\r\n250 ok #2\r\n")

    def test_a_client_that_does_not_read_is_missed(self):
        harkd = self.start(config='framing = "line"\n')
        client = self.connect(harkd, receive_buffer=4096)
        reading = self.greeted(harkd)

        def stuffed():
            client.send(b"\n" * 8192)
            return not self.ask(harkd, "Clients")["clients"][0]["reading"]
        harkd.wait_for(stuffed, what="the client's window to be full")
        with self.refused("org.harkd.NotSaid", client=1, reason="it does not read what it is sent"):
            self.ask(harkd, "Say", client=1, text="hello")
        self.assertEqual(self.ask(harkd, "Broadcast", text="hello"),
                         {"clients": 1, "missed": [{"client": 1, "reason":
                                                    "it does not read what it is sent"}],
                          "missed_count": 1})
        reading.expect(b"* operator: hello")

    def test_kick(self):
        harkd = self.start(config='framing = "line"\n')
        told, silent = self.greeted(harkd), self.greeted(harkd)
        told.send(HELLO_GBK + b"\ntail")
        told.expect(b"250 ok #1")
        self.ask(harkd, "Kick", client=1, reason="吵")
        told.expect(b"250 ok #2", "421 kicked: 吵".encode("gbk"))
        told.eof()
        self.ask(harkd, "Kick", client=2)
        silent.expect(b"421 kicked")
        silent.eof()
        told.close()
        silent.close()
        self.assertEqual(harkd.wait_closed(told)["reason"], "kicked")
        self.assertEqual(harkd.messages(told)[1]["end"], "kicked")
        harkd.wait_closed(silent)
        first, second = harkd.records("operator")
        self.assertEqual((first["action"], first["conn"], first["reason"]), ("kick", 1, "吵"))
        self.assertEqual((second["action"], second["conn"]), ("kick", 2))
        self.assertNotIn("reason", second)
        with self.refused("org.harkd.NoSuchClient", client=1):
            self.ask(harkd, "Kick", client=1)

    def test_reload(self):
        harkd = self.start()
        client = self.greeted(harkd)
        harkd.config_path.write_text('framing = "words"\n')
        with self.assertRaises(VarlinkError) as caught:
            self.ask(harkd, "Reload")
        self.assertEqual(caught.exception.name, "org.harkd.ReloadRefused")
        self.assertIn(f"{harkd.config_path}:1:11: ", caught.exception.parameters["reason"])
        self.assertEqual(harkd.records("reloaded"), [])
        harkd.config_path.write_text('greeting = "welcome back"\n')
        self.assertEqual(self.ask(harkd, "Reload"), {})
        harkd.wait_record("reloaded")
        self.connect(harkd).expect(b"220 welcome back")
        client.send(b"still here\n")
        client.expect(b"250 ok #1")
        self.assertEqual([record["action"] for record in harkd.records("operator")],
                         ["reload", "reload"])

    def test_level(self):
        harkd = self.start()
        self.status(harkd)
        self.ask(harkd, "SetLevel", level="debug")
        self.status(harkd)
        record = harkd.wait_record("diagnostic", level="debug")
        self.assertEqual(record["text"], f"control: uid {os.getuid()}, pid {os.getpid()}: "
                                         "org.harkd.Status")
        self.ask(harkd, "SetLevel", level="error")
        # The reply does not wait for the log.
        harkd.wait_record("operator", level="error")
        count = len(harkd.records("diagnostic"))
        harkd.config_path.write_text("nonsense")
        with self.assertRaises(VarlinkError):
            self.ask(harkd, "Reload")
        later = harkd.records("diagnostic")[count:]
        self.assertEqual([record["level"] for record in later if record["level"] != "error"], [])
        self.assertEqual([record["level"] for record in harkd.records("operator")
                          if "level" in record], ["debug", "error"])


class Tail(ControlledTest):
    def test_as_in_the_log(self):
        harkd = self.start()
        tail = self.control(harkd).tail(events=["connected", "message", "closed", "operator"])
        client = self.greeted(harkd)
        client.send("hello\x1b\n你好\n".encode() + HELLO_GBK + b"\nabc\xff\xff\n")
        self.ask(harkd, "Broadcast", text="hello")
        client.close()
        harkd.wait_closed(client)
        told = [tail.message() for _ in range(7)]
        self.assertTrue(all(one["continues"] for one in told))
        kept = [record for record in harkd.records()
                if record["event"] in ("connected", "message", "closed", "operator")]
        self.assertEqual([one["parameters"]["record"] for one in told], kept)
        tail.silent()

    def test_filters(self):
        harkd = self.start()
        one, two = self.greeted(harkd), self.greeted(harkd)
        by_client = self.control(harkd).tail(client=2)
        by_peer = self.control(harkd).tail(peer=two.name)
        by_network = self.control(harkd).tail(peer="10.0.0.0/8")
        by_text = self.control(harkd).tail(text="WANTed")
        one.send(b"unwanted\n")
        one.expect(b"250 ok #1")
        two.send(b"something else\nNot Wanted\n")
        two.expect(b"250 ok #1", b"250 ok #2")

        def texts(tail, count):
            return [tail.reply()["record"]["text"] for _ in range(count)]
        self.assertEqual(texts(by_client, 2), ["something else", "Not Wanted"])
        self.assertEqual(texts(by_peer, 2), ["something else", "Not Wanted"])
        self.assertEqual(texts(by_text, 2), ["unwanted", "Not Wanted"])
        for tail in (by_client, by_peer, by_network, by_text):
            tail.silent()

    def test_a_stop_ends_it(self):
        harkd = self.start()
        client = self.greeted(harkd)
        tails = [self.control(harkd).tail(events=["message", "closed", "stopping"])
                 for _ in range(3)]
        client.send(b"last words")
        client.wait_arrived()
        self.assertEqual(harkd.stop(), 0)
        for tail in tails:
            events = []
            while (message := tail.message()) is not None:
                events.append(message["parameters"]["record"]["event"])
            self.assertEqual(sorted(events), ["closed", "message", "stopping"])
        self.assertFalse(harkd.control.exists())

    def test_a_stop_does_not_wait_for_unread_tails(self):
        harkd = self.start()
        client = self.greeted(harkd)
        self.control(harkd).tail()
        client.send(b"y\n" * 20_000)
        harkd.wait_messages(client, 20_000)
        self.assertEqual(harkd.stop(), 0)


if __name__ == "__main__":
    unittest.main()

