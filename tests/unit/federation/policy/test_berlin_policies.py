"""The policy files of the reference city are well formed and name licences that are known."""

from __future__ import annotations

from pathlib import Path

import pytest

import mappers
from federation.policy import GraphPolicy, parse_policies

BERLIN = Path(mappers.__file__).parent / "berlin"
FILES = sorted(BERLIN.glob("*/policy.ttl"))


def policies(file: Path) -> tuple[GraphPolicy, ...]:
    text = file.read_text(encoding="utf-8")
    return parse_policies(text, str(file), base="https://data.example.org/berlin/")


def test_the_reference_city_has_policies() -> None:
    assert FILES


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.parent.name)
def test_every_graph_has_a_known_licence_an_attribution_and_evidence(file: Path) -> None:
    found = policies(file)
    assert found
    for policy in found:
        assert policy.licence is not None, f"{policy.graph}: {policy.stated_licence}"
        assert policy.attribution
        assert policy.evidence
        assert all(item.grade and item.source and item.statement for item in policy.evidence)


def test_telephone_numbers_of_schools_are_masked() -> None:
    file = BERLIN / "education" / "policy.ttl"
    schools = next(item for item in policies(file) if item.graph.endswith("graph/education"))
    masked = {mask.property.rpartition("/")[2] for mask in schools.masks}
    assert {"telephone", "email"} <= masked
