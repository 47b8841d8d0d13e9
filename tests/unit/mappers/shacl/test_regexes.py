"""Patterns in SQL match what SPARQL's regex matches."""

from __future__ import annotations

import duckdb
import pytest

from mappers.shacl.regexes import to_re2, why_not_sql


@pytest.mark.parametrize(
    ("pattern", "flags", "text", "expected"),
    [
        ("^B-[0-9]{6}$", "", "B-000123", True),
        ("^b-", "", "B-1", False),
        ("^b-", "i", "B-1", True),
        (r"^\d+$", "", "٣", True),
        (r"^[\d]+$", "", "12", True),
        (r"^\D$", "", "٣", False),
        (r"^\w+$", "", "Straße_1", True),
        (r"^\S+$", "", "a b", False),
        ("^[[]$", "", "[", True),
        ("a.b", "", "a\nb", False),
        ("a.b", "s", "a\nb", True),
        ("^b", "m", "a\nb", True),
        ("^b", "", "a\nb", False),
        (r"\.", "", "x", False),
    ],
)
def test_a_pattern_matches_in_sql_as_in_sparql(
    pattern: str, flags: str, text: str, expected: bool
) -> None:
    assert why_not_sql(pattern, flags) == ""
    found = duckdb.execute("SELECT regexp_matches(?, ?)", [text, to_re2(pattern, flags)])
    assert found.fetchone() == (expected,)


@pytest.mark.parametrize(
    ("pattern", "flags", "reason"),
    [
        ("a(?=b)", "", "looks ahead"),
        (r"(a)\1", "", "refers back"),
        (r"\bx", "", "edges of words"),
        (r"\i\c*", "", "name escapes"),
        (r"[\D]", "", "made from another"),
        ("[a-z-[aeiou]]", "", "made from another"),
        ("a", "x", "flags"),
        ("a(", "", "does not read"),
    ],
)
def test_a_pattern_that_sql_would_read_otherwise_is_left_to_pyshacl(
    pattern: str, flags: str, reason: str
) -> None:
    assert reason in why_not_sql(pattern, flags)
