"""Areas, lengths and perimeters (GeoSPARQL 1.1, section 8.7).

They are those on the WGS 84 spheroid; in a unit of angles, those in the plane of degrees.
"""

from __future__ import annotations

from typing import Final

from federation.operators.fragments import sql
from federation.operators.geo.distances import in_unit, on_earth
from federation.operators.geo.units import area_unit, length_unit
from federation.operators.scope import Function, Scope, native
from federation.relational.encoding import SqlTerm
from federation.unsupported import Unsupported
from mappers.rdf import XSD_DOUBLE

_MEASURES: Final = {"area": "ST_Area", "length": "ST_Length", "perimeter": "ST_Perimeter"}


def _measure(name: str, function: str) -> Function:
    def apply(arguments: tuple[SqlTerm, ...], scope: Scope) -> SqlTerm:
        if len(arguments) != 2:
            raise Unsupported(f"geof:{name} without a unit")
        choose = area_unit if name == "area" else length_unit
        unit = choose(arguments[1], name)
        shape = on_earth(arguments[0], scope)
        if unit.quantity == "angle":
            square = unit.size**2 if name == "area" else unit.size
            return native(XSD_DOUBLE, in_unit(sql(f"TRY({function}(:g))", g=shape), square))
        return native(XSD_DOUBLE, in_unit(sql(_on_spheroid(function), g=shape), unit.size))

    return apply


def _metric(name: str, function: str) -> Function:
    def apply(arguments: tuple[SqlTerm, ...], scope: Scope) -> SqlTerm:
        if len(arguments) != 1:
            raise Unsupported(f"geof:{name} with {len(arguments)} arguments")
        return native(XSD_DOUBLE, sql(_on_spheroid(function), g=on_earth(arguments[0], scope)))

    return apply


def _on_spheroid(function: str) -> str:
    """DuckDB's functions want the latitude first."""
    return f"TRY({function}_Spheroid(ST_FlipCoordinates(:g)))"


FUNCTIONS: Final = {
    **{name: _measure(name, function) for name, function in _MEASURES.items()},
    **{
        f"metric{name.capitalize()}": _metric(f"metric{name.capitalize()}", function)
        for name, function in _MEASURES.items()
    },
}
"""Function by its local name."""
