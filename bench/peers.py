"""The alternatives to harkd, configured for speed as their manuals recommend."""

import re
import shutil
import socket
import subprocess

from subjects import Subject, asyncio_server
from unpacked import Unavailable, Unpacked

# Queues are bounded, and nothing is dropped.
RSYSLOG = """
global(workDirectory="{place.folder}")
main_queue(queue.type="FixedArray" queue.size="250000" queue.dequeueBatchSize="4096"
           queue.timeoutEnqueue="60000")
{input}
template(name="line" type="string" string="%rawmsg%\\n")
action(type="omfile" file="{place.output}" template="line" ioBufferSize="64k")
"""

IMPTCP = """
module(load="imptcp" threads="1")
input(type="imptcp" address="127.0.0.1" port="{place.port}" socketBacklog="1024")
"""

IMTCP = """
module(load="imtcp" maxSessions="20000")
input(type="imtcp" address="127.0.0.1" port="{place.port}")
"""

SYSLOG_NG = """@version: {version}
options {{ threaded(yes); use-dns(no); stats-freq(0); }};
source from {{
    network(ip("127.0.0.1") port({place.port}) transport("tcp") flags(no-parse)
            max-connections(20000) log-iw-size(2000000) log-fetch-limit(1000));
}};
destination to {{
    file("{place.output}" template("$MSG\\n") log-fifo-size(2000000) flush-lines(1000));
}};
log {{ source(from); destination(to); flags(flow-control); }};
"""


def rsyslog(identifier, title, given, package):
    modules = package.folder_of("imptcp.so")

    def command(place):
        config = place.folder / "rsyslog.conf"
        config.write_text(RSYSLOG.format(place=place, input=given.format(place=place)),
                          encoding="utf-8")
        return [package.path("usr/sbin/rsyslogd"), "-n", "-f", config, "-i",
                place.folder / "pid", "-M", modules]

    return Subject(identifier, title, "peer", command, "rsyslog", package.version,
                   answers=False, protocol="silent", environment=package.environment)


def rsyslogs(folder):
    package = Unpacked("rsyslog", folder)
    return [rsyslog("rsyslog-imptcp", "rsyslog imptcp", IMPTCP, package),
            rsyslog("rsyslog-imtcp", "rsyslog imtcp", IMTCP, package)]


def syslog_ng(folder):
    package = Unpacked("syslog-ng-core", folder)
    modules = package.folder_of("libaffile.so")

    def command(place):
        config = place.folder / "syslog-ng.conf"
        version = ".".join(package.version.split(".")[:2])
        config.write_text(SYSLOG_NG.format(place=place, version=version), encoding="utf-8")
        return [package.path("usr/sbin/syslog-ng"), "--foreground", "--cfgfile", config,
                "--persist-file", place.folder / "persist", "--pidfile", place.folder / "pid",
                "--control", place.folder / "control", "--module-path", modules]

    return [Subject("syslog-ng", "syslog-ng", "peer", command, "syslog-ng", package.version,
                    answers=False, protocol="silent", environment=package.environment)]


def ask_redis(place, *words):
    """Sends a command; returns the number that redis replies with."""
    with socket.create_connection(("127.0.0.1", place.port), timeout=10) as one:
        one.sendall(b"*%d\r\n" % len(words)
                    + b"".join(b"$%d\r\n%s\r\n" % (len(word), word) for word in words))
        return int(one.recv(64).strip(b":\r\n"))


def redis(folder):
    package = Unpacked("redis-server", folder)

    def command(place):
        return [package.path("usr/bin/redis-server"), "--bind", "127.0.0.1",
                "--port", str(place.port), "--dir", place.folder, "--save", "",
                "--appendonly", "yes", "--appendfsync", "everysec",
                "--auto-aof-rewrite-percentage", "0", "--maxclients", "19900"]

    return [Subject("redis", "redis, LPUSH, append-only file", "peer", command, "redis",
                    package.version, protocol="resp", ends=True, environment=package.environment,
                    prints=True,
                    recorded=lambda place: ask_redis(place, b"LLEN", b"bench"))]


def version_of(program, option):
    """The first dotted number in the program's output."""
    if not shutil.which(program):
        raise Unavailable(f"{program} is not installed")
    done = subprocess.run([program, option], capture_output=True, text=True, check=False)
    found = re.search(r"\d+(\.\d+)+", done.stdout + done.stderr)
    return found.group() if found else ""


def socat(_):
    version = version_of("socat", "-V")

    def command(place):
        return ["socat", "-u", f"TCP-LISTEN:{place.port},bind=127.0.0.1,fork,reuseaddr,backlog=125",
                f"OPEN:{place.output},creat,append"]

    return [Subject("socat", "socat, forking", "peer", command, "socat", version,
                    answers=False, protocol="silent")]


def ncat(_):
    version = version_of("ncat", "--version")

    def command(place):
        return ["ncat", "--listen", "--keep-open", "--recv-only", "--max-conns", "1000",
                "127.0.0.1", str(place.port)]

    return [Subject("ncat", "ncat --keep-open", "peer", command, "ncat", version,
                    answers=False, protocol="silent", prints=True)]


def peers(folder, say):
    """The available ones; `say` reports the others."""
    found = []
    for name, make in (("rsyslog", rsyslogs), ("syslog-ng", syslog_ng), ("redis", redis),
                       ("socat", socat), ("ncat", ncat)):
        try:
            found += make(folder)
        except (Unavailable, subprocess.TimeoutExpired) as problem:
            say(f"{name} is left out: {problem}")
    return [*found, asyncio_server()]
