"""How a workload of each family is measured: one run of one server.

A measure takes a running server and the workload's parameters, and returns the figures of one run.
"""

import json
import os
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from generator import Generator
from server import ServerError, free_port
from subjects import PROGRAMS, Place

IDLE_S = 2
UNDER_WAY_S = 0.3
GENERATOR = PROGRAMS / "generator"
START_PATIENCE_S = 5


def generator(server, **values):
    subject = server.subject
    return Generator(GENERATOR, port=server.place.port, protocol=subject.protocol,
                     greeted=int(subject.greets), ends=int(subject.ends), **subject.client,
                     **values)


def timed(server, client, messages, size=0):
    """(the generator's result, seconds, the server's processor seconds) of the timed part.

    `messages` is how many the server must store. `size` is that of the complete output, for servers
    that do not acknowledge."""
    used = server.processor_seconds()
    began = client.go()
    seen = client.result()
    seconds = seen["seconds"]
    if not server.subject.answers:
        seconds = server.wait_until_written(size, patience=60) - began
    used = server.processor_seconds() - used
    server.sent += seen.get("sent", messages)
    return seen, seconds, used


def ingest(server, parameters):
    messages = parameters["messages"]
    # Silent servers write the lines unchanged, and nothing else.
    size = server.place.output.stat().st_size + messages * parameters["bytes"]
    with generator(server, **parameters) as client:
        _, seconds, used = timed(server, client, messages, size)
    return {"cpu_us": used / messages * 1e6, "messages_per_s": messages / seconds}


def round_trip(server, parameters):
    with generator(server, depth=1, **parameters) as client:
        seen, _, used = timed(server, client, parameters["messages"])
    return {"p50_us": seen["p50_us"], "p99_us": seen["p99_us"], "min_us": seen["min_us"],
            "cpu_us": used / parameters["messages"] * 1e6}


def sessions(server, parameters):
    count = parameters["messages"]
    # A server that does not know `bye` stores it as a line.
    kept = count if server.subject.ends else 2 * count
    with generator(server, mode="sessions", **parameters) as client:
        _, seconds, used = timed(server, client, kept)
    return {"sessions_per_s": count / seconds, "cpu_us": used / count * 1e6}


def idle(server, parameters):
    count = parameters["connections"]
    before = server.anonymous_bytes()
    with generator(server, connections=count, messages=0):
        memory = server.anonymous_bytes() - before
        used = server.processor_seconds()
        time.sleep(IDLE_S)
        used = server.processor_seconds() - used
    return {"bytes_per_connection": memory / count, "cpu_percent": used / IDLE_S * 100}


def scaling(server, parameters):
    messages = parameters["messages"]
    with generator(server, **parameters) as client:
        _, _, used = timed(server, client, messages)
        memory = server.anonymous_bytes()
    return {"cpu_us": used / messages * 1e6, "bytes_total": memory}


def fairness(server, parameters):
    with generator(server, depth=1, **parameters) as client:
        seen, _, _ = timed(server, client, parameters["messages"])
    return {name: seen[name] for name in ("p50_us", "p99_us", "max_us")}


def handshakes(server, parameters):
    count = parameters["messages"]
    with generator(server, mode="handshakes", **parameters) as client:
        _, seconds, used = timed(server, client, 0)
    return {"handshakes_per_s": count / seconds, "cpu_us": used / count * 1e6}


def storm(server, parameters):
    with generator(server, depth=1, **parameters) as client:
        seen, seconds, _ = timed(server, client, parameters["messages"])
    return {**{name: seen[name] for name in ("p50_us", "p99_us", "max_us")},
            "handshakes_per_s": seen["handshakes"] / seconds}


def attack(server, parameters):
    # Besides what it is sent, it may make messages of bytes that come one by one.
    server.makes_more = parameters.get("attack") == "loris"
    before = server.anonymous_bytes()
    with generator(server, depth=1, **parameters) as client:
        seen, seconds, used = timed(server, client, parameters["messages"])
    return {**{name: seen[name] for name in ("p50_us", "p99_us", "max_us")},
            "attacks_per_s": seen["attacks"] / seconds, "cpu_percent": used / seconds * 100,
            "bytes_grown": server.anonymous_bytes() - before}


def restart(server, parameters):
    """A restart in place, in the middle of the load. The log says how long nobody was served."""
    with generator(server, depth=1, **parameters) as client:
        client.go()
        time.sleep(UNDER_WAY_S)
        os.kill(server.pid, signal.SIGUSR2)
        seen = client.result()
    server.sent += seen.get("sent", parameters["messages"])
    records = [json.loads(line) for line in server.place.output.read_text().splitlines()
               if '"event":"restarted"' in line]
    if len(records) != 1:
        raise ServerError(f"{len(records)} restarts in place of one")
    return {"pause_ms": records[0]["pause"] * 1e3, "p99_us": seen["p99_us"],
            "max_us": seen["max_us"], "went_on": records[0]["connections"]}


def start(subject, scratch):
    """From the start of the process to READY=1, as a service manager sees it."""
    with tempfile.TemporaryDirectory(dir=scratch) as folder, \
            socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        # An abstract name, since the folder's path may be too long for a socket.
        manager.bind(name := f"\0hark-bench-{os.getpid()}")
        manager.settimeout(START_PATIENCE_S)
        command = subject.command(Place(Path(folder), free_port()))
        environment = {**os.environ, "NOTIFY_SOCKET": "@" + name[1:]}
        began = time.monotonic()
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL, env=environment)
        try:
            while b"READY=1" not in manager.recv(4096):
                pass
            return {"ready_ms": (time.monotonic() - began) * 1e3}
        finally:
            process.terminate()
            process.wait()
