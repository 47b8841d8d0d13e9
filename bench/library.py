"""The query library: our time beside Oxigraph's over the same graphs in one in-memory store.

    python bench/library.py [--home FOLDER] [--as CALLER] [--seconds S] [NAME ...]

Needs a city published by `bench/publish.py`. Both sides run warm and hand rows to Python; the
answers must be the same bags. Where Oxigraph's time runs out, the limit stands in the table with a
`>`, and the ratio is an upper bound.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import peer
from bags import LISTED, Row, bag_of_ours
from pyoxigraph import Store
from record import Aim, Figures, record

from bygraf.city import City
from bygraf.question import find_question
from federation.library import LibraryQuery
from federation.preparing import Request
from federation.printing import print_query
from federation.syntax import bind_parameters, parse_query

AIM = 0.1
SMALL = 0.02
"""Seconds of Oxigraph above which no single query of ours may be slower."""
RUNS = 5
PATIENCE = 30.0
"""Seconds after which a query of ours is not run once more."""


@dataclass(frozen=True, slots=True)
class Ours:
    """A question as asked of both, our median seconds, and the bag and columns of our answer."""

    name: str
    text: str
    seconds: float
    bag: Counter[Row]
    variables: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """A question with both times; `peer` is a limit where `timed_out`, `verdict` tells the bags."""

    ours: Ours
    peer: float
    timed_out: bool
    verdict: str


def main() -> int:
    """Print the table of ratios; the exit status is 1 where an answer differs."""
    options = _options()
    home = options.home.resolve()
    with City.open(home=home) as city, tempfile.TemporaryDirectory() as folder:
        caller = options.caller
        chosen = [q for q in city.library if not options.names or q.name in options.names]
        ours = [ask_ours(city, query, caller) for query in chosen]
        file = Path(folder) / "all.nt"
        started = time.perf_counter()
        view = city.view(city.request(find_question("ASK {}", ()), caller, None, {}).caller, None)
        lines = peer.materialise(view, home, file)
        print(f"{lines:,} triples written in {time.perf_counter() - started:.0f} s", flush=True)
        started = time.perf_counter()
        store = peer.load(file)
    print(
        f"{len(store):,} loaded into Oxigraph in {time.perf_counter() - started:.0f} s", flush=True
    )
    compared = [_compare(store, one, options.seconds) for one in ours]
    print_table(compared)
    if not options.names:
        record("library", figures(compared, lines))
    return int(any(one.verdict.startswith("DIFFERENT") for one in compared))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, default=Path("build") / "bench" / "home")
    parser.add_argument("--as", dest="caller", default="lab")
    parser.add_argument("--seconds", type=float, default=120.0, help="Oxigraph's time for a query")
    parser.add_argument("names", nargs="*", metavar="NAME")
    return parser.parse_args()


def ask_ours(city: City, query: LibraryQuery, caller: str) -> Ours:
    """Ask a question of the library with its defaults, warm."""
    question = find_question(query.name, city.library)
    request = city.request(question, caller, None, {})
    variables, bag, _ = _run_ours(city, request)
    begun = time.monotonic()
    times: list[float] = []
    while len(times) < RUNS and (not times or time.monotonic() - begun < PATIENCE):
        times.append(_run_ours(city, request)[2])
    parsed = bind_parameters(parse_query(request.text), dict(request.parameters))
    print(f"{query.name}: {sum(bag.values()):,} rows in {median(times):.3f} s", flush=True)
    return Ours(query.name, print_query(parsed), median(times), bag, variables)


def _run_ours(city: City, request: Request) -> tuple[tuple[str, ...], Counter[Row], float]:
    started = time.perf_counter()
    answer = city.answer(request)
    assert answer.solutions is not None, "the library holds SELECT queries"
    rows = list(answer.solutions)
    seconds = time.perf_counter() - started
    return answer.variables, bag_of_ours(rows), seconds


def _compare(store: Store, ours: Ours, seconds: float) -> Compared:
    found = peer.ask(store, ours.text, RUNS, seconds)
    if isinstance(found, str):
        timed_out = found.startswith("no answer in")
        return Compared(ours, seconds if timed_out else 0.0, timed_out, found)
    if found.bag == ours.bag:
        return Compared(ours, found.seconds, False, "same bag")
    missing, extra = found.bag - ours.bag, ours.bag - found.bag
    verdict = f"DIFFERENT: {missing.total()} rows only Oxigraph has, {extra.total()} only we have"
    for row in [*list(missing)[:2], *list(extra)[:2]]:
        print(f"  {ours.name}: {'-' if row in missing else '+'} {row}")
    return Compared(ours, found.seconds, False, verdict)


def print_table(compared: list[Compared]) -> None:
    """The table of ratios, with the total and what is listed as no difference."""
    judged = [one for one in compared if one.peer > 0]
    width = max((len(one.ours.name) for one in compared), default=5)
    print(f"\nOn {os.cpu_count()} cores; medians of warm runs, in seconds.")
    print(f"{'query':<{width}} {'ours':>8} {'Oxigraph':>9} {'ratio':>7}  answers")
    for one in compared:
        print(_line(width, one.ours.name, one.ours.seconds, one.peer, one.timed_out, one.verdict))
    ended = [one for one in judged if not one.timed_out]
    _print_total(width, "both ended", ended, "without those that Oxigraph did not end")
    _print_total(width, "total", judged, f"the aim is a ratio of {AIM} or less")
    same = sum(one.verdict == "same bag" for one in compared)
    print(f"{same} of {len(compared)} answers are the same bag.")
    print("Listed, and no difference: " + "; ".join(LISTED) + ".")


def figures(compared: list[Compared], triples: int) -> Figures:
    """The table for the report."""
    judged = [one for one in compared if one.peer > 0]
    ended = [one for one in judged if not one.timed_out]
    rows = [
        _row(one.ours.name, one.ours.seconds, one.peer, one.timed_out, one.verdict)
        for one in compared
    ]
    totals = []
    for name, some in (("**both ended**", ended), ("**all**", judged)):
        ours, theirs = sum(one.ours.seconds for one in some), sum(one.peer for one in some)
        totals.append(_row(name, ours, theirs, any(one.timed_out for one in some), ""))
    total = sum(one.ours.seconds for one in ended) / sum(one.peer for one in ended)
    slower = [one.ours.name for one in ended if one.peer > SMALL and one.ours.seconds > one.peer]
    same = sum(one.verdict == "same bag" for one in compared)
    return Figures(
        title="Berlin's query library beside Oxigraph",
        text=f"{triples:,} triples, in our engine virtual over Parquet files, in Oxigraph in one"
        " store in memory. Rows are handed to Python on both sides. Ours includes rights, the"
        " worker process, the audit line and the receipt."
        f" {same} of {len(compared)} answers are the same bag.",
        columns=("question", "ours, s", "Oxigraph, s", "ratio", "answers"),
        rows=(*rows, *totals),
        aims=(
            Aim(
                "the library in a tenth of Oxigraph's time (where both ended)",
                f"{total:.3f}",
                total <= AIM,
            ),
            Aim(
                "no question that takes Oxigraph over 20 ms is slower",
                ", ".join(slower) or "none is",
                not slower,
            ),
        ),
        remarks=tuple(f"Listed, and no difference: {one}." for one in LISTED),
    )


def _row(name: str, ours: float, theirs: float, late: bool, verdict: str) -> tuple[str, ...]:
    if not theirs:
        return (name, f"{ours:.3f}", "-", "-", verdict)
    shown, ratio = (
        f"{'> ' if late else ''}{theirs:.3f}",
        f"{'< ' if late else ''}{ours / theirs:.3f}",
    )
    return (name, f"{ours:.3f}", shown, ratio, verdict)


def _print_total(width: int, name: str, some: list[Compared], remark: str) -> None:
    ours, theirs = sum(one.ours.seconds for one in some), sum(one.peer for one in some)
    late = any(one.timed_out for one in some)
    print(_line(width, name, ours, theirs, late, remark))


def _line(width: int, name: str, ours: float, theirs: float, late: bool, verdict: str) -> str:
    if not theirs:
        return f"{name:<{width}} {ours:>8.3f} {'-':>9} {'-':>7}  {verdict}"
    shown, ratio = f"{'>' if late else ''}{theirs:.3f}", f"{'<' if late else ''}{ours / theirs:.3f}"
    return f"{name:<{width}} {ours:>8.3f} {shown:>9} {ratio:>7}  {verdict}"


if __name__ == "__main__":
    sys.exit(main())
