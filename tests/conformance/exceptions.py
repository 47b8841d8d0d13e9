"""The listed exceptions of the SPARQL suites: which tests, of what kind, and why."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from typing import Literal as OneOf

LISTED = Path(__file__).parent / "exceptions.toml"

Kind = OneOf["notimpl", "notyet", "never"]
Where = OneOf["evaluation", "splits", "not run"]


@dataclass(frozen=True, slots=True)
class Listed:
    """One test that is left out or expected to fail, see `exceptions.toml`."""

    test: str
    kind: Kind
    where: Where
    reason: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Tests of one kind, by the local name of its class, that are not for this engine."""

    test_kind: str
    kind: Kind
    reason: str


@cache
def all_exceptions() -> tuple[Listed, ...]:
    """Every listed exception, in the order of the file."""
    return tuple(
        Listed(test, entry["kind"], entry["where"], entry["reason"])
        for entry in _document()["exceptions"]
        for test in entry["tests"]
    )


@cache
def left_out() -> tuple[LeftOut, ...]:
    """Every kind of test that is left out, in the order of the file."""
    return tuple(
        LeftOut(name, entry["kind"], entry["reason"])
        for entry in _document()["left_out"]
        for name in entry["tests"]
    )


def _document() -> dict[str, list[dict[str, Any]]]:
    return tomllib.loads(LISTED.read_text(encoding="utf-8"))


def exceptions(where: Where) -> dict[str, Listed]:
    """The exceptions of one place, by the name of the test."""
    return {listed.test: listed for listed in all_exceptions() if listed.where == where}
