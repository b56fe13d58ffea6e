"""hark clients."""

import unittest

from controlling import ControlTest
from fake_control import make_client


class Clients(ControlTest):
    def numbers(self, *arguments):
        status, output, errors = self.run_hark("clients", *arguments)
        self.assertEqual((status, errors), (0, ""))
        return [int(line.split()[0]) for line in output.splitlines()[1:]]

    def test_a_table(self):
        server = self.serve()
        server.clients = [
            make_client(1, age=90061.0, idle=0.0),
            make_client(17, peer="[2001:db8::7]:40112", charset=None, framing="auto",
                        reading=False, unread_replies=5)]
        self.assertEqual(self.run_hark("clients"), (0, (
            "ID  Peer                   Age  Idle  Messages  Bytes  Charset  Framing  Unread\n"
            " 1  192.0.2.1:40001      1d01h    0s        10   1000  utf-8    line          0\n"
            "17  [2001:db8::7]:40112  1m17s  1.5s       170  17000  -        auto         5!\n"),
            ""))

    def test_listeners_for_devices(self):
        server = self.serve()
        server.clients = [make_client(1), make_client(2, framing="delimited", replies="ack"),
                          make_client(3, framing="counted", replies="none")]
        self.assertEqual(self.run_hark("clients")[1], (
            "ID  Peer               Age  Idle  Messages  Bytes  Charset  Framing    Replies  Unread\n"
            " 1  192.0.2.1:40001  1m01s  1.5s        10   1000  utf-8    line       text          0\n"
            " 2  192.0.2.2:40002  1m02s  1.5s        20   2000  utf-8    delimited  ack           0\n"
            " 3  192.0.2.3:40003  1m03s  1.5s        30   3000  utf-8    counted    none          0\n"))

    def test_an_older_daemon(self):
        server = self.serve()
        for client in server.clients:
            del client["replies"], client["limited"]
        output = self.run_hark("clients")[1]
        self.assertNotIn("Replies", output)
        self.assertNotIn("Rate", output)

    def test_limited(self):
        server = self.serve()
        server.clients = [make_client(1), make_client(2, limited=True)]
        self.assertEqual(self.run_hark("clients")[1], (
            "ID  Peer               Age  Idle  Messages  Bytes  Charset  Framing  Unread  Rate\n"
            " 1  192.0.2.1:40001  1m01s  1.5s        10   1000  utf-8    line          0\n"
            " 2  192.0.2.2:40002  1m02s  1.5s        20   2000  utf-8    line          0  limited\n"))

    def test_behind_a_proxy(self):
        server = self.serve()
        server.clients = [make_client(1, via="10.0.0.1:40112"),
                          make_client(2, via="10.0.0.1:40113", cert="pump-7.example"),
                          make_client(3, cert="pump\x1b 8")]
        lines = self.run_hark("clients")[1].splitlines()
        self.assertEqual([line.partition("Unread")[2] or line[75:] for line in lines], [
            "  Via             Certificate",
            "  10.0.0.1:40112",
            "  10.0.0.1:40113  pump-7.example",
            "                  pump\\x1b 8"])

    def test_by_address(self):
        server = self.serve()
        peers = {1: "192.0.2.7:1", 2: "[2001:db8::7]:40112", 3: "192.0.2.6:9",
                 5: "[2001:db8::7]:9", 6: "[fe80::1%eth0]:9"}
        server.clients = [make_client(number, peer=peer, limited=number in (2, 5))
                          for number, peer in peers.items()]
        self.assertEqual(self.run_hark("clients", "--by-address"), (0, (
            "Address       Clients  Limited  Messages  Bytes\n"
            "2001:db8::7         2        2        70   7000\n"
            "192.0.2.6           1        0        30   3000\n"
            "192.0.2.7           1        0        10   1000\n"
            "fe80::1%eth0        1        0        60   6000\n"), ""))
        self.assertEqual(self.objects("clients", "--by-address")[:2], [
            {"address": "2001:db8::7", "clients": 2, "limited": 2, "messages": 70, "bytes": 7000},
            {"address": "192.0.2.6", "clients": 1, "limited": 0, "messages": 30, "bytes": 3000}])
        for option in ("--reverse", "--sort=id"):
            status, _, errors = self.run_hark("clients", "--by-address", option)
            self.assertEqual((status, errors.splitlines()[0]), (
                2, "hark: --by-address cannot be combined with --sort or --reverse"))

    def test_by_address_over_pages(self):
        server = self.serve()
        server.clients = [make_client(number, peer=f"192.0.2.{number % 3}:{number}")
                          for number in range(1, 1000)]
        self.assertEqual([(each["address"], each["clients"])
                          for each in self.objects("clients", "--by-address")],
                         [("192.0.2.0", 333), ("192.0.2.1", 333), ("192.0.2.2", 333)])
        server.clients = []
        self.assertEqual(self.objects("clients", "--by-address"), [])
        self.assertEqual(len(self.run_hark("clients", "--by-address")[1].splitlines()), 1)

    def test_by_address_with_hostile_text(self):
        server = self.serve()
        server.clients = [make_client(1, peer="\x1b[31m\nfake"), make_client(2, peer="[]:1")]
        self.assertIn("\\x1b[31m\\nfake", self.run_hark("clients", "--by-address")[1])

    def test_with_several_listeners(self):
        server = self.serve()
        server.clients[0]["local"] = "[::1]:8766"
        lines = self.run_hark("clients")[1].splitlines()
        self.assertTrue(lines[0].endswith("  Local address"), lines[0])
        self.assertTrue(lines[1].endswith("  [::1]:8766"), lines[1])

    def test_nobody(self):
        self.serve().clients = []
        self.assertEqual(len(self.run_hark("clients")[1].splitlines()), 1)
        self.assertEqual(self.objects("clients"), [])

    def test_sorted(self):
        server = self.serve()
        server.clients = [
            make_client(1, peer="c", age=1, idle=3, messages=5, bytes=50, unread_replies=0),
            make_client(2, peer="a", age=3, idle=1, messages=5, bytes=70, unread_replies=9),
            make_client(3, peer="b", age=2, idle=2, messages=9, bytes=60, unread_replies=4)]
        for column, order in (("id", [1, 2, 3]), ("peer", [2, 3, 1]), ("age", [1, 3, 2]),
                              ("idle", [2, 3, 1]), ("messages", [1, 2, 3]), ("bytes", [1, 3, 2]),
                              ("unread", [1, 3, 2]), ("-id", [3, 2, 1]), ("-messages", [3, 1, 2])):
            with self.subTest(column=column):
                self.assertEqual(self.numbers("--sort", column), order)
        self.assertEqual(self.numbers("--reverse"), [3, 2, 1])
        self.assertEqual([client["id"] for client in self.objects("clients", "--sort=-age")],
                         [2, 3, 1])
        status, _, errors = self.run_hark("clients", "--sort", "colour")
        self.assertEqual(status, 2)
        self.assertIn('invalid column "colour"', errors)

    def test_pages(self):
        server = self.serve()
        server.clients = [make_client(number) for number in range(5, 1000, 3)]
        self.assertEqual(self.numbers(), list(range(5, 1000, 3)))
        self.assertEqual([call.get("after") for call in server.parameters("Clients")],
                         [0, 302, 602, 902])
        self.assertEqual(self.objects("clients"), server.clients)

    def test_pages_without_end(self):
        server = self.serve()
        page = [make_client(number) for number in range(1, 4)]
        for reply in ({"clients": page, "next": 3}, {"clients": [], "next": 7},
                      {"clients": page, "next": 2}, {"clients": page[::-1], "next": 1}):
            with self.subTest(reply=reply):
                server.handle("Clients", lambda _, reply=reply: [reply])
                status, output, errors = self.run_hark("clients")
                self.assertEqual((status, output), (3, ""))
                self.assertIn("hark: not a valid reply from harkd: ", errors)

    def test_more_clients_than_there_can_be(self):
        server = self.serve()
        size = 2000
        def page(parameters):
            first = parameters["after"] + 1
            return [{"clients": [{"id": number, "peer": "a", "local": "b", "age": 0, "idle": 0, "messages": 0,
                                  "bytes": 0, "framing": "line", "reading": True,
                                  "unread_replies": 0}
                                 for number in range(first, first + size)],
                     "next": first + size - 1}]
        server.handle("Clients", page)
        process = self.begin("clients")
        output, errors = process.communicate()
        self.assertEqual((process.returncode, output), (3, b""))
        self.assertEqual(errors, b"hark: not a valid reply from harkd: next\n")
        self.assertLessEqual(len(server.calls), (1 << 20) // size + 1)

    def test_hostile_text(self):
        server = self.serve()
        server.clients = [make_client(1, peer="\x1b[31m\nfake", charset="\u202e", framing="\t")]
        output = self.run_hark("clients")[1]
        self.assertEqual(len(output.splitlines()), 2)
        self.assertIn("\\x1b[31m\\nfake", output)
        self.assertNotIn("\u202e", output)

    def test_values_of_another_kind(self):
        server = self.serve()
        for fields in ({"id": "1"}, {"messages": -1}, {"age": "x"}, {"reading": 1}, {"peer": None},
                       {"unread_replies": 1.5}):
            with self.subTest(fields=fields):
                client = make_client(1) | fields
                server.handle("Clients", lambda _, client=client: [{"clients": [client]}])
                self.assertEqual(self.run_hark("clients"),
                                 (3, "", f"hark: not a valid reply from harkd: {[*fields][0]}\n"))


if __name__ == "__main__":
    unittest.main()
