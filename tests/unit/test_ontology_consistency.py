"""The ontology has a model in which every class can have a member, as HermiT sees it."""

from __future__ import annotations

import io
import shutil
from pathlib import Path

import owlready2
import pytest
import rdflib
from rdflib import namespace

ROOT = Path(__file__).resolve().parents[2]
BY = rdflib.Namespace("https://bygraf.example.org/def#")
NOT_IN_OWL = {namespace.XSD.date, namespace.XSD.gYear, namespace.XSD.gYearMonth}
"""Datatypes outside the datatype map of OWL 2 (section 4), which HermiT refuses. They are only ranges
of properties, and no class is built on these, so leaving them out changes no class."""


def _ontology() -> rdflib.Graph:
    graph = rdflib.Graph()
    for path in sorted((ROOT / "ontology").glob("*.ttl")):
        graph.parse(path, format="turtle")
    for datatype in NOT_IN_OWL:
        graph.remove((None, namespace.RDFS.range, datatype))
    return graph


def _unsatisfiable(graph: rdflib.Graph) -> set[str]:
    """The IRIs of the classes that can have no member; raises if the whole is inconsistent."""
    if shutil.which("java") is None:
        pytest.skip("no java on the path, which the reasoner HermiT needs")
    world = owlready2.World()
    data = graph.serialize(format="nt", encoding="utf-8")
    world.get_ontology("https://bygraf.example.org/def/all").load(fileobj=io.BytesIO(data))
    owlready2.sync_reasoner_hermit(world, debug=0)
    return {entity.iri for entity in world.inconsistent_classes()}


def test_every_class_can_have_a_member() -> None:
    assert not _unsatisfiable(_ontology())


def test_a_class_below_two_disjoint_classes_is_found() -> None:
    graph = _ontology()
    graph.add((BY.Impossible, namespace.RDF.type, namespace.OWL.Class))
    graph.add((BY.Impossible, namespace.RDFS.subClassOf, BY.BicycleTheft))
    graph.add((BY.Impossible, namespace.RDFS.subClassOf, BY.ChargingStation))

    assert str(BY.Impossible) in _unsatisfiable(graph)
