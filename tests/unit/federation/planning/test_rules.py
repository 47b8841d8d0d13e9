"""The optimiser's rules: the plan before and after each."""

from __future__ import annotations

from federation.planning.plan import Join, LeftJoin, Modify, Plan, Scan, UnionAll, scans
from federation.planning.rules import RULES, Rule
from federation.planning.rules.distribute_join import distribute_join
from federation.planning.rules.merge_scans import merge_scans
from federation.planning.rules.optional_as_columns import optional_as_columns
from federation.planning.rules.prune_incompatible import prune_incompatible
from federation.planning.translate import Dataset
from tests.unit.federation.planning.plans import plan_of, printed, scanned

LABELS_OF_SCHOOLS = "SELECT * { ?a a by:School . ?a rdfs:label ?l }"
TWO_SIZES = "SELECT * { ?a by:size ?x . ?a by:size ?y }"


def without(left_out: Rule) -> tuple[Rule, ...]:
    """All rules but one."""
    return tuple(rule for rule in RULES if rule is not left_out)


def inside(plan: Plan) -> Plan:
    """What is below the outermost SELECT."""
    assert isinstance(plan, Modify)
    return plan.child


def test_a_rule_is_pruned_whose_subject_has_another_template(village: Dataset) -> None:
    before = plan_of(LABELS_OF_SCHOOLS, village, ())
    after = plan_of(LABELS_OF_SCHOOLS, village, (prune_incompatible,))
    assert scanned(before) == {"schools.schools": 2, "places.districts": 1, "schools.counts": 1}
    assert scanned(after) == {"schools.schools": 2}


def test_a_join_that_no_rules_can_meet_is_nothing(village: Dataset) -> None:
    text = "SELECT * { ?a by:near ?b . ?b by:rating ?r }"
    assert scanned(plan_of(text, village, ())) == {"places.links": 1, "schools.schools": 1}
    after = printed(plan_of(text, village, (prune_incompatible,)))
    assert after[1:] == ["nothing: no rule can give ?a ?b ?r"]


def test_pruning_keeps_each_solution_once_where_rules_overlap(village: Dataset) -> None:
    text = "SELECT * { ?a by:district ?d . ?d rdfs:label ?l }"
    joined = inside(plan_of(text, village, (prune_incompatible,)))
    assert isinstance(joined, Join)
    (labels,) = (part for part in joined.children if isinstance(part, UnionAll))
    assert labels.distinct
    assert scanned(labels) == {"places.districts": 1, "schools.counts": 1}


def test_a_join_of_unions_becomes_a_union_of_joins(village: Dataset) -> None:
    before = inside(plan_of(TWO_SIZES, village, ()))
    after = inside(plan_of(TWO_SIZES, village, (distribute_join,)))
    assert isinstance(before, Join) and [type(one) for one in before.children] == [UnionAll] * 2
    assert isinstance(after, UnionAll) and [type(one) for one in after.branches] == [Join] * 2
    assert [scanned(one) for one in after.branches] == [
        {"places.districts": 2},
        {"schools.schools": 2},
    ]


def test_unions_that_give_each_solution_once_are_not_distributed(village: Dataset) -> None:
    text = "SELECT * { ?d by:population ?x . ?d by:population ?y }"
    assert plan_of(text, village, (distribute_join,)) == plan_of(text, village, ())


def test_patterns_about_a_keyed_row_are_read_by_one_scan(village: Dataset) -> None:
    text = "SELECT * { ?a by:rating ?x . ?a by:fee ?y . ?a by:size 120 }"
    before = plan_of(text, village, ())
    after = inside(plan_of(text, village, (merge_scans,)))
    assert scanned(before) == {"schools.schools": 3}
    assert isinstance(after, Scan)
    assert dict(after.outputs).keys() == {"a", "x", "y"}
    assert set(after.required) >= {"rating%double", "fee%decimal"}


def test_distribution_makes_scans_that_merge(village: Dataset) -> None:
    after = plan_of(TWO_SIZES, village)
    assert scanned(after) == {"places.districts": 1, "schools.schools": 1}


def test_rows_without_a_key_are_not_merged(village: Dataset) -> None:
    text = "SELECT * { ?a by:near ?b . ?a by:near ?c }"
    assert scanned(plan_of(text, village)) == {"places.links": 2}


def test_rows_joined_by_different_columns_are_not_merged(village: Dataset) -> None:
    text = "SELECT * { ?a by:partner ?b . ?b by:partner ?a }"
    assert scanned(plan_of(text, village)) == {"schools.schools": 2}


def test_an_optional_of_the_same_row_is_nullable_columns(village: Dataset) -> None:
    text = "SELECT * { ?a by:rating ?x OPTIONAL { ?a by:fee ?y } OPTIONAL { ?a by:opened ?z } }"
    before = inside(plan_of(text, village, without(optional_as_columns)))
    after = inside(plan_of(text, village))
    assert isinstance(before, LeftJoin) and scanned(before) == {"schools.schools": 3}
    assert isinstance(after, Scan) and len(after.optional) == 2
    assert "fee%decimal" not in after.required


def test_an_optional_with_a_condition_stays_a_left_join(village: Dataset) -> None:
    text = "SELECT * { ?a by:rating ?x OPTIONAL { ?a by:fee ?y FILTER(?y > ?x) } }"
    assert isinstance(inside(plan_of(text, village)), LeftJoin)


def test_an_optional_of_another_relation_stays_a_left_join(village: Dataset) -> None:
    text = "SELECT * { ?a by:district ?d OPTIONAL { ?d by:partOf ?e } }"
    assert isinstance(inside(plan_of(text, village)), LeftJoin)


def test_a_plan_without_rules_scans_a_relation_for_each_pattern(village: Dataset) -> None:
    text = "SELECT * { ?a by:rating ?x . ?a by:fee ?y }"
    plan = plan_of(text, village, ())
    assert [scan.patterns for scan in scans(plan)] != []
    assert all(len(scan.patterns) == 1 for scan in scans(plan))


def test_a_constant_subject_is_a_condition_on_the_templates_columns(village: Dataset) -> None:
    lines = printed(plan_of("SELECT * { d:1 rdfs:label ?l }", village))
    assert "where {id} = '1'" in lines
    assert "where {district} = '1'" in lines
    assert not any("schools.schools" in line for line in lines)
