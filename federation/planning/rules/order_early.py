"""The first by an order are among the first of each branch: sorted slices below unions.

    SELECT ?s ?o { ?s ?p ?o } ORDER BY DESC(?o) LIMIT 10     the ten last of each relation

Literals of several datatypes are compared as the values of their columns, and only the first of
each branch as terms of any kind, which takes much longer. So that a slice takes the same rows each
time, all that is selected is part of the order, in each branch and over all.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from federation.algebra import SortKey, Variable
from federation.planning.conditions import is_volatile
from federation.planning.domains import Domain, Symbol, domains, shape_of
from federation.planning.expressions import variables_in
from federation.planning.plan import Modify, Plan, UnionAll, rebuilt, variables_of
from mappers.published import ConstantTerm, TemplateTerm, TermMap
from mappers.rdf import Iri

_MOST_ROWS: Final = 10_000
"""Rows of a slice up to which each branch is sorted by itself."""


def order_early(plan: Plan) -> Plan:
    """Sort and cut the branches of unions before they are put together."""
    plan = rebuilt(plan, order_early)
    if not isinstance(plan, Modify) or plan.limit is None or not plan.order or plan.distinct:
        return plan
    union, most = plan.child, plan.offset + plan.limit
    if not isinstance(union, UnionAll) or union.distinct or most > _MOST_ROWS:
        return plan
    if any(is_volatile(key.expression) for key in plan.order):
        return plan
    sorted_by = set().union(*(variables_in(key.expression) for key in plan.order))
    if not any(_is_mixed(union, name) for name in sorted_by):
        # columns of one type, and IRIs, are sorted as fast over all
        return plan
    keys = _total(plan)
    read = sorted_by.union(plan.variables)
    branches = tuple(_cut(branch, keys, read, most) for branch in union.branches)
    return replace(plan, child=replace(union, branches=branches), order=keys)


def _is_mixed(union: UnionAll, name: str) -> bool:
    """Whether a variable has terms that need a column of any term, but for some branches not."""
    kinds = {kind for branch in union.branches for kind in _kinds(domains(branch).get(name))}
    return len(kinds) > 1


def _kinds(domain: Domain | None) -> set[Symbol]:
    if domain is None:
        return {("unknown",)}
    return {("iri",) if _is_iri(value.term) else shape_of(value.term) for value in domain}


def _is_iri(term: TermMap) -> bool:
    match term:
        case TemplateTerm(kind="iri") | ConstantTerm(term=Iri()):
            return True
        case _:
            return False


def _total(plan: Modify) -> tuple[SortKey, ...]:
    """The order asked for and, where that leaves rows equal, that of all that is selected."""
    sorted_by = {key.expression for key in plan.order}
    further = (Variable(name) for name in plan.variables)
    return (*plan.order, *(SortKey(one) for one in further if one not in sorted_by))


def _cut(branch: Plan, keys: tuple[SortKey, ...], read: set[str], most: int) -> Plan:
    names = tuple(name for name in variables_of(branch) if name in read)
    return Modify(branch, names, order=keys, limit=most)
