"""Parsing and planning: milliseconds from the text of each library query to its SQL.

    python bench/planning.py [--home FOLDER] [--as CALLER]

Beside it stands what rdflib's parser alone needs for the same text. "Kept" is the time from the
text to the plan that was kept from the last time. Needs a city published by `bench/publish.py`.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from rdflib.plugins.sparql.parser import parseQuery
from record import Aim, Figures, record

from bygraf.city import City
from bygraf.question import find_question
from federation.epoch import Epoch
from federation.preparing import Request, prepare, ready
from federation.syntax import bind_parameters, parse_query

AIM_MS = 10.0
AIM_KEPT_MS = 1.0
RUNS = 9


@dataclass(frozen=True, slots=True)
class Timed:
    """Median milliseconds of a query: parsing, planning to SQL, the kept plan; rdflib's parser."""

    name: str
    parsed: float
    planned: float
    kept: float
    rdflib: float

    @property
    def whole(self) -> float:
        """From text to SQL."""
        return self.parsed + self.planned


def main() -> int:
    """Measure, print and record."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, default=Path("build") / "bench" / "home")
    parser.add_argument("--as", dest="caller", default="lab")
    options = parser.parse_args()
    found: list[Timed] = []
    with City.open(home=options.home.resolve()) as city:
        for query in city.library:
            request = city.request(
                find_question(query.name, city.library), options.caller, None, {}
            )
            with city.federation.epoch() as epoch:
                found.append(_timed(query.name, request, epoch))
            print(_line(found[-1]), flush=True)
    record("planning", figures(found))
    middle = median(one.whole for one in found)
    print(f"median {middle:.1f} ms from text to SQL; the aim is {AIM_MS:.0f} ms.")
    return 0


def _timed(name: str, request: Request, epoch: Epoch) -> Timed:
    now = datetime.now(UTC)
    query = bind_parameters(parse_query(request.text), dict(request.parameters))

    def plan() -> None:
        prepared = prepare(request, query, epoch.catalogue, epoch.view(request, now), now)
        found = ready(prepared, "", epoch.catalogue)
        assert found is not None, f"{name} takes the residual path"
        epoch.keep(request, now, found)

    def parse() -> None:
        bind_parameters(parse_query(request.text), dict(request.parameters))

    planned = _milliseconds(plan)
    return Timed(
        name,
        parsed=_milliseconds(parse),
        planned=planned,
        kept=_milliseconds(lambda: epoch.plan(request, now)),
        rdflib=_milliseconds(lambda: parseQuery(request.text)),
    )


def _milliseconds(work: Callable[[], object]) -> float:
    work()
    times = []
    for _ in range(RUNS):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return median(times) * 1000


def _line(one: Timed) -> str:
    return (
        f"{one.name:45} parse {one.parsed:6.2f}  plan {one.planned:6.2f}  kept {one.kept:6.3f}"
        f"  rdflib's parser {one.rdflib:6.1f} ms"
    )


def figures(found: list[Timed]) -> Figures:
    """The table for the report."""
    whole, kept = median(one.whole for one in found), median(one.kept for one in found)
    rdflib = median(one.rdflib for one in found)
    rows = [
        (
            one.name,
            *(f"{ms:.2f}" for ms in (one.parsed, one.planned, one.whole, one.kept, one.rdflib)),
        )
        for one in found
    ]
    return Figures(
        title="Parsing and planning",
        text="From the text of each question of Berlin's library to its SQL, in milliseconds:"
        " parsing with parameters bound; planning over the caller's view and writing the SQL and"
        " the receipt; both; the plan kept from the last time (by question, caller, purpose and"
        " epoch). Beside it rdflib's parser alone, which plans nothing.",
        columns=("question", "parse", "plan and write", "whole", "kept", "rdflib's parser"),
        rows=(*rows, ("**median**", "", "", f"**{whole:.2f}**", f"{kept:.3f}", f"{rdflib:.1f}")),
        aims=(
            Aim(
                "10 ms or less from text to SQL, at the median", f"{whole:.1f} ms", whole <= AIM_MS
            ),
            Aim("under 1 ms with the plan kept", f"{kept:.3f} ms", kept < AIM_KEPT_MS),
        ),
    )


if __name__ == "__main__":
    sys.exit(main())
