"""Restarts that are refused: the old harkd keeps all connections, and says why to whoever asked and
in the log; for the manager's status, see test_restart_service.py."""

import signal
import unittest

from restarting import Program, RestartTest

LISTENER = '[[listener]]\naddress = "127.0.0.1:0"\nframing = "line"\n'
REFUSED = "hark: the restart was refused, the old harkd goes on: "


class Refused(RestartTest):
    def begin(self, config=LISTENER):
        self.program = Program(self.folder / "bin")
        self.harkd = self.start(listen=(), config=config, wrapper=self.program.wrapper())
        self.client = self.greeted(self.harkd)
        self.answered = 0
        self.say()

    def say(self):
        """Checks that the client is served, by its next number."""
        self.answered += 1
        self.client.send(b"hello\n")
        self.client.expect(b"250 ok #%d" % self.answered)

    def refuses(self, words):
        """`hark restart` is refused with these words, and everybody learns of it."""
        harkd = self.harkd
        self.client.send(b"\nha")
        self.client.expect(b"250 ok")
        diagnostics, operators = (len(harkd.records(event)) for event in ("diagnostic", "operator"))
        status, output, errors = self.hark(harkd, "restart")
        self.assertEqual((status, output), (1, ""), errors)
        self.assertTrue(errors.startswith(REFUSED), errors)
        self.assertIn(words, errors)
        reason = errors.removeprefix(REFUSED).removesuffix("\n")
        said = harkd.wait_for(lambda: harkd.records("diagnostic")[diagnostics:], what="the reason")
        self.assertEqual([(record["level"], record["text"]) for record in said],
                         [("error", f"restart refused, this harkd goes on: {reason}")])
        self.assertEqual([record["action"] for record in harkd.records("operator")[operators:]],
                         ["restart"])
        self.client.send(b"lf\n")
        self.answered += 1
        self.client.expect(b"250 ok #%d" % self.answered)
        self.assertEqual(harkd.messages()[-1]["text"], "half")
        self.assertEqual(harkd.records("restarted"), [])
        status = self.status(harkd)
        self.assertEqual((status["restarts"], status["restarting"]), (0, False))

    def succeeds(self):
        status, output, errors = self.hark(self.harkd, "restart")
        self.assertEqual((status, errors), (0, ""))
        self.say()
        self.assertEqual(self.status(self.harkd)["restarts"], 1)
        return output


class Programs(Refused):
    def test_that_cannot_take_over(self):
        self.begin()
        path = self.program.path
        # A 64-bit ELF header of a machine that does not exist.
        foreign = path.read_bytes()[:18] + b"\xfe\xca" + path.read_bytes()[20:]
        old = '#!/bin/sh\necho "harkd: unknown option $1" >&2\nexit 2\n'
        for content, mode, words in (
                ("#!/bin/sh\nexit 0\n", 0o644, f"cannot execute {path}: Permission denied"),
                (b"neither a script nor a program", 0o755, f"cannot execute {path}: Exec format"),
                (foreign, 0o755, f"cannot execute {path}: "),
                (path.read_bytes()[:5000], 0o755, ""),
                ("#!/nowhere\n", 0o755, f"cannot execute {path}: No such file"),
                ("#!/bin/sh\nexit 0\n", 0o755, "status 0 and did not confirm"),
                ("#!/bin/sh\necho all is well\n", 0o755, "status 0 and did not confirm"),
                ("#!/bin/sh\necho harkd 9 takes over 0000\n", 0o755, "did not confirm"),
                ("#!/bin/sh\nyes nonsense 2>/dev/null | head -c 1000000\n", 0o755,
                 "did not confirm"),
                ("#!/bin/sh\necho out of order >&2\nexit 7\n", 0o755,
                 "the new program says: out of order"),
                ("#!/bin/sh\nprintf 'a\\033[2J' >&2\nexit 7\n", 0o755, "a\\x1b[2J"),
                ("#!/bin/sh\nkill -SEGV $$\n", 0o755, "ended by signal 11"),
                (old, 0o755, "the new program says: unknown option --check-state")):
            with self.subTest(content[:60]):
                self.program.replace(content, mode)
                self.refuses(words)
        with self.subTest("missing"):
            self.program.path.unlink()
            self.refuses(f"cannot execute {path}: No such file")
        with self.subTest("a folder"):
            self.program.path.mkdir()
            self.refuses(f"cannot execute {path}: Permission denied")
            self.program.path.rmdir()
        self.program.replace(None)
        output = self.succeeds()
        version = self.status(self.harkd)["version"]
        self.assertEqual(output, f"harkd {version} has taken over from {version}\n")

    def test_that_hangs(self):
        self.begin()
        self.program.replace("#!/bin/sh\nexec sleep 60\n")
        asking = self.control(self.harkd)
        asking.begin("org.harkd.Restart")
        self.harkd.wait_for(lambda: self.status(self.harkd)["restarting"], what="the trial")
        # Clients are served meanwhile, and no second restart begins.
        for _ in range(20):
            self.say()
        status, output, errors = self.hark(self.harkd, "restart")
        self.assertEqual((status, output), (1, ""))
        self.assertIn("another restart is under way", errors)
        self.harkd.send_signal(signal.SIGUSR2)
        self.say()
        reply = asking.message()
        self.assertEqual(reply["error"], "org.harkd.RestartRefused")
        self.assertIn("no answer within 5 s", reply["parameters"]["reason"])
        self.wait_refused(self.harkd, "no answer within 5 s")
        self.say()
        self.program.replace(None)
        self.succeeds()

    def test_that_changes_after_its_trial(self):
        self.begin()
        # The trial of this script runs another program, and changes the script.
        self.program.replace(f'#!/bin/sh\ntouch "$0"\nexec "{self.real()}" "$@"\n')
        self.refused_by_signal("has changed since its trial")
        self.program.replace(None)
        self.succeeds()

    def real(self):
        """A copy that stays."""
        return Program(self.folder / "real").path

    def refused_by_signal(self, words):
        self.harkd.send_signal(signal.SIGUSR2)
        self.wait_refused(self.harkd, words)
        self.say()


class Configurations(Refused):
    def test_that_cannot_be_used(self):
        self.begin()
        path = self.harkd.config_path
        certificate = self.folder / "missing.pem"
        for config, words in (
                ('greeting = "new"\nquiet_ms = "soon"\n' + LISTENER, f"{path}:2:12: "),
                ("greeting = \n", f"{path}:1:"),
                ("nonsense = 1\n" + LISTENER, "unknown setting 'nonsense'"),
                ('user = "nobody"\n' + LISTENER, "user cannot change while harkd is running"),
                ("sandbox = false\n" + LISTENER, "sandbox cannot change while harkd is running"),
                (LISTENER + '[[listener]]\naddress = "127.0.0.1:0"\n'
                 f'tls = {{ certificate = "{certificate}", key = "{certificate}" }}\n',
                 str(certificate)),
                (LISTENER + '[[listener]]\nsocket = "none"\n', f"{path}:5:10: ")):
            with self.subTest(config):
                path.write_text(config, encoding="utf-8")
                self.refuses(words)
        with self.subTest("missing"):
            path.unlink()
            self.refuses(str(path))
        path.write_text('greeting = "new"\n' + LISTENER, encoding="utf-8")
        self.succeeds()
        self.connect(self.harkd).expect(b"220 new")


if __name__ == "__main__":
    unittest.main()
