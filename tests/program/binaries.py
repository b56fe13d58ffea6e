"""What checksec asks about a program, answered by readelf."""

import re
import subprocess


class Binary:
    def __init__(self, path):
        self.path = path
        self._header = self._read("--file-header")
        self._segments = self._read("--program-headers")
        self._dynamic = self._read("--dynamic")
        self._symbols = self._read("--dyn-syms")
        self._notes = self._read("--notes")

    def _read(self, what):
        done = subprocess.run(["readelf", "--wide", what, self.path], stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, check=True)
        return done.stdout

    def imports(self, pattern):
        """The imported functions whose whole name matches."""
        found = re.findall(r"\bUND\s+([^\s@]+)", self._symbols)
        return {name for name in found if re.fullmatch(pattern, name)}

    def is_sanitized(self):
        return bool(self.imports("__(asan|ubsan|lsan|tsan)_.*"))

    def is_for_x86_64(self):
        return "X86-64" in self._header

    def has_control_flow_protection(self):
        """Whether all of the program has it: only then does the linker say so. Debian 12's start
        files do not have it."""
        return bool(re.search(r"x86 feature:.*\bIBT\b.*\bSHSTK\b", self._notes))

    def weaknesses(self, fortified=True):
        """What checksec would mark red, as text; `fortified`: built with optimisation."""
        stack = re.search(r"GNU_STACK\s.*", self._segments)
        answers = {
            "not position-independent": bool(re.search(r"Type:\s+DYN\b", self._header))
            and bool(re.search(r"\(FLAGS_1\).*\bPIE\b", self._dynamic)),
            "no RELRO": "GNU_RELRO" in self._segments,
            "symbols are bound late": bool(re.search(r"BIND_NOW|\(FLAGS_1\).*\bNOW\b",
                                                     self._dynamic)),
            "executable stack": stack is not None and "RWE" not in stack[0],
            "writable and executable memory": not re.search(r"LOAD\s.*\bRWE\b", self._segments),
            "RPATH or RUNPATH": not re.search(r"\((RPATH|RUNPATH)\)", self._dynamic),
            "code is patched at start (TEXTREL)": "(TEXTREL)" not in self._dynamic,
        }
        if not self.is_sanitized():
            answers["no stack protector"] = bool(self.imports("__stack_chk_fail"))
            if fortified:
                answers["no checked calls of the C library"] = bool(
                    self.imports(r"__\w+_chk") - {"__stack_chk_fail"})
        return [weakness for weakness, good in answers.items() if not good]
