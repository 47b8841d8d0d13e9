"""Oxigraph as the peer: the same graphs as triples in one in-memory store, the same questions.

Each question runs in a forked process that shares the store and is ended when its time is up,
because Oxigraph cannot be stopped from Python.
"""

from __future__ import annotations

import multiprocessing
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median

import pyoxigraph as ox
from bags import Row, bag_of_peer
from pyproj import Geod
from shapely import from_wkt
from shapely.geometry import Point

from federation.algebra import TriplePattern, Variable
from federation.planning.patterns import unfold_pattern
from federation.planning.plan import Empty
from federation.relational.convert import to_general
from federation.sql import SqlWriter
from federation.sql.relation import from_, of_table, select, source
from federation.view import View
from mappers.worker.duck import open_duckdb
from mappers.worker.residual import _NQUADS_TERM as TERM_TEXT

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple

_PLACES = ("s", "p", "o")
_PATTERN = TriplePattern(*(Variable(name) for name in _PLACES))
_GEOD = Geod(ellps="WGS84")


@dataclass(frozen=True, slots=True)
class Timed:
    """Median seconds of warm runs, how many, and the bag of the answer."""

    seconds: float
    runs: int
    bag: Counter[Row]


def materialise(view: View, home: Path, file: Path) -> int:
    """Write all triples that a view shows as N-Triples, through the engine's SQL; their number."""
    connection = open_duckdb(readable=(home,), spill=None, memory_mb=3000, threads=2)
    lines = 0
    with file.open("w", encoding="utf-8") as out:
        for graph in view.graphs:
            for rule in graph.rules:
                plan = unfold_pattern(_PATTERN, (replace(graph, rules=(rule,)),))
                if isinstance(plan, Empty):
                    continue
                writer = SqlWriter(datetime.now(UTC))
                rel, alias = writer.write(plan), writer.aliases.new()
                terms = of_table(rel, alias)
                query, _ = select({name: to_general(terms[name]) for name in _PLACES})
                from_(query, [source(rel, alias)])
                for place, name in enumerate(_PLACES):
                    query.expressions[place].set("alias", name)
                text = " || ' ' || ".join(TERM_TEXT.format(c=name) for name in _PLACES)
                cursor = connection.execute(
                    f"SELECT {text} || ' .' FROM ({query.sql('duckdb')}) AS t"
                )
                while chunk := cursor.fetchmany(50_000):
                    lines += len(chunk)
                    out.writelines(f"{row[0]}\n" for row in chunk)
    connection.close()
    return lines


def load(file: Path) -> ox.Store:
    """All triples of a file in the default graph of one in-memory store."""
    store = ox.Store()
    store.bulk_load(path=str(file), format=ox.RdfFormat.N_TRIPLES, lenient=True)
    return store


def ask(store: ox.Store, text: str, runs: int, seconds: float) -> Timed | str:
    """One run to warm up, then the median of some; a sentence if time ran out or it failed."""
    # a forked child shares the store's memory, so nothing is loaded twice
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    child = context.Process(target=_answer, args=(store, text, runs, seconds, theirs))
    child.start()
    theirs.close()
    try:
        if not ours.poll(seconds):
            return f"no answer in {seconds:.0f} s"
        found: Timed | str = ours.recv()
        return found
    except EOFError:
        return "the process ended without an answer"
    finally:
        child.kill()
        child.join()


def _answer(store: ox.Store, text: str, runs: int, seconds: float, pipe: Connection) -> None:
    try:
        rows, first = _once(store, text)
        times: list[float] = []
        while len(times) < runs and (sum(times) + 2 * first) < seconds / 2:
            times.append(_once(store, text)[1])
    except (OSError, SyntaxError, ValueError, RuntimeError) as error:
        pipe.send(f"{type(error).__name__}: {error}"[:200])
        return
    pipe.send(Timed(median(times or [first]), len(times) or 1, bag_of_peer(rows)))


def _once(store: ox.Store, text: str) -> tuple[list[ox.QuerySolution], float]:
    started = time.perf_counter()
    answer = store.query(text, custom_functions=_functions())
    assert isinstance(answer, ox.QuerySolutions)
    rows = list(answer)
    return rows, time.perf_counter() - started


def _functions() -> dict[ox.NamedNode, Callable[..., Term | None]]:
    return {ox.NamedNode("https://bygraf.example.org/def#distanceWithin"): _distance_within}


@lru_cache(maxsize=500_000)
def _point(wkt: str) -> tuple[float, float] | None:
    shape = from_wkt(wkt)
    return (shape.x, shape.y) if isinstance(shape, Point) else None


def _distance_within(left: object, right: object, metres: object) -> ox.Literal | None:
    """Whether two points are within metres of each other on the spheroid; None for no points."""
    if not (
        isinstance(left, ox.Literal)
        and isinstance(right, ox.Literal)
        and isinstance(metres, ox.Literal)
    ):
        return None
    first, second, limit = _point(left.value), _point(right.value), float(metres.value)
    if first is None or second is None:
        return None
    # a degree of latitude is more than 110 km everywhere: the spheroid is asked of near points only
    if abs(first[1] - second[1]) * 110_000 > limit:
        return ox.Literal(False)
    return ox.Literal(_GEOD.inv(*first, *second)[2] <= limit)
