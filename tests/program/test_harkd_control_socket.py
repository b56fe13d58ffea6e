"""The control socket's path and permissions, and input that is not a valid call."""

import os
import signal
import socket
import stat
import subprocess
import time
import unittest

from controlled import WAIT, ControlledTest, Varlink, VarlinkError
from harness import HARKD, LogReader, run_harkd

STATUS = b'{"method":"org.harkd.Status"}\0'
STRANGER = 54321  # a user and group id that no system uses


class Bytes(ControlledTest):
    def test_pieces_and_several_at_once(self):
        harkd = self.start()
        varlink = self.control(harkd)
        for byte in STATUS:
            varlink.send(bytes([byte]))
        self.assertEqual(varlink.reply()["pid"], harkd.pid)
        varlink.send(STATUS * 200)
        for _ in range(200):
            self.assertEqual(varlink.reply()["pid"], harkd.pid)
        varlink.silent()

    def test_oneway(self):
        harkd = self.start()
        client = self.greeted(harkd)
        varlink = self.control(harkd)
        varlink.begin("org.harkd.Say", oneway=True, client=1, text="hello")
        varlink.begin("org.harkd.Say", oneway=True, client=99, text="hello")
        varlink.begin("org.harkd.Nothing", oneway=True)
        varlink.begin("org.harkd.Broadcast", oneway=True, text="to all")
        self.assertEqual(varlink.call("org.harkd.Status")["pid"], harkd.pid)
        client.expect(b"* operator: hello", b"* operator: to all")
        with Varlink(harkd.control) as hasty:
            hasty.begin("org.harkd.Say", oneway=True, client=1, text="and gone")
        client.expect(b"* operator: and gone")

    def test_half_close_after_the_call(self):
        harkd = self.start()
        varlink = self.control(harkd)
        varlink.send(STATUS * 3)
        varlink.half_close()
        for _ in range(3):
            self.assertEqual(varlink.reply()["pid"], harkd.pid)
        self.assertIsNone(varlink.message())
        tail = self.control(harkd).tail()
        tail.half_close()
        client = self.greeted(harkd)
        client.send(b"still seen\n")
        self.assertEqual(tail.reply()["record"]["text"], "still seen")
        tail.close()
        harkd.wait_for(lambda: self.status(harkd)["tails"] == 0, what="its place to be free")

    def test_malformed_calls(self):
        harkd = self.start()
        for nonsense in (b"\0", b"hello\0", b"GET / HTTP/1.1\r\n\r\n\0", b"[]\0", b"{}\0", b"null\0",
                         b'{"method":1}\0', b'{"method":"org.harkd.Status"\0', b"\xff\0",
                         b'{"method":"org.harkd.Status","parameters":[]}\0',
                         b'{"method":"org.harkd.Status","more":"yes"}\0',
                         b'{"method":"org.harkd.Status","oneway":1}\0', b"[" * 60_000 + b"\0"):
            with self.subTest(nonsense=nonsense[:40]):
                varlink = self.control(harkd)
                varlink.send(nonsense)
                with self.refused("org.varlink.service.InvalidParameter", parameter="method"):
                    varlink.reply()
                self.assertIsNone(varlink.message())
        self.assertEqual(self.status(harkd)["pid"], harkd.pid)

    def test_unknown_methods_and_wrong_types(self):
        harkd = self.start()
        varlink = self.control(harkd)
        with self.refused("org.varlink.service.MethodNotFound", method="org.harkd.Stop"):
            varlink.call("org.harkd.Stop")
        with self.refused("org.varlink.service.InterfaceNotFound", interface="io.systemd"):
            varlink.call("io.systemd.Status")
        with self.refused("org.varlink.service.InterfaceNotFound", interface="no"):
            varlink.call("org.varlink.service.GetInterfaceDescription", interface="no")
        with self.refused("org.varlink.service.ExpectedMore"):
            varlink.call("org.harkd.Tail")
        for method, name, parameters in (
                ("Status", "x", {"x": 1}), ("Clients", "limit", {"limit": -1}),
                ("Clients", "after", {"after": 1.5}), ("Say", "text", {"client": 1}),
                ("Say", "client", {"client": "1", "text": "x"}), ("Kick", "client", {}),
                ("SetLevel", "level", {"level": "loud"})):
            with self.refused("org.varlink.service.InvalidParameter", parameter=name):
                varlink.call(f"org.harkd.{method}", **parameters)
        self.assertEqual(varlink.call("org.harkd.Status")["pid"], harkd.pid)


class Place(ControlledTest):
    def refuse(self, *arguments):
        """The error message when it does not start."""
        done = run_harkd("--config", "/dev/null", "--listen", "127.0.0.1:0",
                         "--log", f"file:{self.folder}/refused.jsonl", *arguments)
        self.assertEqual(done.returncode, 1, done.stderr)
        return done.stderr.decode()

    def start_bare(self, *arguments, config="", wrapper=(), **environment):
        """A daemon without the harness's --control; returns its process and its log."""
        path = self.folder / "bare.toml"
        path.write_text(config, encoding="utf-8")
        log = LogReader(self.folder / "bare.jsonl")
        process = subprocess.Popen(
            [*wrapper, HARKD, "--config", path, "--listen", "127.0.0.1:0",
             "--log", f"file:{log.path}", *arguments],
            stdin=subprocess.DEVNULL, env=os.environ | environment)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        end = time.monotonic() + WAIT
        while not [record for record in log.read() if record["event"] == "listening"]:
            self.assertIsNone(process.poll())
            self.assertLess(time.monotonic(), end)
            time.sleep(0.01)
        return process, log

    def test_from_the_configuration(self):
        path = self.folder / "configured"
        process, _ = self.start_bare(config=f'control = "{path}"\n')
        with Varlink(path) as varlink:
            self.assertEqual(varlink.call("org.harkd.Status")["pid"], process.pid)
        process.terminate()
        self.assertEqual(process.wait(WAIT), 0)
        self.assertFalse(path.exists())

    def test_none(self):
        for arguments, config in ((("--control", ""), 'control = "/nowhere/control"\n'),
                                  ((), 'control = ""\n')):
            with self.subTest(arguments=arguments):
                process, log = self.start_bare(*arguments, config=config)
                sockets = [name for name in os.listdir(f"/proc/{process.pid}/fd")
                           if "socket" in os.readlink(f"/proc/{process.pid}/fd/{name}")]
                self.assertEqual(len(sockets), 1)
                self.assertEqual([r for r in log.read() if r["event"] == "diagnostic"], [])
                process.terminate()
                self.assertEqual(process.wait(WAIT), 0)

    @unittest.skipIf(os.geteuid() != 0, "needs root, to hide /run")
    def test_the_default_paths(self):
        # In the daemon's mount namespace, /run/harkd is a file, so the path is unusable.
        runtime = self.folder / "runtime"
        runtime.mkdir()
        hide = ["unshare", "--mount", "sh", "-c",
                'mount -t tmpfs none /run && : >/run/harkd && exec "$@"', "sh"]
        if subprocess.run([*hide, "true"], capture_output=True, check=False).returncode != 0:
            self.skipTest("namespaces are forbidden here")
        process, log = self.start_bare(wrapper=hide, XDG_RUNTIME_DIR=str(runtime))
        with Varlink(runtime / "harkd/control") as varlink:
            self.assertEqual(varlink.call("org.harkd.Status")["pid"], process.pid)
        self.assertEqual([r for r in log.read() if r["event"] == "diagnostic"], [])
        process.terminate()
        self.assertEqual(process.wait(WAIT), 0)
        self.assertFalse((runtime / "harkd/control").exists())

        process, log = self.start_bare(wrapper=hide, XDG_RUNTIME_DIR=str(self.folder / "none"))
        warning = [r for r in log.read() if r["event"] == "diagnostic"]
        self.assertEqual([r["level"] for r in warning], ["warning"])
        self.assertIn("no control socket: cannot listen on /run/harkd/control: ",
                      warning[0]["text"])
        self.assertIn(f"; cannot listen on {self.folder}/none/harkd/control: ", warning[0]["text"])

    def test_in_use_by_another(self):
        harkd = self.start()
        self.assertIn(f"harkd: cannot listen on {harkd.control}: Address already in use",
                      self.refuse("--control", harkd.control))
        self.assertEqual(self.status(harkd)["pid"], harkd.pid)

    def test_left_behind_by_a_killed_daemon(self):
        harkd = self.start()
        harkd.send_signal(signal.SIGKILL)
        harkd.process.wait()
        harkd.stopped = True
        self.assertTrue(harkd.control.is_socket())
        again = self.start(folder=harkd.folder)
        self.assertEqual(self.status(again)["pid"], again.pid)

    def test_unusable_paths(self):
        precious = self.folder / "precious"
        precious.write_text("precious")
        self.assertIn("Address already in use", self.refuse("--control", precious))
        self.assertEqual(precious.read_text(), "precious")
        self.assertIn("File name too long", self.refuse("--control", self.folder / ("x" * 120)))
        self.assertIn("No such file or directory",
                      self.refuse("--control", self.folder / "missing/control"))

    def test_a_replacement_is_kept(self):
        harkd = self.start()
        harkd.control.unlink()
        with socket.socket(socket.AF_UNIX) as other:
            other.bind(str(harkd.control))
            self.assertEqual(harkd.stop(), 0)
            self.assertTrue(harkd.control.is_socket())


class Access(ControlledTest):
    def mode(self, harkd):
        return stat.S_IMODE(harkd.control.stat().st_mode)

    def test_modes(self):
        harkd = self.start()
        self.assertEqual(self.mode(harkd), 0o660)
        harkd.config_path.write_text('control_readers = "everyone"\n')
        self.ask(harkd, "Reload")
        self.assertEqual(self.mode(harkd), 0o666)
        harkd.config_path.write_text('control_readers = "group"\n')
        self.ask(harkd, "Reload")
        self.assertEqual(self.mode(harkd), 0o660)
        open_one = self.start(config='control_readers = "everyone"\n')
        self.assertEqual(self.mode(open_one), 0o666)

    def test_bad_readers_are_refused(self):
        path = self.folder / "harkd.toml"
        path.write_text('control_readers = "nobody"\n')
        done = run_harkd("--config", path, "--check-config")
        self.assertEqual(done.returncode, 2)
        self.assertIn(f"{path}:1:19: invalid control_readers 'nobody': "
                      "expected group or everyone",
                      done.stderr.decode())

    @unittest.skipIf(os.geteuid() != 0, "needs root, to become another user")
    def test_others(self):
        harkd = self.start(config='control_readers = "everyone"\n')
        client = self.greeted(harkd)
        harkd.folder.chmod(0o755)
        outcome = self.as_another(harkd, "Status", "Clients", "Say", "Broadcast", "Kick", "Reload",
                                  "SetLevel")
        denied = "org.varlink.service.PermissionDenied"
        self.assertEqual(outcome, ["answered", "answered"] + [denied] * 5)
        self.assertEqual(harkd.records("operator"), [])
        client.silent(0.05)
        harkd.config_path.write_text("")
        self.ask(harkd, "Reload")
        self.assertEqual(self.as_another(harkd, "Status"), ["Permission denied"])

    def as_another(self, harkd, *methods):
        """The outcome of each method for another user's process."""
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            # Not by exec: the interpreter may be in a folder closed to others, and so is the
            # socket.
            try:
                os.chdir(harkd.folder)
                os.setgroups([])
                os.setresgid(STRANGER, STRANGER, STRANGER)
                os.setresuid(STRANGER, STRANGER, STRANGER)
                os.write(writing, "\n".join(outcomes(harkd.control.name, methods)).encode())
            finally:
                os._exit(0)
        os.close(writing)
        with open(reading, encoding="utf-8") as pipe:
            said = pipe.read()
        os.waitpid(child, 0)
        return said.splitlines()


def outcomes(path, methods):
    """"answered" or the error for each; or why there is no connection."""
    try:
        varlink = Varlink(path)
    except OSError as error:
        return [error.strerror]
    found = []
    for method in methods:
        try:
            varlink.call(f"org.harkd.{method}")
            found.append("answered")
        except VarlinkError as error:
            found.append(error.name)
    return found


if __name__ == "__main__":
    unittest.main()
