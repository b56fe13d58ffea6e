"""harkd's messages at start-up, in other languages and charsets. Records are English."""

import os
import signal
import socket
import subprocess
import unittest
from unittest import mock

from harness import HARKD, WAIT
from running import HarkTest

CHARSETS = (("UTF-8", "utf-8"), ("GBK", "gbk"))


class Locale(HarkTest):
    def harkd(self, *arguments):
        """(exit status, standard output, standard error)"""
        done = subprocess.run([HARKD, *arguments], stdin=subprocess.DEVNULL, capture_output=True,
                              env=self.environment, timeout=WAIT, check=False)
        return done.returncode, done.stdout, done.stderr

    def write(self, text, name="harkd.toml"):
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def test_help(self):
        for charset, encoding in CHARSETS:
            with self.subTest(charset=charset):
                self.chinese(charset)
                status, output, errors = self.harkd("--help")
                self.assertEqual((status, errors), (0, b""))
                text = output.decode(encoding)
                for words in ("得到 250 确认的消息已入日志。", "用法： harkd", "\n选项：\n",
                              "--check-config", "检查配置是否正确", "显示本帮助", "显示版本"):
                    self.assertIn(words, text)

    def test_version_is_the_same_everywhere(self):
        self.chinese("GBK")
        localized = self.harkd("--version")
        self.environment["LC_ALL"] = "C"
        self.assertEqual(localized, self.harkd("--version"))

    def test_command_line(self):
        for charset, encoding in CHARSETS:
            self.chinese(charset)
            for arguments, complaint in (
                    (("--no-such-option",), "没有这个选项：--no-such-option"),
                    (("没词",), "多余的参数：没词"),  # in GBK, its first character is also valid UTF-8
                    (("--config",), "--config：缺少值"),
                    (("--listen", "[::]:1", "--listen"), "--listen：缺少值"),
                    (("--config", "a", "--config", "b"), "--config：重复指定"),
                    (("--check-config=perhaps",), "--check-config：不带值")):
                with self.subTest(charset=charset, arguments=arguments):
                    status, output, errors = self.harkd(*(a.encode(encoding) for a in arguments))
                    self.assertEqual((status, output), (2, b""))
                    self.assertEqual(errors.decode(encoding),
                                     f"harkd: {complaint}\n请试：harkd --help\n")

    def test_configuration(self):
        for charset, encoding in CHARSETS:
            self.chinese(charset)
            for text, complaint in (
                    ('framing = "词"\n', "1:11: 无效的分帧方式“词”："
                                         "应为 auto、line、chunk、delimited、counted 或 length"),
                    ('framing = "delimited"\n', "1:11: 分帧方式 delimited 需要结束符："
                                                "应在 [[listener]] 中写 end = \"BYTES\"，"
                                                "例如 \"\\u0003\""),
                    ('end = "词"\n', "1:1: “end”是 [[listener]] 的设置："
                                     "请移到某个 [[listener]] 之下"),
                    ("\nquiet_ms = 0.5\n",
                     "2:12: quiet_ms：应为 1 到 60000 之间的毫秒数，实际为 0.5"),
                    ("sync = 1\n", "1:8: sync：应为 true 或 false，实际为 1"),
                    ("[[listener]]\n", "1:1: 此 [[listener]] 没有地址："
                                       "应为 address = \"ADDR:PORT\" 或 socket = \"NAME\"")):
                with self.subTest(charset=charset, text=text):
                    path = self.write(text)
                    status, output, errors = self.harkd("--config", path, "--check-config")
                    self.assertEqual((status, output), (2, b""))
                    self.assertEqual(errors.decode(encoding), f"harkd: {path}:{complaint}\n")
            path = self.write("")
            self.assertEqual(self.harkd("--config", path, "--check-config"),
                             (0, f"{path}：配置正确\n".encode(encoding), b""))
            path = self.write('[[listener]]\nsocket = "main"\n')
            self.assertEqual(self.harkd("--config", path, "--check-config"),
                             (0, f"{path}：配置正确；未检查其中指定的套接字\n"
                                 .encode(encoding), b""))

    def test_paths_are_shown_as_given(self):
        for charset, encoding in CHARSETS:
            with self.subTest(charset=charset):
                self.chinese(charset)
                path = bytes(self.folder) + "/没有.toml".encode(encoding)
                status, _, errors = self.harkd("--config", path)
                self.assertEqual(status, 1)
                start = "harkd: 无法读取 ".encode(encoding) + path + b": "
                self.assertEqual(errors[:len(start)], start)

    def test_busy_port(self):
        for charset, encoding in CHARSETS:
            with (self.subTest(charset=charset),
                  socket.create_server(("127.0.0.1", 0)) as taken):
                self.chinese(charset)
                address = f"127.0.0.1:{taken.getsockname()[1]}"
                status, output, errors = self.harkd("--config", "/dev/null", "--listen", address,
                                                    "--log", f"file:{self.folder / 'log'}")
                self.assertEqual((status, output), (1, b""))
                self.assertRegex(errors.decode(encoding), rf"\Aharkd: 无法绑定 {address}: .+\n\Z")

    def test_a_log_that_is_locked(self):
        first = self.start()
        self.chinese("UTF-8")
        status, _, errors = self.harkd("--config", "/dev/null", "--listen", "127.0.0.1:0",
                                       "--log", f"file:{first.log.path}")
        self.assertEqual((status, errors.decode()),
                         (1, f"harkd: 无法把日志写到 {first.log.path}：它已被其他程序锁定，"
                             "可能是另一个 harkd\n"))

    def test_records_and_replies_are_english(self):
        for charset, _ in CHARSETS:
            with self.subTest(charset=charset):
                self.chinese(charset)
                with mock.patch.dict(os.environ, self.environment):
                    harkd = self.start()
                client = self.greeted(harkd)
                client.send("你好\n".encode())
                client.expect(b"250 ok #1")
                harkd.config_path.write_text('framing = "words"\n', encoding="utf-8")
                harkd.send_signal(signal.SIGHUP)
                refused = harkd.wait_record("diagnostic")
                self.assertEqual(refused["text"],
                                 "reload refused, the old configuration stays in force: "
                                 f"{harkd.config_path}:1:11: invalid framing 'words': "
                                 "expected auto, line, chunk, delimited, counted or length")
                harkd.config_path.unlink()
                harkd.send_signal(signal.SIGHUP)
                missing = harkd.wait_for(lambda: harkd.records("diagnostic")[1:])[0]
                self.assertTrue(missing["text"].endswith(
                    f"cannot read {harkd.config_path}: No such file or directory"), missing)

    def test_closed_standard_error(self):
        done = subprocess.run(["sh", "-c", 'exec "$0" --listen nowhere 2>&-', HARKD],
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              env=self.environment, timeout=WAIT, check=False)
        self.assertEqual((done.returncode, done.stdout), (2, b""))


if __name__ == "__main__":
    unittest.main()
