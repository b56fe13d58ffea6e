"""A harkd whose log is named by its configuration, so that a reload can change it.

The harness names the log on the command line, which always wins.
"""

import signal
import subprocess
import tempfile
from pathlib import Path

from harness import Harkd

LISTEN = 'listen = ["127.0.0.1:0"]\n'


def log_line(*sinks):
    """The configuration's words for these sinks."""
    return "log = [" + ", ".join('"' + sink.replace("\n", "\\n") + '"' for sink in sinks) + "]\n"


class ConfiguredHarkd(Harkd):
    """`config` holds everything. Where it has a file, `log` is its path, and tests read there.
    `wrapper` is the beginning of a command that ends by becoming the daemon."""

    def __init__(self, folder, config, log, output=subprocess.DEVNULL, **options):
        self.begin(folder, config, log, stdout=output, **options)

    def wait_listening(self):
        self.addresses = [self.wait_record("listening")["address"]]
        return self


def start_configured(test, config, log, folder=None, **options):
    """A daemon that is not waited for: its log need not be where the tests can read."""
    folder = folder or Path(tempfile.mkdtemp(dir=test.folder))
    harkd = ConfiguredHarkd(folder, config, log, **options)
    test.addCleanup(harkd.end)
    return harkd


def change_config(harkd, config):
    """A new configuration, and the signal to take it. What comes of it is for the caller to see."""
    harkd.config_path.write_text(config, encoding="utf-8")
    harkd.send_signal(signal.SIGHUP)


def wait_asleep(harkd):
    """Until the daemon has dealt with all that has arrived, and waits."""
    status = Path(f"/proc/{harkd.pid}/stat")
    harkd.wait_for(lambda: status.read_text().rpartition(")")[2].split()[0] == "S",
                   what="the daemon to wait")
