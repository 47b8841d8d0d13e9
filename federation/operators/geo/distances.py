"""Distances in metres on the WGS 84 spheroid, and which pairs lie within one.

Between points the distance is that of the geodesic. Between other figures it is that of their
nearest points, which are found in a plane in which a degree of longitude is shortened by the cosine
of the mean latitude.
"""

from __future__ import annotations

from typing import Final

from sqlglot import exp

from federation.operators.fragments import sql
from federation.operators.geo.literals import geometry, moved, place_of
from federation.operators.geo.relations import BOXES_MEET, pair
from federation.operators.geo.units import length_unit
from federation.operators.numeric import general_double, rank
from federation.operators.scope import Scope, boolean, native
from federation.relational.encoding import SqlTerm
from federation.unsupported import Unsupported
from mappers.rdf import XSD_DOUBLE

_ON_EARTH: Final = (
    "CASE WHEN ST_XMin(:g) >= -180 AND ST_XMax(:g) <= 180"
    " AND ST_YMin(:g) >= -90 AND ST_YMax(:g) <= 90 THEN :g END"
)

_LATITUDE_METRES: Final = 110_574
"""Metres that a degree of latitude has at least, which is at the equator (110,574.3)."""
_LONGITUDE_METRES: Final = 111_319
"""Metres that a degree of longitude has at least, times the cosine of the latitude (111,319.5)."""


def on_earth(term: SqlTerm, scope: Scope, beside: str | None = None) -> exp.Expression:
    """A geometry literal; NULL if it is empty, or not in degrees as they are on a globe."""
    return scope.lets.keep(sql(_ON_EARTH, g=geometry(term, scope, beside)), beside)


def spheroid(a: exp.Expression, b: exp.Expression) -> exp.Expression:
    """Metres between two points; DuckDB's function wants the latitude first."""
    return sql("ST_Distance_Spheroid(ST_FlipCoordinates(:a), ST_FlipCoordinates(:b))", a=a, b=b)


def metres(a: exp.Expression, b: exp.Expression) -> exp.Expression:
    """The distance of two geometries on earth in metres."""
    factor = sql(
        "greatest(cos(radians((ST_YMin(:a) + ST_YMax(:a) + ST_YMin(:b) + ST_YMax(:b)) / 4)), 0.01)",
        a=a,
        b=b,
    )
    shape = "ST_Affine(:g, :f, 0, 0, 1, 0, 0)"
    one, other = sql(shape, g=a, f=factor), sql(shape, g=b, f=factor)
    line = sql("ST_ShortestLine(:a, :b)", a=one, b=other)
    back = "ST_Affine(:p, 1 / :f, 0, 0, 1, 0, 0)"
    start = sql(back, p=sql("ST_StartPoint(:l)", l=line), f=factor)
    end = sql(back, p=sql("ST_EndPoint(:l)", l=line), f=factor)
    points = "ST_GeometryType(:a) = 'POINT' AND ST_GeometryType(:b) = 'POINT'"
    return sql(
        f"TRY(CASE WHEN {points} THEN :exact WHEN ST_Intersects(:a, :b) THEN 0 ELSE :nearest END)",
        a=a,
        b=b,
        exact=spheroid(a, b),
        nearest=spheroid(start, end),
    )


def _metric_distance(arguments: tuple[SqlTerm, ...], scope: Scope) -> SqlTerm:
    """geof:metricDistance(a, b)."""
    place = place_of(pair("metricDistance", arguments), scope)
    a, b = (on_earth(term, scope, place) for term in arguments)
    return native(XSD_DOUBLE, metres(a, b))


def _distance(arguments: tuple[SqlTerm, ...], scope: Scope) -> SqlTerm:
    """geof:distance(a, b, unit): on the spheroid; in a unit of angles in the plane of degrees."""
    if len(arguments) != 3:
        raise Unsupported("geof:distance without a unit")
    unit = length_unit(arguments[2], "distance")
    place = place_of(arguments[:2], scope)
    a, b = (on_earth(term, scope, place) for term in arguments[:2])
    found = metres(a, b)
    if unit.quantity == "angle":
        found = sql("TRY(ST_Distance(:a, :b))", a=a, b=b)
    return native(XSD_DOUBLE, in_unit(found, unit.size))


def in_unit(value: exp.Expression, size: float) -> exp.Expression:
    """A DOUBLE in metres (square metres, degrees) in a unit that is so many of them."""
    return value if size == 1 else sql("(:v) / :s", v=value, s=double(size))


def double(value: float) -> exp.Expression:
    """A DOUBLE of the program's own."""
    return exp.cast(exp.Literal.string(repr(value)), "DOUBLE")


def within(arguments: tuple[SqlTerm, ...], scope: Scope) -> SqlTerm:
    """by:distanceWithin(a, b, metres).

    A box comes first, by which DuckDB joins two sources with an index: what lies outside of it is
    farther for certain.
    """
    if len(arguments) != 3:
        raise Unsupported("by:distanceWithin without a distance")
    place = place_of(arguments[:2], scope)
    a, b = (on_earth(term, scope, place) for term in arguments[:2])
    reach = number(arguments[2], scope, place or _table(a))
    near = may_be_within(a, b, reach, scope)
    return boolean(sql(":near AND :d <= :m", near=near, d=metres(a, b), m=reach))


def number(term: SqlTerm, scope: Scope, beside: str | None = None) -> exp.Expression:
    """A number as DOUBLE; NULL for what is none. No distance is within NaN, and none within -1."""
    term = moved(term, scope, beside)
    given = sql("CASE WHEN :r IS NOT NULL THEN :v END", r=rank(term), v=general_double(term))
    value = scope.lets.keep(given, beside)
    return scope.lets.keep(sql("CASE WHEN isnan(:v) THEN -1 ELSE :v END", v=value), beside)


def may_be_within(
    a: exp.Expression, b: exp.Expression, reach: exp.Expression, scope: Scope
) -> exp.Expression:
    """False only for geometries on earth that are farther from each other than `reach` metres.

    The box is around the geometry whose source has the reach too, so that it is a column of it.
    """
    if _table(reach) not in (None, _table(a)):
        a, b = b, a
    return sql(BOXES_MEET, a=_box(a, reach, scope), b=b)


def _table(value: exp.Expression) -> str | None:
    """The one source that a value reads."""
    tables = {column.table for column in value.find_all(exp.Column)}
    return tables.pop() if len(tables) == 1 else None


def _box(figure: exp.Expression, reach: exp.Expression, scope: Scope) -> exp.Expression:
    """The box of all points that may be within a number of metres of a figure on earth.

    On the way to such a point no latitude is farther from the equator than the figure's farthest
    one and the reach beyond, and there the degrees of longitude are the shortest. All longitudes
    are within reach where a pole may be, or the meridian where they begin anew.
    """
    height = sql(f":m / {_LATITUDE_METRES} + 1e-9", m=reach)
    top = sql("greatest(abs(ST_YMin(:g)), abs(ST_YMax(:g))) + :h", g=figure, h=height)
    width = scope.keep(
        sql(
            "CASE WHEN :top < 89.9"
            f" THEN :m / ({_LONGITUDE_METRES} * cos(radians(:top))) + 1e-9 ELSE 360 END",
            top=top,
            m=reach,
        )
    )
    west, east = (
        sql("ST_XMin(:g) - :w", g=figure, w=width),
        sql("ST_XMax(:g) + :w", g=figure, w=width),
    )
    around = sql(":west < -180 OR :east > 180", west=west, east=east)
    box = sql(
        "ST_MakeEnvelope(CASE WHEN :around THEN -180 ELSE :west END, ST_YMin(:g) - :h,"
        " CASE WHEN :around THEN 180 ELSE :east END, ST_YMax(:g) + :h)",
        around=around,
        west=west,
        east=east,
        g=figure,
        h=height,
    )
    return scope.keep(box)


def may_be(arguments: tuple[SqlTerm, ...], scope: Scope) -> SqlTerm:
    """False only where geof:distance(a, b, unit) is above a limit; arguments a, b, limit, unit."""
    left, right, limit, named = arguments
    unit = length_unit(named, "distance")
    place = place_of((left, right), scope)
    a, b = (on_earth(term, scope, place) for term in (left, right))
    place = place or _table(a)
    reach = number(limit, scope, place)
    if unit.size != 1:
        reach = scope.lets.keep(sql(":r * :s", r=reach, s=double(unit.size)), place)
    if unit.quantity == "length":
        return boolean(may_be_within(a, b, reach, scope))
    if _table(reach) not in (None, _table(a)):
        a, b = b, a
    box = sql(
        "ST_MakeEnvelope(ST_XMin(:g) - :r, ST_YMin(:g) - :r, ST_XMax(:g) + :r, ST_YMax(:g) + :r)",
        g=a,
        r=scope.lets.keep(sql("greatest(:r, 0) + 1e-9", r=reach), place),
    )
    return boolean(sql(BOXES_MEET, a=scope.keep(box), b=b))


FUNCTIONS: Final = {"distance": _distance, "metricDistance": _metric_distance}
"""Function by its local name."""
