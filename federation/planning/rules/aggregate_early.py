"""What is the same for a whole relation is counted, or told apart, relation by relation.

    SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p     a sum of counts, one for each predicate
    SELECT ?p (MAX(?o) AS ?last) { ?s ?p ?o } GROUP BY ?p   the greatest of the greatest
    SELECT DISTINCT ?class { ?s a ?class }                  one row of each relation is enough

Counts add up, and so do integers, and with both means; a set of sets is a set. Terms of many shapes
need not be brought to one before.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from federation.algebra import Aggregate, Call, Expression, Variable
from federation.planning.conditions import is_volatile
from federation.planning.domains import Domains, domains
from federation.planning.expressions import exists_in, variables_in
from federation.planning.plan import (
    Extend,
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
    """What is found in each branch, put together, where each has few groups."""
    known = [domains(branch) for branch in union.branches]
    if not plan.aggregates or not all(_has_few_groups(plan.keys, one) for one in known):
        return plan
    parts: list[tuple[str, Aggregate]] = []
    whole: list[tuple[str, Aggregate]] = []
    means: list[tuple[str, Expression]] = []
    for name, aggregate in plan.aggregates:
        split = _in_parts(aggregate, known, may_be_empty=plan.implicit and not plan.keys)
        if not split:
            return plan
        totals = [f".part{len(parts) + i}" for i in range(len(split))]
        parts += zip(totals, (part for part, _ in split), strict=True)
        if len(split) == 1:
            whole.append((name, Aggregate(split[0][1], Variable(totals[0]))))
            continue
        sums = [f".whole{len(whole) + i}" for i in range(len(split))]
        whole += [
            (found, Aggregate(function, Variable(total)))
            for found, (_, function), total in zip(sums, split, totals, strict=True)
        ]
        means.append((name, Call("/", tuple(map(Variable, sums)))))
    counted = tuple(
        Group(branch, plan.keys, tuple(parts), implicit=False) for branch in union.branches
    )
    grouped: Plan = replace(plan, child=UnionAll(counted), aggregates=tuple(whole))
    for name, mean in means:
        grouped = Extend(grouped, name, mean)
    return Modify(grouped, variables_of(plan)) if means else grouped


def _has_few_groups(keys: tuple[str, ...], known: Domains) -> bool:
    """Whether the keys of a branch's solutions are terms that the mapping names."""
    return all(
        key in known and all(isinstance(found.term, ConstantTerm) for found in known[key])
        for key in keys
    )


def _in_parts(
    aggregate: Aggregate, known: list[Domains], *, may_be_empty: bool
) -> tuple[tuple[Aggregate, str], ...]:
    """What to find in each branch, and by which function to put it together; two of them are sum
    and count of a mean. Nothing where that may not be the same.
    """
    argument, function = aggregate.argument, aggregate.function
    if argument is not None and (exists_in(argument) or is_volatile(argument)):
        return ()
    if function in ("MIN", "MAX", "SAMPLE"):
        # the extreme of a set is that of its extremes; an error in a branch is one of all
        return ((aggregate, function),)
    if aggregate.distinct:
        return ()
    if function == "COUNT":
        return ((aggregate, "SUM"),)
    if function == "SUM" and _is_integer(argument, known):
        return ((aggregate, "SUM"),)
    if function == "AVG" and _is_integer(argument, known) and not may_be_empty:
        return ((Aggregate("SUM", argument), "SUM"), (Aggregate("COUNT", argument), "SUM"))
    return ()


def _is_integer(argument: Expression | None, known: list[Domains]) -> bool:
    """Whether each solution has an integer that a column holds, so that no sum overflows."""
    return isinstance(argument, Variable) and all(
        argument.name in one
        and all(
            isinstance(found.term, ColumnTerm) and found.term.datatype == XSD_INTEGER
            for found in one[argument.name]
        )
        for one in known
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
