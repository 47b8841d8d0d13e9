"""Functions that give a geometry (GeoSPARQL 1.1, section 8.7), as WKT in CRS84.

Figures are combined in the plane of degrees. A buffer in metres is made around a figure in a plane
of its own, that keeps the distances from the figure's middle (azimuthal equidistant).
"""

from __future__ import annotations

from typing import Final

from federation.operators.fragments import sql
from federation.operators.geo.distances import double, number, on_earth
from federation.operators.geo.literals import (
    geometries,
    geometry,
    place_of,
    projection,
    wkt_literal,
    written_out,
)
from federation.operators.geo.relations import pair
from federation.operators.geo.units import Unit, length_unit
from federation.operators.scope import Function, Scope, native
from federation.relational.convert import iri_text
from federation.relational.encoding import IriTemplate, SqlTerm
from federation.unsupported import Unsupported
from mappers.rdf import WKT_LITERAL
from mappers.wkt import CRS84

_OF_ONE: Final = {
    "boundary": "ST_Boundary(:g)",
    "centroid": "ST_Centroid(:g)",
    "convexHull": "ST_ConvexHull(:g)",
    "envelope": "ST_Envelope(:g)",
}
_OF_TWO: Final = {
    "difference": "ST_Difference(:a, :b)",
    "intersection": "ST_Intersection(:a, :b)",
    "symDifference": "ST_SymDifference(:a, :b)",
    "union": "ST_Union(:a, :b)",
}

_QUARTER: Final = 16
"""Segments by which a buffer has a quarter of a circle: no point of it is 0.12 % off."""


def _of_one(name: str, fragment: str) -> Function:
    def apply(arguments: tuple[SqlTerm, ...], scope: Scope) -> SqlTerm:
        if len(arguments) != 1:
            raise Unsupported(f"geof:{name} with {len(arguments)} arguments")
        return wkt_literal(sql(fragment, g=geometry(arguments[0], scope)))

    return apply


def _of_two(name: str, fragment: str) -> Function:
    def apply(arguments: tuple[SqlTerm, ...], scope: Scope) -> SqlTerm:
        a, b = geometries(pair(name, arguments), scope)
        return wkt_literal(sql(fragment, a=a, b=b))

    return apply


def _buffer(arguments: tuple[SqlTerm, ...], scope: Scope) -> SqlTerm:
    """geof:buffer(figure, radius, unit)."""
    if len(arguments) != 3:
        raise Unsupported("geof:buffer without a unit")
    unit = length_unit(arguments[2], "buffer")
    return _buffered(arguments[0], arguments[1], unit, scope)


def _metric_buffer(arguments: tuple[SqlTerm, ...], scope: Scope) -> SqlTerm:
    """geof:metricBuffer(figure, radius in metres)."""
    figure, radius = pair("metricBuffer", arguments)
    return _buffered(figure, radius, Unit("length", 1), scope)


def _buffered(figure: SqlTerm, radius: SqlTerm, unit: Unit, scope: Scope) -> SqlTerm:
    place = place_of((figure, radius), scope)
    shape, size = on_earth(figure, scope, place), number(radius, scope, place)
    if unit.size != 1:
        size = sql("(:r) * :s", r=size, s=double(unit.size))
    if unit.quantity == "angle":
        return wkt_literal(sql(f"ST_Buffer(:g, :r, {_QUARTER})", g=shape, r=size))
    plane = scope.keep(
        sql(
            "printf('+proj=aeqd +lat_0=%.9f +lon_0=%.9f +datum=WGS84',"
            " (ST_YMin(:g) + ST_YMax(:g)) / 2, (ST_XMin(:g) + ST_XMax(:g)) / 2)",
            g=shape,
        )
    )
    flat = f"ST_Buffer(ST_Transform(:g, 'OGC:CRS84', :p), :r, {_QUARTER})"
    return wkt_literal(sql(f"ST_Transform({flat}, :p, 'OGC:CRS84')", g=shape, p=plane, r=size))


def _geometry_n(arguments: tuple[SqlTerm, ...], scope: Scope) -> SqlTerm:
    """geof:geometryN(collection, n), counted from 1; what is no collection is its own first."""
    figure, place = pair("geometryN", arguments)
    parts = sql("list_transform(ST_Dump(:g), lambda part: part.geom)", g=geometry(figure, scope))
    n = sql("TRY_CAST(:n AS BIGINT)", n=number(place, scope))
    return wkt_literal(sql("CASE WHEN :n >= 1 THEN list_extract(:parts, :n) END", n=n, parts=parts))


def _transform(arguments: tuple[SqlTerm, ...], scope: Scope) -> SqlTerm:
    """geof:transform(figure, system), in the axis order of the system's authority."""
    figure, system = pair("transform", arguments)
    if not isinstance(system.encoding, IriTemplate):
        raise Unsupported("geof:transform to what is no IRI")
    place = place_of((figure, system), scope)
    iri = written_out(iri_text(system), scope)
    made = sql(
        f"CASE WHEN :i = '{CRS84}' THEN ST_AsText(:g)"
        " ELSE '<' || :i || '> ' || ST_AsText(TRY(ST_Transform(:g, 'OGC:CRS84', :p))) END",
        i=iri,
        p=scope.lets.keep(projection(iri), place),
        g=geometry(figure, scope, place),
    )
    return native(WKT_LITERAL, made)


FUNCTIONS: Final = {
    **{name: _of_one(name, fragment) for name, fragment in _OF_ONE.items()},
    **{name: _of_two(name, fragment) for name, fragment in _OF_TWO.items()},
    "buffer": _buffer,
    "metricBuffer": _metric_buffer,
    "geometryN": _geometry_n,
    "transform": _transform,
}
"""Function by its local name."""
