"""Paths in plans: closures, and the names of the variables within."""

from __future__ import annotations

from federation.planning.plan import Closure, Plan, children
from federation.planning.translate import Dataset
from tests.unit.federation.planning.plans import plan_of, printed


def closures(plan: Plan) -> list[Closure]:
    """The closures of a plan, outermost first."""
    below = [one for child in children(plan) for one in closures(child)]
    return [plan, *below] if isinstance(plan, Closure) else below


def test_plus_is_a_closure_without_the_nodes_themselves(village: Dataset) -> None:
    (found,) = closures(plan_of("SELECT * { ?a by:near+ ?b }", village))
    assert (found.start, found.end) == ("a", "b")
    assert found.unbounded and not found.zero and found.nodes is None


def test_a_star_between_variables_needs_every_node(village: Dataset) -> None:
    (found,) = closures(plan_of("SELECT * { ?a by:near* ?b }", village))
    assert found.zero and found.nodes is not None


def test_a_star_from_a_constant_needs_no_other_node(village: Dataset) -> None:
    (found,) = closures(plan_of("SELECT * { d:1 by:near* ?b }", village))
    assert found.zero and found.nodes is None


def test_a_question_mark_is_not_repeated(village: Dataset) -> None:
    (found,) = closures(plan_of("SELECT * { d:1 by:near? ?b }", village))
    assert not found.unbounded and found.zero


def test_the_steps_of_a_closure_are_pruned_too(village: Dataset) -> None:
    lines = printed(plan_of("SELECT * { ?a (by:district/by:partOf)+ ?b }", village))
    assert any("schools.schools" in line for line in lines)
    assert sum("scan" in line for line in lines) == 2


def test_a_plan_prints_alike_each_time(village: Dataset) -> None:
    text = "SELECT * { ?a by:near/by:partOf ?b . ?b !by:near ?c . ?c ^by:near/by:near ?d }"
    assert printed(plan_of(text, village)) == printed(plan_of(text, village))


def test_paths_of_one_query_share_no_inner_variable(village: Dataset) -> None:
    text = "SELECT * { { ?a by:near/by:near ?b } { ?a by:near/by:near ?b } }"
    lines = printed(plan_of(text, village))
    inner = {line.split(" = ")[0] for line in lines if line.startswith("?.path")}
    assert len(inner) == 2
