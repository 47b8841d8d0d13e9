"""Reading a policy file: what it may say, and how it says that something is wrong."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from federation.policy import (
    BY,
    DPV,
    ODRL,
    READ,
    Access,
    Evidence,
    GraphPolicy,
    Mask,
    decide,
    parse_policies,
    short_policy,
)
from federation.policy.model import (
    Operator,
    PurposeConstraint,
    TimeConstraint,
    UnknownConstraint,
)
from federation.view import Caller
from mappers.errors import MappingError

BASE = "https://data.example.org/berlin/"
GRAPH = BASE + "graph/safety"
HEAD = """@prefix by: <https://bygraf.example.org/def#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix dpv: <https://w3id.org/dpv#> .
@prefix odrl: <http://www.w3.org/ns/odrl/2/> .
@prefix schema: <http://schema.org/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
LICENSED = "<graph/safety> dct:license <https://creativecommons.org/licenses/by/4.0/> .\n"
LAB = Caller("lab", frozenset({"analyst"}))
NOW = datetime(2026, 6, 15, tzinfo=UTC)


def parse(body: str) -> tuple[GraphPolicy, ...]:
    return parse_policies(HEAD + body, "safety/policy.ttl", base=BASE)


def one(body: str) -> GraphPolicy:
    (found,) = parse(body)
    return found


def test_a_property_of_the_city_itself_can_be_masked() -> None:
    policy = one("<graph/safety> by:mask [ by:property by:damage ; by:method by:drop ] .")
    assert [mask.property for mask in policy.masks] == [BY + "damage"]


def test_a_whole_policy_is_read() -> None:
    found = one(
        """<graph/safety> dct:license <https://creativecommons.org/licenses/by/3.0/de/> ;
          by:access by:listed ;
          by:attribution "Polizei Berlin" ;
          by:licenceEvidence [ by:grade "B" ; dct:source <https://example.org/repo> ;
            by:statement "as on the portal" ; dct:date "2024-03-22"^^xsd:date ] ;
          odrl:permission [ odrl:action odrl:read ; odrl:assignee "analyst" ] ;
          by:mask [ by:property schema:telephone, schema:email ; by:method by:drop ;
            by:exceptRole "school-office" ] ."""
    )
    roles = frozenset({"school-office"})
    assert found.graph == GRAPH
    assert (found.licence, found.access) == ("CC-BY-3.0-DE", Access.LISTED)
    assert found.attribution == "Polizei Berlin"
    assert found.evidence == (
        Evidence("B", "https://example.org/repo", "as on the portal", "2024-03-22"),
    )
    assert found.permissions[0].assignees == {"analyst"}
    assert found.masks == (
        Mask("http://schema.org/email", roles),
        Mask("http://schema.org/telephone", roles),
    )


def test_without_an_access_level_a_graph_is_hidden() -> None:
    assert one(LICENSED).access is Access.HIDDEN


@pytest.mark.parametrize("licence", ["<https://example.org/terms>", '"CC-BY"'])
def test_a_licence_that_is_not_known_hides_the_graph(licence: str) -> None:
    found = one(f"<graph/safety> dct:license {licence} ; by:access by:public .")
    assert found.licence is None
    assert found.stated_licence is not None
    assert found.effective_access is Access.HIDDEN
    assert not decide(found, LAB, None, READ, NOW).permit


def test_a_licence_may_be_named_in_short() -> None:
    assert one('<graph/safety> dct:license "dl-de/zero-2.0" .').licence == "DL-DE-ZERO-2.0"


def test_purpose_and_time_constraints_are_read() -> None:
    found = one(
        LICENSED
        + """<graph/safety> odrl:permission [ odrl:action odrl:read ;
          odrl:constraint [ odrl:leftOperand odrl:purpose ; odrl:operator odrl:isAnyOf ;
                            odrl:rightOperand ( dpv:Marketing "AcademicResearch" ) ] ,
                          [ odrl:leftOperand odrl:dateTime ; odrl:operator odrl:lteq ;
                            odrl:rightOperand "2026-12-31"^^xsd:date ] ,
                          [ odrl:leftOperand odrl:dateTime ; odrl:operator odrl:gt ;
                            odrl:rightOperand "2026-01-01T00:00:00+01:00"^^xsd:dateTime ] ] ."""
    )
    assert set(found.permissions[0].constraints) == {
        PurposeConstraint(
            Operator.IS_ANY_OF, frozenset({DPV + "Marketing", DPV + "AcademicResearch"})
        ),
        TimeConstraint(Operator.LTEQ, date(2026, 12, 31)),
        TimeConstraint(Operator.GT, datetime(2025, 12, 31, 23, tzinfo=UTC)),
    }


@pytest.mark.parametrize(
    "constraint",
    [
        "[ odrl:leftOperand odrl:spatial ; odrl:operator odrl:eq ; odrl:rightOperand <x> ]",
        "[ odrl:leftOperand <x> ; odrl:operator odrl:eq ; odrl:rightOperand <x> ]",
        "[ odrl:leftOperand odrl:purpose ; odrl:operator odrl:hasPart ; odrl:rightOperand <x> ]",
        "[ odrl:leftOperand odrl:count ; odrl:operator odrl:lt ; odrl:rightOperand 3 ]",
        "[ odrl:and ( [ odrl:leftOperand odrl:purpose ; odrl:operator odrl:eq ; "
        "odrl:rightOperand dpv:Marketing ] ) ]",
    ],
)
def test_a_constraint_beyond_the_profile_is_never_satisfied(constraint: str) -> None:
    found = one(
        LICENSED
        + f"<graph/safety> odrl:permission [ odrl:action odrl:read ; odrl:constraint {constraint} ] ."
    )
    assert isinstance(found.permissions[0].constraints[0], UnknownConstraint)
    assert not decide(found, LAB, "Marketing", READ, NOW).permit


AGREEMENT = """<#p> a odrl:{kind} ; odrl:target <graph/safety> ;
  odrl:assignee "analyst" ; odrl:permission [ odrl:action odrl:read ] ."""


@pytest.mark.parametrize("kind", ["Agreement", "Set", "Policy"])
def test_an_agreement_grants(kind: str) -> None:
    found = one(LICENSED + AGREEMENT.format(kind=kind))
    assert decide(found, LAB, None, READ, NOW).permit
    assert not decide(found, Caller("public"), None, READ, NOW).permit


@pytest.mark.parametrize("kind", ["Offer", "Request"])
def test_an_offer_grants_nothing(kind: str) -> None:
    found = one(LICENSED + AGREEMENT.format(kind=kind))
    assert found.permissions == ()
    assert not decide(found, LAB, None, READ, NOW).permit


def test_an_offer_that_a_graph_names_grants_nothing() -> None:
    found = one(
        LICENSED
        + "<graph/safety> odrl:hasPolicy [ a odrl:Offer ; odrl:permission [ odrl:action odrl:read ] ] ."
    )
    assert found.permissions == ()


def test_a_policy_that_a_graph_names_is_about_that_graph() -> None:
    found = one(
        LICENSED
        + "<graph/safety> odrl:hasPolicy [ a odrl:Set ; odrl:prohibition [ odrl:action odrl:use ] ] ."
    )
    assert len(found.prohibitions) == 1


def test_each_graph_has_its_own_policy() -> None:
    found = parse(
        LICENSED
        + """<graph/other> dct:license "CC0-1.0" ; by:access by:public .
        <#p> a odrl:Set ;
          odrl:permission [ odrl:action odrl:read ; odrl:target <graph/safety> ] ;
          odrl:prohibition [ odrl:action odrl:read ; odrl:target <graph/other> ] ."""
    )
    assert [policy.graph for policy in found] == [BASE + "graph/other", GRAPH]
    assert [len(policy.prohibitions) for policy in found] == [1, 0]
    assert [len(policy.permissions) for policy in found] == [0, 1]


P = "<graph/safety> odrl:permission "
C = P + "[ odrl:action odrl:read ; odrl:constraint [ odrl:leftOperand odrl:"
WRONG = [
    ("<graph/safety> by:acess by:public .", ":7:16", "Did you mean by:access?"),
    ("<graph/safety> by:access by:lsted .", ":7", "Did you mean by:listed?"),
    ('<graph/safety> by:access "public" .', ":7:16", "not a level of access"),
    ("<graph/safety> by:access by:public, by:listed .", ":7", "more than one by:access"),
    ("<graph/safety> odrl:permision [] .", ":7", "Did you mean odrl:permission?"),
    ("<graph/safety> odrl:obligation [] .", ":7", "would have no effect"),
    ("<graph/safety> by:mask [ by:property schema:email ; by:method by:hash ] .", ":7", "by:hash"),
    ("<graph/safety> by:mask [ by:property schema:email ] .", "", "no method"),
    ("<graph/safety> by:mask [ by:method by:drop ] .", ":7", "names no by:property"),
    ('<graph/safety> by:mask [ by:property "e" ; by:method by:drop ] .', ":7", "needs an IRI"),
    ("<graph/safety> by:mask [ by:access by:public ] .", ":7", "not understood on a mask"),
    ("<graph/safety> by:mask by:drop .", "", "no method"),
    ('<graph/safety> by:mask "x" .', ":7", "where a node is needed"),
    ("[] by:property schema:email ; by:method by:drop .", ":7", "no graph leads to"),
    ("<graph/safety> dct:licence <https://e.org/> ; by:access by:public .", ":7", "dct:license"),
    ('<graph/safety> dct:license "CC0-1.0", "ODbL-1.0" .', ":7", "more than one dct:license"),
    ('<graph/safety> by:licenceEvidence [ by:grade "Z" ] .', ":7", "'Z' is not a grade"),
    ("<graph/safety> by:attribution <https://e.org/> .", ":7", "needs a text"),
    (P + "[ odrl:assignee 'a' ] .", ":7", "names no action"),
    (P + "[ odrl:action <https://e.org/read> ] .", ":7", "not one of ODRL's"),
    (P + "[ odrl:action odrl:Set ] .", ":7", "not one of ODRL's"),
    (P + "[ odrl:action odrl:read ; odrl:target <graph/transport> ] .", ":7", "another target"),
    (P + "[ odrl:action odrl:read ; odrl:target <graph/finance> ] .", ":7", "not said to be"),
    (C + "purpose ; odrl:operator odrl:eq ] ] .", ":7", "no odrl:rightOperand"),
    (C + "purpose ; odrl:rightOperand dpv:Marketing ] ] .", ":7", "no IRI as its odrl:operator"),
    (C + "Set ; odrl:operator odrl:eq ; odrl:rightOperand 1 ] ] .", ":7", "not a left operand"),
    (C + "dateTime ; odrl:operator odrl:lt ; odrl:rightOperand 'x' ] ] .", "", "is not a time"),
    (
        C + 'dateTime ; odrl:operator odrl:lt ; odrl:rightOperand "2026-13-01"^^xsd:date ] ] .',
        ":7",
        "not a valid time",
    ),
    (
        "<#p> odrl:target <graph/safety> ; odrl:permission [ odrl:action odrl:read ] .",
        ":7",
        "odrl:target is not understood on a graph",
    ),
    ("<#p> a odrl:Set ; odrl:permission [ odrl:action odrl:read ] .", ":7", "no graph leads to"),
    (
        "<#p> a odrl:Set ; odrl:conflict odrl:perm ; odrl:target <graph/safety> ; "
        "odrl:permission [ odrl:action odrl:read ] .",
        ":7",
        "Prohibition always wins",
    ),
    ("<graph/safety> by:access by:public ", ":", "not Turtle"),
    ("@prefix by: <https://bygraf.example.org/def/> . <g> by:mask [] .", ":1", "stands for"),
]


@pytest.mark.parametrize(("body", "place", "words"), WRONG, ids=[row[0][:60] for row in WRONG])
def test_what_would_go_unheeded_is_an_error_with_its_place(
    body: str, place: str, words: str
) -> None:
    with pytest.raises(MappingError) as caught:
        parse(body)
    assert words in str(caught.value)
    assert f"safety/policy.ttl{place}" in str(caught.value)


def test_a_file_that_speaks_of_nothing_gives_no_policy() -> None:
    assert parse("") == ()


def test_a_short_policy_takes_a_licence_by_name() -> None:
    found = short_policy(GRAPH, "CC-BY-4.0", "public", "city.toml")
    assert decide(found, Caller("public"), None, READ, NOW).permit


def test_a_short_policy_without_a_licence_is_for_the_owner_only() -> None:
    found = short_policy(GRAPH, None, "public", "city.toml")
    assert not decide(found, LAB, None, READ, NOW).permit
    assert decide(found, Caller("c", frozenset({"owner"})), None, READ, NOW).permit


def test_a_short_policy_refuses_another_access_level() -> None:
    with pytest.raises(MappingError, match="'open', which is not a level of access"):
        short_policy(GRAPH, "CC0-1.0", "open", "city.toml")


def test_rules_may_have_iris_of_their_own() -> None:
    found = one(
        LICENSED
        + """<graph/safety> odrl:prohibition <#r> .
        <#r> a odrl:Prohibition ; odrl:action odrl:read ; odrl:constraint <#c> .
        <#c> odrl:leftOperand odrl:dateTime ; odrl:operator odrl:lt ;
          odrl:rightOperand "2026-12-31T00:00:00"^^xsd:dateTime ."""
    )
    assert found.prohibitions[0].constraints == (
        TimeConstraint(Operator.LT, datetime(2026, 12, 31, tzinfo=UTC)),
    )
    assert found.prohibitions[0].actions == {ODRL + "read"}
