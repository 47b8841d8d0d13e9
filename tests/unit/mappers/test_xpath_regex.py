"""XPath's regular expressions: the examples of the specification, and what it calls an error."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from mappers.worker.duck import open_duckdb
from mappers.xpath_regex import (
    BackReferenceError,
    BeyondRe2Error,
    InvalidPatternError,
    replacement,
    translate,
)

LINES = "Ein Park,\nzwei Plätze:\nDREI Straßen!\n"


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    folder: Path = tmp_path_factory.mktemp("empty")
    return open_duckdb(readable=(folder,), spill=None, memory_mb=500, threads=1)


def matches(connection: duckdb.DuckDBPyConnection, text: str, pattern: str, flags: str) -> object:
    found = translate(pattern, flags).text
    row = connection.execute("SELECT regexp_matches(?, ?)", [text, found]).fetchone()
    assert row is not None
    return row[0]


@pytest.mark.parametrize(
    ("text", "pattern", "flags", "expected"),
    [
        # XPath and XQuery Functions and Operators, 7.6.2
        ("abracadabra", "bra", "", True),
        ("abracadabra", "^a.*a$", "", True),
        ("abracadabra", "^bra", "", False),
        (LINES, "Park.*Plätze", "", False),
        (LINES, "Park.*Plätze", "s", True),
        (LINES, "^zwei.*:$", "m", True),
        (LINES, "^zwei.*:$", "", False),
        (LINES, "drei", "i", True),
        ("helloworld", "hello world", "x", True),
        ("hello world", "hello[ ]world", "x", True),
        ("hello world", "hello world", "x", False),
        (r"a\b", r"a\b", "q", True),
        ("abcd", ".*", "q", False),
        # classes of XML Schema, Part 2, appendix F
        ("straße_7", r"^\w+$", "", False),
        ("straße7+", r"^\w+$", "", True),
        ("_x:y-1", r"^\i\c*$", "", True),
        ("-x", r"^\i\c*$", "", False),
        ("\u0667", r"^\d$", "", True),
        ("\f", r"\s", "", False),
        ("\f", r"^[\S]$", "", True),
        ("e", "^[a-z-[aeiou]]$", "", False),
        ("f", "^[a-z-[aeiou]]$", "", True),
        ("b", "^[^a-[b]]$", "", False),
        ("c", "^[^a-[b]]$", "", True),
        ("ü", r"^\p{IsLatin-1Supplement}$", "", True),
        ("u", r"^\P{IsLatin-1Supplement}$", "", True),
        ("Я", r"^\p{Lu}$", "", True),
        ("9", r"^[\p{N}-[8]]$", "", True),
        ("8", r"^[\p{N}-[8]]$", "", False),
        ("-", "^[a-]$", "", True),
        ("]", r"^[\]]$", "", True),
        ("!", r"^[\W]$", "", True),
    ],
)
def test_a_pattern_matches_as_in_xpath(
    connection: duckdb.DuckDBPyConnection, text: str, pattern: str, flags: str, expected: bool
) -> None:
    assert matches(connection, text, pattern, flags) is expected


@pytest.mark.parametrize(
    "pattern",
    [
        *("(", ")", "a{", "a{2", "a{3,2}", "*", "a**", "?", "a]", "\\", r"\q"),
        *("[", "[]", "[]a]", "[b-a]", "[a", "[a-z-[aeiou]b]"),
        *("(?=a)", "(?!a)", "(?<=a)", r"\p{Xx}", r"\p{IsNowhere}", r"\pL"),
    ],
)
def test_what_is_no_pattern_is_an_error(pattern: str) -> None:
    with pytest.raises(InvalidPatternError):
        translate(pattern)


def test_unknown_flags_are_an_error() -> None:
    with pytest.raises(InvalidPatternError):
        translate("a", "g")


def test_what_cannot_run_in_linear_time_is_named() -> None:
    with pytest.raises(BackReferenceError):
        translate(r"(a)\1")
    with pytest.raises(BeyondRe2Error, match="word boundary"):
        translate(r"\bPark\b")
    with pytest.raises(BeyondRe2Error, match="thousand"):
        translate("((a{100}){100})")


@pytest.mark.parametrize(
    ("text", "pattern", "wanted", "expected"),
    [
        # XPath and XQuery Functions and Operators, 7.6.3
        ("abracadabra", "bra", "*", "a*cada*"),
        ("abracadabra", "a.*a", "*", "*"),
        ("abracadabra", "a.*?a", "*", "*c*bra"),
        ("abracadabra", "a", "", "brcdbr"),
        ("abracadabra", "a(.)", "a$1$1", "abbraccaddabbra"),
        ("AAAA", "A+", "b", "b"),
        ("AAAA", "A+?", "b", "bbbb"),
        ("darted", "^(.*?)d(.*)$", "$1c$2", "carted"),
        ("abc", "(b)", "[$10]", "a[b0]c"),
        ("abc", "(b)", "[$2]", "a[]c"),
        ("abc", "b", r"\$\\$0", r"a$\bc"),
    ],
)
def test_a_replacement_is_that_of_xpath(
    connection: duckdb.DuckDBPyConnection, text: str, pattern: str, wanted: str, expected: str
) -> None:
    found = translate(pattern)
    row = connection.execute(
        "SELECT regexp_replace(?, ?, ?, 'g'),"
        " regexp_replace(?, xpath_pattern(?, ''), xpath_replacement(?, ?, ''), 'g')",
        [text, found.text, replacement(wanted, found.groups), text, pattern, wanted, pattern],
    ).fetchone()
    assert row == (expected, expected)


@pytest.mark.parametrize("wanted", ["$", "$x", "\\", r"\n"])
def test_a_lone_dollar_or_backslash_is_no_replacement(wanted: str) -> None:
    with pytest.raises(InvalidPatternError):
        replacement(wanted, 1)
