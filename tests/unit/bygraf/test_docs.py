"""Every verb, option, route, format, exit status and problem is in the reference."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from bygraf.cli.main import BROKEN_PIPE, INTERRUPTED, VERBS, verb
from bygraf.cli.options import build_parser
from federation.parameter_types import PARAMETER_TYPES
from federation.results import FORMATS
from mappers.limits import NAMES, Limits
from sparql_api.asking import OFFERED
from sparql_api.problems import PROBLEMS, RequestError
from sparql_api.routes import router

REFERENCE = Path(__file__).parents[3] / "docs" / "reference"
COMMANDS = (REFERENCE / "command-line.md").read_text(encoding="utf-8")
LIMITS = (REFERENCE / "limits.md").read_text(encoding="utf-8")
HTTP = (REFERENCE / "http.md").read_text(encoding="utf-8")


def verbs() -> dict[str, argparse.ArgumentParser]:
    for action in build_parser()._actions:
        if isinstance(action, argparse._SubParsersAction):
            return dict(action.choices)
    raise AssertionError("the parser has no verbs")


def section(text: str, heading: str) -> str:
    """The text from a heading of the second level to the next."""
    _, found, rest = text.partition(f"\n## {heading}\n")
    assert found, f"no section {heading!r}"
    return rest.partition("\n## ")[0]


def test_every_verb_is_run_by_something() -> None:
    assert set(verbs()) == set(VERBS)
    assert all(callable(verb(name)) for name in VERBS)


@pytest.mark.parametrize("name", sorted(VERBS))
def test_every_verb_has_a_section_with_each_of_its_options(name: str) -> None:
    text = section(COMMANDS, f"bygraf {name}").replace("\\|", "|")
    for action in verbs()[name]._actions:
        for option in action.option_strings or [action.metavar]:
            if option not in ("-h", "--help"):
                assert f"`{option}" in text, f"{option} of {name} is not described"


def test_the_options_before_the_verb_are_described() -> None:
    for option in ("--city", "--help", "BYGRAF_CITY", "BYGRAF_HOME", "BYGRAF_DATA"):
        assert f"`{option}" in COMMANDS


def test_every_exit_status_is_described() -> None:
    text = section(COMMANDS, "Exit status")
    for status in (0, 1, 2, 3, 4, INTERRUPTED, BROKEN_PIPE):
        assert f"| {status} |" in text


@pytest.mark.parametrize("one", FORMATS, ids=lambda one: one.name)
def test_every_format_is_described_on_the_command_line(one: object) -> None:
    assert f"| `{getattr(one, 'name', '')}` |" in section(COMMANDS, "Formats")


@pytest.mark.parametrize("name", PARAMETER_TYPES)
def test_every_type_of_a_parameter_is_described(name: str) -> None:
    assert f"`{name}`" in section(COMMANDS, "Parameters")


@pytest.mark.parametrize("path", sorted({getattr(route, "path", "") for route in router.routes}))
def test_every_route_is_described(path: str) -> None:
    assert f"| `{path}` |" in section(HTTP, "Addresses")


@pytest.mark.parametrize("one", OFFERED, ids=lambda one: one.name)
def test_every_media_type_is_described(one: object) -> None:
    assert f"`{getattr(one, 'media_type', '')}`" in section(HTTP, "Formats")


def test_every_problem_is_described_with_its_status() -> None:
    text = section(HTTP, "Problems")
    for name, (status, _) in PROBLEMS.items():
        assert f"| `{name}` | {status} |" in text
    for status, (name, _) in RequestError.titles.items():
        assert f"| `{name}` | {status} |" in text


@pytest.mark.parametrize("name", NAMES)
def test_every_limit_is_described_with_its_default_and_its_problem(name: str) -> None:
    (row,) = (line for line in LIMITS.splitlines() if line.startswith(f"| `{name}` |"))
    _, _, default, _, problem, _ = (cell.strip() for cell in row.split("|"))
    assert float(default.replace(",", "")) == getattr(Limits(), name)
    known = {*PROBLEMS, *(title for title, _ in RequestError.titles.values()), "not-found"}
    assert problem.strip("`") in known


def test_no_limit_is_described_that_does_not_exist() -> None:
    described = {line.split("`")[1] for line in LIMITS.splitlines() if line.startswith("| `")}
    assert described == set(NAMES)
