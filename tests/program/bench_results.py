"""Made-up benchmark results, in the format of build-bench/results.json."""

SUBJECTS = {
    "rsyslog-imptcp": {"title": "rsyslog <imptcp>", "kind": "peer", "answers": False},
    "harkd-journal": {"title": "harkd, journal", "kind": "harkd", "answers": True},
    "harkd-file": {"title": "harkd, file", "kind": "harkd", "answers": True},
    "sendv-loop": {"title": "sd_journal_sendv", "kind": "floor", "answers": False},
    "harkd-stream": {"title": "harkd, stream", "kind": "harkd", "answers": True},
    "publish-loop": {"title": "one publish a message", "kind": "floor", "answers": True},
    "floor": {"title": "bare loop", "kind": "floor", "answers": True},
    "hark-log": {"title": "hark log", "kind": "harkd", "answers": True},
    "grep": {"title": "GNU grep", "kind": "peer", "answers": True},
    "jq": {"title": "jq", "kind": "peer", "answers": True},
    "journalctl": {"title": "journalctl", "kind": "peer", "answers": True},
    "harkd-tls": {"title": "harkd, TLS", "kind": "harkd", "answers": True},
    "harkd-tls-client": {"title": "harkd, certificates", "kind": "harkd", "answers": True},
    "syslog-ng-tls": {"title": "syslog-ng, TLS", "kind": "peer", "answers": False},
    "rsyslog-ossl": {"title": "rsyslog, OpenSSL", "kind": "peer", "answers": False},
}


def workload(family, title, parameters, **subjects):
    """`subjects` are lists of runs; an underscore in a name stands for a hyphen."""
    return {"id": title, "family": family, "title": title, "parameters": parameters,
            "results": {name.replace("_", "-"): {"runs": runs} for name, runs in subjects.items()}}


def load(connections, octets, floor, harkd, rsyslog):
    def runs(us):
        return [{"cpu_us": us * part, "messages_per_s": 1e6 / us} for part in (0.5, 1, 3)]
    return workload("ingest", f"{connections} connections, {octets} bytes",
                    {"connections": connections, "bytes": octets, "depth": 64},
                    floor=runs(floor), harkd_file=runs(harkd), rsyslog_imptcp=runs(rsyslog))


def trips(connections, floor, harkd):
    def runs(median):
        return [{"p50_us": us, "p99_us": 3 * us, "min_us": us / 2, "cpu_us": 4.0}
                for us in (median - 1, median, median + 9)]
    return workload("roundtrip", f"{connections} connections", {"connections": connections},
                    floor=runs(floor), harkd_file=runs(harkd))


def scaling(parameter, number, size):
    return workload("scaling", f"{number} {parameter}", {parameter: number},
                    floor=[{"cpu_us": 0.8, "bytes_total": size}],
                    harkd_file=[{"cpu_us": 0.9, "bytes_total": size + 2e6}])


def whole_run():
    """Everything that the suite measures, with few subjects; every target is met exactly."""
    one_of_each = {"floor": [{"cpu_us": 20, "sessions_per_s": 30000}],
                   "harkd_file": [{"cpu_us": 22, "sessions_per_s": 28765}]}
    return {
        "machine": {"cpu": "A CPU", "cores": 2, "memory_gib": 8, "kernel": "6.1",
                    "system": "Debian"},
        "date": "2026-11-23",
        "versions": {"harkd": "0.1.0"},
        "subjects": SUBJECTS,
        "workloads": [
            load(1, 64, 1, 2.2, 4),
            load(50, 64, 0.8, 0.84, 0.84 / 0.25),
            trips(1, 21, 23), trips(50, 400, 440),
            workload("text", "ascii", {}, floor=[{"cpu_us": 1}], harkd_file=[{"cpu_us": 1.1}]),
            workload("sessions", "sessions", {}, **one_of_each),
            workload("idle", "1,000 idle", {"connections": 1000},
                     harkd_file=[{"bytes_per_connection": 1400, "cpu_percent": 0}]),
            workload("idle", "19,000 idle", {"connections": 19000},
                     harkd_file=[{"bytes_per_connection": 1331, "cpu_percent": 0.01}]),
            *(scaling("idle", number, 1e6 + 1300 * number) for number in (0, 10, 19000)),
            *(scaling("connections", number, 1e6) for number in (1, 1000)),
            workload("fairness", "a flood", {"bytes": 2}, floor=[{"p99_us": 500}],
                     harkd_file=[{"p50_us": 300, "p99_us": 4999, "max_us": 9000}]),
            workload("fairness", "another", {"bytes": 64}, harkd_file=[{"p99_us": 1000}]),
            *(workload("attacks", f"attacks-{name}", {}, floor=[{"p99_us": floor}],
                       harkd_file=[{"p99_us": harkd}])
              for name, floor, harkd in (("none", 500, 600), ("storm", 1000, 1500))),
            workload("tls", "messages", {}, harkd_tls=[{"cpu_us": 0.6, "messages_per_s": 1e6}],
                     syslog_ng_tls=[{"cpu_us": 2, "messages_per_s": 5e5}],
                     rsyslog_ossl=[{"cpu_us": 1.2, "messages_per_s": 8e5}]),
            workload("tls-handshakes", "handshakes", {},
                     harkd_tls=[{"cpu_us": 500, "handshakes_per_s": 1500}]),
            *(workload("tls-storm", f"{storm} handshakes", {"storm": storm},
                       harkd_tls=[{"p50_us": 200, "p99_us": p99, "max_us": 9000,
                                   "handshakes_per_s": 40 * storm}])
              for storm, p99 in ((0, 700), (50, 2100))),
            workload("tls-idle", "idle", {"connections": 1000},
                     harkd_file=[{"bytes_per_connection": 1300}],
                     harkd_tls_client=[{"bytes_per_connection": 21_780}]),
            workload("reading-word", "a word", {}, hark_log=[{"seconds": 0.4, "read_mib": 400}],
                     grep=[{"seconds": 0.1}]),
            workload("reading-whole", "all", {}, hark_log=[{"seconds": 1}], jq=[{"seconds": 10}]),
            workload("reading-entries", "a journal", {}, hark_log=[{"seconds": 1.5}],
                     journalctl=[{"seconds": 1.5}]),
            workload("reading-index", "a word in it", {}, hark_log=[{"seconds": 0.25}],
                     journalctl=[{"seconds": 2.5}]),
            workload("reading-minute", "a minute", {}, hark_log=[{"seconds": 0.01,
                                                                   "read_mib": 3.999}]),
            workload("stream", "stream-3", {},
                     harkd_stream=[{"messages_per_s": 80000, "p50_us": 4000, "p99_us": 9000,
                                    "cpu_us": 1}],
                     publish_loop=[{"messages_per_s": 4000, "p50_us": 2000, "p99_us": 3000,
                                    "cpu_us": 30}]),
            workload("journal", "journal", {},
                     harkd_journal=[{"messages_per_s": 78000, "cpu_us": 1, "lost": 0}],
                     sendv_loop=[{"messages_per_s": 60000, "cpu_us": 3, "lost": 0}]),
            workload("start", "start", {}, harkd_file=[{"ready_ms": 1.5}],
                     harkd_journal=[{"ready_ms": 20.0}]),
        ],
    }
