"""Reading policy files from disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from federation.policy import Access, current_policies
from mappers.errors import MappingError

BASE = "https://data.example.org/berlin/"
PUBLIC = (
    "<graph/x> <https://bygraf.example.org/def#access> <https://bygraf.example.org/def#public> ."
)
LISTED = PUBLIC.replace("#public", "#listed")


def test_the_file_governs_and_not_the_published_copy(tmp_path: Path) -> None:
    file = tmp_path / "policy.ttl"
    file.write_text(LISTED)
    (found,) = current_policies(file, PUBLIC, base=BASE)
    assert found.access is Access.LISTED


def test_the_published_copy_stands_in_for_a_missing_file(tmp_path: Path) -> None:
    (found,) = current_policies(tmp_path / "policy.ttl", PUBLIC, base=BASE)
    assert found.access is Access.PUBLIC


@pytest.mark.parametrize(
    "content", [b"\xff\xfe", b"<graph/x> ", b"<g> <https://bygraf.example.org/def#x> 1 ."]
)
def test_a_wrong_file_is_an_error_and_the_published_copy_does_not_stand_in(
    tmp_path: Path, content: bytes
) -> None:
    file = tmp_path / "policy.ttl"
    file.write_bytes(content)
    with pytest.raises(MappingError, match=r"policy\.ttl"):
        current_policies(file, PUBLIC, base=BASE)


def test_a_folder_in_the_place_of_the_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match="cannot be read"):
        current_policies(tmp_path, PUBLIC, base=BASE)
