"""Conditions by which DuckDB joins two sources with a spatial index.

A relation of simple features, and `by:distanceWithin`, are such conditions as they are compiled:
boxes that meet, and what is exact. A distance that is compared with a limit becomes one here.
"""

from __future__ import annotations

from typing import Final

from federation.algebra import Call, Expression
from federation.operators.geo import GEOF, MAY_BE_WITHIN
from federation.operators.geo.units import OGC
from mappers.rdf import Iri

_METRE: Final = Iri(OGC + "metre")


def with_boxes(condition: Expression) -> Expression:
    """The condition, with each distance of which it demands that it is below a limit by boxes too.

    It is true for the same solutions. Where a distance is no error, it is also false for the same.
    """
    match condition:
        case Call(function="&&", arguments=arguments):
            return Call("&&", tuple(with_boxes(argument) for argument in arguments))
        case Call(function="<" | "<=", arguments=(Call() as distance, limit)):
            return _demanded(condition, distance, limit)
        case Call(function=">" | ">=", arguments=(limit, Call() as distance)):
            return _demanded(condition, distance, limit)
        case _:
            return condition


def _demanded(condition: Expression, distance: Call, limit: Expression) -> Expression:
    match distance:
        case Call(function=function, arguments=(a, b)) if function == GEOF + "metricDistance":
            unit: Expression = _METRE
        case Call(function=function, arguments=(a, b, unit)) if function == GEOF + "distance":
            pass
        case _:
            return condition
    return Call("&&", (Call(MAY_BE_WITHIN, (a, b, limit, unit)), condition))
