"""Canonical lexical forms, against the decimal expansion that Python's decimals give."""

from __future__ import annotations

import math
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mappers.canonical import double_form

SPECIAL = (0.0, -0.0, 1.0, 10.0, 1e22, 1e16, 123456789012345680.0, 1.5e-7, 0.0015, 5e-324)


def by_decimal(value: float) -> str:
    """The canonical form by the digits of the shortest text that reads back as the value."""
    sign, digits, exponent = Decimal(repr(value)).as_tuple()
    assert isinstance(exponent, int)
    text = "".join(map(str, digits)).rstrip("0") or "0"
    power = exponent + len(digits) - 1 if text != "0" else 0
    return f"{'-' if sign else ''}{text[0]}.{text[1:] or '0'}E{power}"


@given(st.floats(allow_nan=False, allow_infinity=False))
@example(1.7976931348623157e308)
@example(-3.25)
def test_a_double_has_one_digit_before_the_point(value: float) -> None:
    assert double_form(value) == by_decimal(value)
    assert float(double_form(value)) == value


@pytest.mark.parametrize("value", SPECIAL)
def test_a_double_of_a_special_kind_has_its_form(value: float) -> None:
    assert double_form(value) == by_decimal(value)


def test_what_is_no_number_has_a_name() -> None:
    assert [double_form(value) for value in (math.nan, math.inf, -math.inf)] == [
        "NaN",
        "INF",
        "-INF",
    ]
