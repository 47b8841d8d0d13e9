"""What a receipt says, as JSON-LD and as text."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pyoxigraph
import pytest
import rdflib

from federation.authorise import authorise
from federation.catalogue import Catalogue
from federation.receipt import (
    Completeness,
    Receipt,
    build_receipt,
    fingerprint,
    licence_of_answer,
)
from federation.view import Caller
from mappers.errors import DeniedError
from tests.unit.federation.published import catalogue, graph_iri, relation, rule, version

NOW = datetime(2026, 6, 15, 12, 30, tzinfo=UTC)
ID = "urn:uuid:6f1c2c3e-0000-4000-8000-000000000001"
BY = "https://bygraf.example.org/def#"
POLICY = """<graph/{name}> dct:license "{licence}" ; by:access by:public ;
  by:attribution "Department of {name}" ;
  by:licenceEvidence [ by:grade "B" ; dct:source <https://example.org/{name}> ;
    by:statement "of the portal" ; dct:date "2024-03-22" ] ;
  by:mask [ by:property schema:telephone ; by:method by:drop ; by:exceptRole "clerk" ] ."""


def city(**licences: str) -> Catalogue:
    return catalogue(
        *(
            (
                version(name, (name,), (relation("t", "a"),), (rule(name, "t", "name", "a"),)),
                POLICY.format(name=name, licence=licence),
            )
            for name, licence in licences.items()
        )
    )


def receipt(
    purpose: str | None = None,
    completeness: Completeness = Completeness(),  # noqa: B008
    **licences: str,
) -> Receipt:
    found = city(**licences)
    view = authorise(found, Caller("lab"), purpose, NOW)
    return build_receipt(
        view,
        [graph_iri(name) for name in licences],
        fingerprint("SELECT"),
        NOW,
        completeness,
        catalogue=found,
        receipt_id=ID,
    )


def two() -> Receipt:
    return receipt("AcademicResearch", finance="CC-BY-3.0-DE", safety="CC-BY-SA-4.0")


def test_a_receipt_has_the_keys_that_are_promised() -> None:
    document = two().to_jsonld()
    assert set(document) >= {
        "@context",
        "id",
        "type",
        "caller",
        "purpose",
        "time",
        "graphs",
        "licence",
        "duties",
        "rulesApplied",
        "completeness",
        "queryFingerprint",
    }
    graphs = document["graphs"]
    assert isinstance(graphs, list)
    assert set(graphs[0]) == {"iri", "version", "silo", "licence", "attribution", "evidence"}
    assert graphs[0]["licence"]["key"] == "CC-BY-3.0-DE"
    assert document["licence"] == {
        "id": "https://creativecommons.org/licenses/by-sa/4.0/",
        "key": "CC-BY-SA-4.0",
        "title": "Creative Commons Attribution-ShareAlike 4.0 International",
    }


@pytest.mark.parametrize("reader", ["pyoxigraph", "rdflib"])
def test_a_receipt_is_json_ld_that_is_read_without_a_network(reader: str) -> None:
    text = json.dumps(two().to_jsonld())
    graph = rdflib.Graph()
    if reader == "rdflib":
        graph.parse(data=text, format="json-ld")
    else:
        quads = pyoxigraph.parse(text.encode(), pyoxigraph.RdfFormat.JSON_LD)
        written = pyoxigraph.serialize(quads, format=pyoxigraph.RdfFormat.N_QUADS)
        assert written is not None
        graph.parse(data=written, format="nt")
    me = rdflib.URIRef(ID)
    prov, dct = rdflib.Namespace("http://www.w3.org/ns/prov#"), rdflib.DCTERMS
    assert (me, rdflib.RDF.type, rdflib.URIRef(BY + "Receipt")) in graph
    assert set(graph.objects(me, prov.wasDerivedFrom)) == {
        rdflib.URIRef(graph_iri("finance")),
        rdflib.URIRef(graph_iri("safety")),
    }
    licence = rdflib.URIRef("https://creativecommons.org/licenses/by-sa/4.0/")
    assert (me, dct.license, licence) in graph
    created = graph.value(me, dct.created)
    assert isinstance(created, rdflib.Literal)
    assert created.toPython() == NOW
    purpose = graph.value(me, rdflib.URIRef("https://w3id.org/dpv#hasPurpose"))
    assert purpose == rdflib.URIRef("https://w3id.org/dpv#AcademicResearch")
    duties = list(graph.objects(me, rdflib.URIRef("http://www.w3.org/ns/odrl/2/duty")))
    actions = {
        graph.value(duty, rdflib.URIRef("http://www.w3.org/ns/odrl/2/action")) for duty in duties
    }
    assert rdflib.URIRef("http://creativecommons.org/ns#ShareAlike") in actions


def test_every_word_of_a_receipt_is_a_term_of_its_context() -> None:
    document = two().to_jsonld()
    context = document["@context"]
    assert isinstance(context, dict)
    used: set[str] = set()

    def collect(value: object) -> None:
        if isinstance(value, dict):
            used.update(str(key) for key in value if key != "@context")
            for key, item in value.items():
                if key != "@context":
                    collect(item)
        elif isinstance(value, list):
            for item in value:
                collect(item)

    collect(document)
    assert used <= set(context)


@pytest.mark.parametrize("width", [80, 40])
def test_the_short_receipt_fits_the_terminal(width: int) -> None:
    text = two().to_text(width)
    assert all(len(line) <= width for line in text.splitlines())
    flat = " ".join(text.split())
    assert "Department of finance" in flat
    assert "finance CC-BY-3.0-DE [B]" in flat
    assert "AcademicResearch" in text
    assert "CC-BY-SA-4.0" in text
    assert "complete" in text


def test_a_long_iri_does_not_break_the_short_receipt() -> None:
    assert all(
        len(line) <= 40
        for line in receipt("https://e.org/" + "x" * 90, a="MIT").to_text(40).splitlines()
    )


def test_the_rules_of_the_view_are_told() -> None:
    assert two().rules_applied == tuple(
        f"The property <http://schema.org/telephone> of <{graph_iri(name)}> is left out by the "
        "graph's policy."
        for name in ("finance", "safety")
    )


def test_a_partial_answer_names_what_is_missing() -> None:
    found = receipt(completeness=Completeness(("archive",)), finance="MIT")
    assert found.to_jsonld()["completeness"] == "partial"
    assert found.to_jsonld()["missing"] == ["archive"]
    assert "partial, missing archive" in found.to_text()


def test_an_unlawful_combination_is_denied_with_the_largest_lawful_set() -> None:
    found = city(a="CC-BY-SA-4.0", b="CC-BY-NC-SA-4.0", c="CC0-1.0")
    view = authorise(found, Caller("lab"), None, NOW)
    with pytest.raises(DeniedError) as caught:
        licence_of_answer(found, view, [graph_iri(name) for name in "abc"])
    text = str(caught.value)
    assert "CC-BY-SA-4.0" in text
    assert "CC-BY-NC-SA-4.0" in text
    assert f"together is <{graph_iri('a')}>, <{graph_iri('c')}>" in text


def test_a_graph_outside_the_view_cannot_be_on_a_receipt() -> None:
    found = city(a="no such licence")
    view = authorise(found, Caller("lab"), None, NOW)
    with pytest.raises(KeyError):
        licence_of_answer(found, view, [graph_iri("a")])


def test_an_answer_over_nothing_has_a_receipt() -> None:
    found = city(a="MIT")
    view = authorise(found, Caller("lab"), None, NOW)
    made = build_receipt(view, [], fingerprint("ASK {}"), NOW, catalogue=found, receipt_id=ID)
    assert made.graphs == ()
    assert made.duties == ()


def test_a_fingerprint_tells_texts_apart_without_telling_them() -> None:
    assert fingerprint("a") == fingerprint("a") != fingerprint("b")
    assert "secret" not in fingerprint("secret")
