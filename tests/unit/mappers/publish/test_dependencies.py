"""What publishing finds of two relations: foreign keys, and values that they do not share."""

from __future__ import annotations

from pathlib import Path

import pytest

from mappers.manifest import read_manifest
from mappers.published import Counterpart, Version
from tests.unit.mappers.publish.town import Town

MAPPING = """\
sources:
  child: {access: child.csv, referenceFormulation: csv}
  parent: {access: parent.csv, referenceFormulation: csv}
mappings:
  child:
    sources: [child]
    subjects: base:id/%s/$(id)
    po:
      - [by:parent, base:id/parent/$(of)~iri]
  parent:
    sources: [parent]
    subjects: base:id/parent/$(code)
    po:
      - [by:p, $(code)]
"""
TO_PARENT = Counterpart(("of",), "parent", ("code",))


def published(folder: Path, child: str, parent: str, subject: str = "child") -> Version:
    return Town(folder).publish(MAPPING % subject, child_csv=child, parent_csv=parent)


def test_values_that_all_stand_in_another_relation_are_a_foreign_key(tmp_path: Path) -> None:
    version = published(tmp_path, "id,of\n1,k\n2,k\n3,\n", "code\nk\nl\n")
    assert version.relation("child").foreign_keys == (TO_PARENT,)
    assert version.relation("parent").foreign_keys == ()


def test_one_value_that_is_missing_makes_it_none(tmp_path: Path) -> None:
    version = published(tmp_path, "id,of\n1,k\n2,m\n", "code\nk\nl\n")
    assert version.relation("child").foreign_keys == ()


def test_templates_of_different_text_are_not_compared(tmp_path: Path) -> None:
    version = published(tmp_path, "id,of\nk,k\n", "code\nk\n")
    assert version.relation("child").foreign_keys == (TO_PARENT,)
    assert version.relation("child").apart == ()


@pytest.mark.parametrize(("ids", "apart"), [("1 2", True), ("1 k", False)])
def test_subjects_of_one_template_may_share_no_value(tmp_path: Path, ids: str, apart: bool) -> None:
    rows = "".join(f"{identifier},x\n" for identifier in ids.split())
    version = published(tmp_path, f"id,of\n{rows}", "code\nk\nl\nx\n", subject="parent")
    found = version.relation("parent").apart
    assert (Counterpart(("code",), "child", ("id",)) in found) is apart
    assert (Counterpart(("id",), "parent", ("code",)) in version.relation("child").apart) is apart


def test_the_manifest_keeps_them(tmp_path: Path) -> None:
    version = published(tmp_path, "id,of\n1,k\n", "code\nk\nl\n", subject="parent")
    assert read_manifest(Path(version.folder)).relations == version.relations
    assert version.relation("child").foreign_keys and version.relation("child").apart
