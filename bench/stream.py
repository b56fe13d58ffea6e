"""harkd's throughput into a stream of JetStream, beside its file sink, and beside a loop that
publishes one message after another to the same servers.

harkd has the first processor, the generator the second; the servers share both with them.
"""

import subprocess
import sys
import tempfile

import measures
from processor import processors
from server import Server
from subjects import PROGRAMS, ROOT, harkd, harkd_file

sys.path[:0] = [str(ROOT / "tests/program")]

# pylint: disable=wrong-import-position
from nats_programs import nats_programs
from nats_servers import Nats

LOOP = PROGRAMS / "publish_loop"
SUBJECTS = {
    "harkd-stream": {"title": "harkd, stream", "kind": "harkd", "answers": True},
    "publish-loop": {"title": "one publish a message", "kind": "floor", "answers": True}}
SUBJECT = "hark.bench"
LOOP_MESSAGES = 2000
LIMIT_S = 300


def obstacle():
    return None if nats_programs() else "nats-server is missing"


def stream_subject(program, nats):
    """harkd with this stream as its only log."""
    servers = ", ".join(f'"{address}"' for address in nats.addresses)
    settings = (f'[nats]\nservers = [{servers}]\nsubject = "{SUBJECT}"\n'
                f"replicas = {len(nats.servers)}\n")
    return harkd("harkd-stream", "harkd, stream", program, lambda place: "nats:BENCH", settings,
                 recorded=lambda place: stored(nats))


def stored(nats):
    """How many messages of clients the stream has."""
    count = 0
    with nats.client() as client:
        state = client.stream_info("BENCH")["state"]
        for number in range(state["first_seq"], state["last_seq"] + 1):
            count += client.get_message("BENCH", seq=number).payload.count(b'"event":"message"')
    return count


def fresh_stream(nats):
    with nats.client() as client:
        if "BENCH" in (client.api("STREAM.NAMES").get("streams") or []):
            client.delete_stream("BENCH")
    nats.create_stream("BENCH", (SUBJECT, SUBJECT + "-loop"))


def harkd_run(subject, parameters, scratch):
    """Pipelining connections, then one in lock-step, then as many as before."""
    figures = {}
    with Server(subject, scratch) as server:
        load = {name: parameters[name] for name in ("connections", "bytes", "depth", "messages")}
        figures.update(measures.ingest(server, load))
        for count, end in ((1, ""), (load["connections"], "_all")):
            trips = measures.round_trip(server, {"connections": count, "bytes": load["bytes"],
                                                 "messages": parameters["lock_step"] * count})
            figures |= {f"p50{end}_us": trips["p50_us"], f"p99{end}_us": trips["p99_us"]}
        server.check()
    return figures


def loop_run(nats, bytes_each):
    port = nats.leader("BENCH").port
    done = subprocess.run(["taskset", "--cpu-list", str(processors()[0]), LOOP, str(port),
                           SUBJECT + "-loop", str(LOOP_MESSAGES), str(bytes_each)],
                          capture_output=True, text=True, timeout=LIMIT_S, check=True)
    took, used, p50, p99 = map(float, done.stdout.split())
    return {"messages_per_s": LOOP_MESSAGES / took, "cpu_us": used / LOOP_MESSAGES * 1e6,
            "p50_us": p50, "p99_us": p99}


def measure(program, runs, parameters, scratch):
    """{subject: {"runs": [...]}}"""
    results = {"harkd-stream": [], "publish-loop": [], "harkd-file": []}
    with tempfile.TemporaryDirectory(prefix="hark-bench-") as folder:
        nats = Nats(folder, parameters["servers"], sync=parameters["sync"])
        try:
            nats.start()
            for _ in range(runs):
                fresh_stream(nats)
                results["harkd-stream"].append(
                    harkd_run(stream_subject(program, nats), parameters, scratch))
                results["publish-loop"].append(loop_run(nats, parameters["bytes"]))
                results["harkd-file"].append(
                    harkd_run(harkd_file(program), parameters, scratch))
        finally:
            nats.end()
    return {name: {"runs": measured} for name, measured in results.items()}


