"""Property paths of shapes as steps and as text."""

from __future__ import annotations

import pytest
import rdflib

from mappers.shacl.paths import read_path
from mappers.shacl.reading import read_turtle

from .berths import EX, HEAD

READ = [
    ("ex:a", "<a>", ["a"]),
    ("( ex:a ex:b )", "(<a>/<b>)", ["a", "b"]),
    ("[ sh:inversePath ex:a ]", "^<a>", ["^a"]),
    ("[ sh:inversePath ( ex:a ex:b ) ]", "^(<a>/<b>)", ["^b", "^a"]),
    ("[ sh:inversePath [ sh:inversePath ex:a ] ]", "^^<a>", ["a"]),
    ("[ sh:alternativePath ( ex:a ex:b ) ]", "(<a>|<b>)", None),
    ("[ sh:zeroOrMorePath [ sh:inversePath ex:a ] ]", "(^<a>)*", None),
    ("( ex:a [ sh:oneOrMorePath ex:b ] )", "(<a>/<b>+)", None),
]


@pytest.mark.parametrize(("turtle", "text", "steps"), READ)
def test_a_path_is_read(turtle: str, text: str, steps: list[str] | None) -> None:
    graph = read_turtle(f"{HEAD}ex:S sh:path {turtle} .", "shapes.ttl")
    node = graph.value(rdflib.URIRef(EX + "S"), rdflib.URIRef("http://www.w3.org/ns/shacl#path"))
    assert node is not None
    path = read_path(graph, node, "shapes.ttl")
    assert path.text.replace(EX, "") == text
    found = path.steps and [
        ("^" if step.inverse else "") + step.predicate.value.removeprefix(EX) for step in path.steps
    ]
    assert found == steps
