"""GeoSPARQL's functions beside shapely (planar) and pyproj (on the spheroid)."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pyproj
import pytest
import shapely
from shapely import Geometry
from shapely.ops import nearest_points

from federation.planning.translate import Dataset
from mappers.rdf import Iri, Literal, Term
from tests.unit.federation.operators.shapes import published, rows_of, some_shapes

GEOD = pyproj.Geod(ellps="WGS84")
SHAPES = some_shapes(3, 40)
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"

PLANAR: dict[str, Callable[[Geometry], Geometry]] = {
    "boundary": shapely.boundary,
    "centroid": shapely.centroid,
    "convexHull": shapely.convex_hull,
    "envelope": shapely.envelope,
    "asWKT": lambda shape: shape,
}
COMBINED: dict[str, Callable[[Geometry, Geometry], Geometry]] = {
    "difference": shapely.difference,
    "intersection": shapely.intersection,
    "symDifference": shapely.symmetric_difference,
    "union": shapely.union,
}
NUMBERS: dict[str, Callable[[Geometry], float]] = {
    "metricArea(?x": lambda shape: sum(abs(_geod_area(part)) for part in _areas(shape)),
    "area(?x, uom:metre": lambda shape: sum(abs(_geod_area(part)) for part in _areas(shape)),
    "area(?x, uom:degree": shapely.area,
    "metricLength(?x": lambda shape: 0 if _areas(shape) else GEOD.geometry_length(shape),
    "length(?x, uom:degree": lambda shape: 0 if _areas(shape) else shapely.length(shape),
    "length(?x, <http://qudt.org/vocab/unit/KiloM>": lambda shape: (
        0 if _areas(shape) else GEOD.geometry_length(shape) / 1000
    ),
    "metricPerimeter(?x": lambda shape: (
        GEOD.geometry_length(shapely.boundary(shape)) if _areas(shape) else 0
    ),
    "perimeter(?x, uom:radian": lambda shape: (
        math.radians(shapely.length(shape)) if _areas(shape) else 0
    ),
    "minX(?x": lambda shape: shape.bounds[0],
    "minY(?x": lambda shape: shape.bounds[1],
    "maxX(?x": lambda shape: shape.bounds[2],
    "maxY(?x": lambda shape: shape.bounds[3],
    "dimension(?x": shapely.get_dimensions,
    "numGeometries(?x": shapely.get_num_geometries,
}


def _areas(shape: Geometry) -> list[Geometry]:
    return [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]


def _geod_area(area: Geometry) -> float:
    return float(GEOD.geometry_area_perimeter(shapely.geometry.polygon.orient(area))[0])


@pytest.fixture
def shapes(tmp_path: Path) -> Dataset:
    return published(tmp_path, left=[(wkt, float(i)) for i, wkt in enumerate(SHAPES)])


def values(
    expression: str, shapes: Dataset, duck: duckdb.DuckDBPyConnection
) -> Iterator[tuple[Geometry, Term | None]]:
    """The value of an expression over ?x for each of the shapes."""
    query = f"SELECT ?a ({expression} AS ?v) {{ ?a :left ?x ; :sizeLeft ?size }}"
    rows = rows_of(query, shapes, duck)
    assert len(rows) == len(SHAPES)
    for subject, value in rows:
        assert isinstance(subject, Iri)
        yield shapely.from_wkt(SHAPES[int(subject.value.rpartition("/")[2])]), value


def shape_of(term: Term | None) -> Geometry:
    assert isinstance(term, Literal), term
    return shapely.from_wkt(term.lexical)


@pytest.mark.parametrize("function", PLANAR)
def test_a_figure_made_of_one_is_that_of_shapely(
    function: str, shapes: Dataset, duck: duckdb.DuckDBPyConnection
) -> None:
    for shape, value in values(f"geof:{function}(?x)", shapes, duck):
        expected = PLANAR[function](shape)
        found = shape_of(value)
        assert found.is_empty == expected.is_empty
        assert shapely.equals_exact(found.normalize(), expected.normalize(), 1e-9) or (
            shapely.equals(found, expected)
        ), (function, shape)


@pytest.mark.parametrize("function", COMBINED)
def test_a_figure_made_of_two_covers_what_that_of_shapely_does(
    function: str, shapes: Dataset, duck: duckdb.DuckDBPyConnection
) -> None:
    other = "POLYGON ((13.2 52.2, 13.7 52.2, 13.7 52.7, 13.2 52.7, 13.2 52.2))"
    for shape, value in values(f'geof:{function}(?x, "{other}"^^geo:wktLiteral)', shapes, duck):
        expected = COMBINED[function](shape, shapely.from_wkt(other))
        assert shapely.equals(shape_of(value), expected), (function, shape)


@pytest.mark.parametrize("call", NUMBERS)
def test_a_measure_is_that_of_shapely_or_pyproj(
    call: str, shapes: Dataset, duck: duckdb.DuckDBPyConnection
) -> None:
    for shape, value in values(f"geof:{call})", shapes, duck):
        assert isinstance(value, Literal)
        assert float(value.lexical) == pytest.approx(NUMBERS[call](shape), rel=1e-7, abs=1e-6)


def test_the_distance_of_points_is_the_geodesic(
    shapes: Dataset, duck: duckdb.DuckDBPyConnection
) -> None:
    here = (13.4, 52.5)
    point = f'"POINT ({here[0]} {here[1]})"^^geo:wktLiteral'
    for shape, value in values(f"geof:distance(?x, {point}, uom:metre)", shapes, duck):
        assert isinstance(value, Literal)
        if shape.geom_type == "Point":
            expected = GEOD.inv(*here, shape.x, shape.y)[2]
            assert float(value.lexical) == pytest.approx(expected, rel=1e-9, abs=1e-6)
        else:
            near = nearest_points(shape, shapely.Point(here))[0]
            most = GEOD.inv(*here, near.x, near.y)[2]
            assert float(value.lexical) <= most + 1e-6
            assert (float(value.lexical) == 0) == shape.intersects(shapely.Point(here))


@pytest.mark.parametrize(("unit", "factor"), [("uom:degree", 1), ("uom:radian", math.pi / 180)])
def test_the_distance_in_a_unit_of_angles_is_that_of_the_plane(
    unit: str, factor: float, shapes: Dataset, duck: duckdb.DuckDBPyConnection
) -> None:
    here = '"POINT (13.4 52.5)"^^geo:wktLiteral'
    for shape, value in values(f"geof:distance(?x, {here}, {unit})", shapes, duck):
        assert isinstance(value, Literal)
        expected = shape.distance(shapely.Point(13.4, 52.5)) * factor
        assert float(value.lexical) == pytest.approx(expected, abs=1e-12)


def test_the_rim_of_a_buffer_in_metres_is_as_far_as_was_asked(
    shapes: Dataset, duck: duckdb.DuckDBPyConnection
) -> None:
    for shape, value in values("geof:buffer(?x, ?size + 1, uom:metre)", shapes, duck):
        buffered = shape_of(value)
        assert buffered.contains(shape)
        if shape.geom_type == "Point":
            size = SHAPES.index(shape.wkt) + 1
            for x, y in buffered.exterior.coords:
                assert GEOD.inv(shape.x, shape.y, x, y)[2] == pytest.approx(size, rel=1e-4) or (
                    SHAPES.count(shape.wkt) > 1
                )


def test_a_buffer_in_degrees_is_that_of_shapely(
    shapes: Dataset, duck: duckdb.DuckDBPyConnection
) -> None:
    for shape, value in values("geof:buffer(?x, 0.1, uom:degree)", shapes, duck):
        expected = shape.buffer(0.1, quad_segs=16)
        assert shape_of(value).symmetric_difference(expected).area < 1e-9


def test_a_literal_tells_its_type_and_its_coordinate_system(
    shapes: Dataset, duck: duckdb.DuckDBPyConnection
) -> None:
    for shape, value in values("geof:geometryType(?x)", shapes, duck):
        assert isinstance(value, Literal)
        assert value.lexical == f"http://www.opengis.net/ont/sf#{shape.geom_type}"
    for _, value in values("geof:getSRID(?x)", shapes, duck):
        assert isinstance(value, Literal)
        assert value.lexical == CRS84
    for shape, value in values("geof:asGeoJSON(?x)", shapes, duck):
        assert isinstance(value, Literal)
        assert shapely.equals(shapely.from_geojson(value.lexical), shape)
        assert json.loads(value.lexical)["type"] == shape.geom_type


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('geof:isEmpty("POINT EMPTY"^^geo:wktLiteral)', "true"),
        ('geof:isEmpty("POINT (1 1)"^^geo:wktLiteral)', "false"),
        ('geof:isSimple("LINESTRING (0 0, 1 1, 1 0, 0 1)"^^geo:wktLiteral)', "false"),
        ('geof:is3D("POINT Z (1 2 3)"^^geo:wktLiteral)', "true"),
        ('geof:is3D("POINT (1 2)"^^geo:wktLiteral)', "false"),
        ('geof:isMeasured("POINT M (1 2 3)"^^geo:wktLiteral)', "true"),
        ('geof:coordinateDimension("POINT ZM (1 2 3 4)"^^geo:wktLiteral)', "4"),
        ('geof:spatialDimension("POINT ZM (1 2 3 4)"^^geo:wktLiteral)', "3"),
        ('geof:maxZ("LINESTRING Z (1 2 3, 1 2 5)"^^geo:wktLiteral)', "5.0E0"),
        ('geof:minZ("LINESTRING Z (1 2 3, 1 2 5)"^^geo:wktLiteral)', "3.0E0"),
        ('geof:minZ("POINT (1 2)"^^geo:wktLiteral)', None),
        ('geof:geometryN("MULTIPOINT (1 1, 2 2)"^^geo:wktLiteral, 2)', "POINT (2 2)"),
        ('geof:geometryN("MULTIPOINT (1 1, 2 2)"^^geo:wktLiteral, 3)', None),
        ('geof:geometryN("POINT (1 1)"^^geo:wktLiteral, 1)', "POINT (1 1)"),
        ('geof:metricDistance("POINT EMPTY"^^geo:wktLiteral, "POINT (1 1)"^^geo:wktLiteral)', None),
        (
            'geof:metricDistance("POINT (999 1)"^^geo:wktLiteral, "POINT (1 1)"^^geo:wktLiteral)',
            None,
        ),
        ('geof:metricArea("POLYGON ((0 0, 1 1, 1 0))"^^geo:wktLiteral)', None),
        ('geof:metricDistance("POINT (1 1)", "POINT (1 1)"^^geo:wktLiteral)', None),
        (
            'geof:metricDistance(\'{"type":"Point","coordinates":[1,1]}\'^^geo:geoJSONLiteral,'
            ' "POINT (1 1)"^^geo:wktLiteral)',
            "0.0E0",
        ),
        ('geof:envelope(\'{"type":"Point"}\'^^geo:geoJSONLiteral)', None),
    ],
)
def test_a_function_of_a_constant(
    expression: str, expected: str | None, duck: duckdb.DuckDBPyConnection
) -> None:
    ((value,),) = rows_of(f"SELECT ({expression} AS ?v) {{}}", Dataset((), ()), duck)
    found = value.lexical if isinstance(value, Literal) else None
    assert found == expected


@pytest.mark.parametrize("code", ["25833", "4326", "3857", "31468", "4258", "2154", "27700"])
def test_a_coordinate_system_is_read_in_the_axis_order_of_its_authority(
    code: str, tmp_path: Path, duck: duckdb.DuckDBPyConnection
) -> None:
    places = [(13.4 + i / 100, 52.5 - i / 70) for i in range(5)]
    there = pyproj.Transformer.from_crs("OGC:CRS84", f"EPSG:{code}")
    back = pyproj.Transformer.from_crs(f"EPSG:{code}", "OGC:CRS84")
    literals = []
    for x, y in places:
        a, b = there.transform(x, y)
        literals.append(f"<{EPSG}{code}> POINT ({a!r} {b!r})")
    shapes = published(tmp_path, left=[(literal, 0.0) for literal in literals])
    rows = rows_of("SELECT ?x (geof:asWKT(?x) AS ?v) { ?a :left ?x }", shapes, duck)
    for literal, made in rows:
        assert isinstance(literal, Literal)
        point = shape_of(Literal(literal.lexical.partition("> ")[2], literal.datatype))
        x, y = back.transform(point.x, point.y)
        assert (shape_of(made).x, shape_of(made).y) == pytest.approx((x, y), abs=1e-9)
    query = f"SELECT (geof:transform(?x, <{EPSG}{code}>) AS ?v) {{ ?a :left ?x }}"
    for (value,), literal in zip(rows_of(query, shapes, duck), literals, strict=True):
        assert isinstance(value, Literal)
        system, _, text = value.lexical.partition("> ")
        assert system == f"<{EPSG}{code}"
        found, given = shapely.from_wkt(text), shapely.from_wkt(literal.partition("> ")[2])
        assert (found.x, found.y) == pytest.approx((given.x, given.y), abs=1e-6, rel=1e-9)
