"""GTFS-Madrid beside Ontop, the anchor for virtual graphs, and Oxigraph, in one run.

    python bench/ontop_gtfs.py [--folder FOLDER] [--copies 1,10] [--seconds S] [NAME ...]

The nine queries of the benchmark in BYGRAF_BENCH_DATA, over the feed and over copies of it that do
not join. Ours is virtual over Parquet files under the benchmark's YARRRML, Ontop over the same
tables in a DuckDB file under the benchmark's R2RML, with types and keys declared; Oxigraph holds
the triples in memory. Each side is a process of its own, and hands on every value of every row.
Ontop comes from Maven Central, below `build/bench/peers`, and needs Java 17 and Maven.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bags import LISTED
from gtfs_city import KEYS, Feed, benchmark
from gtfs_madrid import RUNS, Beside, Timed, beside, digest
from peers.dialogue import Answer, Dialogue
from peers.ontop import ontop, write_database
from record import Figures, record

LOAD_SECONDS = 120.0
_LATE = "no answer in"


@dataclass(frozen=True, slots=True)
class Three:
    """Ours and Oxigraph over so many copies, and what Ontop said of each query."""

    both: Beside
    ontop: dict[str, Timed]

    def same(self, name: str) -> bool:
        """Whether Ontop's answer is ours."""
        ours, theirs = self.both.ours.answers[name], self.ontop[name]
        return not ours.failure and not theirs.failure and ours.digest == theirs.digest

    def total(self) -> tuple[float, float]:
        """The sums of our seconds and Ontop's over the queries answered alike."""
        names = [name for name in self.ontop if self.same(name)]
        return (
            sum(self.both.ours.answers[name].seconds for name in names),
            sum(self.ontop[name].seconds for name in names),
        )

    def verdict(self, name: str) -> str:
        """Whether the three answers are the same."""
        theirs = self.ontop[name]
        told = [self.both.verdict(name)]
        if theirs.failure:
            told.append(f"Ontop: {theirs.failure}")
        elif not self.same(name):
            told.append(f"DIFFERENT: {theirs.rows:,} rows of Ontop")
        return "; ".join(told)


def main() -> int:
    """Print a table for each number of copies; the exit status is 1 where an answer differs."""
    options = _options()
    feed = benchmark()
    if isinstance(feed, str):
        print(f"Skipped: {feed}.")
        return 0
    names = options.names or list(feed.queries())
    runs = []
    for copies in options.copies:
        run = _three(feed, options.folder, int(copies), names, options.seconds)
        if isinstance(run, str):
            print(f"Skipped: {run}.")
            return 0
        _print(run)
        runs.append(run)
    if not options.names:
        record("gtfs-ontop", _figures(runs))
    return int(any("DIFFERENT" in run.verdict(name) for run in runs for name in names))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path("build") / "bench" / "gtfs-ontop")
    parser.add_argument("--copies", type=lambda text: text.split(","), default=["1", "10"])
    parser.add_argument("--seconds", type=float, default=60.0, help="the time for a query")
    parser.add_argument("names", nargs="*", metavar="NAME")
    return parser.parse_args()


def _three(
    feed: Feed, folder: Path, copies: int, names: Sequence[str], seconds: float
) -> Three | str:
    """Ask all three sides; a sentence if Ontop cannot be had."""
    both = beside(feed, folder, copies, list(names), seconds)
    target = (folder / str(copies)).resolve()
    variables = json.loads((target / "variables.json").read_text("utf-8"))
    database = target / "tables.duckdb"
    mapping = feed.root / "mappings" / "gtfs-rdb.r2rml.ttl"
    write_database(target / "data", mapping, KEYS, database)
    peer = ontop(database, mapping)
    if isinstance(peer, str):
        return peer
    answers: dict[str, Timed] = {}
    with Dialogue(peer, target, LOAD_SECONDS) as dialogue:
        failure = dialogue.start()
        if failure is not None:
            return f"Ontop: {failure.reason}"
        for name in names:
            answers[name] = _ask(dialogue, feed.queries()[name], variables.get(name, ()), seconds)
    return Three(both, answers)


def _ask(dialogue: Dialogue, text: str, variables: Sequence[str], seconds: float) -> Timed:
    found = dialogue.ask(text, variables, RUNS, seconds)
    if isinstance(found, Answer):
        return Timed(found.seconds, found.bag.total(), digest(found.bag))
    return Timed(seconds, failure=found.reason)


def _print(run: Three) -> None:
    print(f"\n{run.both.copies} copies, {run.both.triples:,} triples; medians of warm runs.")
    lines = [("query", "rows", "ours, s", "Ontop, s", "times", "Oxigraph, s", "answers")]
    lines += _rows(run)
    widths = [max(len(line[at]) for line in lines) for at in range(len(lines[0]))]
    for line in lines:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)))


def _rows(run: Three) -> list[tuple[str, str, str, str, str, str, str]]:
    """The cells of the table, the total of what Ontop answers alike last."""
    found = []
    for name, theirs in run.ontop.items():
        ours, oxigraph = run.both.ours.answers[name], run.both.theirs.answers[name]
        times = f"{theirs.seconds / ours.seconds:.1f}" if run.same(name) else "-"
        cells = (f"{ours.rows:,}", _seconds(ours), _seconds(theirs), times, _seconds(oxigraph))
        found.append((name, *cells, run.verdict(name)))
    ours_all, theirs_all = run.total()
    times = f"{theirs_all / ours_all:.1f}" if ours_all else "-"
    total = ("answered alike", "", f"{ours_all:.3f}", f"{theirs_all:.3f}", times, "", "")
    return [*found, total]


def _seconds(one: Timed) -> str:
    if one.failure.startswith(_LATE):
        return f">{one.seconds:.0f}"
    return "-" if one.failure else f"{one.seconds:.3f}"


def _figures(runs: Sequence[Three]) -> Figures:
    return Figures(
        title="GTFS-Madrid beside Ontop",
        text="The benchmark's queries over the real feed, once and ten times. Ours is virtual over"
        " Parquet files under the benchmark's YARRRML; Ontop over the same tables in a DuckDB file,"
        " under the benchmark's R2RML, with types, keys and foreign keys declared; Oxigraph holds"
        ' the triples in memory. Ontop is warm after two seconds of each query. "times" is how'
        " many times faster than Ontop we are.",
        columns=(
            "copies",
            "query",
            "rows",
            "ours, s",
            "Ontop, s",
            "times",
            "Oxigraph, s",
            "answers",
        ),
        rows=tuple((str(run.both.copies), *row) for run in runs for row in _rows(run)),
        remarks=tuple(f"Listed, and no difference: {one}." for one in LISTED),
    )


if __name__ == "__main__":
    sys.exit(main())
