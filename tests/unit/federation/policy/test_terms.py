"""The words of policies and receipts are those of the ontology."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph

from federation.licences import LICENCES, NO_LICENCE
from federation.policy import BY
from federation.policy.terms import BY_TERMS
from federation.receipt import _CONTEXT

FILE = Path(__file__).resolve().parents[4] / "ontology" / "policy.ttl"


def defined() -> set[str]:
    quads = pyoxigraph.parse(path=FILE, format=pyoxigraph.RdfFormat.TURTLE)
    return {quad.subject.value for quad in quads if quad.subject.value.startswith(BY)}


def test_every_term_that_a_policy_may_use_is_defined() -> None:
    assert defined() >= BY_TERMS


def test_every_term_of_a_receipt_is_defined() -> None:
    named = [value if isinstance(value, str) else value["@id"] for value in _CONTEXT.values()]
    own = {BY + value.removeprefix("by:") for value in named if value.startswith("by:")}
    assert own
    assert own <= defined()


def test_every_condition_of_a_licence_of_our_own_is_defined() -> None:
    terms = {
        condition.value for licence in (*LICENCES, NO_LICENCE) for condition in licence.conditions
    } | {NO_LICENCE.iri}
    assert {term for term in terms if term.startswith(BY)} <= defined()
