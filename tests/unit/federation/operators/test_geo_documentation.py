"""Every spatial function and unit is in the reference, and nothing else is."""

from __future__ import annotations

import re
from pathlib import Path

from federation.operators.geo import DISTANCE_WITHIN, FUNCTIONS, GEOF
from federation.operators.geo.units import UNITS

PAGE = Path(__file__).parents[4] / "docs" / "reference" / "spatial-functions.md"
SUPPORTED, _, LEFT_OUT = PAGE.read_text(encoding="utf-8").partition("## Not supported")


def test_the_reference_has_the_functions_that_there_are() -> None:
    named = set(re.findall(r"`geof:(\w+)", SUPPORTED))
    assert named == {iri.removeprefix(GEOF) for iri in FUNCTIONS if iri.startswith(GEOF)}
    assert DISTANCE_WITHIN.endswith("#distanceWithin")
    assert "`by:distanceWithin(" in SUPPORTED


def test_the_reference_has_the_units_that_there_are() -> None:
    assert set(re.findall(r"`(http[^`]+)`", SUPPORTED)) == set(UNITS)


def test_what_is_said_to_be_left_out_is_no_function() -> None:
    for name in re.findall(r"`geof:(\w+)", LEFT_OUT):
        assert not any(iri.startswith(GEOF + name) for iri in FUNCTIONS)
