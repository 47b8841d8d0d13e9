"""How cost grows: with the data, and with the number of silos that the same data lie in.

    python bench/growth.py [--folder FOLDER] [--copies 1,2,4,8,16] [--silos 4,8,...,200]

Copies of GTFS-Madrid's feed that do not join, first in one silo, then the largest of them cut by
lines into silos of the same mapping (`bench/gtfs_parts.py`). Planning (from text to SQL) and
running (the plan kept, rows handed to Python) are summed over a few queries, apart. However the
data lie, the answers must be the same bags. Writes `build/bench/growth.svg` too.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from bags import Row, bag_of_ours
from gtfs_city import Feed, benchmark, publish, write_city
from gtfs_madrid import QUERIES
from gtfs_parts import write_parts
from plot import Line, Panel, svg
from record import FOLDER, Figures, record

from bygraf.city import City
from bygraf.question import find_question
from federation.epoch import Epoch
from federation.preparing import Request, prepare, ready
from federation.syntax import parse_query
from mappers.errors import BygrafError

ASKED = ("q2", "q4", "q7", "q12", "q17", "busiest-stops")
RUNS = 3
PLOT = FOLDER.parent / "growth.svg"


@dataclass(frozen=True, slots=True)
class Point:
    """What so many copies in so many silos cost, in seconds.

    `planning` and `running` are sums over the queries; `failures` are those of queries that gave no
    answer, and `bags` the answers.
    """

    copies: int
    silos: int
    triples: int
    publishing: float
    planning: float
    running: float
    bags: dict[str, Counter[Row]]
    failures: tuple[str, ...]


def main() -> int:
    """Print both tables; the exit status is 1 where an answer depends on how the data lie."""
    options = _options()
    feed = benchmark()
    if isinstance(feed, str):
        print(f"Skipped: {feed}.")
        return 0
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        data = [_measure(feed, Path(folder), copies, 1) for copies in options.copies]
        most = max(options.copies)
        silos = [_measure(feed, Path(folder), most, number) for number in options.silos]
    different = _different([data[options.copies.index(most)], *silos])
    for name in different:
        print(f"DIFFERENT: {name}")
    PLOT.parent.mkdir(parents=True, exist_ok=True)
    PLOT.write_text(_plot(data, silos), encoding="utf-8")
    record("growth", _figures(data, silos, different))
    return int(bool(different))


def _options() -> argparse.Namespace:
    def numbers(text: str) -> list[int]:
        return [int(number) for number in text.split(",")]

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, help="where the copies are written for the time")
    parser.add_argument("--copies", type=numbers, default=[1, 2, 4, 8, 16])
    parser.add_argument("--silos", type=numbers, default=[4, 8, 16, 32, 64, 128, 200])
    return parser.parse_args()


def _measure(feed: Feed, folder: Path, copies: int, silos: int) -> Point:
    """Publish so many copies in so many silos, and ask."""
    target = folder / f"{copies}-{silos}"
    mappings = write_parts(feed, target / "data", copies, silos)
    city = write_city(target / "city", mappings)
    started = time.perf_counter()
    triples = publish(city, target / "data", target / "home")
    publishing = time.perf_counter() - started
    texts = {**feed.queries(), **{f.stem: f.read_text("utf-8") for f in QUERIES.glob("*.rq")}}
    planning = running = 0.0
    bags: dict[str, Counter[Row]] = {}
    failures: list[str] = []
    with City.open(city, home=target / "home") as opened:
        for name in ASKED:
            try:
                planned = _planning(opened, texts[name])
                run, bags[name] = _running(opened, texts[name])
            except BygrafError as error:
                failures.append(f"{name}: {str(error).splitlines()[0]}")
                continue
            planning, running = planning + planned, running + run
    shutil.rmtree(target)
    point = Point(copies, silos, triples, publishing, planning, running, bags, tuple(failures))
    print("  ".join(_cells(point)), *failures, flush=True)
    return point


def _planning(city: City, text: str) -> float:
    """The median seconds from the text to SQL, with no plan kept."""
    request = city.request(find_question(text, ()), "public", None, {})
    now = datetime.now(UTC)
    with city.federation.epoch() as epoch:
        return _median(lambda: _plan(request, now, epoch))


def _plan(request: Request, now: datetime, epoch: Epoch) -> None:
    query = parse_query(request.text)
    prepared = prepare(request, query, epoch.catalogue, epoch.view(request, now), now)
    assert ready(prepared, "", epoch.catalogue) is not None, "nothing takes the residual path"


def _running(city: City, text: str) -> tuple[float, Counter[Row]]:
    """The median seconds with the plan kept, and the answer."""

    def run() -> list[Row]:
        solutions = city.ask(text).solutions
        assert solutions is not None
        return list(solutions)  # type: ignore[arg-type]

    return _median(run), bag_of_ours(run())  # type: ignore[arg-type]


def _median(work: Callable[[], object]) -> float:
    work()
    times = []
    for _ in range(RUNS):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return median(times)


def _different(points: list[Point]) -> list[str]:
    """The queries whose answers are not the same at every point, with the number of silos."""
    first, *others = points
    return [
        f"{name} in {point.silos} silos"
        for point in others
        for name in point.bags.keys() & first.bags.keys()
        if point.bags[name] != first.bags[name]
    ]


def _cells(point: Point) -> tuple[str, ...]:
    return (
        str(point.copies),
        str(point.silos),
        f"{point.triples:,}",
        f"{point.publishing:.1f}",
        f"{point.planning * 1000:.0f}",
        f"{point.running * 1000:.0f}",
    )


def _plot(data: list[Point], silos: list[Point]) -> str:
    """Planning and running over the data, and over the silos."""

    def panel(title: str, x_name: str, points: list[Point], over: Callable[[Point], int]) -> Panel:
        answered = [point for point in points if point.bags]
        lines = (
            Line("planning", tuple((over(p), p.planning * 1000) for p in answered)),
            Line("running", tuple((over(p), p.running * 1000) for p in answered)),
        )
        return Panel(title, x_name, "ms, all queries", lines)

    return svg(
        [
            panel("One silo", "times the data", data, lambda point: point.copies),
            panel(f"{silos[0].copies} times the data", "silos", silos, lambda point: point.silos),
        ]
    )


def _figures(data: list[Point], silos: list[Point], different: list[str]) -> Figures:
    answers = "; ".join(different) or "the same bags however the data lie"
    return Figures(
        title="How cost grows",
        text="GTFS-Madrid, copied, then cut by lines into silos of the same mapping:"
        f" {len(ASKED)} queries ({', '.join(ASKED)}), summed. Planning is from text to SQL, running"
        " with the plan kept until every row is in Python; publishing is one silo after the other."
        "\n\n![Planning and running over the data and over the silos](images/growth.svg)",
        columns=("copies", "silos", "triples at most", "publish, s", "planning, ms", "running, ms"),
        rows=tuple(_cells(point) for point in (*data, *silos)),
        remarks=(
            f"The answers are {answers}.",
            "Triples that several rules or silos give are counted more than once: silos share"
            " agencies, calendars and stations.",
            *(f"{p.silos} silos: {one}." for p in (*data, *silos) for one in p.failures),
        ),
    )


if __name__ == "__main__":
    sys.exit(main())
