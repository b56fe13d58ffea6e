"""Which rights harkd has while it runs, and what a reload can no longer change."""

import json
import os
import pwd
import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from configured import LISTEN, change_config, log_line, start_configured
from harness import HARKD, WAIT, LogReader, ProgramTest, run_harkd

OTHER = "nobody"
LOW_PORT = 79
NO_CAPABILITIES = "0" * 16
UNPRIVILEGED = Path("/proc/sys/net/ipv4/ip_unprivileged_port_start")


def status(harkd):
    """{name: value} of /proc/PID/status."""
    text = Path(f"/proc/{harkd.pid}/status").read_text(encoding="utf-8")
    return dict(line.split(":\t", 1) for line in text.splitlines() if ":\t" in line)


def has_landlock():
    """Whether the kernel has Landlock: asks for the version of its ABI."""
    done = subprocess.run(
        ["python3", "-c", "import ctypes, sys\n"
         "sys.exit(ctypes.CDLL(None).syscall(444, None, 0, 1) < 1)"], check=False)
    return done.returncode == 0


class Confinement(ProgramTest):
    def refused(self, harkd, config):
        """Why a reload with this configuration is refused."""
        before = len(harkd.records("diagnostic"))
        change_config(harkd, config)
        harkd.wait_for(lambda: len(harkd.records("diagnostic")) > before, what="a refusal")
        self.assertEqual(harkd.records("reloaded"), [])
        text = harkd.records("diagnostic")[before]["text"]
        prefix = "reload refused, the old configuration stays in force: "
        self.assertTrue(text.startswith(prefix), text)
        return text[len(prefix):]

    def check_serves(self, harkd):
        client = self.greeted(harkd)
        client.send(b"still here\n")
        client.expect(b"250 ok #1")


@unittest.skipIf(os.geteuid() != 0, "needs root, to become another user")
class User(Confinement):
    def setUp(self):
        super().setUp()
        self.account = pwd.getpwnam(OTHER)

    def own_folder(self):
        """A folder owned by the other user, who cannot enter the test's own."""
        folder = Path(tempfile.mkdtemp(dir="/tmp", prefix="hark-test-"))
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        os.chown(folder, self.account.pw_uid, self.account.pw_gid)
        folder.chmod(0o755)
        return folder

    def test_all_rights_are_given_up(self):
        harkd = self.start(folder=self.own_folder(), config=f'user = "{OTHER}"\n')
        now = status(harkd)
        self.assertEqual(now["Uid"].split(), [str(self.account.pw_uid)] * 4)
        self.assertEqual(now["Gid"].split(), [str(self.account.pw_gid)] * 4)
        self.assertEqual({int(group) for group in now["Groups"].split()},
                         set(os.getgrouplist(OTHER, self.account.pw_gid)))
        for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"):
            self.assertEqual(now[name], NO_CAPABILITIES, name)
        self.assertEqual(now["NoNewPrivs"], "1")
        for path in (harkd.log.path, harkd.control):
            self.assertEqual(path.stat().st_uid, self.account.pw_uid, path)
        self.check_serves(harkd)

    def test_option_wins(self):
        harkd = self.start("--user", OTHER, folder=self.own_folder(), config='user = "root"\n')
        self.assertEqual(status(harkd)["Uid"].split()[0], str(self.account.pw_uid))

    def test_root_may_stay_root(self):
        harkd = self.start("--user", "root")
        self.assertEqual(status(harkd)["Uid"].split(), ["0"] * 4)

    def test_log_that_the_user_cannot_write(self):
        # Only root may write there.
        log = self.folder / "log"
        done = run_harkd("--config", "/dev/null", "--listen", "127.0.0.1:0", "--user", OTHER,
                         "--log", f"file:{log}")
        self.assertEqual((done.returncode, done.stderr.decode()),
                         (1, f"harkd: cannot open {log}: Permission denied "
                             f"(harkd has become user '{OTHER}' by then)\n"))
        self.assertFalse(log.exists())

    def test_low_ports(self):
        if int(UNPRIVILEGED.read_text()) <= LOW_PORT:
            self.skipTest("everyone may bind low ports here")
        folder = self.own_folder()
        log = folder / "log"
        first = (f'listen = ["127.0.0.1:{LOW_PORT}"]\n' + log_line(f"file:{log}")
                 + f'user = "{OTHER}"\n')
        harkd = start_configured(self, first, log, folder=folder).wait_listening()
        self.assertEqual(harkd.port, LOW_PORT)
        self.assertEqual(
            self.refused(harkd, first.replace("]", f', "127.0.0.1:{LOW_PORT - 1}"]', 1)),
            f"cannot bind 127.0.0.1:{LOW_PORT - 1}: harkd no longer has the right to open ports "
            f"below {UNPRIVILEGED.read_text().strip()}: stop and start it")
        self.check_serves(harkd)
        # The low port that it has stays, and other ports may be added.
        change_config(harkd, first.replace("]", ', "127.0.0.1:0"]', 1))
        harkd.wait_record("reloaded")
        self.assertEqual(len(harkd.records("listening")), 2)

    def test_others_cannot_become_it(self):
        done = subprocess.run(
            ["setpriv", "--reuid=65533", "--regid=65533", "--clear-groups", HARKD, "--config",
             "/dev/null", "--listen", "127.0.0.1:0", "--log", "console", "--control", "",
             "--user", OTHER], stdin=subprocess.DEVNULL, capture_output=True, timeout=WAIT,
            check=False)
        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stderr.decode(),
                         f"harkd: cannot become user '{OTHER}' without being root: start harkd as "
                         f"root or as '{OTHER}' itself, or remove the setting 'user'\n")

    def test_user_may_name_itself(self):
        folder = self.own_folder()
        harkd = self.start("--user", OTHER, folder=folder, wrapper=[
            "setpriv", f"--reuid={self.account.pw_uid}", f"--regid={self.account.pw_gid}",
            "--clear-groups"])
        self.check_serves(harkd)


class UnknownUser(ProgramTest):
    def test_is_a_mistake(self):
        path = self.folder / "harkd.toml"
        path.write_text('\nuser = "no-such-user"\n', encoding="utf-8")
        for further in (("--check-config",), ("--listen", "127.0.0.1:0")):
            done = run_harkd("--config", path, *further)
            self.assertEqual((done.returncode, done.stderr.decode()),
                             (2, f"harkd: {path}:2:8: unknown user 'no-such-user': expected a user "
                                 "of this machine\n"))
        done = run_harkd("--config", "/dev/null", "--user", "no-such-user", "--check-config")
        self.assertEqual(done.returncode, 2)
        self.assertIn(b"--user: unknown user 'no-such-user'", done.stderr)
        # The command line wins, and "" means no user.
        self.assertEqual(run_harkd("--config", path, "--user", "", "--check-config").returncode, 0)


class Sandbox(Confinement):
    def configured(self, extra="", folder=None):
        folder = folder or Path(tempfile.mkdtemp(dir=self.folder))
        log = folder / "log"
        config = LISTEN + log_line(f"file:{log}") + extra
        return config, start_configured(self, config, log, folder=folder).wait_listening()

    def test_is_on_by_default(self):
        _, harkd = self.configured()
        now = status(harkd)
        self.assertEqual((now["Seccomp"], now["NoNewPrivs"]), ("2", "1"))
        self.assertEqual(harkd.records("diagnostic"), [])
        self.check_serves(harkd)

    def test_can_be_turned_off(self):
        config, harkd = self.configured("sandbox = false\n")
        self.assertEqual(status(harkd)["Seccomp"], status(self)["Seccomp"])
        # Then a reload may move the log anywhere.
        log = Path(tempfile.mkdtemp(dir=self.folder)) / "log"
        harkd.config_path.write_text(
            LISTEN + log_line(f"file:{log}") + "sandbox = false\n", encoding="utf-8")
        change_config(harkd, harkd.config_path.read_text(encoding="utf-8"))
        harkd.wait_for(log.exists, what="the new log")

    pid = "self"  # for status()

    def test_what_cannot_change(self):
        config, harkd = self.configured()
        for line in ('user = "root"', "sandbox = false", "core_dumps = true"):
            with self.subTest(line):
                name = line.partition(" ")[0]
                self.assertEqual(self.refused(harkd, config + line + "\n"),
                                 f"{name} cannot change while harkd is running: "
                                 "stop and start it")
        self.check_serves(harkd)

    def test_log_in_another_folder(self):
        if not has_landlock():
            self.skipTest("the kernel has no Landlock")
        config, harkd = self.configured()
        other = self.folder / "elsewhere"
        other.mkdir()
        self.assertEqual(
            self.refused(harkd, config.replace(str(harkd.folder / "log"), str(other / "log"))),
            f"cannot log to {other / 'log'}: the sandbox lets harkd write only to the folders that "
            "it has used since its start: stop and start it")
        self.assertEqual(list(other.iterdir()), [])
        # Another file in the same folder may be added.
        added = harkd.folder / "added"
        change_config(harkd, config.replace('"]\nlog', '"]\nlog').replace(
            log_line(f"file:{harkd.folder / 'log'}"),
            log_line(f"file:{harkd.folder / 'log'}", f"file:{added}")))
        harkd.wait_for(added.exists, what="the added log")
        harkd.wait_record("reloaded")
        self.check_serves(harkd)

    def test_rotation(self):
        for sync in ("", "sync = true\n"):
            with self.subTest(sync):
                config, harkd = self.configured(sync)
                log = harkd.folder / "log"
                old = harkd.folder / "log.1"
                log.rename(old)
                harkd.log = LogReader(log)
                change_config(harkd, config)
                harkd.wait_for(lambda log=log: log.exists() and log.stat().st_size > 0,
                               what="a new log")
                self.assertEqual(json.loads(log.read_text().splitlines()[0])["event"], "reloaded")
                self.check_serves(harkd)

    def test_log_behind_a_link(self):
        folder = Path(tempfile.mkdtemp(dir=self.folder))
        target = self.folder / "target"
        target.mkdir()
        (target / "real").write_bytes(b"")
        (folder / "log").symlink_to(target / "real")
        config, harkd = self.configured(folder=folder)
        (target / "real").rename(target / "real.1")
        (target / "real").write_bytes(b"")
        harkd.log = LogReader(folder / "log")
        change_config(harkd, config)
        harkd.wait_for(lambda: (target / "real").stat().st_size > 0, what="the new log")

    def test_control_socket_is_removed(self):
        _, harkd = self.configured()
        self.assertTrue(harkd.control.exists())
        self.assertEqual(harkd.stop(), 0)
        self.assertFalse(harkd.control.exists())


class CoreDumps(Confinement):
    def limits(self, harkd):
        text = Path(f"/proc/{harkd.pid}/limits").read_text(encoding="utf-8")
        return re.search(r"Max core file size +(\S+) +(\S+)", text).groups()

    def test_none_by_default(self):
        self.assertEqual(self.limits(self.start()), ("0", "0"))

    @unittest.skipIf(b"__asan" in HARKD.read_bytes(), "AddressSanitizer sets the limit itself")
    def test_left_to_the_system(self):
        unlimited = self.start(config="core_dumps = true\n", wrapper=["prlimit", "--core=4096:4096"])
        self.assertEqual(self.limits(unlimited), ("4096", "4096"))


if __name__ == "__main__":
    unittest.main()
