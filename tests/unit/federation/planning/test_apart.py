"""Relations that are apart under one template may meet under two others."""

from __future__ import annotations

from pathlib import Path

import pytest

from federation.planning.rules import RULES
from federation.planning.translate import Dataset
from federation.syntax import parse_query
from mappers.worker.duck import open_duckdb
from tests.asking import Table, ask, version_graphs
from tests.unit.mappers.publish.town import Town

MAPPING = """\
sources:
  one: {access: one.csv, referenceFormulation: csv}
  other: {access: other.csv, referenceFormulation: csv}
mappings:
  one:
    sources: [one]
    subjects: base:id/$(id)
    po:
      - [by:size, $(size)]
  other:
    sources: [other]
    subjects: base:id/$(code)
    po:
      - [by:part, base:id/%s~iri]
"""
QUESTION = """PREFIX by: <https://bygraf.example.org/def#>
SELECT ?size { ?other by:part ?one . ?one by:size ?size }"""


@pytest.mark.parametrize(
    ("template", "met"),
    [("p$(code)", "p5"), ("$(code)-$(digit)", "5-2"), ("$(code)", "5"), ("p$(code)", "7")],
)
def test_terms_of_two_templates_meet_although_their_columns_share_nothing(
    tmp_path: Path, template: str, met: str
) -> None:
    version = Town(tmp_path).publish(
        MAPPING % template, one_csv=f"id,size\n{met},large\n", other_csv="code,digit\n5,2\n"
    )
    graphs = version_graphs(version)
    with open_duckdb(readable=(tmp_path,), spill=None, memory_mb=500, threads=1) as connection:
        query, dataset = parse_query(QUESTION), Dataset(graphs, graphs)
        optimised = ask(query, dataset, connection, rules=RULES).answer
    assert isinstance(optimised, Table)
    # the file has one row, and its term is that of `one` if the text is
    made = template.replace("$(code)", "5").replace("$(digit)", "2")
    assert len(optimised.rows) == (made == met)
