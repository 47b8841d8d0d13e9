"""What `TEXT | FILE | NAME` means."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from bygraf.question import find_question
from federation.library import LibraryQuery
from mappers.errors import DataError, UsageError
from mappers.rdf import XSD_INTEGER, Literal

THEFTS = LibraryQuery(
    "bike-thefts", "safety", "Thefts", "", (), (), (), "SELECT * {}", "bike-thefts.rq"
)
LIBRARY = (THEFTS,)


def test_a_name_of_the_library_is_that_query() -> None:
    question = find_question("bike-thefts", LIBRARY)
    assert (question.text, question.source) == (THEFTS.text, "bike-thefts.rq")


def test_a_file_is_read_with_the_parameters_of_its_header(tmp_path: Path) -> None:
    file = tmp_path / "mine.rq"
    file.write_text("#+ parameters: {n: {type: xsd:integer, default: 3}}\nASK { ?n ?n ?n }")
    question = find_question(str(file), LIBRARY)
    assert question.source == str(file)
    assert question.bind({}) == (("n", Literal("3", XSD_INTEGER)),)


def test_the_library_comes_before_a_file_of_the_same_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bike-thefts").write_text("ASK {}")
    monkeypatch.chdir(tmp_path)
    assert find_question("bike-thefts", LIBRARY).text == THEFTS.text


@pytest.mark.parametrize(
    "text", ["ASK {}", "ASK{?s?p?o}", "SELECT *\nWHERE { }", "SELEKT * WHERE {"]
)
def test_anything_else_is_a_text(text: str) -> None:
    assert find_question(text, LIBRARY).text == text


def test_a_hyphen_is_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("ASK {}"))
    question = find_question("-", LIBRARY)
    assert (question.text, question.source) == ("ASK {}", "standard input")


def test_a_word_that_is_neither_gets_the_nearest_name() -> None:
    with pytest.raises(UsageError, match=r"'bike-theft'\. Did you mean 'bike-thefts'"):
        find_question("bike-theft", LIBRARY)


@pytest.mark.parametrize("said", ["missing.rq", "folder/missing"])
def test_a_file_that_does_not_exist_is_named(said: str) -> None:
    with pytest.raises(UsageError, match=f"no file '{said}'"):
        find_question(said, LIBRARY)


def test_a_file_that_is_not_utf_8_is_named(tmp_path: Path) -> None:
    file = tmp_path / "latin.rq"
    file.write_bytes("ASK {} # Straße".encode("latin-1"))
    with pytest.raises(DataError, match=r"latin\.rq: The file is not UTF-8"):
        find_question(str(file), LIBRARY)
