"""The choice of a format by the Accept header."""

from __future__ import annotations

import pytest

from federation.results import FORMATS, Form
from sparql_api.negotiation import choose, choose_named, choose_with_name, wants_page
from sparql_api.problems import RequestError

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
OFFERED = [one for one in FORMATS if one.name != "table"]


@pytest.mark.parametrize(
    ("accept", "form", "content_type"),
    [
        (None, "select", "application/sparql-results+json"),
        (None, "construct", "text/turtle; charset=utf-8"),
        ("*/*", "ask", "application/sparql-results+json"),
        ("text/csv", "select", "text/csv; charset=utf-8"),
        ("TEXT/CSV", "select", "text/csv; charset=utf-8"),
        ("application/json", "select", "application/json"),
        ("application/xml", "select", "application/xml"),
        (
            "text/csv;q=0.5, text/tab-separated-values;q=0.6",
            "select",
            "text/tab-separated-values; charset=utf-8",
        ),
        (
            "application/*;q=0.2, application/sparql-results+xml;q=0.1",
            "select",
            "application/sparql-results+json",
        ),
        (
            "*/*, application/sparql-results+json;q=0, application/json;q=0",
            "select",
            "application/sparql-results+xml",
        ),
        ("application/n-triples, */*;q=0.1", "describe", "application/n-triples"),
        (
            "application/sparql-results+json, text/turtle;q=0.9",
            "construct",
            "text/turtle; charset=utf-8",
        ),
        ("text/csv; charset=utf-8; q=0.4", "select", "text/csv; charset=utf-8"),
        (
            "nonsense, ;q=x, text/csv;q=high, text/tab-separated-values",
            "select",
            "text/tab-separated-values; charset=utf-8",
        ),
    ],
)
def test_the_best_liked_format_that_fits_is_chosen(
    accept: str | None, form: Form, content_type: str
) -> None:
    assert choose(accept, form, OFFERED).content_type == content_type


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("text/csv", "ask"),
        ("text/turtle", "select"),
        ("image/png", "select"),
        ("application/json;q=0", "select"),
        ("nonsense", "select"),
    ],
)
def test_where_nothing_fits_the_fitting_types_are_named(accept: str, form: Form) -> None:
    with pytest.raises(
        RequestError, match=r"Accept one of application/sparql-results\+json"
    ) as caught:
        choose(accept, form, OFFERED)
    assert caught.value.status == 406


def test_a_format_by_name_must_exist_and_fit() -> None:
    assert choose_named("nt", "construct", OFFERED).media_type == "application/n-triples"
    with pytest.raises(RequestError, match=r"no format 'table'") as unknown:
        choose_named("table", "select", OFFERED)
    assert unknown.value.status == 400
    with pytest.raises(RequestError, match=r"csv cannot hold.*an ASK.*json, xml") as misfit:
        choose_named("csv", "ask", OFFERED)
    assert misfit.value.status == 406


def test_a_name_of_another_program_gives_way_to_an_exact_type() -> None:
    accept = "application/turtle;q=0.9, text/turtle, */*;q=0.1"
    assert choose_with_name("turtle", accept, "construct", OFFERED).format.name == "ttl"
    assert choose_with_name("csv", accept, "select", [*OFFERED]).format.name == "csv"
    for unhelpful in ("*/*", None, "text/turtle;q=0, */*"):
        with pytest.raises(RequestError, match="no format 'turtle'"):
            choose_with_name("turtle", unhelpful, "construct", OFFERED)


@pytest.mark.parametrize(
    ("accept", "wanted"),
    [
        (BROWSER, True),
        ("text/html", True),
        ("*/*", False),
        (None, False),
        ("text/turtle, text/html;q=0.5", False),
        ("application/json, text/html;q=0.9", False),
    ],
)
def test_only_who_likes_html_best_wants_a_page(accept: str | None, wanted: bool) -> None:
    assert wants_page(accept) is wanted
