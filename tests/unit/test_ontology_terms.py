"""Every term that mappings, shapes, queries and the ontology use is defined somewhere."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph
import pytest
import rdflib
from rdflib import namespace

from mappers.mapping import ConstantValue, IriTemplateValue, LiteralValue, Mapping
from mappers.rdf import Iri, Literal
from mappers.yarrrml import read_mapping

ROOT = Path(__file__).resolve().parents[2]
BASE = "https://data.example.org/berlin/"
KOELN = "https://data.example.org/koeln/"
BY = "https://bygraf.example.org/def#"
LANGUAGES = {"en", "de", "da"}

CORE = (namespace.RDF, namespace.RDFS, namespace.OWL, namespace.XSD, namespace.SH)
"""Namespaces of the languages themselves, whose terms rdflib lists."""

NOT_CHECKED = {
    "http://qudt.org/vocab/unit/": "units are not among the vocabulary files",
    "http://www.opengis.net/def/": "functions of GeoSPARQL are checked by the query parser",
    "http://www.w3.org/ns/odrl/2/": "policies are checked by the policy reader",
    "http://creativecommons.org/ns#": "policies are checked by the policy reader",
    "https://bygraf.example.org/shapes/": "names of shapes",
    "https://bygraf.example.org/def/": "names of ontologies",
    "https://bygraf.example.org/id/": "names of things",
    BASE: "entities of the city",
    KOELN: "entities of the second city",
}

_PREFIX = re.compile(r"^\s*PREFIX\s+([\w-]*):\s*<([^>]*)>", re.IGNORECASE | re.MULTILINE)
_NAME = re.compile(r"(?<![\w<:/#?$-])([A-Za-z][\w-]*):([A-Za-z_][\w-]*)")
_STRING_OR_COMMENT = re.compile(r'"[^"\n]*"|(?m:^\s*#.*$)|(?<=\s)#.*$', re.MULTILINE)


def _terms_of_mapping(mapping: Mapping) -> Iterator[str]:
    for rule in mapping.rules:
        for statement in rule.statements:
            for value in (*statement.predicates, *statement.objects):
                match value:
                    case ConstantValue(term=Iri(value=iri)):
                        yield iri
                    case ConstantValue(term=Literal(datatype=datatype)):
                        yield datatype
                    case LiteralValue(datatype=datatype):
                        yield datatype
                    case IriTemplateValue(parts=(str(text),)):
                        yield text
                    case _:
                        pass


def _terms_of_turtle(path: Path) -> Iterator[str]:
    graph = rdflib.Graph().parse(path, format="turtle", publicID=BASE)
    for triple in graph:
        for term in triple:
            if isinstance(term, rdflib.URIRef):
                yield str(term)
            elif isinstance(term, rdflib.Literal) and term.datatype is not None:
                yield str(term.datatype)


def _terms_of_query(text: str) -> Iterator[str]:
    prefixes = dict(_PREFIX.findall(text))
    body = _STRING_OR_COMMENT.sub("", _PREFIX.sub("", text))
    for prefix, local in _NAME.findall(body):
        assert prefix in prefixes, f"the prefix {prefix}: of {prefix}:{local} is not declared"
        yield prefixes[prefix] + local


def _used() -> dict[str, list[str]]:
    """Each IRI used, and the files that use it."""
    found: dict[str, list[str]] = {}
    for path in sorted((ROOT / "mappers").glob("*/*/mapping.yml")):
        base = KOELN if path.parts[-3] == "koeln" else BASE
        for term in _terms_of_mapping(read_mapping(path, base=base)):
            found.setdefault(term, []).append(str(path.relative_to(ROOT)))
    for pattern in ("mappers/*/*/shapes.ttl", "shapes/*.ttl", "ontology/*.ttl"):
        for path in sorted(ROOT.glob(pattern)):
            for term in _terms_of_turtle(path):
                found.setdefault(term, []).append(str(path.relative_to(ROOT)))
    queries = (*ROOT.glob("queries/*/*.rq"), *ROOT.glob("mappers/*/queries/*/*.rq"))
    for path in sorted(queries):
        for term in _terms_of_query(path.read_text(encoding="utf-8")):
            found.setdefault(term, []).append(str(path.relative_to(ROOT)))
    return found


def _own_ontology() -> rdflib.Graph:
    graph = rdflib.Graph()
    for path in sorted((ROOT / "ontology").glob("*.ttl")):
        graph.parse(path, format="turtle")
    return graph


@pytest.fixture(scope="module")
def vocabulary_terms() -> frozenset[str]:
    """The IRIs that the vocabulary files define; skips where the folder is absent."""
    default = ROOT.parent / "shared" / "ontologies"
    folder = Path(os.environ.get("BYGRAF_ONTOLOGIES", default))
    if not folder.is_dir():
        pytest.skip(f"no vocabularies at {folder}: set BYGRAF_ONTOLOGIES to their folder")
    formats = {
        ".nq": pyoxigraph.RdfFormat.N_QUADS,
        ".ttl": pyoxigraph.RdfFormat.TURTLE,
        ".owl": pyoxigraph.RdfFormat.RDF_XML,
    }
    terms: set[str] = set()
    for path in sorted(folder.glob("*/*")):
        if path.suffix not in formats or path.parent.name == "dpv" or _is_owl_xml(path):
            continue
        quads = pyoxigraph.parse(path=str(path), format=formats[path.suffix], lenient=True)
        subjects = (quad.subject for quad in quads)
        terms.update(node.value for node in subjects if isinstance(node, pyoxigraph.NamedNode))
    return frozenset(terms)


def _is_owl_xml(path: Path) -> bool:
    """Whether the file is in the XML syntax of OWL, which is not RDF; no term of them is in use."""
    with path.open("rb") as file:
        return b"<Ontology " in file.read(200)


def _defined_elsewhere(term: str) -> bool:
    """Whether the term is of the languages themselves, or of a namespace that is not checked."""
    for core in CORE:
        if term.startswith(str(core)):
            return term in core
    return term.startswith(tuple(NOT_CHECKED)) or not term.startswith(("http:", "https:"))


def test_every_reused_term_exists_in_its_vocabulary(vocabulary_terms: frozenset[str]) -> None:
    missing = {
        term: sorted(set(files))
        for term, files in _used().items()
        if not term.startswith(BY) and not _defined_elsewhere(term) and term not in vocabulary_terms
    }
    assert not missing


def test_every_own_term_in_use_is_defined() -> None:
    defined = {str(subject) for subject in _own_ontology().subjects(namespace.RDF.type)}
    missing = {
        term: sorted(set(files))
        for term, files in _used().items()
        if term.startswith(BY) and term not in defined
    }
    assert not missing


def test_every_own_term_has_a_label_and_a_comment_in_three_languages() -> None:
    graph = _own_ontology()
    lacking = []
    for term in sorted(set(graph.subjects(namespace.RDF.type))):
        if not str(term).startswith(BY):
            continue
        for predicate in (namespace.RDFS.label, namespace.RDFS.comment):
            tags = {literal.language for literal in graph.objects(term, predicate)}
            if LANGUAGES - tags:
                lacking.append((str(term), str(predicate), sorted(LANGUAGES - tags)))
    assert not lacking


def test_nothing_is_imported() -> None:
    assert not list(_own_ontology().subject_objects(namespace.OWL.imports))
