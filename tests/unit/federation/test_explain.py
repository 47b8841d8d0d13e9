"""What explain says: the graphs, the path and its reason; and what is refused by name."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from federation.answering import answer
from federation.explain import explain
from federation.opened import Federation
from federation.preparing import Request
from federation.view import Caller
from mappers.errors import QueryUnsupportedError
from mappers.publish import publish_silo
from mappers.publish.trial import no_gate
from tests.differential.village import BASE, write_village
from tests.unit.federation.planning.plans import PREFIXES

PUBLIC = Caller("public")
POLICY = """@prefix by: <https://bygraf.example.org/def#> . @prefix dct: <http://purl.org/dc/terms/> .
<graph/{0}> dct:license <https://creativecommons.org/licenses/by/4.0/> ;
  by:access by:public ; by:attribution "{0}" .
"""


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Federation]:
    folder = tmp_path_factory.mktemp("explained")
    city = write_village(folder)
    for silo in ("places", "schools"):
        (folder / silo / "policy.ttl").write_text(POLICY.format(silo))
        publish_silo(city, silo, folder / "data", folder / "home", gate=no_gate)
    with Federation.open(city, folder / "home") as federation:
        yield federation


def asked(text: str) -> Request:
    return Request(PREFIXES + text, PUBLIC)


def test_explain_names_the_graphs_that_are_read(opened: Federation) -> None:
    shown = explain(asked("SELECT * { ?a by:rating ?r }"), opened).splitlines()
    assert shown[:2] == ["graphs read:", f"  <{BASE}graph/schools>"]
    assert "path: SQL over the virtual graphs" in shown


def test_explain_says_where_nothing_is_read(opened: Federation) -> None:
    shown = explain(asked("SELECT * { ?a by:unheardOf ?r }"), opened)
    assert shown.startswith("graphs read:\n  none")


def test_explain_names_the_residual_path_and_its_reason(opened: Federation) -> None:
    text = (
        "SELECT ?a { ?a by:size ?x"
        " FILTER EXISTS { ?b by:population ?n OPTIONAL { ?c by:near ?d FILTER(?x = ?n) } } }"
    )
    shown = explain(asked(text), opened)
    reason = "because of EXISTS whose inner expressions or sub-selects use ?x of outside"
    assert f"path: residual (Oxigraph over fetched triples), {reason}" in shown
    assert "scan places.districts" in shown and "scan schools.schools" in shown
    found = answer(asked(text), opened)
    assert found.notes and "residual path" in found.notes[0]
    assert found.solutions is not None
    everything = answer(asked("SELECT ?a { ?a by:size ?x }"), opened).solutions
    assert sorted(map(str, found.solutions)) == sorted(map(str, everything or ()))


def test_explain_with_sql_shows_the_sql(opened: Federation) -> None:
    assert "schools.parquet" in explain(asked("SELECT * { ?a by:rating ?r }"), opened, sql=True)


@pytest.mark.parametrize("ask", [answer, explain])
def test_service_is_refused_by_name(opened: Federation, ask: object) -> None:
    text = "SELECT * { ?a by:rating ?r SERVICE <https://other.example.org/sparql> { ?a ?p ?o } }"
    with pytest.raises(QueryUnsupportedError, match=r"SERVICE <https://other.example.org/sparql>"):
        ask(asked(text), opened)  # type: ignore[operator]


def test_explain_says_what_each_rule_did(opened: Federation) -> None:
    # labels are given by districts and counts of people, too: together, as a set
    text = "SELECT ?n { ?a a by:School ; rdfs:label ?n ; by:rating ?r ; by:opened ?day }"
    shown = explain(asked(text), opened).splitlines()
    rules = shown[shown.index("rules:") + 1 : shown.index("plan:")]
    scans = {line.split(":")[0].strip(): line.split(": ")[1].split(",")[0] for line in rules}
    assert scans == {
        "prune_incompatible": "6 -> 4 scans",
        "merge_scans": "4 -> 1 scan",
        "drop_unused": "4 -> 1 value read",
    }


def test_explain_says_where_no_rule_did_anything(opened: Federation) -> None:
    shown = explain(asked("SELECT * { ?a by:rating ?r }"), opened)
    assert "rules:\n  none changed the plan\nplan:" in shown
