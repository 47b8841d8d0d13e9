"""GTFS-Madrid: the feed, and copies of it that do not join, beside Oxigraph in memory.

    python bench/gtfs_madrid.py [--folder FOLDER] [--copies 1,10] [--seconds S] [NAME ...]

The nine queries of the benchmark in BYGRAF_BENCH_DATA, and those in `bench/gtfs/queries`, which are
of its other kinds. Each side runs in a process of its own, so that its peak memory is known; both
run warm, hand every term of every row to Python, and their answers must be the same bags.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import multiprocessing
import os
import re
import resource
import shutil
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median

import peer
import pyoxigraph as ox
from bags import LISTED, Row, bag_of_ours, bag_of_peer
from gtfs_city import Feed, benchmark, build, one_silo
from process_tree import measure
from record import Aim, Figures, record

from bygraf.city import City
from mappers.errors import BygrafError

QUERIES = Path(__file__).resolve().parent / "gtfs" / "queries"
RUNS = 5
PATIENCE = 30.0
"""Seconds after which a query is not run once more."""
AIM = 5.0
"""How many times faster than Oxigraph in total, at ten copies."""
AIM_COPIES = 10
_LATE = "no answer in"


@dataclass(frozen=True, slots=True)
class Timed:
    """What a side says of a query: `failure` where it gives no answer, else the answer's digest.

    `seconds` is the median of the warm runs, or the limit that ran out.
    """

    seconds: float
    rows: int = 0
    digest: str = ""
    failure: str = ""


@dataclass(frozen=True, slots=True)
class Side:
    """All of one side: what it said of each query, and its peak memory in MiB."""

    answers: dict[str, Timed]
    peak_mib: float | None


@dataclass(frozen=True, slots=True)
class Beside:
    """Both sides over so many copies of the feed."""

    copies: int
    triples: int
    ours: Side
    theirs: Side

    def judged(self) -> list[str]:
        """The queries that we answered, and Oxigraph too or until its time ran out."""
        return [
            name
            for name, one in self.ours.answers.items()
            if not one.failure and (self.late(name) or not self.theirs.answers[name].failure)
        ]

    def late(self, name: str) -> bool:
        """Whether Oxigraph's time ran out: its seconds are a lower bound."""
        return self.theirs.answers[name].failure.startswith(_LATE)

    def total(self) -> tuple[float, float]:
        """The sums of both sides' seconds over these queries."""
        names = self.judged()
        return (
            sum(self.ours.answers[name].seconds for name in names),
            sum(self.theirs.answers[name].seconds for name in names),
        )

    def verdict(self, name: str) -> str:
        """Whether both answers are the same."""
        ours, theirs = self.ours.answers[name], self.theirs.answers[name]
        if ours.failure or theirs.failure:
            return "; ".join(
                f"{who}: {one.failure}"
                for who, one in (("ours", ours), ("Oxigraph", theirs))
                if one.failure
            )
        if ours.digest == theirs.digest:
            return "same bag"
        return f"DIFFERENT: {ours.rows:,} rows, and {theirs.rows:,} of Oxigraph"


def main() -> int:
    """Print a table for each number of copies; the exit status is 1 where an answer differs."""
    options = _options()
    if options.side:
        _SIDES[options.side](options.folder, options.names, options.seconds)
        return 0
    feed = benchmark()
    if isinstance(feed, str):
        print(f"Skipped: {feed}.")
        return 0
    names = options.names or [*feed.queries(), *_own()]
    runs = [beside(feed, options.folder, int(n), names, options.seconds) for n in options.copies]
    for run in runs:
        _print(run)
    if not options.names:
        record("gtfs", _figures(runs))
    return int(any("DIFFERENT" in run.verdict(name) for run in runs for name in names))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path("build") / "bench" / "gtfs")
    parser.add_argument("--copies", type=lambda text: text.split(","), default=["1", "10"])
    parser.add_argument("--seconds", type=float, default=60.0, help="the time for a query")
    parser.add_argument("--side", choices=tuple(_SIDES), help=argparse.SUPPRESS)
    parser.add_argument("names", nargs="*", metavar="NAME")
    return parser.parse_args()


def _own() -> dict[str, str]:
    return {file.stem: file.read_text("utf-8") for file in sorted(QUERIES.glob("*.rq"))}


def _texts(names: list[str]) -> dict[str, str]:
    feed = benchmark()
    assert isinstance(feed, Feed)
    known = {**feed.queries(), **_own()}
    return {name: known[name] for name in names}


def beside(feed: Feed, folder: Path, copies: int, names: list[str], seconds: float) -> Beside:
    """Publish so many copies, and ask both sides."""
    target = (folder / str(copies)).resolve()
    shutil.rmtree(target, ignore_errors=True)
    started = time.perf_counter()
    build(feed, target, one_silo(feed), copies)
    print(f"{copies} copies published in {time.perf_counter() - started:.1f} s", flush=True)
    _run_side("write", target, names, seconds)
    sides = [_run_side(side, target, names, seconds) for side in ("ours", "oxigraph")]
    with (target / "all.nt").open("rb") as lines:
        triples = sum(1 for _ in lines)
    return Beside(copies, triples, *sides)


def _run_side(side: str, folder: Path, names: list[str], seconds: float) -> Side:
    """Run one side in a process of its own."""
    script = str(Path(__file__).resolve())
    options = ["--side", side, "--folder", str(folder), "--seconds", str(seconds)]
    used = measure([sys.executable, script, *options, *names], os.environ)
    if used.status != 0:
        raise SystemExit(f"The side {side!r} ended with status {used.status}.")
    file = folder / f"{side}.json"
    if not file.is_file():
        return Side({}, used.peak_mib)
    found = json.loads(file.read_text("utf-8"))
    answers = {name: Timed(**one) for name, one in found["answers"].items()}
    return Side(answers, found["peak_mib"] or used.peak_mib)


def _write(folder: Path, names: list[str], seconds: float) -> None:
    """All triples of the city as a file, for Oxigraph."""
    with City.open(folder / "city" / "city.toml", home=folder / "home") as city:
        view = city.view(city.public, None)
        peer.materialise(view, folder / "home", folder / "all.nt")


def _ours(folder: Path, names: list[str], seconds: float) -> None:
    """Our times, and the variables of each answer in their order."""
    answers: dict[str, Timed] = {}
    variables: dict[str, tuple[str, ...]] = {}
    with City.open(folder / "city" / "city.toml", home=folder / "home") as city:
        for name, text in _texts(names).items():
            try:
                answers[name], variables[name] = _time_ours(city, text)
            except BygrafError as error:
                answers[name] = Timed(seconds, failure=str(error).splitlines()[0])
    _keep(folder / "ours.json", answers, None)
    (folder / "variables.json").write_text(json.dumps(variables), "utf-8")


def _time_ours(city: City, text: str) -> tuple[Timed, tuple[str, ...]]:
    def once() -> list[Iterable[object]]:
        solutions = city.ask(text).solutions
        assert solutions is not None
        return [tuple(row) for row in solutions]

    rows, seconds = _warm(once, PATIENCE)
    bag = bag_of_ours(rows)  # type: ignore[arg-type]
    return Timed(seconds, bag.total(), digest(bag)), city.ask(text).variables


def _oxigraph(folder: Path, names: list[str], seconds: float) -> None:
    """Oxigraph's times over the same triples."""
    store = peer.load(folder / "all.nt")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    variables = json.loads((folder / "variables.json").read_text("utf-8"))
    answers = {}
    for name, text in _texts(names).items():
        if name in variables:
            # the order of the variables of SELECT * is anybody's
            shown = " ".join(f"?{variable}" for variable in variables[name])
            text = re.sub(r"SELECT \*", f"SELECT {shown}", text, count=1)
        answers[name] = _ask_in_child(store, text, seconds)
    # its forked children share the store, and would count it twice
    _keep(folder / "oxigraph.json", answers, peak)


def _ask_in_child(store: ox.Store, text: str, seconds: float) -> Timed:
    """Ask in a forked process, which shares the store: Oxigraph cannot be stopped from Python."""
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe(duplex=False)
    child = context.Process(target=_time_oxigraph, args=(store, text, seconds, there))
    child.start()
    there.close()
    try:
        if not here.poll(seconds):
            return Timed(seconds, failure=f"{_LATE} {seconds:.0f} s")
        found: Timed = here.recv()
        return found
    except EOFError:
        return Timed(seconds, failure="the process ended without an answer")
    finally:
        child.kill()
        child.join()


def _time_oxigraph(store: ox.Store, text: str, seconds: float, pipe: Connection) -> None:
    def once() -> list[Iterable[object]]:
        solutions = store.query(text)
        assert isinstance(solutions, ox.QuerySolutions)
        return [tuple(row) for row in solutions]

    try:
        rows, found = _warm(once, seconds / 3)
    except (OSError, SyntaxError, ValueError, RuntimeError) as error:
        pipe.send(Timed(seconds, failure=f"{type(error).__name__}: {error}"[:200]))
        return
    bag = bag_of_peer(rows)
    pipe.send(Timed(found, bag.total(), digest(bag)))


def _warm(
    once: Callable[[], list[Iterable[object]]], patience: float
) -> tuple[list[Iterable[object]], float]:
    """The rows, and the median seconds of some runs after a first one."""
    begun = time.perf_counter()
    rows = once()
    times: list[float] = []
    while len(times) < RUNS and (not times or time.perf_counter() - begun < patience):
        rows = []
        started = time.perf_counter()
        rows = once()
        times.append(time.perf_counter() - started)
    return rows, median(times)


def digest(bag: Counter[Row]) -> str:
    """The same text for the same bag."""
    return hashlib.sha256("\n".join(sorted(map(repr, bag.items()))).encode()).hexdigest()


def _keep(file: Path, answers: dict[str, Timed], peak_mib: float | None) -> None:
    content = {"peak_mib": peak_mib, "answers": {name: asdict(a) for name, a in answers.items()}}
    file.write_text(json.dumps(content), "utf-8")


def _print(run: Beside) -> None:
    width = max(len(name) for name in run.ours.answers)
    print(f"\n{run.copies} copies, {run.triples:,} triples; medians of warm runs, in seconds.")
    print(f"{'query':<{width}} {'rows':>8} {'ours':>8} {'Oxigraph':>9} {'times':>7}  answers")
    for name, rows, ours, theirs, times, verdict in _rows(run):
        print(f"{name:<{width}} {rows:>8} {ours:>8} {theirs:>9} {times:>7}  {verdict}")
    print(f"Peak memory: ours {_mib(run.ours)}, Oxigraph {_mib(run.theirs)}")


def _rows(run: Beside) -> list[tuple[str, str, str, str, str, str]]:
    """The cells of the table, the total last."""
    found = []
    for name, ours in run.ours.answers.items():
        theirs = run.theirs.answers[name]
        least = ">" if run.late(name) else ""
        mine = "-" if ours.failure else f"{ours.seconds:.3f}"
        other = "-" if theirs.failure and not least else f"{least}{theirs.seconds:.3f}"
        judged = name in run.judged()
        times = f"{least}{theirs.seconds / ours.seconds:.1f}" if judged else "-"
        found.append((name, f"{ours.rows:,}", mine, other, times, run.verdict(name)))
    mine_all, other_all = run.total()
    least = ">" if any(map(run.late, run.judged())) else ""
    total = (f"{mine_all:.3f}", f"{least}{other_all:.3f}", f"{least}{other_all / mine_all:.1f}")
    found.append(("total", "", *total, ""))
    return found


def _mib(side: Side) -> str:
    return "not known" if side.peak_mib is None else f"{side.peak_mib:,.0f} MiB"


def _figures(runs: list[Beside]) -> Figures:
    rows = [(str(run.copies), *row) for run in runs for row in _rows(run)]
    remarks = [
        f"{run.copies} copies: {run.triples:,} triples; peak memory {_mib(run.ours)} (ours, with"
        f" its worker), {_mib(run.theirs)} (Oxigraph's store loaded, without what queries take)."
        for run in runs
    ]
    aims = []
    for run in runs:
        if run.copies == AIM_COPIES:
            mine, other = run.total()
            measured = f"{other / mine:.1f} times"
            aim = f"GTFS-Madrid, {AIM_COPIES} copies: {AIM:.0f} times faster in total than Oxigraph"
            aims.append(Aim(aim, measured, other >= AIM * mine))
    return Figures(
        title="GTFS-Madrid beside Oxigraph",
        text="The real feed of the metro of Madrid, once and ten times with names of its own in"
        " each copy, under the benchmark's own YARRRML. `q...` are queries of the benchmark, the"
        " others ours (`bench/gtfs/queries`), of its other kinds. Both sides hand every term of"
        ' every row to Python; "times" is how many times faster we are.',
        columns=("copies", "query", "rows", "ours, s", "Oxigraph, s", "times", "answers"),
        rows=tuple(rows),
        aims=tuple(aims),
        remarks=(*remarks, *(f"Listed, and no difference: {one}." for one in LISTED)),
    )


_SIDES = {"write": _write, "ours": _ours, "oxigraph": _oxigraph}

if __name__ == "__main__":
    sys.exit(main())
