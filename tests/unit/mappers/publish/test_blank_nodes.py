"""Blank nodes of a silo are its own (RDF 1.1 Semantics, section 4.1: merging)."""

from __future__ import annotations

from pathlib import Path

from mappers.city import load_city
from mappers.publish import publish_silo
from mappers.publish.trial import no_gate
from mappers.rdf import BlankNode
from tests.unit.mappers.publish.triples import triples_of

MAPPING = """\
prefixes: {by: "https://bygraf.example.org/def#"}
sources:
  a: {access: SILO/a.csv, referenceFormulation: csv}
mappings:
  m:
    sources: [a]
    subjects: _:SUBJECT
    po:
      - p: by:next
        o:
          mapping: m
          condition: {function: equal, parameters: [[str1, $(next)], [str2, $(id)]]}
"""


def _blank_nodes(folder: Path, silo: str, subject: str) -> list[set[BlankNode]]:
    """The subjects and the objects of a silo that is published with blank nodes."""
    for name, text in {
        "city.toml": f'[city]\nid = "t"\nbase = "http://e/"\n[silos.{silo}]\nmapper = "{silo}"\n',
        f"{silo}/silo.toml": f'[silo]\nid = "{silo}"\ntitle = "A silo"\n',
        f"{silo}/mapping.yml": MAPPING.replace("SILO", silo).replace("SUBJECT", subject),
        f"data/{silo}/a.csv": "id,next\n1,2\n2,3\n3,1\n4,1\n",
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    city = load_city(folder / "city.toml")
    version = publish_silo(city, silo, folder / "data", folder / "home", gate=no_gate).version
    triples = list(triples_of(version))
    return [{t[place] for t in triples if isinstance(t[place], BlankNode)} for place in (0, 2)]  # type: ignore[misc]


def test_no_two_silos_have_the_same_blank_node(tmp_path: Path) -> None:
    one, other = (_blank_nodes(tmp_path, silo, "x$(id)") for silo in ("a", "b"))
    assert not set().union(*one) & set().union(*other)


def test_a_silo_has_the_same_blank_node_wherever_its_mapping_makes_it(tmp_path: Path) -> None:
    subjects, objects = _blank_nodes(tmp_path, "a", "x$(id)")
    assert len(subjects) == 4
    assert len(objects) == 3
    assert objects < subjects


def test_a_label_that_begins_with_a_column_is_the_silos_own_too(tmp_path: Path) -> None:
    one, other = (_blank_nodes(tmp_path, silo, "$(id)-$(next)") for silo in ("a", "b"))
    assert len(one[0]) == 4
    assert not one[0] & other[0]
