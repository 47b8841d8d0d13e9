"""Fixtures shared by all tests: where the reference city's files and the conformance suites lie."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

# no test is timed: a busy machine is no fault of the code
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

SHARED = Path(__file__).resolve().parent.parent.parent / "shared"


def _folder(variable: str, sibling: str) -> Path:
    """The folder an environment variable names, else the sibling of the repository."""
    return Path(os.environ[variable]) if variable in os.environ else SHARED / sibling


@pytest.fixture(scope="session")
def city_data() -> Path:
    """The folder that holds `berlin/` with the real files; skips where it is absent."""
    folder = _folder("BYGRAF_DATA", "city")
    if not (folder / "berlin").is_dir():
        pytest.skip(f"no city data at {folder}: set BYGRAF_DATA to a folder that holds berlin/")
    return folder.resolve()


@pytest.fixture(scope="session")
def suites() -> Path:
    """The folder of the conformance suites; skips where it is absent."""
    folder = _folder("BYGRAF_SUITES", "suites")
    if not folder.is_dir():
        pytest.skip(f"no conformance suites at {folder}: set BYGRAF_SUITES")
    return folder.resolve()
