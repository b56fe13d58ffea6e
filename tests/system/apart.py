"""How to run a command that must leave nothing behind, however it or the test ends.

It has its own process namespace, whose first process is killed when ours dies, and with it all
others; its mounts are in a namespace that ends, too.
"""

APART = ["setpriv", "--pdeathsig", "KILL", "unshare", "--mount", "--propagation", "private",
         "--pid", "--fork", "--kill-child", "--mount-proc"]
