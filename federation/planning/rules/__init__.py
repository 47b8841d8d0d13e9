"""The optimiser: rules that rewrite the join of a basic graph pattern, in order of application.

Each rule is a pure function from plan to plan that keeps the bag of solutions; any of them may be
left out, and the answer stays the same.
"""

from __future__ import annotations

from collections.abc import Callable

from federation.planning.plan import Plan
from federation.planning.rules.distribute_join import distribute_join
from federation.planning.rules.merge_scans import merge_scans
from federation.planning.rules.prune_incompatible import prune_incompatible

Rule = Callable[[Plan], Plan]

RULES: tuple[Rule, ...] = (
    prune_incompatible,
    distribute_join,
    merge_scans,
)


def optimise(plan: Plan, rules: tuple[Rule, ...] = RULES) -> Plan:
    """Apply the rules one after the other."""
    for rule in rules:
        plan = rule(plan)
    return plan
