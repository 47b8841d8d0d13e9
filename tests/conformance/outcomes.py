"""What came of each test of the SPARQL suites in one run, and the counts of it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tests.conformance.partitions import SPLITS

OUTCOMES = Path(__file__).parents[2] / "build" / "conformance" / "outcomes.json"


@dataclass(frozen=True, slots=True)
class Evaluated:
    """A test of a query's answer: how pytest calls the outcome, and the path and its reason."""

    outcome: str
    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Partitioned:
    """A test over splits of its data: whether the answer was right over each, by its name.

    `typed`: whether some silo of some split had a column of a native type.
    """

    agreed: dict[str, bool]
    typed: bool


@dataclass(frozen=True, slots=True)
class Outcomes:
    """By the name of the test: of evaluation, of splits, and whether a syntax test passes."""

    queries: dict[str, Evaluated]
    splits: dict[str, Partitioned]
    syntax: dict[str, bool]

    def add(self, name: str, value: Any, outcome: str) -> None:
        """Take note of a property that a test has recorded."""
        match name:
            case "sparql":
                test, path, reason = value
                self.queries[test] = Evaluated(outcome, path, reason)
            case "splits":
                test, agreed, typed = value
                self.splits[test] = Partitioned(agreed, typed)
            case "syntax":
                self.syntax.update(value)

    def write(self, file: Path) -> None:
        """Write them as JSON; the folder is made if it is missing."""
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(asdict(self), indent=1, sort_keys=True), encoding="utf-8")


def read_outcomes(file: Path) -> Outcomes:
    """The outcomes of the last full run; FileNotFoundError if there was none."""
    found = json.loads(file.read_text(encoding="utf-8"))
    return Outcomes(
        {name: Evaluated(**one) for name, one in found["queries"].items()},
        {name: Partitioned(**one) for name, one in found["splits"].items()},
        found["syntax"],
    )


@dataclass(frozen=True, slots=True)
class Counts:
    """How many tests of evaluation went which way."""

    tests: int
    sql: int
    residual: int
    listed: int
    failed: int


def counts(found: Iterable[Evaluated]) -> Counts:
    """The counts of some tests."""
    one = Counter(
        evaluated.path if evaluated.outcome == "passed" else evaluated.outcome
        for evaluated in found
    )
    return Counts(one.total(), one["sql"], one["residual"], one["xfailed"], one["failed"])


def by_folder(queries: dict[str, Evaluated]) -> dict[str, Counts]:
    """The counts of each folder of the suites, and of all under `all`."""
    folders = sorted({folder_of(name) for name in queries})
    found = {
        folder: counts(one for name, one in queries.items() if folder_of(name) == folder)
        for folder in folders
    }
    return {**found, "all": counts(queries.values())}


def folder_of(name: str) -> str:
    """The folder of a test: `sparql11/bind` of `sparql11/bind/bind01`."""
    return name.rpartition("/")[0]


def agreements(
    splits: dict[str, Partitioned], of: Callable[[str], bool] = lambda _: True
) -> tuple[int, int]:
    """The number of runs that agreed, and of all runs, over the splits that are asked for."""
    found = [right for one in splits.values() for how, right in one.agreed.items() if of(how)]
    return sum(found), len(found)


def summary(outcomes: Outcomes) -> list[str]:
    """The counts as lines of text."""
    lines: list[str] = []
    if outcomes.queries:
        lines.append(
            f"{'evaluation':<34}{'tests':>7}{'SQL':>7}{'residual':>10}{'listed':>8}{'failed':>8}"
        )
        lines += [
            f"{folder:<34}{one.tests:>7}{one.sql:>7}{one.residual:>10}{one.listed:>8}{one.failed:>8}"
            for folder, one in by_folder(outcomes.queries).items()
        ]
    if outcomes.syntax:
        lines.append(f"syntax: {sum(outcomes.syntax.values())} of {len(outcomes.syntax)} pass")
    if outcomes.splits:
        lines.append(f"{'split':<44}{'runs':>7}{'agree':>7}")
        for split in SPLITS:
            agreed, runs = agreements(outcomes.splits, str(split).__eq__)
            lines.append(f"{split!s:<44}{runs:>7}{agreed:>7}")
        agreed, runs = agreements(outcomes.splits)
        lines.append(f"{'all':<44}{runs:>7}{agreed:>7}")
        lines.append(f"tests over native columns: {sum(o.typed for o in outcomes.splits.values())}")
    return lines
