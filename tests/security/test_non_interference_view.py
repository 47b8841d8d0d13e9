"""A view is the same whether what a caller may not see exists or not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from federation.authorise import authorise, visible_entries, visible_graph_refusal
from federation.catalogue import Catalogue
from federation.receipt import build_receipt
from federation.view import Caller, View
from mappers.published import Counterpart, Version
from mappers.rdf import Iri
from tests.unit.federation.published import (
    SCHEMA,
    catalogue,
    graph_iri,
    relation,
    rule,
    version,
)

NOW = datetime(2026, 6, 15, tzinfo=UTC)
PUBLIC = Caller("public")
OWNER = Caller("city", frozenset({"owner"}))
OPEN = '<graph/{0}> dct:license "CC-BY-4.0" ; by:access by:public .\n'
CLOSED = """<graph/{0}> dct:license "CC-BY-4.0" ; by:access by:hidden ;
  odrl:permission [ odrl:action odrl:read ; odrl:assignee "analyst" ] .\n"""
MASKED = """<graph/open> dct:license "CC-BY-4.0" ; by:access by:public ;
  by:mask [ by:property schema:telephone ; by:method by:drop ] .\n"""

OPEN_RULES = (rule("open", "shared", "name", "name"), rule("open", "shared", "email", "mail"))
SECRET_RULES = (rule("secret", "shared", "taxID", "tax"), rule("secret", "private", "name", "name"))


def both() -> Version:
    """A silo with an open and a hidden graph that share a relation."""
    return version(
        "silo",
        ("open", "secret"),
        (relation("shared", "name", "mail", "tax"), relation("private", "name", rows=7)),
        OPEN_RULES + SECRET_RULES,
    )


def without_secret() -> Version:
    """The same silo, with the hidden graph deleted at the source."""
    return version("silo", ("open",), (relation("shared", "name", "mail"),), OPEN_RULES)


def sent_to(found: Catalogue, caller: Caller) -> tuple[object, ...]:
    """All that is derived from the catalogue for a caller."""
    view = authorise(found, caller, None, NOW)
    named = [graph_iri(name) for name in ("open", "secret", "other", "absent")]
    return (
        view,
        [str(visible_graph_refusal(found, view, iri)) for iri in named],
        [(entry.iri, entry.silo, entry.policy) for entry in visible_entries(found, view)],
        receipt_text(found, view),
    )


def receipt_text(found: Catalogue, view: View) -> str:
    receipt = build_receipt(
        view,
        [graph.iri for graph in view.graphs],
        "sha256:0",
        NOW,
        catalogue=found,
        receipt_id="urn:uuid:0",
    )
    return receipt.to_text() + str(receipt.to_jsonld())


def test_a_hidden_graph_beside_an_open_one_leaves_no_trace() -> None:
    policy = OPEN.format("open")
    there = catalogue((both(), policy + CLOSED.format("secret")))
    gone = catalogue((without_secret(), policy))
    assert sent_to(there, PUBLIC) == sent_to(gone, PUBLIC)
    assert sent_to(there, OWNER) != sent_to(gone, OWNER), "the test must be able to fail"


def test_a_silo_of_only_hidden_graphs_leaves_no_trace() -> None:
    opened = (without_secret(), OPEN.format("open"))
    secret = version("vault", ("other",), (relation("t", "name"),), (rule("other", "t", "a", "b"),))
    there = catalogue(opened, (secret, CLOSED.format("other")))
    assert sent_to(there, PUBLIC) == sent_to(catalogue(opened), PUBLIC)
    assert sent_to(there, OWNER) != sent_to(catalogue(opened), OWNER)


def test_a_graph_of_unknown_licence_leaves_no_trace() -> None:
    policy = OPEN.format("open")
    there = catalogue((both(), policy + "<graph/secret> by:access by:public ."))
    assert sent_to(there, PUBLIC) == sent_to(catalogue((without_secret(), policy)), PUBLIC)


def test_a_masked_property_is_like_one_that_was_never_mapped() -> None:
    phone = rule("open", "shared", "telephone", "phone")
    mapped = version(
        "silo",
        ("open",),
        (relation("shared", "name", "mail", "phone"),),
        (*OPEN_RULES, phone),
    )
    masked, dropped = catalogue((mapped, MASKED)), catalogue((without_secret(), MASKED))
    assert sent_to(masked, PUBLIC) == sent_to(dropped, PUBLIC)
    unmasked = catalogue((mapped, OPEN.format("open")))
    assert sent_to(unmasked, PUBLIC) != sent_to(dropped, PUBLIC), "the test must be able to fail"


def test_a_relation_that_only_a_mask_hides_leaves_no_trace() -> None:
    phone = rule("open", "phones", "telephone", "phone")
    mapped = version(
        "silo",
        ("open",),
        (relation("shared", "name", "mail"), relation("phones", "phone", rows=99)),
        (*OPEN_RULES, phone),
    )
    masked, dropped = catalogue((mapped, MASKED)), catalogue((without_secret(), MASKED))
    assert sent_to(masked, PUBLIC) == sent_to(dropped, PUBLIC)


def test_what_publishing_found_of_a_hidden_relation_leaves_no_trace() -> None:
    to_private = Counterpart(("key",), "private", ("key",))
    whole, policy = both(), OPEN.format("open")
    shared, private = whole.relations
    linked = replace(shared, foreign_keys=(to_private,), apart=(to_private,))
    there = catalogue(
        (replace(whole, relations=(linked, private)), policy + CLOSED.format("secret"))
    )
    gone = catalogue((without_secret(), policy))
    assert sent_to(there, PUBLIC) == sent_to(gone, PUBLIC)
    assert sent_to(there, OWNER) != sent_to(gone, OWNER), "the test must be able to fail"


def test_what_publishing_found_of_visible_relations_stays_in_the_view() -> None:
    to_s = Counterpart(("key",), "s", ("key",))
    whole = version(
        "silo",
        ("a", "b"),
        (replace(relation("r", "u"), foreign_keys=(to_s,), apart=(to_s,)), relation("s", "u")),
        (rule("a", "r", "name", "u"), rule("b", "s", "name", "u")),
    )
    view = authorise(catalogue((whole, OPEN.format("a") + OPEN.format("b"))), PUBLIC, None, NOW)
    (found,) = view.graphs[0].version.relations
    assert (found.foreign_keys, found.apart) == ((to_s,), (to_s,))


NAMES = ["a", "b", "c"]
PROPERTIES = ["name", "email", "telephone", "taxID"]


@st.composite
def silos(draw: st.DrawFn) -> Version:
    """A silo of three graphs whose rules read any columns of two relations."""
    rules = draw(
        st.lists(
            st.builds(
                rule,
                st.sampled_from(NAMES),
                st.sampled_from(["r", "s"]),
                st.sampled_from(PROPERTIES),
                st.sampled_from(["u", "v", "w"]),
            ),
            max_size=8,
            unique=True,
        )
    )
    columns = st.sampled_from([("key",), ("u",), ("w",)])
    found = st.lists(st.builds(Counterpart, columns, st.sampled_from(["r", "s"]), columns))
    relations = tuple(
        replace(one, foreign_keys=tuple(draw(found)), apart=tuple(draw(found)))
        for one in (relation("r", "u", "v", "w"), relation("s", "u", "v", "w", rows=5))
    )
    return version("silo", tuple(NAMES), relations, tuple(rules))


def reduced(whole: Version, kept: list[str], masked: str) -> Version:
    """The version with the other graphs and a property of graph `a` deleted at the source."""
    return replace(
        whole,
        graphs=tuple(iri for iri in whole.graphs if iri in kept),
        rules=tuple(
            item
            for item in whole.rules
            if item.graph in kept
            and not (item.graph == graph_iri("a") and item.predicate.term == Iri(SCHEMA + masked))  # type: ignore[union-attr]
        ),
    )


@given(silos(), st.sets(st.sampled_from(NAMES)), st.sampled_from(PROPERTIES))
def test_what_is_withheld_may_as_well_not_exist(
    whole: Version, hidden: set[str], masked: str
) -> None:
    mask = f"<graph/a> by:mask [ by:property schema:{masked} ; by:method by:drop ] .\n"
    opened = "".join(OPEN.format(name) for name in NAMES if name not in hidden)
    closed = "".join(CLOSED.format(name) for name in sorted(hidden))
    kept = [graph_iri(name) for name in NAMES if name not in hidden]
    there = catalogue((whole, opened + closed + mask))
    gone = catalogue((reduced(whole, kept, masked), opened + ("" if "a" in hidden else mask)))
    assert authorise(there, PUBLIC, None, NOW) == authorise(gone, PUBLIC, None, NOW)


@pytest.mark.parametrize("caller", [PUBLIC, OWNER, Caller("lab", frozenset({"analyst"}))])
def test_a_view_is_the_same_each_time_it_is_made(caller: Caller) -> None:
    policy = OPEN.format("open") + CLOSED.format("secret")
    first, second = catalogue((both(), policy)), catalogue((both(), policy))
    assert authorise(first, caller, None, NOW) == authorise(second, caller, None, NOW)
