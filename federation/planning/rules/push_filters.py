"""Filters go down to what binds their variables: filter push-down.

    ?stop a by:Stop . FILTER (?stop = <.../stop/7>)     a condition on the column of the template
    ?s ?p ?o . FILTER (?o > 5)                          only rules that give numbers are read
    VALUES ?stop { <.../stop/7> } ?stop ?p ?o           the same as the first

What a condition allows is compared with the term maps: a branch of a union in which it is never
true is left out. A condition moves only where it reads the same bindings as before.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from federation.algebra import Call, Expression, Variable
from federation.planning.conditions import (
    all_true,
    conjuncts,
    is_never_true,
    is_volatile,
    wanted_terms,
)
from federation.planning.domains import domains
from federation.planning.expressions import exists_in, variables_in
from federation.planning.plan import (
    AntiJoin,
    Empty,
    Extend,
    Filter,
    Group,
    Inline,
    Join,
    LeftJoin,
    Modify,
    Plan,
    Scan,
    UnionAll,
    rebuilt,
    variables_of,
)
from mappers.unfolding import match_term

_MOST_TERMS: Final = 200
"""Terms of VALUES that are looked at one by one."""

_MOST_COPIES: Final = 8
"""Branches into which a condition is copied; over more it stays above the union, once."""

Pushed = tuple[Plan, bool]
"""A plan from which some solutions that do not meet a condition are gone, and whether all are."""


def push_filters(plan: Plan) -> Plan:
    """Move the conditions of filters down as far as they can go."""
    plan = rebuilt(plan, push_filters)
    if isinstance(plan, Join):
        return _confined_by_values(plan)
    if not isinstance(plan, Filter):
        return plan
    child = plan.child
    left: list[Expression] = []
    for condition in conjuncts(plan.condition):
        done = False
        if not exists_in(condition) and not is_volatile(condition):
            child, done = _push(child, condition)
        if not done:
            left.append(condition)
    if isinstance(child, Empty):
        return Empty(variables_of(plan))
    if not left:
        return child
    return replace(plan, child=child, condition=all_true(left))


def _confined_by_values(plan: Join) -> Plan:
    """A join in which the terms of VALUES are conditions on what they are joined with."""
    parts = list(plan.children)
    for inline in plan.children:
        if not isinstance(inline, Inline):
            continue
        for index, name in enumerate(inline.variables):
            terms = tuple(dict.fromkeys(row[index] for row in inline.rows))
            if not terms or len(terms) > _MOST_TERMS or None in terms:
                continue
            listed = Call("IN", (Variable(name), *(term for term in terms if term is not None)))
            if wanted_terms(listed) is None:
                # by value, where a join goes by term
                continue
            parts = [
                _push(part, listed)[0] if name in domains(part) and part is not inline else part
                for part in parts
            ]
    if any(isinstance(part, Empty) for part in parts):
        return Empty(variables_of(plan))
    return Join(tuple(parts))


def _push(plan: Plan, condition: Expression) -> Pushed:
    names = variables_in(condition)
    match plan:
        case Scan():
            return _on_scan(plan, condition)
        case UnionAll():
            return _into_union(plan, condition)
        case Join():
            return _into_join(plan, condition, names)
        case LeftJoin(left=left, right=right):
            if not names & set(variables_of(right)) <= domains(left).keys():
                return plan, False
            below, done = _push(left, condition)
            if wanted_terms(condition) is not None and names <= domains(right).keys():
                # no other solution of the right side can join
                right, _ = _push(right, condition)
            return _replaced(plan, below, replace(plan, left=below, right=right)), done
        case AntiJoin(left=left, right=right):
            below, done = _push(left, condition)
            return _replaced(plan, below, AntiJoin(below, right)), done
        case Extend(variable=variable) if variable in names:
            return plan, False
        case Modify(offset=offset, limit=limit) if offset or limit is not None:
            return plan, False
        case Modify(variables=visible) | Group(keys=visible) if not names <= set(visible):
            return plan, False
        case Group(keys=()):
            return plan, False
        case Filter(child=child) | Extend(child=child) | Modify(child=child) | Group(child=child):
            below, done = _push(child, condition)
            return _replaced(plan, below, replace(plan, child=below)), done
        case _:
            return plan, isinstance(plan, Empty)


def _replaced(plan: Plan, below: Plan, changed: Plan) -> Plan:
    """A plan over a changed one, which may have become empty."""
    if isinstance(below, Empty) and names_its_rows(plan):
        return Empty(variables_of(plan))
    return changed


def names_its_rows(plan: Plan) -> bool:
    """Whether a plan over no solution gives none: all but one group over everything."""
    return not (isinstance(plan, Group) and plan.implicit and not plan.keys)


def _on_scan(scan: Scan, condition: Expression) -> Pushed:
    """A scan takes a condition that is met by one term only, of a variable that it binds."""
    if is_never_true(condition, scan):
        return Empty(variables_of(scan)), True
    wanted = wanted_terms(condition)
    if wanted is None:
        return scan, False
    name, terms = wanted
    term_map = dict(scan.outputs).get(name)
    if term_map is None:
        return scan, False
    found = [met for term in terms if (met := match_term(term_map, term)) is not None]
    if not found:
        return Empty(variables_of(scan)), True
    if len(found) > 1:
        return scan, False
    conditions = dict.fromkeys((*scan.conditions, *found[0]))
    return replace(scan, conditions=tuple(conditions)), True


def _into_union(plan: UnionAll, condition: Expression) -> Pushed:
    kept: list[tuple[Plan, bool]] = []
    for branch in plan.branches:
        if is_never_true(condition, branch):
            continue
        below, done = _push(branch, condition)
        if not isinstance(below, Empty):
            kept.append((below, done))
    if not kept:
        return Empty(variables_of(plan)), True
    done = sum(not done for _, done in kept) <= _MOST_COPIES
    branches = tuple(
        below if finished or not done else Filter(below, condition) for below, finished in kept
    )
    if len(branches) == 1 and not plan.distinct:
        return branches[0], done
    return replace(plan, branches=branches), done


def _into_join(plan: Join, condition: Expression, names: set[str]) -> Pushed:
    """All parts that certainly bind the variables; a scan alone gains nothing by a filter on it."""
    done = False
    parts = []
    for part in plan.children:
        if names and names <= domains(part).keys():
            part, met = _push(part, condition)
            done = done or met
            if isinstance(part, Empty):
                return Empty(variables_of(plan)), True
        parts.append(part)
    return Join(tuple(parts)), done
