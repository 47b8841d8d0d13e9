"""Each mapper of a city says of its sample exactly what a person has written down."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pyoxigraph as ox
import pytest

from mappers.city import load_city
from mappers.publish import publish_silo
from mappers.rdf import BlankNode, Iri, Literal, Term
from tests.unit.mappers.publish.town import passes
from tests.unit.mappers.publish.triples import by_value, triples_of

EXPECTED = sorted(Path(str(files("mappers"))).glob("*/*/tests/expected.ttl"))


def term(found: ox.NamedNode | ox.BlankNode | ox.Literal) -> Term:
    if isinstance(found, ox.NamedNode):
        return Iri(found.value)
    if isinstance(found, ox.BlankNode):
        return BlankNode(found.value)
    return by_value(Literal(found.value, found.datatype.value, found.language or ""))


@pytest.mark.parametrize("file", EXPECTED, ids=lambda file: "-".join(file.parts[-4:-2]))
def test_a_sample_says_what_is_expected_and_nothing_else(file: Path, tmp_path: Path) -> None:
    city = load_city(file.parents[2] / "city.toml")
    silo = file.parent.parent.name
    result = publish_silo(city, silo, file.parent / "sample", tmp_path, gate=passes)
    quads = ox.parse(file.read_bytes(), ox.RdfFormat.TURTLE, base_iri=city.base)
    expected = {(term(q.subject), term(q.predicate), term(q.object)) for q in quads}
    found = set(triples_of(result.version))
    assert found - expected == set()
    assert expected - found == set()


def test_there_are_samples() -> None:
    assert len(EXPECTED) >= 4
