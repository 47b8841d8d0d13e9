"""Domains: what terms a variable of a plan can have, as far as the mapping tells.

Used to leave out rules that cannot join (FedX's and Ontop's pruning by term structure).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from federation.planning.plan import (
    AntiJoin,
    Extend,
    Filter,
    First,
    Group,
    Inline,
    Join,
    LeftJoin,
    Modify,
    Place,
    Plan,
    Scan,
    Table,
    UnionAll,
)
from mappers.published import (
    ColumnTerm,
    ConstantTerm,
    GeneralTerm,
    TemplateTerm,
    TermMap,
    columns_of,
)
from mappers.rdf import Iri
from mappers.unfolding import may_be_equal, template_shape


@dataclass(frozen=True, slots=True)
class Values:
    """The terms that a term map gives; `table` is where from, if that table has any terms apart."""

    term: TermMap
    table: Table | None = None


Domain = tuple[Values, ...]
Domains = Mapping[str, Domain]
"""For each variable that is certainly bound, the values of which it has one. A variable that is
missing may have any value, or none."""

Symbol = tuple[object, ...]

_Source = tuple[Place, str, TermMap] | None

_LARGEST = 200


def domains(plan: Plan) -> Domains:
    """The domains of the variables that every solution of a plan binds."""
    match plan:
        case Scan(outputs=outputs):
            return {name: (values_of(plan, term),) for name, term in outputs}
        case Inline(variables=variables, rows=rows):
            return _inline_domains(variables, rows)
        case UnionAll(branches=branches):
            return _union_domains(tuple(domains(branch) for branch in branches))
        case Join(children=parts):
            return narrow_all(tuple(domains(part) for part in parts))
        case LeftJoin(left=left) | AntiJoin(left=left):
            return domains(left)
        case Extend(child=child, variable=variable, expression=Iri() as constant):
            return {**domains(child), variable: (Values(ConstantTerm(constant)),)}
        case Filter(child=child) | Extend(child=child):
            return domains(child)
        case (
            Modify(child=child, variables=variables)
            | First(child=child, variables=variables)
            | Group(child=child, keys=variables)
        ):
            inner = domains(child)
            return {name: inner[name] for name in variables if name in inner}
        case _:
            return {}


def _inline_domains(
    variables: tuple[str, ...], rows: tuple[tuple[object, ...], ...]
) -> dict[str, Domain]:
    found: dict[str, Domain] = {}
    for index, name in enumerate(variables):
        values = {row[index] for row in rows}
        if None not in values and len(values) <= _LARGEST:
            found[name] = tuple(
                Values(ConstantTerm(value))  # type: ignore[arg-type]
                for value in values
            )
    return found


def _union_domains(found: tuple[Domains, ...]) -> dict[str, Domain]:
    if not found:
        return {}
    shared = set(found[0]).intersection(*found[1:])
    merged = {
        name: _merged(value for one in found for value in one[name])
        for name in found[0]
        if name in shared
    }
    return {name: domain for name, domain in merged.items() if len(domain) <= _LARGEST}


def _merged(values: Iterable[Values]) -> Domain:
    """Values of one or another kind, those of one shape told apart only where it may matter.

    Tables are apart from others of their version alone: where terms of one shape come from two
    versions, any term of that shape may be among them.
    """
    kinds: dict[Symbol, dict[_Source, Values]] = {}
    for value in values:
        table = value.table
        source = None if table is None else (table.place, table.relation.name, value.term)
        kinds.setdefault(shape_of(value.term), {}).setdefault(source, value)
    found: list[Values] = []
    for kind in kinds.values():
        places = {None if value.table is None else value.table.place for value in kind.values()}
        if places == {None} or len(places) > 1:
            found.append(Values(next(iter(kind.values())).term))
        else:
            found.extend(kind.values())
    return tuple(found)


@lru_cache(maxsize=4096)
def shape_of(term: TermMap) -> Symbol:
    """A term map without its columns: equal shapes and terms mean equal column values."""
    match term:
        case TemplateTerm(parts=parts, kind=kind):
            return (kind, *(part if isinstance(part, str) else part.encoded for part in parts))
        case ColumnTerm(datatype=datatype, language=language):
            return ("column", datatype, language)
        case GeneralTerm():
            return ("general",)
        case ConstantTerm(term=constant):
            return ("constant", constant)


def narrow_all(found: tuple[Domains, ...]) -> dict[str, Domain]:
    """The domains of a join: for each variable the smallest of those given."""
    merged: dict[str, Domain] = {}
    for one in found:
        for name, domain in one.items():
            if name not in merged or len(domain) < len(merged[name]):
                merged[name] = domain
    return merged


def compatible(left: Domain, right: Domain) -> bool:
    """Whether a term can be in both domains; False only where that is proven impossible."""
    return any(may_meet(one, other) for one in left for other in right)


def values_of(scan: Scan, term: TermMap) -> Values:
    """The values that a term map gives over the rows of a scan."""
    return Values(term, scan.table if scan.table.relation.apart else None)


def may_meet(left: Values, right: Values) -> bool:
    """Whether a term can be among both values; False only where that is proven impossible."""
    return may_be_equal(left.term, right.term) and not _are_apart(left, right)


def _are_apart(left: Values, right: Values) -> bool:
    """Whether publishing has found that the two relations share none of these terms.

    It has compared what one template makes of the two relations' columns; another template may make
    an equal term of values that differ.
    """
    one, other = left.table, right.table
    if one is None or other is None or one.folder != other.folder or one.silo != other.silo:
        return False
    shape = template_shape(left.term)
    if shape is None or shape != template_shape(right.term):
        return False
    pairs = set(zip(columns_of(left.term), columns_of(right.term), strict=True))
    return any(
        found.relation == other.relation.name
        and set(zip(found.columns, found.others, strict=True)) == pairs
        for found in one.relation.apart
    )
