"""The SPARQL 1.1 Service Description of the endpoint, as one caller may see it."""

from __future__ import annotations

from federation.results import FORMATS
from federation.view import View
from mappers.rdf import RDF_TYPE, BlankNode, Iri, Term, Triple

SD = "http://www.w3.org/ns/sparql-service-description#"
_FORMAT_IRIS = {
    "json": "http://www.w3.org/ns/formats/SPARQL_Results_JSON",
    "xml": "http://www.w3.org/ns/formats/SPARQL_Results_XML",
    "csv": "http://www.w3.org/ns/formats/SPARQL_Results_CSV",
    "tsv": "http://www.w3.org/ns/formats/SPARQL_Results_TSV",
    "ttl": "http://www.w3.org/ns/formats/Turtle",
    "nt": "http://www.w3.org/ns/formats/N-Triples",
}


def service_description(endpoint: str, view: View) -> tuple[Triple, ...]:
    """The triples that describe the service at `endpoint` (an IRI) and name the view's graphs."""
    service, dataset, default = BlankNode("service"), BlankNode("dataset"), BlankNode("default")
    triples = [
        _triple(service, RDF_TYPE, Iri(SD + "Service")),
        _triple(service, SD + "endpoint", Iri(endpoint)),
        _triple(service, SD + "supportedLanguage", Iri(SD + "SPARQL11Query")),
        _triple(service, SD + "feature", Iri(SD + "UnionDefaultGraph")),
    ]
    for one in FORMATS:
        if one.name in _FORMAT_IRIS:
            triples.append(_triple(service, SD + "resultFormat", Iri(_FORMAT_IRIS[one.name])))
    triples += [
        _triple(service, SD + "defaultDataset", dataset),
        _triple(dataset, RDF_TYPE, Iri(SD + "Dataset")),
        _triple(dataset, SD + "defaultGraph", default),
        _triple(default, RDF_TYPE, Iri(SD + "Graph")),
    ]
    for number, graph in enumerate(view.graphs):
        named = BlankNode(f"graph{number}")
        triples += [
            _triple(dataset, SD + "namedGraph", named),
            _triple(named, RDF_TYPE, Iri(SD + "NamedGraph")),
            _triple(named, SD + "name", Iri(graph.iri)),
        ]
    return tuple(triples)


def _triple(subject: Iri | BlankNode, predicate: str, value: Term) -> Triple:
    return Triple(subject, Iri(predicate), value)
