"""Conditions by which DuckDB joins two sources with a spatial index.

A relation of simple features, and `by:distanceWithin`, are such conditions as they are compiled:
boxes that meet, and what is exact. A distance that is compared with a limit becomes one here.
"""

from __future__ import annotations

from typing import Final

from sqlglot import exp

from federation.algebra import Call, Expression
from federation.operators.fragments import sql
from federation.operators.geo import DISTANCE_WITHIN, GEOF, MAY_BE_WITHIN
from federation.operators.geo.relations import MEETING
from federation.operators.geo.units import OGC
from federation.relational.encoding import Native, SqlTerm
from federation.relational.nodes import bare, column
from federation.sql.join import Condition, left_join, open_join
from federation.sql.relation import Aliases, Rel, column_name, from_, named, source
from federation.sql.shared import with_shared
from mappers.rdf import XSD_INTEGER, Iri

_METRE: Final = Iri(OGC + "metre")
_BY_PLACE: Final = frozenset({DISTANCE_WITHIN, MAY_BE_WITHIN, *(GEOF + name for name in MEETING)})
_NUMBER: Final = ".number"
"""A variable of the engine's own, since no name of a variable has a point."""


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


def joins_by_place(condition: Expression) -> bool:
    """Whether what a condition demands lets DuckDB find the pairs by an index."""
    match with_boxes(condition):
        case Call(function="&&", arguments=arguments):
            return any(joins_by_place(argument) for argument in arguments)
        case Call(function=function):
            return function in _BY_PLACE
        case _:
            return False


def spatial_left_join(left: Rel, right: Rel, condition: Condition, aliases: Aliases) -> Rel:
    """OPTIONAL of relations that share no variable, under a condition that joins by place.

    DuckDB takes the index for an inner join only, if more than boxes is to be compared. So the
    left solutions are numbered, the pairs are found first, and a solution finds its own by number.
    """
    table, alias = aliases.new(), aliases.new()
    number = SqlTerm(Native(XSD_INTEGER), (column(column_name(_NUMBER, 0)),), False)
    numbers = named(sql("row_number() OVER ()"), column_name(_NUMBER, 0))
    numbered = exp.Select(expressions=[exp.Star(), numbers])
    from_(numbered, [source(left, alias)])
    whole = exp.Select(expressions=[exp.Star()])
    from_(whole, [exp.Table(this=bare(table))])
    lasting = Rel(whole, {**left.terms, _NUMBER: number}, left.shapes)
    pairs = open_join([lasting, right], aliases)
    lets = pairs.lets()
    met = condition(pairs.terms, lets)
    found = pairs.select({name: pairs.terms[name] for name in (_NUMBER, *right.terms)}, lets, [met])
    made = left_join(lasting, found, None, aliases)
    name = exp.TableAlias(this=bare(table))
    with_shared(made, [exp.CTE(this=numbered, alias=name, materialized=True)])
    terms = {variable: term for variable, term in made.terms.items() if variable != _NUMBER}
    return Rel(made.query, terms)
