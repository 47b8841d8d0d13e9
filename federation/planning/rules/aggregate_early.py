"""What is the same for a whole relation is counted, or told apart, relation by relation.

    SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p     a sum of counts, one for each predicate
    SELECT DISTINCT ?class { ?s a ?class }                  one row of each relation is enough

Counts add up, and so do integers; a set of sets is a set. Terms of many shapes need not be brought
to one before.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from federation.algebra import Aggregate, Variable
from federation.planning.conditions import is_volatile
from federation.planning.domains import Domains, domains
from federation.planning.expressions import exists_in, variables_in
from federation.planning.plan import (
    First,
    Group,
    Modify,
    Plan,
    Scan,
    UnionAll,
    rebuilt,
    variables_of,
)
from mappers.published import ColumnTerm, ConstantTerm
from mappers.rdf import XSD_INTEGER


def aggregate_early(plan: Plan) -> Plan:
    """Aggregate and deduplicate the branches of unions before they are put together."""
    plan = rebuilt(plan, aggregate_early)
    match plan:
        case Group(child=UnionAll(distinct=False) as union):
            return _grouped(plan, union)
        case Modify(child=UnionAll() as union, distinct=True):
            return _deduplicated(plan, union)
        case _:
            return plan


def _grouped(plan: Group, union: UnionAll) -> Plan:
    """The sum of what is counted in each branch, where all of a branch is one group."""
    known = [domains(branch) for branch in union.branches]
    if not plan.aggregates or not all(_is_one_group(plan.keys, one) for one in known):
        return plan
    if not all(_adds_up(aggregate, known) for _, aggregate in plan.aggregates):
        return plan
    parts = tuple((f".part{i}", one) for i, (_, one) in enumerate(plan.aggregates))
    counted = tuple(Group(branch, plan.keys, parts, implicit=False) for branch in union.branches)
    sums = tuple(
        (name, Aggregate("SUM", Variable(part)))
        for (name, _), (part, _) in zip(plan.aggregates, parts, strict=True)
    )
    return replace(plan, child=UnionAll(counted), aggregates=sums)


def _is_one_group(keys: tuple[str, ...], known: Domains) -> bool:
    """Whether all solutions of a branch have the same terms as keys."""
    return all(
        len(found := known.get(key, ())) == 1 and isinstance(found[0].term, ConstantTerm)
        for key in keys
    )


def _adds_up(aggregate: Aggregate, known: list[Domains]) -> bool:
    if aggregate.distinct:
        return False
    argument = aggregate.argument
    if aggregate.function == "COUNT":
        return argument is None or not (exists_in(argument) or is_volatile(argument))
    return (
        aggregate.function == "SUM"
        and isinstance(argument, Variable)
        and all(
            argument.name in one
            and all(
                isinstance(found.term, ColumnTerm) and found.term.datatype == XSD_INTEGER
                for found in one[argument.name]
            )
            for one in known
        )
    )


def _deduplicated(plan: Modify, union: UnionAll) -> Plan:
    """A set of the sets of the branches."""
    visible = set(plan.variables)
    if any(not variables_in(key.expression) <= visible for key in plan.order):
        return plan
    branches = tuple(_as_set(branch, plan.variables) for branch in _flat(union))
    return replace(plan, child=UnionAll(branches))


def _flat(union: UnionAll) -> Iterator[Plan]:
    """The branches of a union and of those in it, each of which may be a set or not."""
    for branch in union.branches:
        if isinstance(branch, UnionAll):
            yield from _flat(branch)
        else:
            yield branch


def _as_set(branch: Plan, variables: tuple[str, ...]) -> Plan:
    names = tuple(name for name in variables if name in variables_of(branch))
    if not isinstance(branch, Scan):
        return Modify(branch, names, distinct=True)
    outputs = tuple((name, term) for name, term in branch.outputs if name in names)
    scan = replace(branch, outputs=outputs, distinct=False)
    if not scan.optional and all(isinstance(term, ConstantTerm) for _, term in outputs):
        return First(scan, names, 0, 1)
    return Modify(scan, names, distinct=True)
