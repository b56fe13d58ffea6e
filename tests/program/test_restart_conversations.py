"""The state of a conversation survives a restart: numbers, charset, parts, figures."""

import time
import unittest

import proxy_headers as proxy
from proxied import CLIENT
from restarting import SLOW, RestartTest

LISTENER = '[[listener]]\naddress = "127.0.0.1:0"\n'


class Messages(RestartTest):
    def begin(self, settings=""):
        harkd = self.start(listen=(), config=LISTENER + settings)
        return harkd, self.greeted(harkd)

    def send_in_two(self, harkd, client, before, after):
        client.send(before)
        harkd.wait_read(client)
        self.restart(harkd)
        client.send(after)

    def test_numbers_go_on(self):
        harkd, client = self.begin()
        for number in range(1, 6):
            client.send(b"hello\n")
            client.expect(b"250 ok #%d" % number)
            self.restart(harkd)
        client.send(b"\n")
        client.expect(b"250 ok")
        late = self.greeted(harkd)
        self.assertEqual(harkd.wait_record("connected", peer=late.name)["conn"], 2)
        client.send(b"bye\n")
        client.expect(b"221 bye, 5 messages")
        client.eof()
        client.close()
        closed = harkd.wait_closed(client)
        self.assertEqual((closed["messages"], closed["bytes"], closed["discarded"]), (5, 35, 0))

    def test_what_the_charset_was_proved_to_be(self):
        harkd, first = self.begin()
        second = self.greeted(harkd)
        first.send("你好，世界\n".encode("gbk"))
        second.send("你好，世界\n".encode())
        for client in (first, second):
            client.expect(b"250 ok #1")
        self.restart(harkd)
        for client, text in ((first, "系"), (second, "ϵ")):
            client.send(b"\xcf\xb5\n")
            client.expect_match(rb"25[01] ok #2.*")
            self.assertEqual(harkd.messages(client)[1]["text"], text)

    def test_half_a_character(self):
        harkd, first = self.begin()
        second = self.greeted(harkd)
        clients = ((first, "系统停止".encode("gbk")), (second, "系统停止".encode()))
        for client, data in clients:
            client.send(data[:1])
            harkd.wait_read(client)
        self.restart(harkd)
        for client, data in clients:
            client.send(data[1:] + b"\n")
            client.expect_match(rb"25[01] ok #1.*")
            self.assertEqual(harkd.messages(client)[0]["text"], "系统停止")

    def test_parts_of_a_long_message(self):
        for charset in ("utf-8", "gbk"):
            harkd, client = self.begin('framing = "line"\n')
            text = "系统停止了" * 500
            data = text.encode(charset)
            for at in range(0, len(data), 1999):
                client.send(data[at:at + 1999])
                harkd.wait_read(client)
                self.restart(harkd)
            client.send(b"\n")
            client.expect_match(rb"25[01] ok #1.*")
            client.send(b"bye\n")
            client.expect(b"221 bye, 1 message")
            parts = harkd.messages(client)
            self.assertEqual("".join(part["text"] for part in parts), text)
            self.assertEqual({part["seq"] for part in parts}, {1})
            self.assertEqual([part["part"] for part in parts], list(range(1, len(parts) + 1)))
            self.assertEqual([part.get("more", False) for part in parts],
                             [True] * (len(parts) - 1) + [False])

    def test_a_counted_text_longer_than_the_buffer(self):
        harkd, client = self.begin('framing = "counted"\n')
        text = "".join(f"{number:05}" for number in range(1000))
        data = f"5000 {text}".encode()
        for at in range(0, len(data), 900):
            client.send(data[at:at + 900])
            harkd.wait_read(client)
            self.restart(harkd)
        client.send(b"1 x")
        client.expect(b"250 ok #1", b"250 ok #2")
        self.assertEqual("".join(part["text"] for part in harkd.messages(client)[:-1]), text)

    def test_telnet_stays(self):
        harkd, client = self.begin('framing = "line"\n')
        self.send_in_two(harkd, client, b"\xff\xfd\x06", b"a\xff\xffb\xff\xf1c\n")
        self.assertEqual(client.socket.recv(3), b"\xff\xfc\x06")
        client.expect_match(rb"25[01] ok #1.*")
        self.assertEqual(harkd.messages(client)[0]["bytes"], 4)
        # Without it, FF is text.
        other = self.greeted(harkd)
        self.send_in_two(harkd, other, b"a", b"a\xff\xffb\n")
        other.expect_match(rb"25[01] ok #1.*")
        self.assertEqual(harkd.messages(other)[0]["bytes"], 5)

    def test_bye_in_two(self):
        harkd, client = self.begin()
        client.send(b"hello\n")
        client.expect(b"250 ok #1")
        self.send_in_two(harkd, client, b"by", b"e\nnot recorded\n")
        client.expect(b"221 bye, 1 message")
        client.eof()
        client.close()
        self.assertEqual(harkd.wait_closed(client)["discarded"], len("not recorded\n"))


class Beginnings(RestartTest):
    def test_unused_connections(self):
        harkd = self.start(listen=(), config=LISTENER + 'record_connections = "used"\n')
        used, unused = self.greeted(harkd), self.greeted(harkd)
        time.sleep(0.2)
        self.restart(harkd)
        unused.close()
        harkd.wait_for(lambda: self.status(harkd)["unused_connections"] == 1, what="the count")
        used.send(b"hello\n")
        used.expect(b"250 ok #1")
        used.close()
        self.assertGreaterEqual(harkd.wait_closed(used)["seconds"], 0.2)
        self.assertEqual([record["peer"] for record in harkd.records("connected")], [used.name])
        self.assertEqual(len(harkd.records("closed")), 1)

    def test_half_a_header_of_a_proxy(self):
        harkd = self.start(listen=(), config=LISTENER + 'proxy = ["127.0.0.1"]\n')
        headers = [proxy.version_1(), proxy.version_2(vectors=proxy.unique_id(b"id"))]
        connections = [(header, size, self.connect(harkd)) for header in headers
                       for size in range(len(header))]
        for header, size, connection in connections:
            connection.send(header[:size])
            harkd.wait_read(connection)
        self.restart(harkd)
        for header, size, connection in connections:
            connection.send(header[size:] + b"hello\n")
            connection.greeted().expect(b"250 ok #1")
        self.assertEqual({record["peer"] for record in harkd.records("connected")}, {CLIENT})
        # Their names survive as well.
        self.restart(harkd)
        connections[0][2].send(b"again\n")
        connections[0][2].expect(b"250 ok #2")
        self.assertEqual(harkd.messages()[-1]["peer"], CLIENT)
        self.assertEqual(harkd.records("refused"), [])

    def test_the_time_for_a_header_goes_on(self):
        harkd = self.start(listen=(), config=LISTENER + 'proxy = ["127.0.0.1"]\n')
        connection = self.connect(harkd)
        connection.send(proxy.version_1()[:9])
        began = time.monotonic()
        harkd.wait_read(connection)
        time.sleep(2)
        self.restart(harkd)
        connection.expect(b"421 bad frame")
        self.assertLess(time.monotonic() - began, 5 + 1.5 * SLOW)
        self.assertGreater(time.monotonic() - began, 4.9)


class Figures(RestartTest):
    def clients(self, harkd):
        return {one["id"]: one for one in self.ask(harkd, "Clients")["clients"]}

    def test_of_each_client(self):
        listeners = ("", 'framing = "line"\ncharset = "big5"\n', 'framing = "chunk"\n',
                     'framing = "counted"\n', 'replies = "ack"\nframing = "line"\n')
        harkd = self.start(listen=(), config="".join(LISTENER + more for more in listeners))
        clients = [self.connect(harkd, listener=number) for number in range(len(listeners))]
        clients.append(self.connect(harkd))
        sent = (b"hello\n", "你好\n".encode("big5"), b"chunk", b"5 hello6 he", b"a\nb\nc",
                "系统停止\n你好".encode("gbk"))
        for client, data in zip(clients, sent):
            client.send(data)
            harkd.wait_read(client)
        harkd.wait_for(lambda: self.status(harkd)["messages"] >= 7, what="the messages")
        before, then = self.clients(harkd), self.status(harkd)
        began = time.monotonic()
        self.restart(harkd)
        after, now = self.clients(harkd), self.status(harkd)
        took = time.monotonic() - began
        self.assertEqual(len(before), len(clients))
        self.assertEqual(set(before), set(after))
        for number, one in before.items():
            for name, value in one.items():
                if isinstance(value, float):
                    self.assertAlmostEqual(after[number][name], value, delta=took + 0.1, msg=name)
                    self.assertGreaterEqual(after[number][name], value, name)
                else:
                    self.assertEqual(after[number][name], value, name)
        for name in ("run", "pid", "version", "connections", "connections_total", "messages",
                     "bytes", "discarded", "charsets", "listeners", "listening", "limits",
                     "refused", "probes", "max_connections", "memory_limit"):
            self.assertEqual(now[name], then[name], name)
        self.assertEqual((then["restarts"], now["restarts"]), (0, 1))
        self.assertGreater(now["uptime"], then["uptime"])
        self.assertGreaterEqual(now["cpu"], then["cpu"])
        self.assertEqual({record["run"] for record in harkd.records()}, {now["run"]})


if __name__ == "__main__":
    unittest.main()
