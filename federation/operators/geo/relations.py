"""The simple-feature relations (GeoSPARQL 1.1, section 8.8.1), planar in degrees.

Boxes that do not meet come first: two geometries have none of the relations but being disjoint
unless their boxes meet, and by boxes DuckDB joins two sources with an index. The relation itself is
an error of its own pair where GEOS gives up on a geometry that is not valid.
"""

from __future__ import annotations

from typing import Final

from federation.operators.fragments import sql
from federation.operators.geo.literals import geometries
from federation.operators.scope import Function, Scope, boolean
from federation.relational.encoding import SqlTerm
from federation.unsupported import Unsupported

MEETING: Final = {
    "sfEquals": "ST_Equals",
    "sfIntersects": "ST_Intersects",
    "sfTouches": "ST_Touches",
    "sfCrosses": "ST_Crosses",
    "sfWithin": "ST_Within",
    "sfContains": "ST_Contains",
    "sfOverlaps": "ST_Overlaps",
}
"""Relations that hold only where the boxes meet."""

BOXES_MEET: Final = "ST_Intersects_Extent(:a, :b)"


def _meeting(name: str, function: str) -> Function:
    def apply(arguments: tuple[SqlTerm, ...], scope: Scope) -> SqlTerm:
        a, b = geometries(pair(name, arguments), scope)
        return boolean(sql(f"{BOXES_MEET} AND TRY({function}(:a, :b))", a=a, b=b))

    return apply


def _disjoint(arguments: tuple[SqlTerm, ...], scope: Scope) -> SqlTerm:
    a, b = geometries(pair("sfDisjoint", arguments), scope)
    return boolean(sql(f"NOT {BOXES_MEET} OR TRY(ST_Disjoint(:a, :b))", a=a, b=b))


def pair(name: str, arguments: tuple[SqlTerm, ...]) -> tuple[SqlTerm, SqlTerm]:
    """The two arguments of a function. Raises Unsupported for another number of them."""
    if len(arguments) != 2:
        raise Unsupported(f"geof:{name} with {len(arguments)} arguments")
    return arguments[0], arguments[1]


FUNCTIONS: Final = {
    **{name: _meeting(name, function) for name, function in MEETING.items()},
    "sfDisjoint": _disjoint,
}
"""Relation by its local name."""
