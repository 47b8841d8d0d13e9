"""Graphs of geometries for tests: `<left/1> :wkt "..."`, published as relations of typed columns."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import shapely

from federation.planning.rules import RULES
from federation.planning.translate import Dataset, Planner
from federation.sql import SqlWriter, sql_text
from federation.syntax import parse_query
from mappers.publish.sql import name
from mappers.published import (
    WKB_SUFFIX,
    Column,
    ColumnTerm,
    ConstantTerm,
    Relation,
    Slot,
    TemplateTerm,
    TripleRule,
    Version,
)
from mappers.rdf import WKT_LITERAL, XSD_DOUBLE, Iri, Term
from mappers.wkt import as_geometry
from mappers.worker.duck import spatial_extension
from tests.asking import Table, ask, version_graphs

PREFIXES = """PREFIX : <http://example.org/>
PREFIX by: <https://bygraf.example.org/def#>
PREFIX geo: <http://www.opengis.net/ont/geosparql#>
PREFIX geof: <http://www.opengis.net/def/function/geosparql/>
PREFIX uom: <http://www.opengis.net/def/uom/OGC/1.0/>
"""
GRAPH = "http://example.org/graph"


def published(
    folder: Path, *, stored: bool = False, **relations: Sequence[tuple[str, float]]
) -> Dataset:
    """Each relation's rows (WKT, size) as `<NAME/row> :NAME "WKT" ; :sizeNAME size`.

    If they are `stored`, there is a column of WKB beside the text.
    """
    shape = f", ST_AsWKB({as_geometry('wkt')}) AS {name(f'wkt{WKB_SUFFIX}')}" if stored else ""
    kinds = [("id", "VARCHAR"), ("wkt", "VARCHAR"), ("size", "DOUBLE")]
    kinds += [(f"wkt{WKB_SUFFIX}", "BLOB")] if stored else []
    made, rules = [], []
    for kind, rows in relations.items():
        with duckdb.connect() as connection:
            connection.load_extension(str(spatial_extension()))
            connection.execute("CREATE TABLE r (id VARCHAR, wkt VARCHAR, size DOUBLE)")
            cells = [(str(i), wkt, size) for i, (wkt, size) in enumerate(rows)]
            if cells:
                connection.executemany("INSERT INTO r VALUES (?, ?, ?)", cells)
            query = f"SELECT *{shape} FROM r"
            connection.execute(f"COPY ({query}) TO '{folder / kind}.parquet' (FORMAT parquet)")
        columns = tuple(Column(column, sql_type, False) for column, sql_type in kinds)
        made.append(Relation(kind, f"{kind}.parquet", columns, (("id",),), len(rows)))
        subject = TemplateTerm((f"http://example.org/{kind}/", Slot("id")))
        for predicate, term in (
            (kind, ColumnTerm("wkt", WKT_LITERAL)),
            (f"size{kind.capitalize()}", ColumnTerm("size", XSD_DOUBLE)),
        ):
            iri = ConstantTerm(Iri(f"http://example.org/{predicate}"))
            rules.append(TripleRule(GRAPH, kind, subject, iri, term))
    version = Version(
        silo="shapes",
        id="1",
        folder=str(folder),
        created="2026-01-01T00:00:00+00:00",
        graphs=(GRAPH,),
        relations=tuple(made),
        rules=tuple(rules),
        policy="",
        sources=(),
        triples=(),
    )
    graphs = version_graphs(version)
    return Dataset(graphs, graphs)


def rows_of(
    text: str, dataset: Dataset, connection: duckdb.DuckDBPyConnection
) -> list[tuple[Term | None, ...]]:
    """The solutions of a SELECT, which must not have taken the residual path."""
    answered = ask(parse_query(PREFIXES + text), dataset, connection)
    assert answered.path == "sql", answered.reason
    assert isinstance(answered.answer, Table)
    return list(answered.answer.rows)


def explained(text: str, dataset: Dataset, connection: duckdb.DuckDBPyConnection) -> str:
    """DuckDB's plan of a question."""
    plan = Planner(dataset, dataset.default, RULES).plan(parse_query(PREFIXES + text).form.pattern)
    statement = sql_text(SqlWriter(datetime.now(UTC)).write(plan).query)
    return str(connection.execute(f"EXPLAIN {statement}").fetchall()[-1][1])


def some_shapes(seed: int, count: int) -> list[str]:
    """WKT of points, lines, areas, areas with holes and collections of them on a coarse grid.

    The grid makes shared corners, edges and equal figures frequent.
    """
    chance = random.Random(seed)
    return [_shape(chance).wkt for _ in range(count)]


def _shape(chance: random.Random) -> shapely.Geometry:
    def spot() -> tuple[float, float]:
        return 13 + chance.randrange(9) / 8, 52 + chance.randrange(9) / 8

    match chance.randrange(7):
        case 0 | 1:
            return shapely.Point(spot())
        case 2:
            return shapely.LineString([spot(), (12.9, 51.9), spot()])
        case 3:
            return shapely.MultiPoint([spot() for _ in range(3)])
        case 4:
            x, y = spot()
            frame = shapely.box(x, y, x + 0.5, y + 0.5)
            return frame.difference(shapely.box(x + 0.125, y + 0.125, x + 0.25, y + 0.25))
        case 5:
            x, y = spot()
            return shapely.union(
                shapely.box(x, y, x + 0.25, y + 0.25), shapely.box(14.5, 52, 15, 53)
            )
        case _:
            x, y = spot()
            return shapely.box(x, y, x + chance.randrange(1, 5) / 8, y + 0.25)
