"""The optimiser: rules that rewrite plans, in order of application.

Each rule is a pure function from plan to plan that keeps the bag of solutions (of a slice without
an order, as SPARQL allows, one of the bags that it may be); any of them may be left out, and the
answer stays the same.
"""

from __future__ import annotations

from collections.abc import Callable

from federation.planning.plan import Plan
from federation.planning.rules.aggregate_early import aggregate_early
from federation.planning.rules.distribute_join import distribute_join
from federation.planning.rules.drop_empty import drop_empty
from federation.planning.rules.drop_implied import drop_implied
from federation.planning.rules.drop_unused import drop_unused
from federation.planning.rules.exists_on_row import exists_on_row
from federation.planning.rules.group_early import group_early
from federation.planning.rules.limit_early import limit_early
from federation.planning.rules.merge_scans import merge_scans
from federation.planning.rules.optional_as_columns import optional_as_columns
from federation.planning.rules.order_early import order_early
from federation.planning.rules.prune_incompatible import prune_incompatible
from federation.planning.rules.push_filters import push_filters
from federation.planning.rules.values_as_keys import values_as_keys

Rule = Callable[[Plan], Plan]

OF_JOINS: tuple[Rule, ...] = (
    prune_incompatible,
    distribute_join,
    merge_scans,
    optional_as_columns,
)
"""Rules of one join, applied as soon as what it joins is planned."""

OF_PLANS: tuple[Rule, ...] = (
    push_filters,
    drop_empty,
    drop_unused,
    drop_implied,
    values_as_keys,
    exists_on_row,
    group_early,
    aggregate_early,
    limit_early,
    order_early,
)
"""Rules of a whole plan, applied when it is made."""

RULES: tuple[Rule, ...] = OF_JOINS + OF_PLANS


def optimise(join: Plan, rules: tuple[Rule, ...] = RULES) -> Plan:
    """Apply the rules of joins to a join or left join, one after the other."""
    for rule in rules:
        if rule in OF_JOINS:
            join = rule(join)
    return join


def finish(plan: Plan, rules: tuple[Rule, ...] = RULES) -> Plan:
    """Apply the rules of plans to a whole plan, one after the other."""
    for rule in rules:
        if rule in OF_PLANS:
            plan = rule(plan)
    return plan
