"""The sink nats:STREAM over reloads and restarts: another subject, another stream, another
password, with a batch in doubt; nothing is lost, doubled, or said too early."""

import signal
import unittest

import nats_lies as lies
from configured import change_config, log_line
from nats_sink import (SINK, SUBJECT, Batch, NatsSinkTest, RealServer, check_gapless,
                       nats_table)
from nats_stub import NatsStub
from restarting import restart

LISTEN = 'listen = ["127.0.0.1:0"]\n'


class Reloading(RealServer):
    def configure(self, harkd, *sinks, config="", **settings):
        """Reloads with the same file, and these sinks."""
        file = f"file:{harkd.log.path}"
        before = len(harkd.records("reloaded"))
        change_config(harkd, LISTEN + log_line(file, *sinks) + config +
                      nats_table(self.nats, **{"replicas": 1, **settings}))
        harkd.wait_for(lambda: len(harkd.records("reloaded")) > before, what="the reload")

    def texts_of(self, subject):
        return [record["text"] for message in self.nats.messages() if message.subject == subject
                for record in Batch(message.headers, message.payload, message.seq).records
                if record["event"] == "message"]

    def test_another_subject(self):
        harkd = self.start_stored()
        client = self.greeted(harkd)
        self.send_counted(client, 2)
        self.configure(harkd, SINK, subject="hark.site8")
        self.send_counted(client, 2, start=3)
        self.configure(harkd, SINK)
        self.send_counted(client, 2, start=5)
        self.assertEqual(self.texts_of(SUBJECT), [f"message {number}" for number in (1, 2, 5, 6)])
        self.assertEqual(self.texts_of("hark.site8"), ["message 3", "message 4"])

    def test_another_subject_with_a_batch_in_doubt(self):
        harkd = self.start_stored()
        client = self.greeted(harkd)
        self.send_counted(client, 1)
        server = self.pause_server()
        client.send(b"message 2\n")
        harkd.wait_for(lambda: len(harkd.messages()) == 2, what="the message in the file")
        self.configure(harkd, SINK, subject="hark.site8")
        client.silent(0.3)
        server.resume()
        client.expect(b"250 ok #2")
        self.send_counted(client, 1, start=3)
        texts = self.texts_of(SUBJECT) + self.texts_of("hark.site8")
        self.assertEqual(texts, [f"message {number}" for number in (1, 2, 3)])

    def test_another_stream(self):
        harkd = self.start_stored()
        self.nats.create_stream("OTHER", ["other.>"])
        client = self.greeted(harkd)
        self.send_counted(client, 2)
        self.configure(harkd, "nats:OTHER", subject="other.site7")
        self.send_counted(client, 2, start=3)
        self.assertEqual(self.texts(), ["message 1", "message 2"])
        other = check_gapless([Batch(one.headers, one.payload, one.seq)
                               for one in self.nats.messages("OTHER")])
        self.assertEqual([record["text"] for record in other if record["event"] == "message"],
                         ["message 3", "message 4"])

    def test_one_more_sink_and_one_less(self):
        self.nats.create_stream()
        harkd = self.start_sink(self.nats, sinks=(), replicas=1)
        client = self.greeted(harkd)
        self.send_counted(client, 1)
        self.configure(harkd, SINK)
        self.send_counted(client, 2, start=2)
        self.configure(harkd)
        self.send_counted(client, 1, start=4)
        self.assertEqual(self.texts(), ["message 2", "message 3"])

    def test_a_sink_that_is_taken_away_while_it_pauses(self):
        harkd = self.start_stored()
        client = self.greeted(harkd)
        self.send_counted(client, 1)
        self.nats.servers[0].kill()
        client.send(b"message 2\n")
        self.wait_sink(harkd, state="refusing")
        self.configure(harkd)
        # If it was read before the reload, it is in the file.
        client.expect(b"250 ok #2")
        self.assertEqual([record["text"] for record in harkd.messages()],
                         ["message 1", "message 2"])

    def test_a_bad_table_changes_nothing(self):
        harkd = self.start_stored()
        client = self.greeted(harkd)
        self.send_counted(client, 1)
        change_config(harkd, LISTEN + log_line(f"file:{harkd.log.path}", SINK) +
                      nats_table(self.nats, replicas=9))
        harkd.wait_for(lambda: [record for record in harkd.records("diagnostic")
                                if "replicas" in record["text"]], what="a refusal")
        self.send_counted(client, 1, start=2)
        self.assertEqual(self.texts(), ["message 1", "message 2"])


class Credentials(RealServer):
    OPTIONS = {"user": "hark", "password": "secret"}

    def test_a_new_password_is_read_again(self):
        path = self.folder / "password"
        path.write_text("secret\n", encoding="utf-8")
        harkd = self.start_stored(user="hark", password_file=path)
        client = self.greeted(harkd)
        self.send_counted(client, 1)
        server = self.nats.servers[0]
        settings = server.settings
        self.addCleanup(setattr, server, "settings", settings)
        self.addCleanup(self.nats.credentials.update, {"pass": "secret"})
        server.settings = "authorization { user: hark, password: other }"
        self.nats.credentials["pass"] = "other"
        server.restart()
        client.send(b"message 2\n")
        self.wait_sink(harkd, state="refusing", reason="(?i)authoriz|credential|password|log in")
        path.write_text("other\n", encoding="utf-8")
        harkd.send_signal(signal.SIGHUP)
        client.expect(b"250 ok #2")
        server.settings = settings
        self.nats.credentials["pass"] = "secret"
        server.restart()


class Restarting(NatsSinkTest):
    def setUp(self):
        super().setUp()
        self.stub = NatsStub()
        self.addCleanup(self.stub.close)
        self.harkd = self.start_sink(self.stub)
        self.client = self.greeted(self.harkd)
        self.send_counted(self.client, 1)

    def check(self, count):
        """Checks that all messages are in the stream, once."""
        self.finish(self.harkd, self.client)
        records = check_gapless([Batch(one.request.headers, one.request.payload, one.seq)
                                 for one in self.stub.stream.messages])
        self.assertEqual(records, self.harkd.records())
        self.assertEqual([record["text"] for record in records if record["event"] == "message"],
                         [f"message {number}" for number in range(1, count + 1)])

    def restart_in_doubt(self, behaviour):
        """Restarts while the batch of message 2 has got this answer."""
        before = len(self.stub.published)
        self.stub.once("publish", behaviour)
        self.client.send(b"message 2\n")
        self.stub.wait("the batch", lambda: len(self.stub.published) > before)
        restart(self.harkd)
        self.client.expect(b"250 ok #2")
        self.send_counted(self.client, 2, start=3)
        self.check(4)

    def test_with_a_batch_that_is_stored(self):
        self.restart_in_doubt(lies.stores)

    def test_with_a_batch_that_is_not_stored(self):
        self.restart_in_doubt(lies.silent)

    def test_with_a_batch_that_is_stored_late(self):
        def late(_session, request):
            def retried(session, again):
                lies.stores(session, request)
                lies.honestly(session, again)
            self.stub.once("publish", retried)
        self.restart_in_doubt(late)

    def test_while_nobody_answers(self):
        self.stub.always("publish", lies.silent).always("get", lies.silent)
        self.stub.always("info", lies.silent)
        self.client.send(b"message 2\n")
        self.harkd.wait_for(lambda: len(self.harkd.messages()) == 2, what="message 2 in the file")
        for _ in range(3):
            restart(self.harkd)
        self.client.silent(0.3)
        self.stub.honest()
        self.client.expect(b"250 ok #2")
        self.check(2)


if __name__ == "__main__":
    unittest.main()
