"""Runs the unittest cases of one file, and reports the results to run.py, its parent.

    run_file.py FILE REPORT SECONDS

REPORT gets one JSON object per line, as it happens: {"event": "began" | "passed" | "failed" |
"skipped", "test": NAME}, and at the end {"event": "done"}; if that is missing, the process has
died. Output for people goes to standard output. After SECONDS it prints the stack of each thread.
"""

import faulthandler
import json
import pathlib
import sys
import unittest


class ReportingResult(unittest.TextTestResult):
    """Each test counts once, however many of its subtests failed."""

    report = None

    def startTest(self, test):
        super().startTest(test)
        self.verdict = "passed"
        self.say("began", test)

    def stopTest(self, test):
        super().stopTest(test)
        self.say(self.verdict, test)
        self.verdict = None

    def addError(self, test, err):
        super().addError(test, err)
        self.fail_in(test)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.fail_in(test)

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            self.fail_in(test)

    def addUnexpectedSuccess(self, test):
        super().addUnexpectedSuccess(test)
        self.fail_in(test)

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        if self.verdict is None:  # a whole class or module
            self.say("skipped", test)
        elif self.verdict == "passed":
            self.verdict = "skipped"

    verdict = None

    def fail_in(self, test):
        if self.verdict is None:  # set-up or tear-down of a class or module
            self.say("failed", test)
        else:
            self.verdict = "failed"

    def say(self, event, test=None):
        line = {"event": event} if test is None else {"event": event, "test": str(test)}
        self.report.write(json.dumps(line) + "\n")
        self.report.flush()


def main(file, report_path, seconds):
    path = pathlib.Path(file).resolve()
    faulthandler.enable()
    faulthandler.dump_traceback_later(float(seconds))
    sys.path[0] = str(path.parent)
    suite = unittest.defaultTestLoader.loadTestsFromName(path.stem)
    with open(report_path, "w", encoding="utf-8") as report:
        ReportingResult.report = report
        runner = unittest.TextTestRunner(stream=sys.stdout, verbosity=2,
                                         resultclass=ReportingResult)
        result = runner.run(suite)
        result.say("done")
    return 0 if result.wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
