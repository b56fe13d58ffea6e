"""hark say, kick, reload and level."""

import unittest

from controlling import ControlTest
from fake_control import Error


class Operator(ControlTest):
    def setUp(self):
        super().setUp()
        self.server = self.serve()

    def does(self, method, *arguments, reply=None, locale=None):
        """The parameters that the daemon receives for these arguments; the command succeeds."""
        self.server.handle(method, lambda _: [reply or {}])
        self.server.calls.clear()
        self.assertEqual(self.run_hark(*arguments), (0, "", ""))
        self.assertEqual(len(self.server.calls), 1)
        return self.server.parameters(method)[0]

    def refuses(self, method, error, *arguments):
        """The error message if the daemon replies with this error."""
        self.server.handle(method, lambda _: [error])
        status, output, errors = self.run_hark(*arguments)
        self.assertEqual((status, output), (1, ""))
        return errors

    def test_say(self):
        self.assertEqual(self.does("Say", "say", "17", "please", "log out", "你好"),
                         {"client": 17, "text": "please log out 你好"})
        self.assertEqual(self.does("Say", "say", "17", "--", "--all"),
                         {"client": 17, "text": "--all"})

    def test_say_to_an_unreachable_client(self):
        self.assertEqual(
            self.refuses("Say", Error("org.harkd.NoSuchClient", client=17), "say", "17", "x"),
            "hark: no client 17\n")
        self.assertEqual(
            self.refuses("Say", Error("org.harkd.NotSaid", client=17, reason="it is\x1b too long"),
                         "say", "17", "x"),
            "hark: cannot reach client 17: it is\\x1b too long\n")

    def test_say_to_all(self):
        self.server.handle("Broadcast", lambda _: [{"clients": 3, "missed": [], "missed_count": 0}])
        self.assertEqual(self.run_hark("say", "--all", "back", "soon"), (0, "sent to 3 clients\n", ""))
        self.assertEqual(self.server.parameters("Broadcast"), [{"text": "back soon"}])
        self.server.handle("Broadcast", lambda _: [{"clients": 1, "missed": [], "missed_count": 0}])
        self.assertEqual(self.run_hark("say", "--all", "x"), (0, "sent to 1 client\n", ""))

    def test_say_to_all_when_nobody_is_there(self):
        nobody = {"clients": 0, "missed": [], "missed_count": 0}
        self.server.handle("Broadcast", lambda _: [nobody])
        self.assertEqual(self.run_hark("say", "--all", "x"), (0, "nobody is connected\n", ""))
        self.assertEqual(self.run_hark("--json", "say", "--all", "x"),
                         (0, '{"clients":0,"missed":[],"missed_count":0}\n', ""))
        missed = [{"client": 2, "reason": "it does not read"}]
        self.server.handle("Broadcast",
                           lambda _: [{**nobody, "missed": missed, "missed_count": 1}])
        self.assertEqual(self.run_hark("say", "--all", "x"),
                         (1, "sent to 0 clients\n",
                          "hark: cannot reach client 2: it does not read\n"))

    def test_say_to_all_misses_some(self):
        reply = {"clients": 1, "missed": [{"client": 2, "reason": "it does not read"},
                                          {"client": 9, "reason": "\u202egone"}],
                 "missed_count": 5}
        self.server.handle("Broadcast", lambda _: [reply])
        self.assertEqual(self.run_hark("say", "--all", "x"),
                         (1, "sent to 1 client\n",
                          "hark: cannot reach client 2: it does not read\n"
                          "hark: cannot reach client 9: \\u202egone\n"
                          "hark: cannot reach 3 more\n"))
        status, output, errors = self.run_hark("--json", "say", "--all", "x")
        self.assertEqual((status, errors), (1, ""))
        self.assertIn('{"clients":1,"missed":[{"client":2,', output)

    def test_say_in_gbk(self):
        self.locale("zh_CN", "GBK")
        self.assertEqual(self.does("Say", "say", "1", "你好".encode("gbk")),
                         {"client": 1, "text": "你好"})
        status, _, errors = self.run_hark("say", "1", b"\xff", encoding="gbk")
        self.assertEqual(status, 2)
        self.assertIn("字符集", errors)

    def test_kick(self):
        self.assertEqual(self.does("Kick", "kick", "17"), {"client": 17})
        self.assertEqual(self.does("Kick", "kick", "17", "wrong", "port"),
                         {"client": 17, "reason": "wrong port"})
        self.assertEqual(
            self.refuses("Kick", Error("org.harkd.NoSuchClient", client=17), "kick", "17"),
            "hark: no client 17\n")

    def test_reload(self):
        self.assertEqual(self.does("Reload", "reload"), {})
        self.assertEqual(
            self.refuses("Reload", Error("org.harkd.ReloadRefused",
                                         reason="/etc/harkd/harkd.toml:1:1: no"), "reload"),
            "hark: the new configuration was refused, the old one stays in force: "
            "/etc/harkd/harkd.toml:1:1: no\n")

    def test_level(self):
        for level in ("debug", "info", "warning", "error"):
            self.assertEqual(self.does("SetLevel", "level", level), {"level": level})

    def test_other_errors(self):
        for error, words in (
                (Error("org.varlink.service.MethodNotFound", method="org.harkd.Reload"),
                 "the daemon does not know this command: its version differs"),
                (Error("org.varlink.service.InvalidParameter", parameter="text"),
                 "the daemon rejected this parameter: text"),
                (Error("org.varlink.service.PermissionDenied"),
                 "the daemon allows this only to root and to members of the group hark"),
                (Error("org.harkd.NoSuchClient"), "no client ?"),
                (Error("org.example.\x1bNew", a=1),
                 "the daemon refused: org.example.\\x1bNew")):
            with self.subTest(error=error.name):
                self.assertEqual(self.refuses("Reload", error, "reload"), f"hark: {words}\n")

    def test_bad_command_lines(self):
        for arguments, complaint in (
                (("say",), "say: expected a client's number and a text"),
                (("say", "17"), "say: expected a client's number and a text"),
                (("say", "--all"), "say --all: expected a text"),
                (("say", "all", "x"), 'invalid client "all": expected its number (see hark clients)'),
                (("say", "-1", "x"), "no such option: -1"),
                (("kick",), "kick: expected a client's number"),
                (("kick", "99999999999999999999"),
                 'invalid client "99999999999999999999": expected its number (see hark clients)'),
                (("reload", "now"), "unexpected argument: now"),
                (("level",), "level: expected debug, info, warning or error"),
                (("level", "loud"), "level: expected debug, info, warning or error")):
            with self.subTest(arguments=arguments):
                self.assertEqual(self.run_hark(*arguments),
                                 (2, "", f"hark: {complaint}\nhark: try: hark {arguments[0]} --help\n"))
        self.assertEqual(self.server.calls, [])


if __name__ == "__main__":
    unittest.main()
