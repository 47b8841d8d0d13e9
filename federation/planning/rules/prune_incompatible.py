"""Leave out branches that cannot join: template unification and pruning, by arc consistency.

?a a by:School . ?a rdfs:label ?l     of all rules that give labels, only those whose subject has
                                      the shape of a school's IRI are left
"""

from __future__ import annotations

from federation.planning.domains import Domains, compatible, domains, narrow_all
from federation.planning.plan import Empty, Join, Plan, UnionAll, variables_of


def prune_incompatible(plan: Plan) -> Plan:
    """Remove union branches of a join whose variables cannot take a value that the rest allows."""
    if not isinstance(plan, Join):
        return plan
    parts = list(plan.children)
    changed = True
    while changed:
        changed = False
        known = [domains(part) for part in parts]
        for index, part in enumerate(parts):
            others = [one for position, one in enumerate(known) if position != index]
            pruned = restrict(part, others)
            if pruned != part:
                parts[index] = pruned
                known[index] = domains(pruned)
                changed = True
    if any(isinstance(part, Empty) for part in parts):
        return Empty(variables_of(plan))
    return Join(tuple(parts))


def restrict(plan: Plan, others: list[Domains]) -> Plan:
    """The plan without the branches that no solution of any of `others` can join."""
    if isinstance(plan, UnionAll):
        kept = [
            one
            for one in (restrict(branch, others) for branch in plan.branches)
            if not isinstance(one, Empty)
        ]
        if not kept:
            return Empty(variables_of(plan))
        if len(kept) == 1 and not plan.distinct:
            return kept[0]
        return UnionAll(tuple(kept), plan.distinct)
    own = domains(plan)
    for name, domain in own.items():
        for other in others:
            if name in other and not compatible(domain, other[name]):
                return Empty(variables_of(plan))
    return plan


def restrict_to_context(plan: Plan, context: Domains) -> Plan:
    """The plan without branches that cannot join solutions of what surrounds it."""
    return restrict(plan, [narrow_all((context,))]) if context else plan
