"""The listed exceptions of the SPARQL suites: which tests, of what kind, and why."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal as OneOf

LISTED = Path(__file__).parent / "exceptions.toml"

Where = OneOf["evaluation", "splits", "not run"]


@dataclass(frozen=True, slots=True)
class Listed:
    """One test that is left out or expected to fail, see `exceptions.toml`."""

    test: str
    kind: OneOf["notimpl", "notyet", "never"]
    where: Where
    reason: str


@cache
def all_exceptions() -> tuple[Listed, ...]:
    """Every listed exception, in the order of the file."""
    document = tomllib.loads(LISTED.read_text(encoding="utf-8"))
    return tuple(
        Listed(test, entry["kind"], entry["where"], entry["reason"])
        for entry in document["exceptions"]
        for test in entry["tests"]
    )


def exceptions(where: Where) -> dict[str, Listed]:
    """The exceptions of one place, by the name of the test."""
    return {listed.test: listed for listed in all_exceptions() if listed.where == where}
