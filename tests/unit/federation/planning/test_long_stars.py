"""A plan grows with the patterns of a question, not with the ways to combine their rules."""

from __future__ import annotations

import pytest

from federation.planning.plan import scans
from federation.planning.translate import Dataset, Planner
from federation.syntax import parse_query


@pytest.mark.parametrize("arms", [4, 8, 16])
def test_a_star_of_any_predicates_has_few_scans_an_arm(village: Dataset, arms: int) -> None:
    star = " . ".join(f"?a ?p{number} ?b{number}" for number in range(arms))
    plan = Planner(village, village.default).plan(
        parse_query(f"SELECT * {{ {star} }}").form.pattern
    )
    one = Planner(village, village.default).plan(parse_query("SELECT * { ?a ?p ?b }").form.pattern)
    assert sum(1 for _ in scans(plan)) <= arms * 3 * sum(1 for _ in scans(one))
