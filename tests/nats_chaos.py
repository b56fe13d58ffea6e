#!/usr/bin/env python3
"""Runs harkd under load against three NATS servers, with an accident every few seconds. At the end,
the stream must have each acknowledged message once (before 2.10: at least once), and those of each
connection gapless and in order.

    tests/nats_chaos.py BUILD [SECONDS] [SEED]

BUILD is a directory that contains harkd; HARK_NATS_SERVER may name another nats-server. 50 clients
wait for each reply, and one does not. It needs root: each server runs as its own user, all in a
private network, so that nftables can cut one off from the others.
"""

import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE / "program"), str(HERE / "system")]
SECONDS = 600
FIRST_USER = 61801  # the first of three unused user ids
PACE_S = 0.04  # pause between turns of the clients: about 2,000 messages a second


def enter_namespaces():
    """Executes this script again in namespaces that end everything it starts when it ends, with a
    private network."""
    from apart import APART  # pylint: disable=import-outside-toplevel
    os.environ["HARK_CHAOS_INSIDE"] = "1"
    os.execvp(APART[0], [*APART, "--net", sys.executable, __file__, *sys.argv[1:]])


def nft(text):
    subprocess.run(["nft", "-f", "-"], input=text, text=True, check=True)


class Partitions:
    """Cuts servers off from the others; nftables tells them apart by their users."""

    def __init__(self, servers):
        self.users = {server: FIRST_USER + number for number, server in enumerate(servers)}
        self.routes = ", ".join(str(server.route) for server in servers)

    def cut(self, server):
        user = self.users[server]
        rules = "\n".join(f"meta skuid {user} tcp {side} {{ {self.routes} }} drop"
                          for side in ("sport", "dport"))
        nft("table inet chaos {\nchain out {\ntype filter hook output priority 0\n"
            f"{rules}\n}}\n}}\n")

    def mend(self):
        nft("delete table inet chaos")


def settle(chaos, folder, program):
    """Gives each server its user, its folder, and a program that it may read."""
    copy = folder / "nats-server"
    shutil.copy(program, copy)
    copy.chmod(0o755)
    folder.chmod(0o711)
    partitions = Partitions(chaos.nats.servers)
    for server, user in partitions.users.items():
        os.chown(server.folder, user, user)
        server.program = copy
        server.wrapper = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups"]
    return partitions


def accidents(chaos, partitions, dice):
    """The possible accidents, with weights."""
    def partition():
        server = dice.choice((chaos.nats.leader(), *chaos.nats.followers()))
        return chaos.lonely(server, partitions.cut, partitions.mend, dice.uniform(3, 12))

    return {
        "the leader is killed": (6, chaos.kill_leader),
        "the leader steps down": (2, chaos.step_down),
        "a follower is stopped and goes on": (2, lambda: chaos.stop_follower(dice.uniform(1, 8))),
        "a partition": (2, partition),
        "harkd is killed": (2, chaos.kill_harkd),
        "harkd restarts in place": (2, chaos.restart_harkd),
    }


def run(chaos, partitions, seconds, dice):
    table = accidents(chaos, partitions, dice)
    end = time.monotonic() + seconds
    # Each accident at least once, and 30 s without a quorum in the middle.
    plan = list(table)
    dice.shuffle(plan)
    silence = end - seconds / 2
    while time.monotonic() < end:
        if silence and time.monotonic() > silence:
            silence = None
            name, action = "two are down for 30 s", lambda: chaos.two_down(min(30, seconds / 4))
        else:
            name = plan.pop() if plan else dice.choices(
                list(table), [weight for weight, _ in table.values()])[0]
            action = table[name][1]
        before = chaos.load.count()
        took = action()
        print(f"{seconds - (end - time.monotonic()):6.0f} s  {name}: answers after {took:.1f} s, "
              f"{chaos.load.count() - before} meanwhile", flush=True)
        time.sleep(dice.uniform(0.5, 4))
        chaos.nats.wait_current()


def main():
    if len(sys.argv) < 2 or os.geteuid() != 0:
        sys.exit(__doc__)
    os.environ["HARK_BUILD"] = str(Path(sys.argv[1]).absolute())
    if "HARK_CHAOS_INSIDE" not in os.environ:
        enter_namespaces()
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    # pylint: disable=import-outside-toplevel
    from nats_accidents import Chaos
    from nats_programs import nats_programs
    seconds = int(sys.argv[2]) if len(sys.argv) > 2 else SECONDS
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else random.SystemRandom().randrange(10**6)
    with tempfile.TemporaryDirectory(prefix="hark-chaos-") as name:
        folder = Path(name)
        chaos = Chaos(folder, pace=PACE_S, window=50)
        version = ".".join(map(str, chaos.nats.version))
        print(f"nats-server {version}, {seconds} s, seed {seed}", flush=True)
        partitions = settle(chaos, folder, nats_programs()[0])
        try:
            chaos.start()
            run(chaos, partitions, seconds, random.Random(seed))
            acknowledged, stored, twice = chaos.finish()
        finally:
            chaos.end()
    print(f"{acknowledged} acknowledged messages are in the stream, of {stored} in all; "
          f"{twice} twice")


if __name__ == "__main__":
    main()
