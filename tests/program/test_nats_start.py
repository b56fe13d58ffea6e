"""The sink nats:STREAM at the start: streams and servers that are refused, those that are waited
for, and what may be in the table [nats]."""

import re
import unittest

from certificates import certificates
from harness import ProgramTest, run_harkd
from nats_servers import Nats, NatsTest, free_ports
from nats_sink import NatsSinkTest, RealServer

# The stream's configuration, and what is said about it.
WRONG = (
    ({"storage": "memory"}, r"memory"),
    ({"retention": "workqueue"}, r"workqueue|retention"),
    ({"retention": "interest"}, r"interest|retention"),
    ({"no_ack": True}, r"no_ack|acknowledge"),
    ({"subjects": ["other.>"]}, r"subject"),
    ({"subjects": ["hark.site8", "hark.*.x", "hark"]}, r"subject"),
)
GOOD = (["hark.site7"], ["hark.*"], ["other", "hark.>"], ["*.site7"])


class Streams(NatsTest, NatsSinkTest):
    def test_wrong_streams(self):
        for config, pattern in WRONG:
            with self.subTest(config), self.nats.client() as client:
                self.nats.create_stream(**config)
                self.check_refused(self.nats, f"(?s)HARK.*({pattern})", replicas=1)
                client.delete_stream("HARK")

    def test_too_few_replicas(self):
        self.nats.create_stream()
        self.check_refused(self.nats, "(?s)HARK.*replica")
        self.check_refused(self.nats, "(?s)HARK.*replica", replicas=2)

    def test_a_mirror(self):
        self.nats.create_stream("ORIGIN")
        with self.nats.client() as client:
            client.api("STREAM.CREATE.HARK", {"name": "HARK", "mirror": {"name": "ORIGIN"},
                                              "storage": "file", "retention": "limits"})
        self.check_refused(self.nats, "(?s)HARK.*mirror", replicas=1)

    def test_subjects_that_contain_it(self):
        for subjects in GOOD:
            with self.subTest(subjects), self.nats.client() as client:
                self.nats.create_stream(subjects=subjects)
                harkd = self.start_sink(self.nats, file=False, replicas=1)
                peer = self.greeted(harkd)
                self.send_counted(peer, 1)
                self.finish(harkd, peer)
                client.delete_stream("HARK")

    def test_a_stream_that_is_not_there_yet(self):
        harkd = self.start_sink(self.nats, replicas=1)
        client = self.connect(harkd)
        client.send(b"message 1\n")
        self.wait_sink(harkd, state="refusing", reason="(?i)HARK|stream")
        self.nats.create_stream()
        client.greeted().expect(b"250 ok #1")
        self.assertEqual([record["event"] for record in self.stored(self.nats)
                          if record["event"] not in ("paused", "resumed", "diagnostic")][:2],
                         ["listening", "connected"])

    def test_a_stream_that_becomes_wrong_is_a_pause(self):
        self.nats.create_stream()
        harkd = self.start_sink(self.nats, replicas=1)
        client = self.greeted(harkd)
        self.send_counted(client, 1)
        with self.nats.client() as other:
            other.delete_stream("HARK")
        self.nats.create_stream(storage="memory")
        client.send(b"message 2\n")
        self.wait_sink(harkd, state="refusing")
        self.nats.servers[0].restart()  # the stream in memory is gone
        self.nats.create_stream()
        client.expect(b"250 ok #2")


class Unreachable(NatsSinkTest):
    def setUp(self):
        super().setUp()
        self.nats = Nats(self.folder)
        self.addCleanup(self.nats.end)

    def test_waited_for_and_tried_each_second(self):
        harkd = self.start_sink(self.nats, replicas=1)
        client = self.connect(harkd)
        client.send(b"message 1\n")
        sink = self.wait_sink(harkd, state="refusing", reason="(?i)refused|reach")
        self.assertIn(self.nats.servers[0].address, sink["reason"])
        self.nats.start()
        self.nats.create_stream()
        client.greeted().expect(b"250 ok #1")
        self.assertEqual([record["event"] for record in self.stored(self.nats)
                          if record["event"] not in ("paused", "resumed", "diagnostic")][:2],
                         ["listening", "connected"])

    def test_stopped_while_waiting(self):
        harkd = self.start_sink(self.nats, replicas=1)
        self.wait_sink(harkd, state="refusing")
        harkd.stop()

    def test_one_of_three_addresses_is_enough(self):
        self.nats.start()
        self.nats.create_stream()
        dead = [f"127.0.0.1:{port}" for port in free_ports(2)]
        harkd = self.start_sink([*dead, *self.nats.addresses], file=False, replicas=1)
        self.send_counted(self.greeted(harkd), 3)

    def test_a_server_by_name(self):
        self.nats.start()
        self.nats.create_stream()
        harkd = self.start_sink([f"localhost:{self.nats.servers[0].port}"], file=False, replicas=1)
        self.send_counted(self.greeted(harkd), 3)


class Password(RealServer):
    OPTIONS = {"user": "hark", "password": 'p"ss\\wörd'}

    def test_the_right_one(self):
        harkd = self.start_stored(user="hark", password='p"ss\\wörd')
        self.send_counted(self.greeted(harkd), 3)
        self.assertRegex(harkd.stderr() + str(harkd.records("diagnostic")), "others|read")

    def test_from_a_file(self):
        path = self.folder / "password"
        path.write_text('p"ss\\wörd\n', encoding="utf-8")
        harkd = self.start_stored(user="hark", password_file=path)
        self.send_counted(self.greeted(harkd), 3)

    def test_wrong_ones(self):
        self.nats.create_stream()
        for options in ({"user": "hark", "password": "wrong"}, {"user": "nobody", "password": "x"},
                        {"token": "secret"}, {}):
            with self.subTest(options):
                harkd = self.check_refused(self.nats, "(?i)authoriz|credential|password|log in",
                                           replicas=1, **options)
                self.assertNotIn("wrong", harkd.stderr().replace("wrong password", ""))

    def test_a_password_that_changes_is_a_pause(self):
        harkd = self.start_stored(user="hark", password='p"ss\\wörd')
        client = self.greeted(harkd)
        self.send_counted(client, 1)
        server = self.nats.servers[0]
        settings = server.settings
        server.settings = 'authorization { user: "hark", password: "new" }'
        server.restart()
        client.send(b"message 2\n")
        self.wait_sink(harkd, state="refusing", reason="(?i)authoriz|credential|password|log in")
        server.settings = settings
        server.restart()
        client.expect(b"250 ok #2")


class Token(RealServer):
    OPTIONS = {"token": "secret"}

    def test_the_right_one(self):
        harkd = self.start_stored(token="secret")
        self.send_counted(self.greeted(harkd), 3)

    def test_from_a_file(self):
        path = self.folder / "token"
        path.write_text("secret", encoding="utf-8")
        harkd = self.start_stored(token_file=path)
        self.send_counted(self.greeted(harkd), 3)

    def test_a_wrong_one(self):
        self.nats.create_stream()
        self.check_refused(self.nats, "(?i)authoriz|credential|token|log in", replicas=1,
                           token="other")


class Encrypted(NatsSinkTest):
    def serve(self, certificate=None):
        made = certificates()
        certificate = certificate or made.server
        nats = Nats(self.folder, user="hark", password="secret",
                    tls=(certificate.certificate, certificate.key, made.ca.certificate))
        self.addCleanup(nats.end)
        nats.start()
        nats.create_stream()
        return nats

    def test_with_a_ca(self):
        nats = self.serve()
        harkd = self.start_sink(nats, replicas=1, user="hark", password="secret",
                                tls={"ca": certificates().ca.certificate})
        client = self.greeted(harkd)
        self.send_counted(client, 3)
        self.check_stored(nats, harkd, client)

    def test_a_server_that_nobody_trusts(self):
        nats = self.serve()
        for tls in ({"ca": certificates().foreign_ca.certificate}, None):
            with self.subTest(tls):
                self.check_refused(nats, "(?i)certificate|issuer|trust", replicas=1, user="hark",
                                   password="secret", tls=tls)


class Table(ProgramTest):
    def check(self, text, place, words="."):
        """--check-config must find the mistake at this line and column."""
        path = self.folder / "harkd.toml"
        path.write_text(text, encoding="utf-8")
        done = run_harkd("--config", path, "--check-config")
        self.assertEqual((done.returncode, done.stdout), (2, b""), text)
        said = re.search(rf"{re.escape(str(path))}:(\d+):(\d+): (.*)", done.stderr.decode())
        self.assertTrue(said, done.stderr)
        self.assertEqual((int(said[1]), int(said[2])), place, said[0])
        self.assertRegex(said[3], words)

    def check_table(self, line, column, words="."):
        """A mistake in a line of the table, which is good otherwise."""
        good = {"servers": 'servers = ["127.0.0.1:4222"]', "subject": 'subject = "hark.a"'}
        good.pop(line.split(" ")[0], None)
        self.check('log = ["nats:HARK"]\n[nats]\n' + line + "\n" + "\n".join(good.values()) + "\n",
                   (3, column), words)

    def test_a_good_one(self):
        path = self.folder / "harkd.toml"
        path.write_text('log = ["nats:HARK"]\n[nats]\nservers = ["10.0.0.1", "n2.example.org", '
                        '"[::1]:4223"]\nsubject = "hark.a"\nreplicas = 5\n', encoding="utf-8")
        done = run_harkd("--config", path, "--check-config")
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_values(self):
        for line, column in (("servers = []", 11), ("servers = 4222", 11),
                             ('servers = ["a:0"]', 12), ('servers = ["127.0.0.1:99999"]', 12),
                             ('servers = ["127.0.0.1:4222", ""]', 30),
                             ('subject = ""', 11), ('subject = "hark.>"', 11),
                             ('subject = "hark.*.a"', 11), ('subject = "hark..a"', 11),
                             ('subject = ".hark"', 11), ('subject = "hark a"', 11),
                             ('subject = "$JS.API"', 11), ('subject = "hark\\r\\nPUB a 0"', 11),
                             ("replicas = 0", 12), ("replicas = 6", 12), ('replicas = "3"', 12),
                             ("user = 5", 8), ('colour = "blue"', 1),
                             ("tls = { colour = 5 }", 9)):
            with self.subTest(line):
                self.check_table(line, column)

    def test_what_does_not_go_together(self):
        for line in ('user = "a"\npassword = "b"\npassword_file = "/c"',
                     'user = "a"\npassword = "b"\ntoken = "c"', 'token = "a"\ntoken_file = "/b"',
                     'password = "a"'):
            with self.subTest(line):
                path = self.folder / "harkd.toml"
                path.write_text('log = ["nats:HARK"]\n[nats]\nservers = ["127.0.0.1"]\n'
                                'subject = "hark.a"\n' + line + "\n", encoding="utf-8")
                done = run_harkd("--config", path, "--check-config")
                self.assertEqual(done.returncode, 2, line)
                self.assertRegex(done.stderr.decode(), rf"{re.escape(str(path))}:\d+:\d+: ")

    def test_streams(self):
        table = '\n[nats]\nservers = ["127.0.0.1"]\nsubject = "hark.a"\n'
        for stream in ("", "a.b", "a b", "a*", ">", "a/b"):
            with self.subTest(stream):
                self.check(f'log = ["nats:{stream}"]' + table, (1, 8))

    def test_without_the_table(self):
        self.check('log = ["nats:HARK"]\n', (1, 8), "nats")

    def test_two_streams(self):
        # A subject has one writer: a second stream cannot use it.
        path = self.folder / "harkd.toml"
        path.write_text('log = ["nats:A", "nats:B"]\n[nats]\nservers = ["127.0.0.1"]\n'
                        'subject = "hark.a"\n', encoding="utf-8")
        done = run_harkd("--config", path, "--check-config")
        self.assertEqual(done.returncode, 2)


if __name__ == "__main__":
    unittest.main()
