"""Domains: what terms a variable of a plan can have, as far as the mapping tells.

Used to leave out rules that cannot join (FedX's and Ontop's pruning by term structure).
"""

from __future__ import annotations

from collections.abc import Mapping

from federation.planning.plan import (
    AntiJoin,
    Extend,
    Filter,
    Inline,
    Join,
    LeftJoin,
    Modify,
    Plan,
    Scan,
    UnionAll,
)
from mappers.published import ConstantTerm, TermMap
from mappers.unfolding import may_be_equal

Domain = tuple[TermMap, ...]
Domains = Mapping[str, Domain]
"""For each variable that is certainly bound, the term maps of which one gives its value. A variable
that is missing may have any value, or none."""

_LARGEST = 200


def domains(plan: Plan) -> Domains:
    """The domains of the variables that every solution of a plan binds."""
    match plan:
        case Scan(outputs=outputs):
            return {name: (term,) for name, term in outputs}
        case Inline(variables=variables, rows=rows):
            return _inline_domains(variables, rows)
        case UnionAll(branches=branches):
            return _union_domains(tuple(domains(branch) for branch in branches))
        case Join(children=parts):
            return narrow_all(tuple(domains(part) for part in parts))
        case LeftJoin(left=left) | AntiJoin(left=left):
            return domains(left)
        case Filter(child=child) | Extend(child=child):
            return domains(child)
        case Modify(child=child, variables=variables):
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
            found[name] = tuple(ConstantTerm(value) for value in values)  # type: ignore[arg-type]
    return found


def _union_domains(found: tuple[Domains, ...]) -> dict[str, Domain]:
    if not found:
        return {}
    shared = set(found[0]).intersection(*found[1:])
    merged = {
        name: tuple(dict.fromkeys(term for one in found for term in one[name]))
        for name in found[0]
        if name in shared
    }
    return {name: domain for name, domain in merged.items() if len(domain) <= _LARGEST}


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
    return any(may_be_equal(one, other) for one in left for other in right)
