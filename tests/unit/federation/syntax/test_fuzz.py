"""Any text at all is read or refused with an error of ours; nothing else is raised."""

from __future__ import annotations

import contextlib
import re
from itertools import count

from hypothesis import given, settings
from hypothesis import strategies as st

from federation.printing import print_query
from federation.syntax import normalised_fingerprint, parse_query
from mappers.errors import BygrafError

WORDS = """SELECT * ?x ?y ?z WHERE { } ( ) [ ] . ; , ASK CONSTRUCT DESCRIBE <http://e/x> e:p a _:b
OPTIONAL UNION MINUS FILTER BIND AS VALUES UNDEF GRAPH SERVICE EXISTS NOT IN GROUP BY HAVING
ORDER ASC DESC LIMIT OFFSET 1 -2.5 3e1 'x' "y"@en ^^ true + - * / = != < > <= >= && || ! | ^ ?
COUNT SUM GROUP_CONCAT SEPARATOR DISTINCT STR IF BOUND BNODE COALESCE FROM NAMED PREFIX BASE"""
PIECES = st.sampled_from(WORDS.split())
TOKENS = st.lists(PIECES, max_size=40).map(" ".join)


@given(st.text())
@settings(max_examples=300, deadline=None)
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(BygrafError):
        parse_query(text)


@given(st.sampled_from(("", "SELECT ", "ASK { ", "PREFIX e: <http://e/> SELECT * { ?x ")), TOKENS)
@settings(max_examples=600, deadline=None)
def test_any_run_of_tokens_is_read_or_refused_and_what_is_read_can_be_printed(
    start: str, tokens: str
) -> None:
    try:
        query = parse_query(start + tokens)
    except BygrafError:
        return
    printed = print_query(query)
    assert normalised_fingerprint(query)
    once = print_query(parse_query(printed))
    assert print_query(parse_query(once)) == once


TERMS = st.sampled_from(("?x", "?y", "?z", "<a:b>", "1", "'t'@en", "_:n"))
VERBS = st.sampled_from(("?y", "<a:p>", "a", "<a:p>/<a:q>", "^<a:p>", "<a:p>*", "!(<a:p>|^a)"))
TRIPLES = st.tuples(TERMS, VERBS, TERMS).map(" ".join)
EXPRESSIONS = st.recursive(
    st.sampled_from(("?x", "?y", "1", "-2", "'a'", "true", "BOUND(?x)", "NOW()")),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(("+", "-", "*", "/", "=", "<", "&&", "||")), inner).map(
            lambda parts: f"({' '.join(parts)})"
        ),
        inner.map(lambda text: f"!({text})"),
        inner.map(lambda text: f"-({text})"),
        st.lists(inner, max_size=3).map(lambda items: f"?z IN ({', '.join(items)})"),
        st.lists(inner, max_size=3).map(lambda items: f"COALESCE({', '.join(items)})"),
    ).map(lambda text: f"({text})"),
    max_leaves=6,
)
GROUPS = st.recursive(
    TRIPLES.map(lambda text: f"{{ {text} }}"),
    lambda inner: st.lists(
        st.one_of(
            inner,
            inner.map("OPTIONAL {}".format),
            inner.map("MINUS {}".format),
            inner.map("GRAPH ?g {}".format),
            st.tuples(inner, inner).map(" UNION ".join),
            EXPRESSIONS.map("FILTER({})".format),
            inner.map("FILTER NOT EXISTS {}".format),
            inner.map("{{ SELECT ?x (COUNT(*) AS ?n) {} GROUP BY ?x }}".format),
        ),
        min_size=1,
        max_size=3,
    ).map(lambda members: "{ " + " ".join(members) + " }"),
    max_leaves=5,
)


@given(GROUPS)
@settings(max_examples=300, deadline=None)
def test_a_query_made_by_the_grammar_is_read_and_printed_to_what_reads_back(group: str) -> None:
    # A label or a name set by AS may not be used in two groups, so each gets a number of its own.
    numbers = count()
    text = re.sub("_:n|AS .n", lambda match: f"{match.group()}{next(numbers)}", group)
    query = parse_query(f"SELECT * {text}")
    once = print_query(parse_query(print_query(query)))
    assert print_query(parse_query(once)) == once
