"""Spatial joins: generated points and areas beside Oxigraph, and questions of the real Berlin.

    python bench/spatial.py [--home FOLDER] [--as CALLER] [--seconds S]

20,000 points are placed in 50 areas of 24 corners each. Both sides have the same triples, run warm
and hand rows to Python, and their answers must be the same bags. The two questions of the library
that join whole silos by place are asked of a city published by `bench/publish.py`, and left out by
name if there is none in FOLDER.
"""

from __future__ import annotations

import argparse
import math
import random
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import peer
from bags import LISTED, Row, bag_of_ours
from record import Aim, Figures, record

from bygraf.city import City
from bygraf.question import find_question
from mappers.city import load_city
from mappers.errors import BygrafError
from mappers.publish import publish_silo
from mappers.publish.trial import no_gate

POINTS, AREAS, CORNERS = 20_000, 50, 24
RUNS = 7
AIM_RATIO = 10.0
"""How many times faster than Oxigraph, in total."""
AIM_SECONDS = 0.3
"""Seconds for `stops-without-charger`."""
LIBRARY = ("stops-without-charger", "growing-areas-without-charger")

_BASE = "https://data.example.org/shapes/"
_CITY = f"""\
[city]
id = "shapes"
title = "Shapes"
base = "{_BASE}"

[silos.shapes]
mapper = "shapes"
"""
_MANIFEST = '[silo]\nid = "shapes"\ntitle = "Generated shapes"\n'
_POLICY = """\
@prefix dct: <http://purl.org/dc/terms/> .
@prefix by: <https://bygraf.example.org/def#> .
<graph/shapes> dct:license <https://creativecommons.org/publicdomain/zero/1.0/> ;
  by:access by:public .
"""
_MAPPING = """\
prefixes: {base: "https://data.example.org/shapes/", geo: "http://www.opengis.net/ont/geosparql#"}
sources:
  points: {access: points.csv, referenceFormulation: csv, delimiter: ";"}
  areas: {access: areas.csv, referenceFormulation: csv, delimiter: ";"}
mappings:
  points:
    sources: [points]
    subjects: base:point/$(id)
    po: [{p: base:at, o: {value: $(wkt), datatype: geo:wktLiteral}}]
  areas:
    sources: [areas]
    subjects: base:area/$(id)
    po: [{p: base:outline, o: {value: $(wkt), datatype: geo:wktLiteral}}]
"""
_PREFIXES = f"""PREFIX : <{_BASE}>
PREFIX geof: <http://www.opengis.net/def/function/geosparql/>
"""
QUESTIONS = {
    "points in areas": """SELECT ?point ?area {
        ?point :at ?p . ?area :outline ?o FILTER (geof:sfWithin(?p, ?o)) }""",
    "how many points in each area": """SELECT ?area (COUNT(?point) AS ?points) {
        ?point :at ?p . ?area :outline ?o FILTER (geof:sfContains(?o, ?p)) } GROUP BY ?area""",
    "areas that overlap": """SELECT ?one ?other {
        ?one :outline ?a . ?other :outline ?b FILTER (geof:sfOverlaps(?a, ?b)) }""",
    "areas without a point": """SELECT ?area {
        ?area :outline ?o FILTER NOT EXISTS { ?point :at ?p FILTER (geof:sfWithin(?p, ?o)) } }""",
}


@dataclass(frozen=True, slots=True)
class Compared:
    """A question with both sides' seconds; `late` where Oxigraph's are a limit that ran out."""

    name: str
    ours: float
    theirs: float
    late: bool
    verdict: str

    def cells(self) -> tuple[str, ...]:
        """The row of the table."""
        theirs = f"{'> ' if self.late else ''}{self.theirs:.3f}" if self.theirs else "-"
        times = f"{'> ' if self.late else ''}{self.theirs / self.ours:.0f}" if self.theirs else "-"
        return (self.name, f"{self.ours:.3f}", theirs, times, self.verdict)


def main() -> int:
    """Print and record the table; the exit status is 1 where an answer differs."""
    options = _options()
    with tempfile.TemporaryDirectory() as folder:
        compared = _generated(Path(folder), options.seconds)
    asked, skipped = _of_berlin(options.home.resolve(), options.caller)
    figures = _figures([*compared, *asked], skipped)
    _print(figures)
    record("spatial", figures)
    return int(any(one.verdict.startswith("DIFFERENT") for one in compared))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, default=Path("build") / "bench" / "home")
    parser.add_argument("--as", dest="caller", default="lab")
    parser.add_argument("--seconds", type=float, default=60.0, help="Oxigraph's time for a query")
    return parser.parse_args()


def _generated(folder: Path, seconds: float) -> list[Compared]:
    """The questions over generated shapes, asked of both sides."""
    home = folder / "home"
    file = _published(folder, home)
    triples = folder / "all.nt"
    ours: dict[str, tuple[float, Counter[Row]]] = {}
    with City.open(file=file, home=home) as city:
        for name, text in QUESTIONS.items():
            ours[name] = _ask(city, _PREFIXES + text, "public")
        view = city.view(city.request(find_question("ASK {}", ()), "public", None, {}).caller, None)
        peer.materialise(view, home, triples)
    store = peer.load(triples)
    return [
        _compared(name, *ours[name], peer.ask(store, _PREFIXES + text, RUNS, seconds), seconds)
        for name, text in QUESTIONS.items()
    ]


def _compared(
    name: str, ours: float, bag: Counter[Row], found: peer.Timed | str, limit: float
) -> Compared:
    if isinstance(found, str):
        late = found.startswith("no answer in")
        return Compared(name, ours, limit if late else 0.0, late, found)
    same = found.bag == bag
    verdict = (
        "same bag" if same else f"DIFFERENT: {bag.total():,} rows, theirs {found.bag.total():,}"
    )
    return Compared(name, ours, found.seconds, False, verdict)


def _published(folder: Path, home: Path) -> Path:
    """Write and publish a city of points and areas; gives its file."""
    chance = random.Random(20)
    data = folder / "data" / "shapes"
    mapper = folder / "shapes"
    for one in (data, mapper, folder / "queries"):
        one.mkdir(parents=True)
    points = [
        f"POINT ({chance.uniform(13.1, 13.7):.7f} {chance.uniform(52.35, 52.65):.7f})"
        for _ in range(POINTS)
    ]
    for name, texts in (("points", points), ("areas", [_area(chance) for _ in range(AREAS)])):
        rows = "".join(f"{number};{text}\n" for number, text in enumerate(texts))
        (data / f"{name}.csv").write_text(f"id;wkt\n{rows}", "utf-8")
    (mapper / "silo.toml").write_text(_MANIFEST, "utf-8")
    (mapper / "policy.ttl").write_text(_POLICY, "utf-8")
    (mapper / "mapping.yml").write_text(_MAPPING, "utf-8")
    file = folder / "city.toml"
    file.write_text(_CITY, "utf-8")
    publish_silo(load_city(file), "shapes", data, home, gate=no_gate)
    return file


def _area(chance: random.Random) -> str:
    """An outline around a place of the region, each corner at a distance of its own from it."""
    x, y = chance.uniform(13.15, 13.65), chance.uniform(52.4, 52.6)
    corners = []
    for corner in range(CORNERS):
        size, angle = chance.uniform(0.01, 0.03), 2 * math.pi * corner / CORNERS
        corners.append(f"{x + 1.6 * size * math.cos(angle):.7f} {y + size * math.sin(angle):.7f}")
    return f"POLYGON (({', '.join([*corners, corners[0]])}))"


def _of_berlin(home: Path, caller: str) -> tuple[list[Compared], tuple[str, ...]]:
    """The library's questions that join silos by place, or why they were left out."""
    if not (home / "berlin").is_dir():
        return [], (f"{', '.join(LIBRARY)}: no Berlin published in {home}",)
    found: list[Compared] = []
    with City.open(home=home) as city:
        for name in LIBRARY:
            try:
                seconds, bag = _ask(city, name, caller)
            except BygrafError as error:
                return found, (f"{name}: {error}",)
            found.append(Compared(name, seconds, 0.0, False, f"{bag.total():,} rows"))
    return found, ()


def _ask(city: City, text: str, caller: str) -> tuple[float, Counter[Row]]:
    """The median seconds of warm runs, and the bag."""
    request = city.request(find_question(text, city.library), caller, None, {})
    times: list[float] = []
    bag: Counter[Row] = Counter()
    for _ in range(RUNS + 1):
        started = time.perf_counter()
        answer = city.answer(request)
        assert answer.solutions is not None, "all questions are SELECT"
        rows = list(answer.solutions)
        times.append(time.perf_counter() - started)
        bag = bag_of_ours(rows)
    return median(times[1:]), bag


def _figures(compared: list[Compared], skipped: tuple[str, ...]) -> Figures:
    both = [one for one in compared if one.theirs]
    ratio = sum(one.theirs for one in both) / sum(one.ours for one in both)
    aims = [
        Aim(
            f"at least {AIM_RATIO:.0f} times faster than Oxigraph over {POINTS:,} points and"
            f" {AREAS} areas",
            f"{ratio:.0f} times",
            ratio >= AIM_RATIO,
        )
    ]
    for one in compared:
        if one.name == "stops-without-charger":
            aims.append(
                Aim(
                    f"{one.name} in {AIM_SECONDS} s or less",
                    f"{one.ours:.3f} s",
                    one.ours <= AIM_SECONDS,
                )
            )
    return Figures(
        "Spatial joins",
        f"{POINTS:,} generated points and {AREAS} areas of {CORNERS} corners, asked of us and of"
        " Oxigraph in memory over the same triples; ours includes parsing, rights, planning, the"
        " worker and the receipt. Questions without a figure of Oxigraph's are of the library, over"
        " Berlin: Oxigraph did not end them in two minutes (see the query library)."
        " Repeat it with `python bench/spatial.py`.",
        ("question", "ours, s", "Oxigraph, s", "times faster", "answers"),
        tuple(one.cells() for one in compared),
        tuple(aims),
        skipped,
        tuple(f"No difference: {one}." for one in LISTED),
    )


def _print(figures: Figures) -> None:
    rows = [figures.columns, *figures.rows]
    widths = [max(len(row[place]) for row in rows) for place in range(len(figures.columns))]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)))
    for aim in figures.aims:
        print(f"{'met' if aim.met else 'MISSED'}: {aim.aim}: {aim.measured}")
    for reason in figures.skipped:
        print(f"left out: {reason}")


if __name__ == "__main__":
    sys.exit(main())
