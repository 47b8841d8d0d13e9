"""Plans of query texts over the village, as they print."""

from __future__ import annotations

from collections import Counter

from federation.explain import print_plan
from federation.planning.plan import Plan, scans
from federation.planning.rules import RULES, Rule
from federation.planning.translate import Dataset, Planner
from federation.syntax import parse_query
from tests.differential.village import BASE, BY

PREFIXES = f"""PREFIX by: <{BY}>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX d: <{BASE}id/district/>
PREFIX s: <{BASE}id/school/>
"""


def plan_of(
    text: str,
    dataset: Dataset,
    rules: tuple[Rule, ...] = RULES,
) -> Plan:
    """The plan of the pattern of a query; its outermost SELECT is left out."""
    query = parse_query(PREFIXES + text)
    planner = Planner(dataset, dataset.default, rules)
    return planner.plan(query.form.pattern)


def printed(plan: Plan) -> list[str]:
    """The lines of a plan without indentation."""
    return [line.strip() for line in print_plan(plan)]


def scanned(plan: Plan) -> Counter[str]:
    """How often each relation is scanned."""
    return Counter(scan.table.name for scan in scans(plan))
