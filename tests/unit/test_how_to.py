"""The silo that a how-to page shows, file by file, can be published and asked."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bygraf.city import City

PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "add-a-silo.md"
FILE_SHOWN = re.compile(r"^`((?:town|data)/[^`]+)`.*?```\w+\n(.*?)```", re.DOTALL | re.MULTILINE)
QUESTION = re.compile(r"bygraf query '([^']+)'")


@pytest.fixture
def page() -> str:
    return PAGE.read_text(encoding="utf-8")


@pytest.fixture
def town(tmp_path: Path, page: str) -> Path:
    """A folder with the files that the page shows."""
    for name, text in FILE_SHOWN.findall(page):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return tmp_path


def test_the_silo_of_the_how_to_page_is_published_and_answers(town: Path, page: str) -> None:
    question = QUESTION.search(page)
    assert question is not None
    file, home, data = town / "town" / "city.toml", town / "home", town / "data" / "town"
    with City.open(file, home=home, data=data, environ={}) as city:
        city.publish()
        answer = city.ask(question[1])
        assert answer.solutions is not None
        rows = {
            tuple(str(getattr(t, "value", getattr(t, "lexical", ""))) for t in row)
            for row in answer.solutions
        }
    assert rows == {
        ("https://data.example.org/town/id/library/01", "1250.5"),
        ("https://data.example.org/town/id/library/02", "340"),
    }
