"""How a command is run that must leave nothing behind, whatever ends it or the test.

It has a process namespace of its own, whose first process is killed when ours dies, and with it all
others; its mounts are in a namespace that ends too.
"""

APART = ["setpriv", "--pdeathsig", "KILL", "unshare", "--mount", "--propagation", "private",
         "--pid", "--fork", "--kill-child", "--mount-proc"]
