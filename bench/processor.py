"""Processor time and private memory of a process and its descendants."""

import contextlib
import os
import time
from pathlib import Path


def family(pid):
    """The process and all its descendants."""
    found = [pid]
    for one in found:
        with contextlib.suppress(OSError):
            for task in Path(f"/proc/{one}/task").iterdir():
                found += map(int, (task / "children").read_text().split())
    return found


def processor_seconds(pid):
    """User and system time of all threads, including those that have ended, with nanosecond
    precision."""
    used = 0.0
    for one in family(pid):
        with contextlib.suppress(OSError):  # it has just ended
            # clock_getcpuclockid(3), which Python lacks: the process's CPU clock.
            used += time.clock_gettime((~one << 3) | 2)
    return used


def anonymous_bytes(pid):
    """Memory not backed by files: heap, stacks, modified data."""
    total = 0
    for one in family(pid):
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/{one}/smaps_rollup").read_text().splitlines():
                if line.startswith("Anonymous:"):
                    total += int(line.split()[1]) * 1024
    return total


def processors():
    """(the server's, the generator's), among those we may use; the same one if there is only
    one."""
    usable = sorted(os.sched_getaffinity(0))
    return usable[0], usable[1 if len(usable) > 1 else 0]
