"""hark's table of commands, seen from outside: help, suggestions, completions."""

import os
import re
import shutil
import subprocess
import unittest

from harness import HARKD
from sending import HARK, WAIT, SendTest

SHELLS = {"bash": "hark.bash", "zsh": "_hark", "fish": "hark.fish"}


class CommandLine(SendTest):
    def hark(self, *arguments, **options):
        done = subprocess.run([HARK, *arguments], stdin=subprocess.DEVNULL, capture_output=True,
                              env=self.environment, timeout=WAIT, check=False, **options)
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    def commands(self):
        _, text, _ = self.hark("help")
        return re.findall(r"^  (\w+)  ", text.partition("Commands:\n")[2].partition("\n\n")[0],
                          re.MULTILINE)

    def options(self, command):
        _, text, _ = self.hark("help", command)
        return re.findall(r"^  +(?:-\w, )?(--\w+)", text, re.MULTILINE)

    def test_all_forms_of_help_agree(self):
        self.assertEqual(self.hark("--help"), self.hark("help"))
        self.assertEqual(self.hark("-h")[0], 0)
        self.assertIn("send", self.commands())
        self.assertIn("talk", self.commands())
        for command in self.commands():
            with self.subTest(command=command):
                status, text, errors = self.hark("help", command)
                self.assertEqual((status, errors), (0, ""))
                self.assertTrue(text.startswith(f"Usage: hark {command} "))
                self.assertEqual(self.hark(command, "--help"), (status, text, errors))

    def test_version(self):
        self.assertRegex(self.hark("--version")[1], r"^hark \d+\.\d+\.\d+\n$")

    def test_mistakes(self):
        for arguments, complaint, better in (
                (("sned",), "no such command: sned; did you mean send?", "--help"),
                (("help", "tlak"), "no such command: tlak; did you mean talk?", "help --help"),
                (("--prot", "1"), "no such option: --prot; did you mean --port?", "--help"),
                (("--port", "x"), '--port: invalid port "x": expected a number from 1 to 65535',
                 "--help"),
                (("send", "--prot", "1"), "no such option: --prot; did you mean --port?",
                 "send --help"),
                (("completions", "csh"), "expected a shell: bash, zsh, fish",
                 "completions --help")):
            with self.subTest(arguments=arguments):
                self.assertEqual(self.hark(*arguments),
                                 (2, "", f"hark: {complaint}\nhark: try: hark {better}\n"))

    def test_help_with_full_output(self):
        with open("/dev/full", "wb") as full:
            done = subprocess.run([HARK, "help"], stdout=full, stderr=subprocess.PIPE,
                                  env=self.environment, timeout=WAIT, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stderr,
                         b"hark: cannot write to standard output: No space left on device\n")

    def test_completions_match_help(self):
        for shell in SHELLS:
            status, script, errors = self.hark("completions", shell)
            self.assertEqual((status, errors), (0, ""))
            for command in self.commands():
                with self.subTest(shell=shell, command=command):
                    self.assertIn(command, script)
                    for option in self.options(command):
                        if option != "--version":
                            self.assertIn(option.replace("--", "-l ") if shell == "fish" else option,
                                          script)

    def test_completions_are_valid_scripts(self):
        for shell in SHELLS:
            if not shutil.which(shell):
                continue
            with self.subTest(shell=shell):
                _, script, _ = self.hark("completions", shell)
                done = subprocess.run([shell, "-n"], input=script.encode(), capture_output=True,
                                      timeout=WAIT, check=False)
                self.assertEqual((done.returncode, done.stderr), (0, b""))

    def test_completions_are_built(self):
        for shell, name in SHELLS.items():
            built = HARKD.parents[1] / "tools" / name
            self.assertEqual(built.read_text(encoding="utf-8"), self.hark("completions", shell)[1])

    def complete(self, *words):
        """What bash completes for the last of these words."""
        script = self.folder / "hark.bash"
        script.write_text(self.hark("completions", "bash")[1], encoding="utf-8")
        code = ('source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _hark; '
                'printf "%s\\n" "${COMPREPLY[@]}"')
        done = subprocess.run(["bash", "-c", code, "bash", script, "hark", *words],
                              capture_output=True, timeout=WAIT, check=True,
                              env={**os.environ, "LC_ALL": "C"})
        self.assertEqual(done.stderr, b"")
        return done.stdout.decode().split()

    def test_bash_completes(self):
        self.assertEqual(self.complete("se"), ["send"])
        self.assertEqual(set(self.complete("")), set(self.commands()))
        self.assertLessEqual({"--host", "--version", "--reconnect"}, set(self.complete("--")))
        self.assertEqual(self.complete("send", "--ti"), ["--timeout"])
        self.assertEqual(self.complete("--port", "1", "send", "--wi"), ["--window"])
        self.assertEqual(self.complete("--po"), ["--port"])
        self.assertEqual(self.complete("--port", ""), [])
        self.assertEqual(self.complete("help", "tal"), ["talk"])
        self.assertEqual(self.complete("completions", ""), list(SHELLS))
        self.assertEqual(self.complete("send", "te"), [])
        self.assertLessEqual({"-n", "-f", "--since"}, set(self.complete("log", "-")))
        self.assertEqual(self.complete("log", "-n", ""), [])
        (self.folder / "messages.jsonl").touch()
        self.assertEqual(self.complete("log", "--file", f"{self.folder}/mess"),
                         [f"{self.folder}/messages.jsonl"])


if __name__ == "__main__":
    unittest.main()
