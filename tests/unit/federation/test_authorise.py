"""What a caller's view holds, and what a query that names a closed graph is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from federation.authorise import authorise, visible_entries, visible_graph_refusal
from federation.catalogue import Catalogue
from federation.view import Caller, View
from mappers.published import Column, ColumnTerm, TripleRule
from mappers.rdf import XSD_STRING
from tests.unit.federation.published import (
    SCHEMA,
    catalogue,
    graph_iri,
    relation,
    rule,
    version,
)

NOW = datetime(2026, 6, 15, tzinfo=UTC)
PUBLIC = Caller("public")
OFFICE = Caller("office", frozenset({"school-office"}))

SCHOOLS = version(
    "schools",
    ("schools", "staff"),
    (relation("school", "name", "phone"), relation("teacher", "name")),
    (
        rule("schools", "school", "name", "name"),
        rule("schools", "school", "telephone", "phone"),
        rule("staff", "teacher", "name", "name"),
    ),
)
POLICY = """<graph/schools> dct:license "CC-BY-4.0" ; by:access by:public ;
  by:mask [ by:property schema:telephone ; by:method by:drop ; by:exceptRole "school-office" ] .
<graph/staff> dct:license "CC-BY-4.0" ; by:access by:%s ;
  odrl:permission [ odrl:action odrl:read ; odrl:assignee "school-office" ] ."""


def city(staff: str = "hidden") -> Catalogue:
    return catalogue((SCHOOLS, POLICY % staff))


def view_of(caller: Caller, staff: str = "hidden") -> View:
    return authorise(city(staff), caller, None, NOW)


def test_a_view_has_the_graphs_that_may_be_read() -> None:
    assert [graph.iri for graph in view_of(PUBLIC).graphs] == [graph_iri("schools")]
    assert len(view_of(OFFICE).graphs) == 2


def test_a_masked_property_has_no_rule_and_no_column() -> None:
    (graph,) = view_of(PUBLIC).graphs
    assert len(graph.rules) == 1
    assert graph.masked_predicates == {SCHEMA + "telephone"}
    assert [column.name for column in graph.version.relation("school").columns] == ["key", "name"]


def test_a_stored_geometry_goes_with_the_text_it_is_of() -> None:
    shapes = tuple(Column(f"{name}%wkb", "BLOB", True) for name in ("name", "phone"))
    school = relation("school", "name", "phone")
    school = replace(school, columns=(*school.columns, *shapes))
    schools = replace(SCHOOLS, relations=(school, *SCHOOLS.relations[1:]))
    (graph,) = authorise(catalogue((schools, POLICY % "hidden")), PUBLIC, None, NOW).graphs
    columns = graph.version.relation("school").columns
    assert [column.name for column in columns] == ["key", "name", "name%wkb"]


def test_a_mask_is_told_in_words_that_do_not_depend_on_the_data() -> None:
    (graph,) = view_of(PUBLIC).graphs
    assert graph.rules_applied == (
        f"The property <{SCHEMA}telephone> of <{graph_iri('schools')}> is left out by the graph's "
        "policy.",
    )


def test_an_excepted_role_sees_what_is_masked() -> None:
    graph = view_of(OFFICE).graphs[0]
    assert len(graph.rules) == 2
    assert graph.masked_predicates == frozenset()
    assert graph.rules_applied == ()
    assert len(graph.version.relation("school").columns) == 3


def test_a_rule_of_varying_predicate_stays_and_is_to_be_filtered() -> None:
    varying = TripleRule(
        graph_iri("schools"),
        "school",
        rule("schools", "school", "name", "name").subject,
        ColumnTerm("phone", XSD_STRING),
        ColumnTerm("name", XSD_STRING),
    )
    schools = version("schools", ("schools",), (relation("school", "name", "phone"),), (varying,))
    view = authorise(catalogue((schools, POLICY % "hidden")), PUBLIC, None, NOW)
    assert view.graphs[0].rules == (varying,)
    assert SCHEMA + "telephone" in view.graphs[0].masked_predicates


def test_the_version_in_a_view_tells_nothing_of_other_graphs() -> None:
    found = view_of(PUBLIC).graphs[0].version
    assert found.graphs == (graph_iri("schools"),)
    assert {item.name for item in found.relations} == {"school"}
    assert all(item.graph == graph_iri("schools") for item in found.rules)
    assert (found.policy, found.sources, found.report) == ("", (), ())
    assert found.triples == ((graph_iri("schools"), 3),)


def test_a_key_goes_with_its_columns() -> None:
    found = view_of(PUBLIC).graphs[0].version.relation("school")
    assert found.keys == (("key",),)


def test_a_listed_graph_without_right_is_refused_by_name() -> None:
    view = view_of(PUBLIC, "listed")
    refusal = visible_graph_refusal(city("listed"), view, graph_iri("staff"))
    assert refusal is not None
    assert graph_iri("staff") in str(refusal)


def test_a_hidden_graph_without_right_is_as_if_absent() -> None:
    assert visible_graph_refusal(city(), view_of(PUBLIC), graph_iri("staff")) is None
    assert visible_graph_refusal(city(), view_of(PUBLIC), graph_iri("no-such")) is None


def test_a_listed_graph_without_a_licence_is_as_if_absent() -> None:
    unlicensed = catalogue((SCHOOLS, "<graph/staff> by:access by:listed ."))
    view = authorise(unlicensed, PUBLIC, None, NOW)
    assert view.graphs == ()
    assert visible_graph_refusal(unlicensed, view, graph_iri("staff")) is None
    assert visible_entries(unlicensed, view) == ()


def test_a_graph_of_the_view_is_not_refused() -> None:
    assert visible_graph_refusal(city("listed"), view_of(OFFICE), graph_iri("staff")) is None


def test_entries_are_those_of_readable_and_of_listed_graphs() -> None:
    hidden = visible_entries(city(), view_of(PUBLIC))
    listed = visible_entries(city("listed"), view_of(PUBLIC))
    assert [entry.iri for entry in hidden] == [graph_iri("schools")]
    assert [entry.iri for entry in listed] == [graph_iri("schools"), graph_iri("staff")]


def test_no_silo_disposes_of_the_graph_of_another() -> None:
    intruder = version("parks", ("parks",), (), ())
    found = catalogue(
        (SCHOOLS, POLICY % "hidden"),
        (intruder, '<graph/staff> dct:license "CC0-1.0" ; by:access by:public .'),
    )
    assert [graph.iri for graph in authorise(found, PUBLIC, None, NOW).graphs] == [
        graph_iri("schools")
    ]
    assert found.silos[1].stray_policies == (graph_iri("staff"),)


def test_a_graph_without_a_policy_is_for_the_owner_only() -> None:
    bare = catalogue((SCHOOLS, ""))
    assert authorise(bare, PUBLIC, None, NOW).graphs == ()
    owner = Caller("city", frozenset({"owner"}))
    assert len(authorise(bare, owner, None, NOW).graphs) == 2
