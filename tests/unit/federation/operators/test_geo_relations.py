"""The simple-feature relations beside shapely's, over pairs of generated figures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
import shapely
from shapely import Geometry

from federation.planning.translate import Dataset
from mappers.rdf import Iri, Literal
from tests.unit.federation.operators.shapes import explained, published, rows_of, some_shapes

RELATIONS: dict[str, Callable[[Geometry, Geometry], bool]] = {
    "sfEquals": shapely.equals,
    "sfDisjoint": shapely.disjoint,
    "sfIntersects": shapely.intersects,
    "sfTouches": shapely.touches,
    "sfCrosses": shapely.crosses,
    "sfWithin": shapely.within,
    "sfContains": shapely.contains,
    "sfOverlaps": shapely.overlaps,
}
LEFT, RIGHT = some_shapes(1, 60), some_shapes(2, 60)


@pytest.fixture(params=[False, True], ids=["from text", "from WKB"])
def shapes(tmp_path: Path, request: pytest.FixtureRequest) -> Dataset:
    left, right = ([(wkt, 0.0) for wkt in side] for side in (LEFT, RIGHT))
    return published(tmp_path, stored=request.param, left=left, right=right)


@pytest.mark.parametrize("relation", RELATIONS)
def test_a_relation_holds_for_the_pairs_for_which_shapely_says_so(
    relation: str, shapes: Dataset, duck: duckdb.DuckDBPyConnection
) -> None:
    query = f"SELECT ?a ?b {{ ?a :left ?x . ?b :right ?y FILTER (geof:{relation}(?x, ?y)) }}"
    found = {
        tuple(int(term.value.rpartition("/")[2]) for term in row if isinstance(term, Iri))
        for row in rows_of(query, shapes, duck)
    }
    holds = RELATIONS[relation]
    expected = {
        (i, j)
        for i, one in enumerate(map(shapely.from_wkt, LEFT))
        for j, other in enumerate(map(shapely.from_wkt, RIGHT))
        if holds(one, other)
    }
    assert expected, "the generated figures say nothing of this relation"
    assert found == expected


@pytest.mark.parametrize("relation", RELATIONS)
def test_a_relation_is_false_or_true_and_never_an_error_for_sound_figures(
    relation: str, shapes: Dataset, duck: duckdb.DuckDBPyConnection
) -> None:
    query = (
        f"SELECT ?v (COUNT(*) AS ?n) {{ ?a :left ?x . ?b :right ?y"
        f" BIND (geof:{relation}(?x, ?y) AS ?v) }} GROUP BY ?v"
    )
    values = {row[0] for row in rows_of(query, shapes, duck)}
    assert None not in values
    assert {v.lexical for v in values if isinstance(v, Literal)} <= {"true", "false"}


@pytest.mark.parametrize("relation", sorted(RELATIONS.keys() - {"sfDisjoint"}))
def test_two_sources_meet_in_a_spatial_join(
    relation: str, shapes: Dataset, duck: duckdb.DuckDBPyConnection
) -> None:
    query = f"SELECT ?a ?b {{ ?a :left ?x . ?b :right ?y FILTER (geof:{relation}(?x, ?y)) }}"
    assert "SPATIAL_JOIN" in explained(query, shapes, duck)


def test_a_geometry_that_is_stored_as_wkb_is_not_read_from_its_text(
    tmp_path: Path, duck: duckdb.DuckDBPyConnection
) -> None:
    sides = {"left": [(wkt, 0.0) for wkt in LEFT], "right": [(wkt, 0.0) for wkt in RIGHT]}
    query = "SELECT ?a ?b { ?a :left ?x . ?b :right ?y FILTER (geof:sfWithin(?x, ?y)) }"
    for stored in (False, True):
        plan = explained(query, published(tmp_path, stored=stored, **sides), duck)
        assert ("wkt%wkb" in plan) == stored


def test_a_figure_of_the_question_is_a_filter_and_no_join(
    shapes: Dataset, duck: duckdb.DuckDBPyConnection
) -> None:
    area = '"POLYGON ((13 52, 14 52, 14 53, 13 53, 13 52))"^^geo:wktLiteral'
    query = f"""SELECT ?a ?b {{
        ?a :sizeLeft ?size ; :left ?x . ?b :right ?y
        FILTER (geof:sfWithin(?x, {area}) && geof:sfIntersects(?x, ?y)) }}"""
    plan = explained(query, shapes, duck)
    assert plan.count("SPATIAL_JOIN") == 1
    assert "CROSS_PRODUCT" not in plan
    assert "BLOCKWISE_NL_JOIN" not in plan


@pytest.mark.parametrize(
    "broken",
    [
        "POLYGON ((13 52, 14 52, 14 53))",
        "POLYGON ((13 52, 14 52",
        "LINESTRING (13 52)",
        "POINT (13)",
        "SRID=25833;POINT (392000 5820000)",
        "POINT (13.5 52.5) or so",
        "<http://example.org/no-system> POINT (13.5 52.5)",
        "<http://www.opengis.net/def/crs/EPSG/0/999999> POINT (13.5 52.5)",
        "<http://www.opengis.net/def/crs/EPSG/0/25833 +init=x> POINT (13.5 52.5)",
        "",
    ],
)
def test_a_malformed_geometry_is_an_error_of_its_own_row(
    broken: str, tmp_path: Path, duck: duckdb.DuckDBPyConnection
) -> None:
    sound = "POINT (13.5 52.5)"
    area = "POLYGON ((13 52, 14 52, 14 53, 13 53, 13 52))"
    shapes = published(
        tmp_path, left=[(broken, 0.0), (sound, 0.0)], right=[(area, 0.0), (broken, 0.0)]
    )
    query = "SELECT ?a ?b ?v { ?a :left ?x . ?b :right ?y BIND (geof:sfWithin(?x, ?y) AS ?v) }"
    rows = rows_of(query, shapes, duck)
    assert len(rows) == 4
    assert [row[:2] for row in rows if row[2] is not None] == [
        (Iri("http://example.org/left/1"), Iri("http://example.org/right/0"))
    ]
    for condition in ("geof:sfWithin(?x, ?y)", "!geof:sfDisjoint(?x, ?y)"):
        query = f"SELECT ?a ?b {{ ?a :left ?x . ?b :right ?y FILTER ({condition}) }}"
        assert len(rows_of(query, shapes, duck)) == 1


def test_an_area_that_crosses_itself_fails_no_pair_but_its_own(
    tmp_path: Path, duck: duckdb.DuckDBPyConnection
) -> None:
    bow = "POLYGON ((0 0, 2 2, 2 0, 0 2, 0 0))"
    square = "POLYGON ((0 0, 3 0, 3 3, 0 3, 0 0))"
    shapes = published(tmp_path, left=[(bow, 0.0), (square, 0.0)], right=[(square, 0.0)])
    query = "SELECT ?a ?v { ?a :left ?x . ?b :right ?y BIND (geof:union(?x, ?y) AS ?v) }"
    found = {row[0]: row[1] for row in rows_of(query, shapes, duck)}
    assert found[Iri("http://example.org/left/0")] is None
    other = found[Iri("http://example.org/left/1")]
    assert isinstance(other, Literal)
    assert shapely.equals(shapely.from_wkt(other.lexical), shapely.from_wkt(square))


def test_a_stored_geometry_is_computed_with_above_a_join_too(
    tmp_path: Path, duck: duckdb.DuckDBPyConnection
) -> None:
    places = [("POINT (13.5 52.5)", float(n)) for n in range(3)]
    shapes = published(tmp_path, stored=True, left=places, right=places)
    query = """SELECT ?a (geof:maxX(?x) AS ?v) {
        ?a :left ?x ; :sizeLeft ?s . ?b :sizeRight ?s . ?b :right ?y }"""
    rows = rows_of(query, shapes, duck)
    assert len(rows) == 3
    assert {value.lexical for _, value in rows if isinstance(value, Literal)} == {"1.35E1"}
    assert "wkt%wkb" in explained(query, shapes, duck)
