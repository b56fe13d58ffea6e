"""A harkd whose log is set in its configuration, so that a reload can change it.

The harness sets the log on the command line, which always takes precedence.
"""

import signal
import subprocess
import tempfile
from pathlib import Path

from harness import Harkd

LISTEN = 'listen = ["127.0.0.1:0"]\n'


def log_line(*sinks):
    """The configuration line for these sinks."""
    return "log = [" + ", ".join('"' + sink.replace("\n", "\\n") + '"' for sink in sinks) + "]\n"


class ConfiguredHarkd(Harkd):
    """`config` is the complete configuration. If it has a file sink, `log` is its path, which the
    tests read. `wrapper` is the start of a command that finally executes the daemon."""

    def __init__(self, folder, config, log, output=subprocess.DEVNULL, **options):
        self.begin(folder, config, log, stdout=output, **options)

    def wait_listening(self):
        self.addresses = [self.wait_record("listening")["address"]]
        return self


def start_configured(test, config, log, folder=None, **options):
    """A daemon, without waiting for it: its log may be one that the tests cannot read."""
    folder = folder or Path(tempfile.mkdtemp(dir=test.folder))
    harkd = ConfiguredHarkd(folder, config, log, **options)
    test.addCleanup(harkd.end)
    return harkd


def change_config(harkd, config):
    """Writes a new configuration and sends SIGHUP. The caller checks the result."""
    harkd.config_path.write_text(config, encoding="utf-8")
    harkd.send_signal(signal.SIGHUP)


def wait_asleep(harkd):
    """Waits until the daemon has processed all input and is idle."""
    status = Path(f"/proc/{harkd.pid}/stat")
    harkd.wait_for(lambda: status.read_text().rpartition(")")[2].split()[0] == "S",
                   what="the daemon to wait")
