"""Pairs within a distance: all of them, anywhere on earth, and by an index."""

from __future__ import annotations

import random
from pathlib import Path

import duckdb
import pyproj
import pytest
import shapely

from mappers.rdf import Iri, Literal
from tests.unit.federation.operators.shapes import explained, published, rows_of

GEOD = pyproj.Geod(ellps="WGS84")
KILOMETRE = "<http://qudt.org/vocab/unit/KiloM>"
ASKED = {
    "by:distanceWithin(?x, ?y, {m})": "within metres",
    "by:distanceWithin(?y, ?x, {m})": "the other way round",
    "geof:distance(?x, ?y, uom:metre) <= {m}": "a comparison",
    "{m} >= geof:metricDistance(?x, ?y)": "a comparison from the right",
    f"geof:distance(?x, ?y, {KILOMETRE}) <= {{m}} / 1000.0": "another unit",
    "geof:distance(?x, ?y, uom:metre) <= {m} && ?s >= 0": "with another condition",
}


def around(centre: tuple[float, float], spread: float, seed: int) -> list[tuple[float, float]]:
    """Places around another one, as degrees on a globe."""
    chance = random.Random(seed)
    found = []
    for _ in range(25):
        x = centre[0] + chance.uniform(-1, 1) * spread
        y = min(90.0, max(-90.0, centre[1] + chance.uniform(-1, 1) * spread))
        found.append(((x + 180) % 360 - 180, y))
    return found


REGIONS = {
    "Berlin": ((13.4, 52.5), 0.05, 3_000.0),
    "the equator": ((0.0, 0.0), 0.05, 3_000.0),
    "the meridian where longitudes begin anew": ((180.0, -17.0), 0.05, 3_000.0),
    "the North Pole": ((20.0, 90.0), 0.05, 3_000.0),
    "all around the North Pole": ((0.0, 89.95), 180.0, 300_000.0),
    "half the earth": ((10.0, 20.0), 90.0, 4_000_000.0),
    "all the earth": ((0.0, 0.0), 180.0, 15_000_000.0),
}


def points(places: list[tuple[float, float]], size: float = 0.0) -> list[tuple[str, float]]:
    return [(f"POINT ({x!r} {y!r})", size) for x, y in places]


def numbers(rows: list[tuple[object, ...]]) -> set[tuple[int, ...]]:
    return {
        tuple(int(term.value.rpartition("/")[2]) for term in row if isinstance(term, Iri))
        for row in rows
    }


@pytest.mark.parametrize("condition", ASKED, ids=ASKED.values())
@pytest.mark.parametrize("region", REGIONS)
def test_the_pairs_within_a_distance_are_those_of_the_geodesics(
    region: str, condition: str, tmp_path: Path, duck: duckdb.DuckDBPyConnection
) -> None:
    centre, spread, metres = REGIONS[region]
    left, right = around(centre, spread, 1), around(centre, spread, 2)
    shapes = published(tmp_path, left=points(left), right=points(right))
    query = (
        "SELECT ?a ?b { ?a :left ?x ; :sizeLeft ?s . ?b :right ?y"
        f" FILTER ({condition.format(m=metres)}) }}"
    )
    expected = {
        (i, j)
        for i, one in enumerate(left)
        for j, other in enumerate(right)
        if GEOD.inv(*one, *other)[2] <= metres
    }
    assert 0 < len(expected) < len(left) * len(right)
    assert numbers(rows_of(query, shapes, duck)) == expected


def test_a_distance_may_differ_from_row_to_row_on_either_side(
    tmp_path: Path, duck: duckdb.DuckDBPyConnection
) -> None:
    centre, spread, _ = REGIONS["Berlin"]
    left, right = around(centre, spread, 3), around(centre, spread, 4)
    for side in ("Left", "Right"):
        shapes = published(
            tmp_path,
            left=[(wkt, i * 200.0) for i, (wkt, _) in enumerate(points(left))],
            right=[(wkt, i * 200.0) for i, (wkt, _) in enumerate(points(right))],
        )
        query = f"""SELECT ?a ?b {{ ?a :left ?x . ?b :right ?y . ?{"a" if side == "Left" else "b"}
            :size{side} ?m FILTER (by:distanceWithin(?x, ?y, ?m)) }}"""
        expected = {
            (i, j)
            for i, one in enumerate(left)
            for j, other in enumerate(right)
            if GEOD.inv(*one, *other)[2] <= (i if side == "Left" else j) * 200.0
        }
        assert expected
        assert numbers(rows_of(query, shapes, duck)) == expected
        assert "SPATIAL_JOIN" in explained(query, shapes, duck)


@pytest.mark.parametrize("limit", ["-1", "'NaN'^^<http://www.w3.org/2001/XMLSchema#double>", "'x'"])
def test_no_pair_is_within_what_is_no_distance(
    limit: str, tmp_path: Path, duck: duckdb.DuckDBPyConnection
) -> None:
    shapes = published(tmp_path, left=points([(1.0, 1.0)]), right=points([(1.0, 1.0)]))
    query = "SELECT ?a { ?a :left ?x . ?b :right ?y FILTER (by:distanceWithin(?x, ?y, %s)) }"
    assert rows_of(query % limit, shapes, duck) == []
    assert len(rows_of(query % "0", shapes, duck)) == 1


def test_the_places_without_another_nearby_are_found_by_an_index_too(
    tmp_path: Path, duck: duckdb.DuckDBPyConnection
) -> None:
    centre, spread, _ = REGIONS["Berlin"]
    left, right = around(centre, spread, 5), around(centre, spread, 6)
    shapes = published(tmp_path, left=points(left), right=points(right))
    for condition in ("by:distanceWithin(?x, ?y, 700)", "geof:metricDistance(?x, ?y) < 700"):
        query = f"""SELECT ?a {{ ?a :left ?x
            FILTER NOT EXISTS {{ ?b :right ?y FILTER ({condition}) }} }}"""
        expected = {
            (i,)
            for i, one in enumerate(left)
            if all(GEOD.inv(*one, *other)[2] > 700 for other in right)
        }
        assert 0 < len(expected) < len(left)
        assert numbers(rows_of(query, shapes, duck)) == expected
        assert "SPATIAL_JOIN" in explained(query, shapes, duck)


def test_an_optional_place_nearby_is_found_by_an_index_too(
    tmp_path: Path, duck: duckdb.DuckDBPyConnection
) -> None:
    centre, spread, _ = REGIONS["Berlin"]
    left, right = around(centre, spread, 5), around(centre, spread, 6)
    left.append(left[0])
    shapes = published(tmp_path, left=points(left), right=points(right))
    near = {
        (i, j)
        for i, one in enumerate(left)
        for j, other in enumerate(right)
        if GEOD.inv(*one, *other)[2] < 700
    }
    alone = {(i,) for i in range(len(left)) if not any(i == one for one, _ in near)}
    assert near and alone
    for condition in ("by:distanceWithin(?x, ?y, 700)", "geof:metricDistance(?x, ?y) < 700"):
        query = f"SELECT ?a ?b {{ ?a :left ?x OPTIONAL {{ ?b :right ?y FILTER ({condition}) }} }}"
        rows = rows_of(query, shapes, duck)
        assert len(rows) == len(near) + len(alone)
        assert numbers(rows) == near | alone
        assert "SPATIAL_JOIN" in explained(query, shapes, duck)
    query = f"""SELECT ?x (COUNT(?b) AS ?n) {{ ?a :left ?x OPTIONAL {{
        ?b :right ?y ; :sizeRight ?s FILTER (?s < 1 && {condition}) }} }} GROUP BY ?x"""
    assert len(rows_of(query, shapes, duck)) == len(set(left))


def test_a_distance_in_degrees_joins_by_boxes(
    tmp_path: Path, duck: duckdb.DuckDBPyConnection
) -> None:
    centre, spread, _ = REGIONS["Berlin"]
    left, right = around(centre, spread, 7), around(centre, spread, 8)
    shapes = published(tmp_path, left=points(left), right=points(right))
    query = """SELECT ?a ?b { ?a :left ?x . ?b :right ?y
        FILTER (geof:distance(?x, ?y, uom:degree) < 0.02) }"""
    expected = {
        (i, j)
        for i, one in enumerate(left)
        for j, other in enumerate(right)
        if shapely.Point(one).distance(shapely.Point(other)) < 0.02
    }
    assert expected
    assert numbers(rows_of(query, shapes, duck)) == expected
    assert "SPATIAL_JOIN" in explained(query, shapes, duck)


def test_the_distance_of_figures_in_a_city_is_that_of_their_nearest_points(
    tmp_path: Path, duck: duckdb.DuckDBPyConnection
) -> None:
    chance = random.Random(9)
    figures = []
    for _ in range(12):
        x, y = 13.1 + chance.random() * 0.6, 52.35 + chance.random() * 0.3
        corners = [(x + chance.random() / 20, y + chance.random() / 30) for _ in range(3)]
        figures.append(shapely.Polygon(corners))
    sides = [[(figure.wkt, 0.0) for figure in half] for half in (figures[:6], figures[6:])]
    shapes = published(tmp_path, left=sides[0], right=sides[1])
    query = "SELECT ?a ?b (geof:metricDistance(?x, ?y) AS ?d) { ?a :left ?x . ?b :right ?y }"
    rows = rows_of(query, shapes, duck)
    assert len(rows) == 36
    for one, other, found in rows:
        (i,), (j,) = (numbers([(term,)]).pop() for term in (one, other))
        assert isinstance(found, Literal)
        assert float(found.lexical) == pytest.approx(_nearest(figures[i], figures[6 + j]), rel=1e-3)


def _nearest(one: shapely.Geometry, other: shapely.Geometry) -> float:
    """The least of the geodesics between points of two borders, to a part in ten thousand."""
    if one.intersects(other):
        return 0.0
    borders = [shapely.segmentize(figure.exterior, 0.0005).coords for figure in (one, other)]
    pairs = [(a, b) for a in borders[0] for b in borders[1]]
    (ax, ay), (bx, by) = (list(zip(*side, strict=True)) for side in zip(*pairs, strict=True))
    return float(min(GEOD.inv(ax, ay, bx, by)[2]))
