"""Matching terms with rules: inverse templates, and templates that can give the same term."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappers.published import ColumnTerm, ConstantTerm, Slot, TemplateTerm
from mappers.rdf import XSD_DECIMAL, XSD_INTEGER, XSD_STRING, Iri, Literal
from mappers.unfolding import (
    ColumnIs,
    TextIs,
    ValueIs,
    is_injective,
    match_term,
    may_be_equal,
)

BASE = "https://data.example.org/id/"


def template(*parts: str | Slot) -> TemplateTerm:
    return TemplateTerm(parts)


DISTRICT = template(BASE + "district/", Slot("a"))
REGION = template(BASE + "district-region/", Slot("a"))
PAIR = template(BASE, Slot("a"), "/", Slot("b"))
DASHED = template(BASE + "theft/", Slot("a"), "-", Slot("b"))
WHOLE = template(Slot("a", encoded=False))


@pytest.mark.parametrize(
    ("left", "right", "may"),
    [
        (DISTRICT, DISTRICT, True),
        (DISTRICT, REGION, False),
        (DISTRICT, PAIR, True),
        (DISTRICT, DASHED, False),
        (DISTRICT, WHOLE, True),
        (DASHED, WHOLE, True),
        (REGION, ConstantTerm(Iri(BASE + "district-region/7")), True),
        (REGION, ConstantTerm(Iri(BASE + "district/7")), False),
        (DISTRICT, ConstantTerm(Iri(BASE + "district/7/8")), False),
        (DISTRICT, ColumnTerm("a", XSD_STRING), False),
        (ColumnTerm("a", XSD_INTEGER), ColumnTerm("b", XSD_INTEGER), True),
        (ColumnTerm("a", XSD_INTEGER), ColumnTerm("b", XSD_DECIMAL), False),
    ],
)
def test_templates_unify_where_they_can_give_the_same_term(
    left: TemplateTerm, right: TemplateTerm, may: bool
) -> None:
    assert may_be_equal(left, right) is may
    assert may_be_equal(right, left) is may


def test_a_percent_encoded_constant_is_matched_through_the_inverse_template() -> None:
    iri = Iri(BASE + "district/a%2Fb%20c")
    assert match_term(DISTRICT, iri) == (ColumnIs("a", "a%2Fb%20c"),)
    assert may_be_equal(DISTRICT, ConstantTerm(iri))


def test_a_percent_sign_does_not_part_slots() -> None:
    # "1%20%20" has two readings: "1%20" and "20", "1" and "20%20"
    assert not is_injective(template(BASE, Slot("a"), "%20", Slot("b")))


def test_a_constant_is_matched_through_the_inverse_template() -> None:
    assert match_term(DISTRICT, Iri(BASE + "district/07")) == (ColumnIs("a", "07"),)
    assert match_term(DISTRICT, Iri(BASE + "district-region/07")) is None
    assert match_term(PAIR, Iri(BASE + "x/y")) == (ColumnIs("a", "x"), ColumnIs("b", "y"))


def test_a_template_with_several_readings_is_compared_as_text() -> None:
    assert not is_injective(DASHED)
    assert match_term(DASHED, Iri(BASE + "theft/1-2-3")) == (
        TextIs(DASHED.parts, BASE + "theft/1-2-3"),
    )


def test_a_number_is_matched_by_its_value() -> None:
    column = ColumnTerm("a", XSD_DECIMAL)
    assert match_term(column, Literal("012.50", XSD_DECIMAL)) == (
        ValueIs("a", Literal("12.5", XSD_DECIMAL)),
    )
    assert match_term(column, Literal("12", XSD_INTEGER)) is None
    assert match_term(column, Literal("twelve", XSD_DECIMAL)) is None


pieces = st.text("ab-/", min_size=1, max_size=3)
templates = st.lists(st.one_of(pieces, st.builds(Slot, st.just("x"))), min_size=1, max_size=4).map(
    lambda parts: template(*_joined(parts))
)


def _joined(parts: list[str | Slot]) -> list[str | Slot]:
    """No two constants are neighbours."""
    found: list[str | Slot] = []
    for part in parts:
        if isinstance(part, str) and found and isinstance(found[-1], str):
            found[-1] += part
        else:
            found.append(part)
    return found


@given(templates, templates, st.lists(st.text("ab-", max_size=2), min_size=8, max_size=8))
def test_templates_that_give_the_same_text_are_never_held_apart(
    left: TemplateTerm, right: TemplateTerm, values: list[str]
) -> None:
    filled = [
        "".join(
            part if isinstance(part, str) else value
            for part, value in zip(one.parts, given, strict=False)
        )
        for one, given in ((left, values[:4]), (right, values[4:]))
    ]
    if filled[0] == filled[1]:
        assert may_be_equal(left, right)
    assert match_term(left, Iri(filled[0])) is not None
    if match_term(right, Iri(filled[0])) is None:
        assert filled[0] != filled[1]
