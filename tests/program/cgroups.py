"""A control group that limits the memory of a process, where this machine lets a test make one."""

import contextlib
import os
from pathlib import Path

# Of both versions: where a group is made, and its file for the limit.
HIERARCHIES = ((Path("/sys/fs/cgroup/memory"), "memory.limit_in_bytes"),
               (Path("/sys/fs/cgroup"), "memory.max"))


def limit_memory(test, pid, limit):
    """Whether `pid` is held to `limit` bytes until the end of `test`."""
    for base, limit_file in HIERARCHIES:
        group = base / f"hark-test-{os.getpid()}-{pid}"
        try:
            group.mkdir()
        except OSError:
            continue
        test.addCleanup(_leave, base, group, pid)
        try:
            (group / limit_file).write_text(str(limit))
            (group / "cgroup.procs").write_text(str(pid))
            return True
        except OSError:
            continue
    return False


def _leave(base, group, pid):
    with contextlib.suppress(OSError):
        (base / "cgroup.procs").write_text(str(pid))
    with contextlib.suppress(OSError):
        group.rmdir()
