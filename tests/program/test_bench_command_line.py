"""What hark bench takes, and what it refuses."""

import resource
import unittest

from loading import BenchTest


class CommandLine(BenchTest):
    def test_bad_values(self):
        for arguments, complaint in (
                (("-c", "0"), '--connections: "0" is no count, expected a number from 1 to 60000'),
                (("-s", "x"), '--size: "x" is no size, expected a number from 1 to 1048576'),
                (("-P", ""), '--pipeline: "" is no count, expected a number from 1 to 65536'),
                (("-R", "nan"), '--rate: "nan" is no rate, expected messages a second, from 0.001 '
                                'to 100000000'),
                (("-d", "1d"), '--duration: "1d" is no time, expected seconds, or as in 500ms, 2m, '
                               '1h'),
                (("-d", "0"), '--duration: "0" is no time, expected seconds, or as in 500ms, 2m, '
                              '1h'),
                (("--warmup", "-1"), '--warmup: "-1" is no time, expected seconds, or as in 500ms, '
                                     '2m, 1h'),
                (("-n", "1.5"), '--messages: "1.5" is no count, expected a number from 1 to '
                                '1000000000000'),
                (("--charset", "latin"), '--charset: "latin" is no mix, expected ascii, chinese, '
                                         'gbk, undecodable, or several of them, such as '
                                         'ascii=8,gbk=2'),
                (("--framing", "lf=0"), '--framing: "lf=0" is no mix, expected lf, crlf, nul, '
                                        'none, or several of them, such as lf=9,none=1'),
                (("--timeout", "soon"), '--timeout: "soon" is no time, expected seconds, 0 for no '
                                        'limit'),
                (("-n", "5", "-d", "5"), "--duration and --messages: one of them"),
                (("-n", "10000000", "-R", "0.001"),
                 "--messages: 10000000 at 0.001 a second take longer than 1000000 s"),
                (("-c", "3", "--charset", "ascii,gbk", "--framing", "lf,nul"),
                 "--connections: 3 are not enough for 4 kinds of clients"),
                (("-s", "2", "--charset", "ascii,chinese"),
                 "--size: chinese needs at least 3 bytes"),
                (("-c", "1000", "-P", "65536"),
                 "--pipeline: with so many connections it is too much")):
            with self.subTest(arguments):
                self.assertEqual(self.bench(1, *arguments), (
                    2, "", f"hark: {complaint}\nhark: try: hark bench --help\n"))

    def test_at_a_rate_no_number_in_flight_is_too_much(self):
        result = self.measure(self.fake().port, "-c", 300, "-P", 65536, "-R", 10_000, "-n", 600)
        self.assertEqual(result["messages"]["acknowledged"], 600)

    def test_more_connections_than_descriptors(self):
        self.assertEqual(
            self.bench(1, "-c", "100", preexec_fn=lambda: resource.setrlimit(
                resource.RLIMIT_NOFILE, (64, 64))),
            (2, "", "hark: --connections: 100 are too many, a process may have 64 descriptors here "
                    "(ulimit -n)\nhark: try: hark bench --help\n"))

    def test_the_soft_limit_is_raised(self):
        result = self.measure(self.fake().port, "-c", "100", "-n", "200",
                              preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE,
                                                                    (64, 200)))
        self.assertEqual(result["connections"]["opened"], 100)


if __name__ == "__main__":
    unittest.main()
