"""The options of hark bench, valid and invalid."""

import resource
import unittest

from loading import BenchTest


class CommandLine(BenchTest):
    def test_bad_values(self):
        for arguments, complaint in (
                (("-c", "0"),
                 '--connections: invalid count "0": expected a number from 1 to 60000'),
                (("-s", "x"), '--size: invalid size "x": expected a number from 1 to 1048576'),
                (("-P", ""), '--pipeline: invalid count "": expected a number from 1 to 65536'),
                (("-R", "nan"), '--rate: invalid rate "nan": expected messages per second, from '
                                '0.001 to 100000000'),
                (("-d", "1d"), '--duration: invalid time "1d": expected seconds, or a time such as '
                               '500ms, 2m or 1h'),
                (("-d", "0"), '--duration: invalid time "0": expected seconds, or a time such as '
                              '500ms, 2m or 1h'),
                (("--warmup", "-1"), '--warmup: invalid time "-1": expected seconds, or a time '
                                     'such as 500ms, 2m or 1h'),
                (("-n", "1.5"), '--messages: invalid count "1.5": expected a number from 1 to '
                                '1000000000000'),
                (("--charset", "latin"), '--charset: invalid mix "latin": expected ascii, chinese, '
                                         'gbk, undecodable, or several of these, as in '
                                         'ascii=8,gbk=2'),
                (("--framing", "lf=0"), '--framing: invalid mix "lf=0": expected lf, crlf, nul, '
                                        'none, or several of these, as in lf=9,none=1'),
                (("--timeout", "soon"), '--timeout: invalid time "soon": expected seconds, or 0 '
                                        'for no limit'),
                (("-n", "5", "-d", "5"), "--duration and --messages cannot be combined"),
                (("-n", "10000000", "-R", "0.001"),
                 "--messages: sending 10000000 at 0.001 per second would take more than 1000000 s"),
                (("-c", "3", "--charset", "ascii,gbk", "--framing", "lf,nul"),
                 "--connections: 3 is too few for 4 kinds of clients"),
                (("-s", "2", "--charset", "ascii,chinese"),
                 "--size: chinese needs at least 3 bytes"),
                (("-c", "1000", "-P", "65536"),
                 "--pipeline: too many messages in flight across all connections")):
            with self.subTest(arguments):
                self.assertEqual(self.bench(1, *arguments), (
                    2, "", f"hark: {complaint}\nhark: try: hark bench --help\n"))

    def test_at_a_rate_any_pipeline_is_allowed(self):
        result = self.measure(self.fake().port, "-c", 300, "-P", 65536, "-R", 10_000, "-n", 600)
        self.assertEqual(result["messages"]["acknowledged"], 600)

    def test_more_connections_than_descriptors(self):
        self.assertEqual(
            self.bench(1, "-c", "100", preexec_fn=lambda: resource.setrlimit(
                resource.RLIMIT_NOFILE, (64, 64))),
            (2, "", "hark: --connections: 100 is too many: a process may open 64 descriptors here "
                    "(ulimit -n)\nhark: try: hark bench --help\n"))

    def test_the_soft_limit_is_raised(self):
        result = self.measure(self.fake().port, "-c", "100", "-n", "200",
                              preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE,
                                                                    (64, 200)))
        self.assertEqual(result["connections"]["opened"], 100)


if __name__ == "__main__":
    unittest.main()
