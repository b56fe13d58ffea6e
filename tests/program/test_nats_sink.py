"""The sink nats:STREAM on a real server: what is acknowledged is in the stream, in order."""

import unittest

from nats_sink import BATCH_BYTES, SUBJECT, RealServer, batches_of


class Storing(RealServer):
    def test_an_answer_means_that_the_stream_has_it(self):
        harkd = self.start_stored(file=False)
        client = self.greeted(harkd)
        for number in range(1, 21):
            client.send(b"message %d\n" % number)
            client.expect(b"250 ok #%d" % number)
            self.assertEqual(self.texts()[-1:], [f"message {number}"])

    def test_the_stream_has_what_the_file_has(self):
        harkd = self.start_stored()
        clients = [self.greeted(harkd) for _ in range(20)]
        for number in range(1, 51):
            for client in clients:
                client.send(f"message {number} ä\n".encode() * 3)
        for client in clients:
            client.half_close()
        for client in clients:
            answered = 0
            while answered < 150:
                answered = int(client.expect_match(rb"250 ok #(?:\d+-)?(\d+)").group(1))
            client.eof()
        harkd.wait_for(lambda: len(harkd.records("closed")) == 20, what="20 ends")
        self.check_stored(self.nats, harkd)
        stored = self.stored(self.nats)
        self.assertIn("stopping", [record["event"] for record in stored[-2:]])
        for client in clients:
            numbers = [record["seq"] for record in stored
                       if record["event"] == "message" and record["peer"] == client.name]
            self.assertEqual(numbers, list(range(1, 151)))

    def test_what_each_message_of_the_stream_says(self):
        harkd = self.start_stored()
        client = self.greeted(harkd)
        self.send_counted(client, 5)
        messages = self.nats.messages()
        last = 0
        for batch, message in zip(batches_of(messages), messages):
            self.assertEqual(message.subject, SUBJECT)
            self.assertEqual(batch.run, harkd.records()[0]["run"])
            self.assertEqual(batch.first, last + 1)
            self.assertEqual(message.headers["Nats-Expected-Last-Subject-Sequence"],
                             str(batch.seq - 1))
            last = batch.last

    def test_batches_grow_with_the_load(self):
        harkd = self.start_stored(file=False)
        client = self.greeted(harkd)
        client.send(b"".join(b"message %d\n" % number for number in range(1, 20001)))
        answered = 0
        while answered < 20000:
            answered = int(client.expect_match(rb"250 ok #(?:\d+-)?(\d+)").group(1))
        batches = batches_of(self.nats.messages())
        self.assertLess(len(batches), 2000)
        self.assertEqual(self.texts(), [f"message {number}" for number in range(1, 20001)])

    def test_batches_are_cut_at_whole_records(self):
        harkd = self.start_stored(file=False)
        client = self.greeted(harkd)
        sizes = [1, 200_000, 60_000, 262_000, 1, 262_144, 5, 700_000]
        client.send(b"".join(b"x" * size + b"\n" for size in sizes))
        answered = 0
        while answered < len(sizes):
            answered = int(client.expect_match(rb"250 ok #(?:\d+-)?(\d+)").group(1))
        whole = {}
        for record in self.stored(self.nats):
            if record["event"] == "message":
                whole[record["seq"]] = whole.get(record["seq"], 0) + len(record["text"])
        self.assertEqual(list(whole.values()), sizes)
        for batch in batches_of(self.nats.messages()):
            self.assertLessEqual(len(batch.payload), BATCH_BYTES)

    def test_other_subjects_of_the_stream_are_not_in_the_way(self):
        harkd = self.start_stored()
        client = self.greeted(harkd)
        with self.nats.client() as other:
            for number in range(1, 6):
                client.send(b"message %d\n" % number)
                client.expect(b"250 ok #%d" % number)
                other.store("hark.site8", b"something else")
        self.assertEqual(self.sink(harkd)["pauses"], 0)

    def test_a_purge_is_gone_on_from(self):
        harkd = self.start_stored()
        client = self.greeted(harkd)
        self.send_counted(client, 3)
        with self.nats.client() as other:
            other.purge_stream("HARK", filter=SUBJECT)
        client.send(b"message 4\n")
        client.expect(b"250 ok #4")
        self.assertEqual(self.texts(), ["message 4"])
        harkd.wait_for(lambda: [record for record in harkd.records("diagnostic")
                                if "HARK" in record["text"] and "gone" in record["text"]],
                       what="a word about the purge")

    def test_messages_that_age_out(self):
        self.nats.create_stream(max_age=1_000_000_000)
        harkd = self.start_sink(self.nats, replicas=1)
        client = self.greeted(harkd)
        self.send_counted(client, 1)
        harkd.wait_for(lambda: not self.nats.messages(), what="the end of it all")
        self.send_counted(client, 1, start=2)
        self.assertEqual(self.texts(), ["message 2"])

    def test_status(self):
        harkd = self.start_stored()
        self.send_counted(self.greeted(harkd), 3)
        sink = self.sink(harkd)
        self.assertEqual((sink["state"], sink["lag"]), ("clear", 0))
        self.assertNotIn("reason", sink)


class Full(RealServer):
    def test_a_full_stream_is_a_pause(self):
        self.nats.create_stream(max_msgs=4, discard="new")
        harkd = self.start_sink(self.nats, replicas=1)
        client = self.greeted(harkd)
        number = answered = 0
        while answered == number:
            number += 1
            client.send(b"message %d\n" % number)
            sink = self.wait_sink(harkd, state="clear|refusing")
            if sink["state"] == "clear":
                client.expect(b"250 ok #%d" % number)
                answered = number
        self.assertEqual(len(self.nats.messages()), 4)
        self.assertRegex(sink["reason"], "maximum messages")
        with self.nats.client() as other:
            other.update_stream("HARK", max_msgs=-1)
        client.expect(b"250 ok #%d" % number)
        self.send_counted(client, 2, start=number + 1)
        self.check_stored(self.nats, harkd, client)


class Beside(RealServer):
    def test_the_file_never_makes_the_answer_earlier(self):
        harkd = self.start_stored()
        client = self.greeted(harkd)
        self.send_counted(client, 1)
        server = self.pause_server()
        client.send(b"message 2\n")
        harkd.wait_for(lambda: len(harkd.messages()) == 2, what="the message in the file")
        client.silent(0.5)
        server.resume()
        client.expect(b"250 ok #2")

    def test_the_stream_never_makes_the_answer_earlier(self):
        harkd = self.start_stored()
        client = self.greeted(harkd)
        self.send_counted(client, 1)
        harkd.limit_log(40)
        client.send(b"message 2\n")
        harkd.wait_for(lambda: "message 2" in self.texts(), what="the message in the stream")
        client.silent(0.5)
        harkd.limit_log(None)
        client.expect(b"250 ok #2")
        self.send_counted(client, 1, start=3)
        self.check_stored(self.nats, harkd, client)


class SmallServer(RealServer):
    OPTIONS = {"settings": "max_payload: 65536"}

    def test_batches_fit_the_server(self):
        harkd = self.start_stored(file=False)
        client = self.greeted(harkd)
        client.send(b"".join(b"%d %s\n" % (number, b"x" * 900) for number in range(1, 1001)))
        answered = 0
        while answered < 1000:
            answered = int(client.expect_match(rb"250 ok #(?:\d+-)?(\d+)").group(1))
        self.assertEqual([int(text.split()[0]) for text in self.texts()], list(range(1, 1001)))


class TinyServer(RealServer):
    OPTIONS = {"settings": "max_payload: 8192"}

    def test_a_server_that_takes_too_little_is_refused(self):
        self.nats.create_stream()
        self.check_refused(self.nats, "max_payload", replicas=1)


if __name__ == "__main__":
    unittest.main()
