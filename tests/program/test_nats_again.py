"""The sink nats:STREAM when something ends and begins again: the daemon, the server, the stream;
and when two daemons write to one subject."""

import unittest

from nats_sink import RealServer, batches_of
from restarting import restart


class Again(RealServer):
    def test_a_new_run_goes_on_behind_the_last_one(self):
        harkd = self.start_stored()
        client = self.greeted(harkd)
        self.send_counted(client, 3)
        self.finish(harkd, client)
        again = self.start_sink(self.nats, replicas=1)
        client = self.greeted(again)
        self.send_counted(client, 3)
        self.finish(again, client)
        self.assertEqual(self.stored(self.nats), harkd.records() + again.records())
        batches = batches_of(self.nats.messages())
        expected = [batch.headers["Nats-Expected-Last-Subject-Sequence"] for batch in batches]
        self.assertEqual(expected, [str(number) for number in range(len(batches))])

    def test_after_a_kill(self):
        harkd = self.start_stored(file=False)
        client = self.greeted(harkd)
        self.send_counted(client, 3)
        harkd.kill()
        harkd.stopped = True
        again = self.start_sink(self.nats, file=False, replicas=1)
        self.send_counted(self.greeted(again), 3)
        self.assertEqual(self.texts(), [f"message {number}" for number in (1, 2, 3, 1, 2, 3)])

    def test_restart_in_place_under_load(self):
        harkd = self.start_stored()
        client = self.greeted(harkd)
        sent = b"".join(b"message %d\n" % number for number in range(1, 1001))
        total = 0
        for _ in range(3):
            client.send(sent)
            total += 1000
            restart(harkd)
        answered = 0
        while answered < total:
            answered = int(client.expect_match(rb"250 ok #(?:\d+-)?(\d+)").group(1))
        self.check_stored(self.nats, harkd, client)
        self.assertEqual(len({batch.run for batch in batches_of(self.nats.messages())}), 1)

    def test_the_server_is_killed(self):
        harkd = self.start_stored()
        client = self.greeted(harkd)
        self.send_counted(client, 3)
        server = self.nats.servers[0]
        server.kill()
        client.send(b"message 4\n")
        client.silent(0.5)
        self.wait_sink(harkd, state="refusing", reason=".")
        server.start()
        client.expect(b"250 ok #4")
        self.send_counted(client, 3, start=5)
        self.check_stored(self.nats, harkd, client)

    def test_the_server_stops_for_a_while(self):
        harkd = self.start_stored(file=False)
        client = self.greeted(harkd)
        self.send_counted(client, 3)
        server = self.pause_server()
        client.send(b"message 4\n")
        client.silent(1)
        server.resume()
        client.expect(b"250 ok #4")
        self.send_counted(client, 2, start=5)
        self.assertEqual(self.texts(), [f"message {number}" for number in range(1, 7)])

    def test_the_stream_is_deleted_and_made_anew(self):
        harkd = self.start_stored()
        client = self.greeted(harkd)
        self.send_counted(client, 3)
        with self.nats.client() as other:
            other.delete_stream("HARK")
        client.send(b"message 4\n")
        self.wait_sink(harkd, state="refusing", reason="(?i)stream")
        client.silent(0.3)
        self.nats.create_stream()
        client.expect(b"250 ok #4")
        self.send_counted(client, 2, start=5)
        self.assertEqual(self.texts(), [f"message {number}" for number in range(4, 7)])

    def test_a_stop_says_what_is_not_stored(self):
        harkd = self.start_stored(file=False)
        client = self.greeted(harkd)
        self.send_counted(client, 1)
        self.pause_server()
        client.send(b"message 2\n")
        harkd.wait_read(client)
        self.assertEqual(harkd.stop(), 1)
        self.assertTrue(any(line.startswith(b"451 not stored #2") for line in client.rest()))


class Writers(RealServer):
    def test_two_daemons_on_one_subject(self):
        one, other = self.start_stored(), self.start_sink(self.nats, replicas=1)
        clients = [self.greeted(harkd) for harkd in (one, other)]
        for number in range(1, 21):
            for client in clients:
                client.send(b"message %d\n" % number)
            for client in clients:
                client.expect(b"250 ok #%d" % number)
        for harkd, client in zip((one, other), clients):
            harkd.wait_for(lambda harkd=harkd: [record for record in harkd.records("diagnostic")
                                                if "also writes to hark.site7" in record["text"]],
                           what="a word about the other one")
            self.finish(harkd, client)
        # Even so, nothing is lost or duplicated.
        stored = self.stored(self.nats)
        for harkd in (one, other):
            run = harkd.records()[0]["run"]
            self.assertEqual([record for record in stored if record["run"] == run],
                             harkd.records())


if __name__ == "__main__":
    unittest.main()
