"""Decisions, table by table, and what must hold of every decision."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from federation.policy import DPV, ODRL, READ, Access, GraphPolicy, Rule, decide
from federation.policy.model import (
    Constraint,
    Operator,
    PurposeConstraint,
    TimeConstraint,
    UnknownConstraint,
)
from federation.view import Caller

NOW = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)
NOBODY = Caller("public")
LAB = Caller("lab", frozenset({"analyst"}))
OWNER = Caller("city", frozenset({"owner"}))
GRAPH = "https://data.example.org/berlin/graph/x"
RESEARCH = PurposeConstraint(Operator.IS_A, frozenset({DPV + "ResearchAndDevelopment"}))
MARKETING = PurposeConstraint(Operator.IS_A, frozenset({DPV + "Marketing"}))


def policy(
    access: Access = Access.HIDDEN,
    permissions: tuple[Rule, ...] = (),
    prohibitions: tuple[Rule, ...] = (),
    licence: str | None = "CC-BY-4.0",
) -> GraphPolicy:
    return GraphPolicy(
        GRAPH, licence, licence, access=access, permissions=permissions, prohibitions=prohibitions
    )


def rule(*constraints: Constraint, roles: str = "", action: str = READ, duty: str = "") -> Rule:
    return Rule(
        frozenset({action}),
        frozenset(roles.split()),
        constraints,
        (duty,) if duty else (),
    )


PUBLIC, LISTED, HIDDEN = Access.PUBLIC, Access.LISTED, Access.HIDDEN
TABLE = [
    ("a public graph is read by everybody", policy(PUBLIC), NOBODY, None, True),
    ("a listed graph is not read without a right", policy(LISTED), LAB, None, False),
    ("a hidden graph is not read without a right", policy(HIDDEN), LAB, None, False),
    ("the owner reads a hidden graph", policy(HIDDEN), OWNER, None, True),
    ("no licence: nobody reads", policy(PUBLIC, licence=None), LAB, None, False),
    ("no licence: the owner reads", policy(PUBLIC, licence=None), OWNER, None, True),
    (
        "no licence: a permission does not help",
        policy(PUBLIC, (rule(roles="analyst"),), licence=None),
        LAB,
        None,
        False,
    ),
    ("a role is granted", policy(LISTED, (rule(roles="analyst"),)), LAB, None, True),
    ("another role is not", policy(LISTED, (rule(roles="clerk"),)), LAB, None, False),
    ("one of two roles is enough", policy(LISTED, (rule(roles="a analyst"),)), LAB, None, True),
    ("a caller's name is not a role", policy(LISTED, (rule(roles="lab"),)), LAB, None, False),
    ("no assignee means everybody", policy(HIDDEN, (rule(),)), NOBODY, None, True),
    ("use includes read", policy(HIDDEN, (rule(action=ODRL + "use"),)), LAB, None, True),
    ("print is not read", policy(HIDDEN, (rule(action=ODRL + "print"),)), LAB, None, False),
    ("prohibition wins", policy(PUBLIC, (rule(),), (rule(roles="analyst"),)), LAB, None, False),
    ("prohibition wins over the owner", policy(PUBLIC, (), (rule(),)), OWNER, None, False),
    ("it only meets its assignee", policy(PUBLIC, (), (rule(roles="clerk"),)), LAB, None, True),
    (
        "prohibiting use prohibits reading",
        policy(PUBLIC, (), (rule(action=ODRL + "use"),)),
        LAB,
        None,
        False,
    ),
    (
        "prohibiting sale leaves reading",
        policy(PUBLIC, (), (rule(action=ODRL + "sell"),)),
        LAB,
        None,
        True,
    ),
    ("the purpose itself", policy(LISTED, (rule(RESEARCH),)), LAB, "ResearchAndDevelopment", True),
    ("a kind of the purpose", policy(LISTED, (rule(RESEARCH),)), LAB, "AcademicResearch", True),
    ("by its IRI", policy(LISTED, (rule(RESEARCH),)), LAB, DPV + "AcademicResearch", True),
    ("another purpose", policy(LISTED, (rule(RESEARCH),)), LAB, "Marketing", False),
    ("no purpose", policy(LISTED, (rule(RESEARCH),)), LAB, None, False),
    ("a purpose nobody knows", policy(LISTED, (rule(RESEARCH),)), LAB, "Whatever", False),
    ("the prohibited purpose", policy(PUBLIC, (), (rule(MARKETING),)), LAB, "Marketing", False),
    ("a kind of it", policy(PUBLIC, (), (rule(MARKETING),)), LAB, "TargetedAdvertising", False),
    ("a purpose apart", policy(PUBLIC, (), (rule(MARKETING),)), LAB, "AcademicResearch", True),
    ("silence does not evade it", policy(PUBLIC, (), (rule(MARKETING),)), LAB, None, False),
    ("nor an unknown word", policy(PUBLIC, (), (rule(MARKETING),)), LAB, "Adverts", False),
    (
        "an unknown constraint does not permit",
        policy(LISTED, (rule(UnknownConstraint("odrl:spatial")),)),
        LAB,
        None,
        False,
    ),
    (
        "an unknown constraint does not lift a prohibition",
        policy(PUBLIC, (), (rule(UnknownConstraint("odrl:spatial")),)),
        LAB,
        None,
        False,
    ),
    (
        "of two constraints both must hold",
        policy(LISTED, (rule(RESEARCH, UnknownConstraint("x")),)),
        LAB,
        "AcademicResearch",
        False,
    ),
    (
        "to attribute can be handed on",
        policy(LISTED, (rule(duty=ODRL + "attribute"),)),
        LAB,
        None,
        True,
    ),
    (
        "to pay cannot, so nothing is granted",
        policy(LISTED, (rule(duty=ODRL + "compensate"),)),
        LAB,
        None,
        False,
    ),
]


@pytest.mark.parametrize(
    ("policy_", "caller", "purpose", "permit"),
    [pytest.param(*row[1:], id=row[0]) for row in TABLE],
)
def test_the_decision_is_as_the_table_says(
    policy_: GraphPolicy, caller: Caller, purpose: str | None, permit: bool
) -> None:
    assert decide(policy_, caller, purpose, READ, NOW).permit is permit


NOON = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)
TODAY = date(2026, 6, 15)


@pytest.mark.parametrize(
    ("operator", "moment", "permit"),
    [
        (Operator.LT, NOON, False),
        (Operator.LTEQ, NOON, True),
        (Operator.EQ, NOON, True),
        (Operator.NEQ, NOON, False),
        (Operator.GTEQ, NOON, True),
        (Operator.GT, NOON, False),
        (Operator.LT, NOON + timedelta(seconds=1), True),
        (Operator.GT, NOON - timedelta(seconds=1), True),
        (Operator.LTEQ, TODAY, True),
        (Operator.LT, TODAY, False),
        (Operator.EQ, TODAY, True),
        (Operator.GT, TODAY, False),
        (Operator.IS_A, NOON, False),
        (Operator.LTEQ, datetime(2026, 6, 15, 13, 0, tzinfo=timezone(timedelta(hours=1))), True),
        (Operator.LT, datetime(2026, 6, 15, 13, 0, tzinfo=timezone(timedelta(hours=2))), False),
    ],
)
def test_a_time_constraint_compares_moments_and_whole_days(
    operator: Operator, moment: datetime | date, permit: bool
) -> None:
    timed = policy(LISTED, (rule(TimeConstraint(operator, moment)),))
    assert decide(timed, LAB, None, READ, NOW).permit is permit


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        decide(policy(PUBLIC), LAB, None, READ, datetime(2026, 1, 1))


def test_a_public_graph_is_open_for_reading_only() -> None:
    assert not decide(policy(PUBLIC), LAB, None, ODRL + "modify", NOW).permit


def test_obligations_are_those_of_the_licence_and_of_the_permission() -> None:
    granted = policy(LISTED, (rule(duty=ODRL + "attribute"),))
    owed = decide(granted, LAB, None, READ, NOW).obligations
    assert ODRL + "attribute" in owed
    assert "http://creativecommons.org/ns#Attribution" in owed


def test_a_denial_gives_a_reason_and_no_obligation() -> None:
    found = decide(policy(HIDDEN), LAB, None, READ, NOW)
    assert found.reason
    assert found.obligations == ()


ROLES = st.frozensets(st.sampled_from(["analyst", "clerk", "owner", "press"]), max_size=2)
PURPOSES = st.sampled_from(["Marketing", "AcademicResearch", "ResearchAndDevelopment", "Odd"])
CONSTRAINTS = st.one_of(
    st.builds(UnknownConstraint, st.just("odrl:spatial")),
    st.builds(
        PurposeConstraint,
        st.sampled_from([Operator.EQ, Operator.NEQ, Operator.IS_A, Operator.IS_NONE_OF]),
        st.frozensets(PURPOSES.map(lambda name: DPV + name), min_size=1, max_size=2),
    ),
    st.builds(
        TimeConstraint,
        st.sampled_from([Operator.LT, Operator.GT, Operator.EQ]),
        st.sampled_from([NOW, NOW + timedelta(days=1), NOW - timedelta(days=1)]),
    ),
)
RULES = st.builds(
    Rule,
    st.sampled_from([READ, ODRL + "use", ODRL + "print"]).map(lambda action: frozenset({action})),
    ROLES,
    st.lists(CONSTRAINTS, max_size=2).map(tuple),
    st.sampled_from([(), (ODRL + "attribute",), (ODRL + "compensate",)]),
)
POLICIES = st.builds(
    GraphPolicy,
    st.just(GRAPH),
    st.sampled_from(["CC-BY-4.0", None]),
    access=st.sampled_from(Access),
    permissions=st.lists(RULES, max_size=3).map(tuple),
    prohibitions=st.lists(RULES, max_size=1).map(tuple),
)
CALLERS = st.builds(Caller, st.just("somebody"), ROLES)
ASKED = st.one_of(st.none(), PURPOSES)


@given(POLICIES, RULES, CALLERS, ASKED)
def test_adding_a_prohibition_never_grants_more(
    given_: GraphPolicy, more: Rule, caller: Caller, purpose: str | None
) -> None:
    tighter = replace(given_, prohibitions=(*given_.prohibitions, more))
    if decide(tighter, caller, purpose, READ, NOW).permit:
        assert decide(given_, caller, purpose, READ, NOW).permit


@given(POLICIES, st.integers(0, 2), CALLERS, ASKED)
def test_removing_a_permission_never_grants_more(
    given_: GraphPolicy, index: int, caller: Caller, purpose: str | None
) -> None:
    kept = tuple(rule for place, rule in enumerate(given_.permissions) if place != index)
    if decide(replace(given_, permissions=kept), caller, purpose, READ, NOW).permit:
        assert decide(given_, caller, purpose, READ, NOW).permit


@given(POLICIES, CALLERS, ASKED)
def test_losing_the_licence_or_the_purpose_never_grants_more(
    given_: GraphPolicy, caller: Caller, purpose: str | None
) -> None:
    if decide(replace(given_, licence=None), caller, purpose, READ, NOW).permit:
        assert decide(given_, caller, purpose, READ, NOW).permit


@given(POLICIES, CONSTRAINTS, CALLERS, ASKED)
def test_one_constraint_more_on_each_permission_never_grants_more(
    given_: GraphPolicy, more: Constraint, caller: Caller, purpose: str | None
) -> None:
    tighter = replace(
        given_,
        permissions=tuple(
            replace(rule, constraints=(*rule.constraints, more)) for rule in given_.permissions
        ),
    )
    if decide(tighter, caller, purpose, READ, NOW).permit:
        assert decide(given_, caller, purpose, READ, NOW).permit
