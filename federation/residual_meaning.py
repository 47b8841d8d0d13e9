"""What of a query means the same on the residual path as in SQL; the rest is refused by name there.

Oxigraph departs from the specification, or from what it leaves open and SQL decides, in some
places: an equality that is an error is false to it, a literal has no lexical form but its value's,
`BNODE` of a text is one node for all rows, and `GRAPH` sees no graph of which nothing was fetched.
An answer must not depend on the path, so only what is known to be equal is let through.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Final

from federation import algebra
from federation.algebra import (
    Aggregate,
    AlternativePath,
    Call,
    Exists,
    Expression,
    InversePath,
    Path,
    PathPattern,
    Query,
    RepeatPath,
    SequencePath,
    TriplePattern,
    Variable,
)
from federation.mentions import nodes_of
from mappers.canonical import canonical_literal
from mappers.published import NATIVE_TYPES
from mappers.rdf import XSD, XSD_BOOLEAN, XSD_DOUBLE, XSD_FLOAT, XSD_STRING, Iri, Literal

_TRUTHS: Final = frozenset({"BOUND", "ISIRI", "ISBLANK", "ISLITERAL", "SAMETERM"})
"""Functions of terms that give a boolean, and an error where ours do."""

_IN_FILTERS: Final = frozenset({"=", "IN", "<", ">"})
"""Comparisons that are true to Oxigraph where ours are; to FILTER an error is as good as false."""

_TEXT_TESTS: Final = frozenset({"STRSTARTS", "STRENDS", "CONTAINS", "LANGMATCHES"})

_VALUES: Final = frozenset({"STR", "LANG", "DATATYPE", "COALESCE"}) | _TEXT_TESTS
"""Functions that give the same term of the same terms."""


def differing(query: Query) -> str | None:
    """What of a query may mean something else to Oxigraph, in words; None if nothing does."""
    form = query.form
    constants = form.template if isinstance(form, algebra.Construct) else ()
    return next(chain(_constants(constants), _pattern(form.pattern)), None)


def unreadable_datatypes(query: Query) -> frozenset[str]:
    """Datatypes whose literals, where they are fetched, make some part of the query differ."""
    found: set[str] = set()
    for node in nodes_of(query.form):
        match node:
            case Call(function="<" | ">") | algebra.SortKey():
                found.add(XSD_BOOLEAN)  # Oxigraph has no order of them
            case Call(function="STR" | "STRSTARTS" | "STRENDS" | "CONTAINS"):
                found.update((XSD_DOUBLE, XSD_FLOAT))  # which it writes otherwise
            case _:
                continue
    return frozenset(found)


def _constants(value: object) -> Iterator[str]:
    """The literals whose lexical form Oxigraph may not keep."""
    for node in nodes_of(value):
        if isinstance(node, Literal) and not _is_kept(node):
            yield f"the literal {node}"


def _is_kept(literal: Literal) -> bool:
    if literal.datatype in NATIVE_TYPES:
        return canonical_literal(literal) == literal
    return literal.datatype == XSD_STRING or not literal.datatype.startswith(XSD)


def _pattern(pattern: algebra.Pattern) -> Iterator[str]:
    match pattern:
        case algebra.Bgp(patterns=parts):
            yield from _constants(parts)
            for part in parts:
                if isinstance(part, PathPattern) and may_be_empty(part.path):
                    yield "a path without a step"
        case algebra.Graph(name=name, pattern=inner):
            if not _is_plain(inner, filters=isinstance(name, Iri)):
                yield f"GRAPH {name} over more than triple patterns"
            yield from _pattern(inner)
        case algebra.Values(rows=rows):
            yield from _constants(rows)
        case (
            algebra.Join(left=left, right=right)
            | algebra.Union(left=left, right=right)
            | algebra.Minus(left=left, right=right)
        ):
            yield from _pattern(left)
            yield from _pattern(right)
        case algebra.LeftJoin(left=left, right=right, condition=condition):
            yield from _pattern(left)
            yield from _pattern(right)
            if condition is not None:
                yield from _truth(condition, of_filter=True)
        case algebra.Filter(condition=condition, pattern=inner):
            yield from _truth(condition, of_filter=True)
            yield from _pattern(inner)
        case algebra.Extend(expression=expression, pattern=inner):
            yield from _value(expression)
            yield from _pattern(inner)
        case algebra.OrderBy(keys=keys, pattern=inner):
            for key in keys:
                yield from _value(key.expression)
            yield from _pattern(inner)
        case algebra.Group(aggregates=aggregates, pattern=inner):
            for _, aggregate in aggregates:
                yield from _value(aggregate)
            yield from _pattern(inner)
        case algebra.Service():
            yield "SERVICE"
        case _:
            yield from _pattern(pattern.pattern)


def _is_plain(pattern: algebra.Pattern, *, filters: bool) -> bool:
    """Whether a pattern in GRAPH has solutions by its triple patterns only: Oxigraph knows no graph
    of which nothing was fetched, and lets a pattern see the name of its graph.
    """
    match pattern:
        case algebra.Bgp(patterns=parts):
            return bool(parts) and all(isinstance(part, TriplePattern) for part in parts)
        case algebra.Join(left=left, right=right) | algebra.Union(left=left, right=right):
            return _is_plain(left, filters=filters) and _is_plain(right, filters=filters)
        case algebra.LeftJoin(left=left, right=right):
            both = _is_plain(left, filters=filters) and _is_plain(right, filters=filters)
            return filters and both
        case algebra.Filter(pattern=inner):
            return filters and _is_plain(inner, filters=filters)
        case _:
            return False


def _truth(expression: Expression, *, of_filter: bool) -> Iterator[str]:
    """What differs of a condition; of one `of_filter` false and an error are the same."""
    match expression:
        case Call(function="&&" | "||", arguments=arguments):
            for one in arguments:
                yield from _truth(one, of_filter=of_filter)
        case Call(function="!", arguments=(inner,)):
            yield from _truth(inner, of_filter=False)
        case Exists(pattern=pattern):
            yield from _pattern(pattern)
        case Call(function=function, arguments=arguments) if function in _TRUTHS or (
            of_filter and function in _IN_FILTERS
        ):
            for one in arguments:
                yield from _value(one)
        case Call(function=function) if function in _TEXT_TESTS:
            yield from _value(expression)
        case Call(function=function):
            yield _named(function)
        case _:
            yield "the truth of a value"


def _value(expression: Expression) -> Iterator[str]:
    match expression:
        case Variable() | Iri():
            return
        case Literal():
            yield from _constants(expression)
        case Exists():
            yield from _truth(expression, of_filter=False)
        case Aggregate(function="COUNT", argument=argument):
            if argument is not None:
                yield from _value(argument)
        case Aggregate(function=function):
            yield function
        case Call(function="BNODE", arguments=()):
            return
        case Call(function="IF", arguments=(condition, *values)):
            yield from _truth(condition, of_filter=False)
            for one in values:
                yield from _value(one)
        case Call(function="&&" | "||" | "!"):
            yield from _truth(expression, of_filter=False)
        case Call(function=function, arguments=arguments) if function in _VALUES | _TRUTHS:
            for one in arguments:
                yield from _value(one)
        case Call(function=function):
            yield _named(function)


def _named(function: str) -> str:
    return f"<{function}>" if ":" in function else function


def may_be_empty(path: Path) -> bool:
    """Whether a path can match without any step, and so any node with itself."""
    match path:
        case RepeatPath(path=inner, minimum=minimum):
            return minimum == 0 or may_be_empty(inner)
        case InversePath(path=inner):
            return may_be_empty(inner)
        case SequencePath(left=left, right=right) | AlternativePath(left=left, right=right):
            return may_be_empty(left) or may_be_empty(right)
        case _:
            return False
