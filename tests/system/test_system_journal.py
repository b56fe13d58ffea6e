"""The service's records in the journal, and who reads them there."""

import json
import unittest

from service_test import ServiceTest

GBK = "系统停止, 价格 80 元".encode("gb18030")


class Journal(ServiceTest):
    def send_one(self, data):
        client = self.greeted()
        client.send(data)
        client.expect(b"250 ok #1")
        return client

    def test_a_message_has_all_its_fields(self):
        self.start()
        client = self.send_one("你好\n".encode())
        entry = self.wait_entry(HARK_EVENT="message", HARK_PEER=client.name)
        want = {"HARK_TEXT": "你好", "HARK_CHARSET": "utf-8", "HARK_SEQ": "1", "HARK_BYTES": "6",
                "HARK_END": "lf", "PRIORITY": "5", "SYSLOG_IDENTIFIER": "harkd",
                "MESSAGE": f"{client.name} #1: 你好", "_SYSTEMD_UNIT": "harkd.service",
                "_TRANSPORT": "journal", "_PID": str(self.main_pid())}
        self.assertEqual({name: entry.get(name) for name in want}, want)
        self.assertRegex(entry["MESSAGE_ID"], r"^[0-9a-f]{32}$")
        self.assertRegex(entry["HARK_RUN"], r"^[0-9a-f]{8}$")
        self.assertRegex(entry["HARK_CONN"], r"^\d+$")
        connected = self.wait_entry(HARK_EVENT="connected", HARK_CONN=entry["HARK_CONN"])
        self.assertEqual((connected["PRIORITY"], connected["HARK_PEER"]), ("6", client.name))
        self.assertNotEqual(connected["MESSAGE_ID"], entry["MESSAGE_ID"])

    def test_gbk_is_text_there_too(self):
        self.start()
        client = self.send_one(GBK + b"\n")
        entry = self.wait_entry(HARK_EVENT="message", HARK_PEER=client.name)
        self.assertEqual((entry["HARK_TEXT"], entry["HARK_CHARSET"], entry["HARK_BYTES"]),
                         (GBK.decode("gb18030"), "gb18030", str(len(GBK))))

    def test_netcat_inside_the_system_is_a_client(self):
        self.start()
        heard = self.run_inside("nc", "-N", "127.0.0.1", "8765", input="hello\n你好\nbye\n".encode())
        self.assertRegex(heard, r"^220 box harkd \S+ ready.*\r\n250 ok #1\r\n250 ok #2\r\n"
                                r"221 bye, 2 messages\r\n$")
        self.assertEqual(self.texts(), ["hello", "你好"])

    def test_one_peer_is_found_by_its_address(self):
        self.start()
        first, second = self.send_one(b"of the first\n"), self.send_one(b"of the second\n")
        self.assertEqual(self.texts(f"HARK_PEER={first.name}"), ["of the first"])
        self.assertEqual(self.texts(f"HARK_PEER={second.name}"), ["of the second"])

    def test_the_catalog_explains(self):
        self.start()
        client = self.send_one(b"hello\n")
        wait = self.wait_entry(HARK_EVENT="message", HARK_PEER=client.name)
        plain = self.journalctl(f"MESSAGE_ID={wait['MESSAGE_ID']}")
        explained = self.journalctl("--catalog", f"MESSAGE_ID={wait['MESSAGE_ID']}")
        self.assertNotIn("\n░░", plain)
        self.assertIn("\n░░ Subject: ", explained)
        self.assertIn(client.name, explained.partition("\n░░ Subject: ")[2])
        for event in ("listening", "connected"):
            entry = self.wait_entry(HARK_EVENT=event)
            self.assertIn("\n░░ Subject: ",
                          self.journalctl("--catalog", f"MESSAGE_ID={entry['MESSAGE_ID']}"), event)

    def test_hark_log_shows_the_same(self):
        self.start()
        client = self.send_one(GBK + b"\n")
        other = self.send_one("你好\n".encode())
        self.assertEqual(len(self.texts()), 2)
        shown = self.run_inside("hark", "log")
        self.assertIn(f"{client.name} #1: {GBK.decode('gb18030')}", shown)
        self.assertIn(f"{other.name} #1: 你好", shown)
        lines = self.run_inside("hark", "--json", "log").splitlines()
        records = [json.loads(line) for line in lines]
        found = {record["peer"]: record for record in records if record["event"] == "message"}
        self.assertEqual(found[client.name]["text"], GBK.decode("gb18030"))
        self.assertEqual(found[client.name]["charset"], "gb18030")
        entry = self.wait_entry(HARK_EVENT="message", HARK_PEER=other.name)
        self.assertEqual(found[other.name]["run"], entry["HARK_RUN"])

    def test_what_could_forge_a_field_stays_text(self):
        self.start()
        client = self.send_one(b"a\x01\rHARK_PEER=1.2.3.4:5\rMESSAGE=forged\n")
        entry = self.wait_entry(HARK_EVENT="message", HARK_PEER=client.name)
        self.assertEqual(entry["MESSAGE"].count("\n"), 0)
        self.assertEqual(self.entries("HARK_PEER=1.2.3.4:5"), [])
        self.assertEqual(self.entries("MESSAGE=forged"), [])


if __name__ == "__main__":
    unittest.main()
