"""The results of a run of the suite: medians, spreads and ratios from results.json.

The run may have been filtered: any workload, subject or metric may be missing, and is None here.
"""

import dataclasses
import statistics

FLOOR = "floor"
# The base of a family's ratios, if not the bare loop.
BASES = {"journal": "sendv-loop", "tls": "harkd-tls", "tls-handshakes": "harkd-tls",
         "sync": "floor-sync", "stream": "publish-loop", "reading-word": "grep", "reading-whole": "jq",
         "reading-entries": "journalctl", "reading-index": "journalctl"}
KINDS = ("floor", "harkd", "peer")


@dataclasses.dataclass(frozen=True)
class Subject:
    id: str
    title: str
    kind: str
    answers: bool


@dataclasses.dataclass(frozen=True)
class Sample:
    """The values of one metric of one subject in one workload, from all runs; never empty."""

    values: tuple

    @property
    def median(self):
        return statistics.median(self.values)

    @property
    def least(self):
        return min(self.values)

    @property
    def most(self):
        return max(self.values)


class Workload:
    def __init__(self, raw, subjects):
        self.id = raw["id"]
        self.family = raw["family"]
        self.title = raw.get("title", self.id)
        self.parameters = raw.get("parameters", {})
        self._runs = {name: result.get("runs", [])
                      for name, result in raw.get("results", {}).items()}
        self.subjects = [subject for subject in subjects if self._runs.get(subject.id)]

    @property
    def base(self):
        return BASES.get(self.family, FLOOR)

    def sample(self, subject, metric):
        values = [run.get(metric) for run in self._runs.get(subject, [])]
        values = tuple(value for value in values if isinstance(value, (int, float)))
        return Sample(values) if values else None

    def median(self, subject, metric):
        sample = self.sample(subject, metric)
        return sample.median if sample else None

    def ratio(self, subject, metric, base=None, of=lambda sample: sample.median):
        """The ratio to the base's value; None if that is missing or zero."""
        ours, theirs = self.sample(subject, metric), self.sample(base or self.base, metric)
        if not ours or not theirs or of(theirs) <= 0:
            return None
        return of(ours) / of(theirs)

    def has(self, metric):
        return any(self.sample(subject.id, metric) for subject in self.subjects)


class Results:
    def __init__(self, raw):
        self.machine = raw.get("machine", {})
        self.date = raw.get("date", "")
        self.versions = raw.get("versions", {})
        workloads = raw.get("workloads", [])
        described = raw.get("subjects", {})
        ids = list(described) + sorted({name for workload in workloads
                                        for name in workload.get("results", {})} - set(described))
        subjects = [self._subject(name, described.get(name, {})) for name in ids]
        self.subjects = sorted(subjects, key=lambda subject: KINDS.index(subject.kind))
        self.workloads = [Workload(one, self.subjects) for one in workloads]

    @staticmethod
    def _subject(name, raw):
        kind = raw.get("kind", "peer")
        return Subject(name, raw.get("title", name), kind if kind in KINDS else "peer",
                       raw.get("answers", True))

    def family(self, name):
        """The family's workloads that have results."""
        return [one for one in self.workloads if one.family == name and one.subjects]

    def find(self, family, **parameters):
        """The first workload with these parameters, or None."""
        for one in self.family(family):
            if all(one.parameters.get(key) == value for key, value in parameters.items()):
                return one
        return None

    def series(self, family, parameter):
        """(number, workload) for workloads that differ in one parameter, ascending.

        Workloads with idle connections are in the series by `idle` only.
        """
        return sorted(((one.parameters[parameter], one) for one in self.family(family)
                       if parameter in one.parameters
                       and (parameter == "idle" or "idle" not in one.parameters)),
                      key=lambda pair: pair[0])
