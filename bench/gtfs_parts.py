"""GTFS-Madrid cut by lines: copies of the feed, dealt out to as many silos as one likes.

Each silo holds some lines with all that belongs to them, as if a district published its own: their
trips, calls, frequencies and shapes, the stops that they call at with their stations and entrances,
and the calendar and agency of their copy, which several silos then say alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from gtfs_city import KEYS, Entry, Feed, Row, adapted, read_table, rename, write_table

Tables = Mapping[str, Sequence[Row]]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of one copy of the feed."""

    copy: int
    route: str


def lines_of(feed: Feed, copies: int) -> list[Line]:
    """The lines of all copies."""
    _, routes = read_table(feed, "ROUTES")
    return [Line(copy, row["route_id"]) for copy in range(copies) for row in routes]


def deal(lines: Sequence[Line], silos: int) -> list[Sequence[Line]]:
    """The lines in as many neighbouring groups of almost the same size."""
    edges = [len(lines) * number // silos for number in range(silos + 1)]
    return [lines[first:last] for first, last in pairwise(edges)]


def write_parts(feed: Feed, folder: Path, copies: int, silos: int) -> dict[str, Entry]:
    """Write the tables of each silo into a folder of its own; gives the silos' mappings."""
    read = {table: read_table(feed, table) for table in KEYS}
    tables: Tables = {table: rows for table, (_, rows) in read.items()}
    mapping = feed.mapping()
    found: dict[str, Entry] = {}
    width = len(str(silos))
    for number, lines in enumerate(deal(lines_of(feed, copies), silos), start=1):
        silo = f"part-{number:0{width}}"
        (folder / silo).mkdir(parents=True)
        rows = [dict(_of_copy(tables, copy, lines)) for copy in {line.copy for line in lines}]
        for table, (columns, _) in read.items():
            together = [row for one in rows for row in one[table]]
            write_table(folder / silo / f"{table}.csv", columns, together)
        found[silo] = adapted(mapping, _access(silo))
    return found


def _access(silo: str) -> Callable[[str], str]:
    """Where a silo's tables lie below the city's data folder."""
    return lambda table: f"{silo}/{table}.csv"


def _of_copy(
    tables: Tables, copy: int, lines: Sequence[Line]
) -> Iterator[tuple[str, Sequence[Row]]]:
    """The rows of some lines of one copy."""
    routes = {line.route for line in lines if line.copy == copy}
    trips = [row for row in tables["TRIPS"] if row["route_id"] in routes]
    trip_ids = {row["trip_id"] for row in trips}
    calls = [row for row in tables["STOP_TIMES"] if row["trip_id"] in trip_ids]
    called = {row["stop_id"] for row in calls}
    stations = {row["parent_station"] for row in tables["STOPS"] if row["stop_id"] in called}
    kept: dict[str, Sequence[Row]] = {
        **tables,
        "ROUTES": [row for row in tables["ROUTES"] if row["route_id"] in routes],
        "TRIPS": trips,
        "STOP_TIMES": calls,
        "FREQUENCIES": [row for row in tables["FREQUENCIES"] if row["trip_id"] in trip_ids],
        "SHAPES": _with(tables["SHAPES"], "shape_id", {row["shape_id"] for row in trips}),
        "STOPS": [
            row
            for row in tables["STOPS"]
            if row["stop_id"] in called | stations or row["parent_station"] in stations - {""}
        ],
    }
    for table, rows in kept.items():
        yield table, [rename(row, copy) for row in rows]


def _with(rows: Sequence[Row], column: str, values: set[str]) -> list[Row]:
    return [row for row in rows if row[column] in values]
