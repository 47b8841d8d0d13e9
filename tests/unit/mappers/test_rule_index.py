"""The index of rules leaves out only rules that cannot match."""

from __future__ import annotations

from itertools import product

import pytest

from mappers.published import ColumnTerm, ConstantTerm, GeneralTerm, Slot, TemplateTerm, TripleRule
from mappers.rdf import RDF_TYPE, XSD_STRING, Iri, Literal, Term
from mappers.rule_index import index_rules
from mappers.unfolding import match_rule

SUBJECT = TemplateTerm(("https://example.org/", Slot("id")))
TYPE = ConstantTerm(Iri(RDF_TYPE))
RULES = tuple(
    TripleRule("g", f"r{number}", SUBJECT, predicate, obj)
    for number, (predicate, obj) in enumerate(
        [
            (TYPE, ConstantTerm(Iri("urn:School"))),
            (ConstantTerm(Iri("urn:name")), ColumnTerm("name", XSD_STRING)),
            (GeneralTerm("p"), GeneralTerm("o")),
            (TYPE, ConstantTerm(Iri("urn:Park"))),
            (TYPE, TemplateTerm(("urn:", Slot("class")))),
            (GeneralTerm("p"), ConstantTerm(Iri("urn:School"))),
            (ConstantTerm(Iri("urn:name")), ConstantTerm(Literal("x", XSD_STRING))),
        ]
    )
)
PREDICATES = (None, Iri(RDF_TYPE), Iri("urn:name"), Iri("urn:unknown"))
OBJECTS = (None, Iri("urn:School"), Iri("urn:Park"), Iri("urn:Other"), Literal("x", XSD_STRING))


@pytest.mark.parametrize(("predicate", "obj"), list(product(PREDICATES, OBJECTS)))
def test_the_candidates_are_matched_as_all_rules_are(
    predicate: Term | None, obj: Term | None
) -> None:
    def matched(rules: tuple[TripleRule, ...]) -> list[TripleRule]:
        return [rule for rule in rules if match_rule(rule, None, predicate, obj) is not None]

    assert matched(index_rules(RULES).candidates(predicate, obj)) == matched(RULES)


def test_a_class_has_few_candidates() -> None:
    found = index_rules(RULES).candidates(Iri(RDF_TYPE), Iri("urn:School"))
    assert [rule.relation for rule in found] == ["r0", "r2", "r4", "r5"]
