"""A control group that limits a process's memory, if this machine lets a test create one."""

import contextlib
import os
from pathlib import Path

# For cgroup v1 and v2: where a group is created, and its file for the limit.
HIERARCHIES = ((Path("/sys/fs/cgroup/memory"), "memory.limit_in_bytes"),
               (Path("/sys/fs/cgroup"), "memory.max"))


def limit_memory(test, pid, limit):
    """Limits `pid` to `limit` bytes until the end of `test`. Returns whether that was possible."""
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
