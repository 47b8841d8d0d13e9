"""A silo that publishes an RDF file as it stands: read and mapped as `bygraf publish` does."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import duckdb
import pyoxigraph as ox

from mappers.publish.pipeline import silent
from mappers.publish.rules import compile_rules
from mappers.publish.workspace import Workspace, load_relations
from mappers.publish.writing import write_relations
from mappers.published import Version
from mappers.rdf import Triple
from mappers.yarrrml import parse_mapping
from tests.conformance.same_results import to_ox

MAPPING = """\
sources:
  statements: {access: statements.nt, referenceFormulation: rdf}
mappings:
  statement:
    sources: [statements]
    subjects: $(s)
    po:
      - [$(p), $(o)~iri]
"""


def rdf_version(
    triples: Iterable[Triple],
    graph: str,
    folder: Path,
    silo: str,
    duck: duckdb.DuckDBPyConnection,
) -> Version:
    """Publish triples below `folder` from a file of N-Triples, in a workspace that is lent."""
    folder.mkdir(parents=True, exist_ok=True)
    written = [ox.Triple(*map(to_ox, triple)) for triple in triples]  # type: ignore[arg-type]
    ox.serialize(written, str(folder / "statements.nt"), format=ox.RdfFormat.N_TRIPLES)
    mapping = parse_mapping(MAPPING, file="mapping.yml", base="urn:base:")
    workspace = Workspace(duck)
    try:
        load_relations(workspace, mapping, folder, silent)
        compiled = compile_rules(workspace, mapping, graph)
        relations, counts = write_relations(workspace, mapping, compiled, folder)
    finally:
        duck.execute("DROP TABLE IF EXISTS statements")
    return Version(
        silo=silo,
        id="1",
        folder=str(folder.resolve()),
        created="2024-01-01T00:00:00+00:00",
        graphs=(graph,),
        relations=relations,
        rules=tuple(compiled.rules),
        policy="",
        sources=(),
        triples=counts,
    )
