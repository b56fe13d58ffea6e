"""hark in other languages and charsets."""

import re
import shutil
import subprocess
import unittest

from harness import ROOT
from sending import HARK, WAIT, SendTest


class Locale(SendTest):
    def hark(self, *arguments, text=b""):
        done = subprocess.run([HARK, *arguments], input=text, capture_output=True,
                              env=self.environment, timeout=WAIT, check=False)
        return done.returncode, done.stdout, done.stderr

    def speaks(self, charset, encoding):
        self.chinese(charset)
        status, output, _ = self.hark("help", "send")
        self.assertEqual(status, 0)
        self.assertIn("发送消息，并等到每一条都得到确认", output.decode(encoding))
        status, _, errors = self.hark("sned")
        self.assertEqual(status, 2)
        self.assertEqual(errors.decode(encoding),
                         "hark: 没有这个命令：sned；您是不是要找 send？\nhark: 请试：hark --help\n")
        harkd = self.start()
        status, output, errors = self.hark("--host", "127.0.0.1", "--port", str(harkd.port), "send",
                                           "--verbose", "你好".encode(encoding), b"{}")
        self.assertEqual((status, errors), (0, b""))
        self.assertIn(b"250 ok #1\n250 ok #2\n", output)  # from the daemon, always English
        self.assertEqual([(record["text"], record["charset"]) for record in harkd.messages()],
                         [("你好", "utf-8"), ("{}", "utf-8")])

    def test_chinese_in_utf_8(self):
        self.speaks("UTF-8", "utf-8")

    def test_chinese_in_gbk(self):
        self.speaks("GBK", "gbk")

    def test_replies_in_the_terminals_charset(self):
        self.chinese("GBK")
        server = self.serve()
        process = self.begin(server.port, "--verbose", "x")
        server.accept().send("* operator: 你好 🎉\r\n250 ok #1\r\n221 bye\r\n".encode())
        output, errors = process.communicate(timeout=WAIT)
        self.assertEqual((process.returncode, errors), (0, b""))
        self.assertEqual(output.decode("gbk"),
                         "* operator: 你好 \\U0001f389\n250 ok #1\n221 bye\n")

    def test_json_is_utf_8_everywhere(self):
        self.chinese("GBK")
        server = self.serve()
        process = self.begin(server.port, "--json", "x")
        server.accept().send("* operator: 你好\r\n250 ok #1\r\n221 bye\r\n".encode())
        output, _ = process.communicate(timeout=WAIT)
        self.assertTrue(output.startswith('{"notice":"operator: 你好"}\n'.encode()), output)

    def test_an_argument_invalid_in_the_charset(self):
        self.chinese("GBK")
        harkd = self.start()
        status, _, errors = self.hark("--host", "127.0.0.1", "--port", str(harkd.port), "send",
                                      b"\xff\xff", "中".encode("gbk"))
        self.assertEqual(status, 2)
        self.assertEqual(errors.decode("gbk"),
                         "hark: 第 1 条消息：未发送，不符合当前语言环境的字符集\n")
        self.assertEqual([record["text"] for record in harkd.messages()], ["中"])

    def test_input_passes_unchanged(self):
        self.chinese("GBK")
        harkd = self.start()
        self.assertEqual(self.hark("--host", "127.0.0.1", "--port", str(harkd.port), "send",
                                   text="你好\n".encode("gbk"))[0], 0)
        self.assertEqual([record["charset"] for record in harkd.messages()], ["gb18030"])

    def test_a_locale_that_does_not_exist(self):
        self.environment.update(LC_ALL="xx_XX.UTF-8", LANG="xx_XX.UTF-8")
        harkd = self.start()
        self.assertEqual(self.hark("--host", "127.0.0.1", "--port", str(harkd.port), "send", "你好"),
                         (0, b"", b""))
        self.assertEqual([record["text"] for record in harkd.messages()], ["你好"])


class Translation(SendTest):
    """Checks po/zh_CN.po against the sources."""

    def setUp(self):
        super().setUp()
        if not shutil.which("msgfmt"):
            self.skipTest("gettext is missing")

    def sources(self):
        found = set()
        for folder in ("common", "daemon", "tools"):
            for path in (ROOT / folder).rglob("*.?pp"):
                if re.search(r"\b(?:_|N_|ngettext)\(\s*\"", path.read_text(encoding="utf-8")):
                    found.add(str(path.relative_to(ROOT)))
        return found

    def test_every_translatable_source_is_listed(self):
        listed = (ROOT / "po" / "POTFILES").read_text(encoding="utf-8").split()
        self.assertEqual(set(listed), self.sources())

    def test_every_text_is_translated(self):
        template = self.folder / "hark.pot"
        subprocess.run(["xgettext", "--language=C++", "--from-code=UTF-8", "--keyword=_",
                        "--keyword=N_", "--output", template, *sorted(self.sources())],
                       cwd=ROOT, timeout=WAIT, check=True)
        done = subprocess.run(["msgcmp", ROOT / "po" / "zh_CN.po", template], capture_output=True,
                              timeout=WAIT, check=False)
        self.assertEqual(done.returncode, 0, done.stderr.decode())

    def test_the_file_is_valid(self):
        done = subprocess.run(["msgfmt", "--check", "--output-file=/dev/null",
                               ROOT / "po" / "zh_CN.po"], capture_output=True, timeout=WAIT,
                              check=False)
        self.assertEqual((done.returncode, done.stderr), (0, b""))

    def test_translations_have_the_same_placeholders(self):
        text = (ROOT / "po" / "zh_CN.po").read_text(encoding="utf-8")
        for entry in text.split("\n\n")[1:]:
            english, _, chinese = entry.partition("\nmsgstr")
            english = english.partition("\nmsgid_plural")[0]
            with self.subTest(english=english):
                self.assertEqual(len(re.findall(r"\{[^}]*\}", english)),
                                 len(re.findall(r"\{[^}]*\}", chinese)))


if __name__ == "__main__":
    unittest.main()
