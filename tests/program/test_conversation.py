"""The conversation: greeting, numbered replies, bye, and several listeners."""

import unittest

from harness import ProgramTest, run_harkd

TWO_LISTENERS = """
[[listener]]
address = "127.0.0.1:0"

[[listener]]
address = "127.0.0.1:0"
framing = "line"
charset = "gb18030"
greeting = "the second"
"""


class Greeting(ProgramTest):
    def test_names_host_program_and_version(self):
        version = run_harkd("--version").stdout.split()[-1]
        client = self.connect(self.start())
        found = client.expect_match(rb'220 (\S+) harkd (\S+) ready, say "bye" to leave')
        self.assertEqual(found.group(2), version)

    def test_is_configurable(self):
        client = self.connect(self.start(config='greeting = "tell me"\n'))
        client.expect(b"220 tell me")

    def test_can_be_left_out(self):
        client = self.connect(self.start(config='greeting = ""\n'))
        client.send(b"hello\n")
        client.expect(b"250 ok #1")


class Replies(ProgramTest):
    def test_number_the_messages_of_a_connection(self):
        harkd = self.start()
        first, second = self.greeted(harkd), self.greeted(harkd)
        first.send(b"one\ntwo\n")
        first.expect(b"250 ok #1", b"250 ok #2")
        second.send(b"uno\n")
        second.expect(b"250 ok #1")
        first.send(b"three\n")
        first.expect(b"250 ok #3")
        records = harkd.wait_messages(first, 3)
        self.assertEqual([(r["seq"], r["text"], r["bytes"], r["end"]) for r in records],
                         [(1, "one", 3, "lf"), (2, "two", 3, "lf"), (3, "three", 5, "lf")])
        self.assertTrue(all(r["charset"] == "utf-8" and "raw" not in r for r in records))
        self.assertNotEqual(records[0]["conn"], harkd.wait_messages(second, 1)[0]["conn"])

    def test_empty_lines_are_acknowledged_but_not_recorded(self):
        harkd = self.start()
        client = self.greeted(harkd)
        client.send(b"\n")
        client.expect(b"250 ok")
        client.send(b"\r\n")
        client.expect(b"250 ok")
        client.send(b"text\n")
        client.expect(b"250 ok #1")
        self.assertEqual([r["text"] for r in harkd.messages(client)], ["text"])

    def test_connection_is_recorded_from_start_to_end(self):
        harkd = self.start()
        client = self.greeted(harkd)
        client.send(b"one\n\ntwo\r\n")
        client.expect(b"250 ok #1", b"250 ok", b"250 ok #2")
        client.half_close()
        client.eof()
        closed = harkd.wait_closed(client)
        self.assertEqual((closed["reason"], closed["messages"]), ("eof", 2))
        self.assertEqual(closed.get("discarded", 0), 0)
        self.assertGreaterEqual(closed["seconds"], 0)
        events = [r["event"] for r in harkd.records() if r.get("peer") == client.name]
        self.assertEqual(events, ["connected", "message", "message", "closed"])
        self.assertNotIn("listener", harkd.wait_record("connected", peer=client.name))


class Bye(ProgramTest):
    def leaves(self, harkd, data, messages=0):
        client = self.greeted(harkd)
        for number in range(1, messages + 1):
            client.send(b"text\n")
            client.expect(b"250 ok #%d" % number)
        client.send(data)
        client.expect_match(rb"221 bye, %d message%s" % (messages, b"" if messages == 1 else b"s"))
        client.eof()
        client.close()
        closed = harkd.wait_closed(client)
        self.assertEqual((closed["reason"], closed["messages"]), ("bye", messages), data)
        self.assertEqual(len(harkd.messages(client)), messages)

    def test_forms(self):
        harkd = self.start()
        for data in (b"bye\n", b"bye\r\n", b"bye\0", b"BYE\n", b" Bye \t\r\n", b"bye", b" BYE \r"):
            self.leaves(harkd, data)

    def test_counts_the_messages(self):
        harkd = self.start()
        self.leaves(harkd, b"bye\n", messages=1)
        self.leaves(harkd, b"bye\n", messages=3)

    def test_bye_before_a_half_close_is_answered(self):
        client = self.greeted(self.start())
        client.send(b"bye")
        client.half_close()
        client.expect_match(rb"221 bye, 0 messages")
        client.eof()

    def test_with_other_words_is_a_message(self):
        harkd = self.start()
        client = self.greeted(harkd)
        for number, text in enumerate((b"bye bye", b"goodbye", b"bye.", b"by"), 1):
            client.send(text + b"\n")
            client.expect(b"250 ok #%d" % number)
        self.assertEqual([r["text"] for r in harkd.wait_messages(client, 4)],
                         ["bye bye", "goodbye", "bye.", "by"])

    def test_backslash_makes_it_a_message(self):
        harkd = self.start()
        client = self.greeted(harkd)
        client.send(b"\\bye\n\\\\bye\n\\hello\n")
        client.expect(b"250 ok #1", b"250 ok #2", b"250 ok #3")
        self.assertEqual([r["text"] for r in harkd.wait_messages(client, 3)],
                         ["bye", "\\bye", "\\hello"])

    def test_input_after_it_is_counted_but_not_recorded(self):
        harkd = self.start()
        client = self.greeted(harkd)
        client.send(b"one\nbye\n" + b"too late\n" * 3)
        client.expect(b"250 ok #1")
        client.expect_match(rb"221 bye, 1 message")
        client.eof()
        client.close()
        closed = harkd.wait_closed(client)
        self.assertEqual((closed["reason"], closed["messages"], closed["discarded"]),
                         ("bye", 1, 27))
        self.assertEqual([r["text"] for r in harkd.messages(client)], ["one"])

    def test_farewell_arrives_despite_much_further_input(self):
        # Closing with unread bytes would send a reset, which can destroy the 221.
        harkd = self.start()
        client = self.greeted(harkd)
        client.send(b"bye\n" + b"x" * 100_000)
        client.send(b"y" * 100_000)
        client.expect_match(rb"221 bye, 0 messages")
        client.eof()
        client.close()
        self.assertEqual(harkd.wait_closed(client)["discarded"], 200_000)


class Listeners(ProgramTest):
    def test_each_has_its_own_settings(self):
        harkd = self.start(config=TWO_LISTENERS, listen=())
        first = self.greeted(harkd, listener=0)
        second = self.connect(harkd, listener=1)
        second.expect(b"220 the second")
        text = "é".encode()
        first.send(text + b"\n")
        first.expect(b"250 ok #1")
        second.send(text + b"\n")
        second.expect(b"250 ok #1")
        self.assertEqual(harkd.wait_messages(first, 1)[0]["text"], "é")
        record = harkd.wait_messages(second, 1)[0]
        self.assertEqual((record["text"], record["charset"]), (text.decode("gbk"), "gb18030"))

    def test_are_told_apart_in_the_log(self):
        harkd = self.start(config=TWO_LISTENERS, listen=())
        clients = [self.connect(harkd, listener=number) for number in (0, 1)]
        names = [harkd.wait_record("connected", peer=c.name)["listener"] for c in clients]
        self.assertEqual(names, harkd.addresses)

    def test_several_on_the_command_line(self):
        harkd = self.start(listen=("127.0.0.1:0", "127.0.0.1:0"))
        for listener in (0, 1):
            client = self.greeted(harkd, listener=listener)
            client.send(b"hello\n")
            client.expect(b"250 ok #1")

    def test_ipv6(self):
        harkd = self.start(listen=("[::1]:0",))
        client = self.greeted(harkd, host="::1")
        client.send(b"hello\n")
        client.expect(b"250 ok #1")
        self.assertTrue(harkd.wait_messages(client, 1)[0]["peer"].startswith("[::1]:"))

    def test_all_addresses_take_both_families(self):
        harkd = self.start(listen=("[::]:0",))
        for host in ("127.0.0.1", "::1"):
            client = self.greeted(harkd, host=host)
            client.send(b"hello\n")
            client.expect(b"250 ok #1")
            self.assertEqual(harkd.wait_messages(client, 1)[0]["peer"], client.name)


if __name__ == "__main__":
    unittest.main()
