"""Views, keys, graphs and joins of a mapping, published."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from mappers.errors import MappingError, SourceFormatError
from mappers.published import ColumnTerm, ConstantTerm, Slot, TemplateTerm, TripleRule, Version
from mappers.rdf import RDF_LANG_STRING, XSD_STRING, Iri, Literal
from tests.unit.mappers.publish.town import BASE, Town, cells
from tests.unit.mappers.publish.triples import triples_of

BY = "https://bygraf.example.org/def#"
SOURCE = "sources:\n  a: {access: a.csv, referenceFormulation: csv}\n"
RULE = """\
mappings:
  m:
    sources: [%s]
    subjects: base:id/m/$(id)
    po:
      - [by:p, $(x)]
"""
CSV = "id,x\n1,a\n2,b\n"


def test_a_rule_says_its_graph_its_terms_and_where_it_was_written(tmp_path: Path) -> None:
    version = Town(tmp_path).publish(SOURCE + RULE % "a", a_csv=CSV)
    (rule,) = version.rules
    assert rule == TripleRule(
        BASE + "graph/s",
        "a",
        TemplateTerm((BASE + "id/m/", Slot("id"))),
        ConstantTerm(Iri(BY + "p")),
        ColumnTerm("x", XSD_STRING),
        rule.origin,
    )
    assert rule.origin is not None
    assert (rule.origin.file, rule.origin.line, rule.origin.source_column) == (
        "s/mapping.yml",
        9,
        "x",
    )


def test_a_rule_may_name_several_graphs(tmp_path: Path) -> None:
    mapping = SOURCE + RULE % "a" + "    graphs: [base:graph/s, base:graph/s-more]\n"
    version = Town(tmp_path).publish(mapping, a_csv=CSV)
    assert version.graphs == (BASE + "graph/s", BASE + "graph/s-more")
    assert version.triples == ((BASE + "graph/s", 2), (BASE + "graph/s-more", 2))


def test_views_run_over_sources_and_earlier_views(tmp_path: Path) -> None:
    views = "views:\n  v: SELECT id, upper(x) AS x FROM a\n  w: SELECT * FROM v WHERE id = '2'\n"
    version = Town(tmp_path).publish(SOURCE + views + RULE % "w", a_csv=CSV)
    assert cells(version, "w", "id", "x") == [("2", "B")]


def test_an_error_in_a_view_is_named_with_its_line(tmp_path: Path) -> None:
    views = "views:\n  v:\n    sql: |\n      SELECT id,\n             nope AS x\n      FROM a\n"
    with pytest.raises(MappingError, match=r"s/mapping\.yml:8: The view 'v' does not run: .*nope"):
        Town(tmp_path).publish(SOURCE + views + RULE % "v", a_csv=CSV)


@pytest.mark.parametrize(
    "sql",
    ["DROP TABLE a", "SELECT 1 AS id; SELECT 2", "COPY a TO 'out.csv'", "ATTACH 'other.db'"],
)
def test_a_view_is_one_select(tmp_path: Path, sql: str) -> None:
    with pytest.raises(MappingError, match="is not one SELECT"):
        Town(tmp_path).publish(SOURCE + f'views: {{v: "{sql}"}}\n' + RULE % "v", a_csv=CSV)


def test_a_view_reads_no_files(tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text(CSV)
    views = f"views: {{v: \"SELECT * FROM read_csv('{secret}')\"}}\n"
    with pytest.raises(MappingError, match="The view 'v' does not run"):
        Town(tmp_path).publish(SOURCE + views + RULE % "v", a_csv=CSV)


def test_declared_keys_and_the_columns_of_subjects_are_keys(tmp_path: Path) -> None:
    source = SOURCE.replace("csv}", "csv, keys: [[x]]}")
    version = Town(tmp_path).publish(source + RULE % "a", a_csv=CSV)
    assert set(version.relation("a").keys) == {("id",), ("x",)}


def test_columns_of_subjects_that_repeat_are_no_key(tmp_path: Path) -> None:
    version = Town(tmp_path).publish(SOURCE + RULE % "a", a_csv="id,x\n1,a\n1,b\n")
    assert version.relation("a").keys == ()


def test_the_key_of_an_encoded_subject_is_its_encoded_column(tmp_path: Path) -> None:
    version = Town(tmp_path).publish(SOURCE + RULE % "a", a_csv="id,x\na b,a\nc,b\n")
    assert version.relation("a").keys == (("id%iri",),)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("id,x\n1,a\n1,b\n", r"is not unique: 1 occurs 2 times: a\.csv, row 1; a\.csv, row 2"),
        ("id,x\n1,a\n,b\n", r"is empty in a\.csv, row 2"),
    ],
)
def test_a_broken_key_is_shown_with_its_rows(tmp_path: Path, text: str, message: str) -> None:
    source = SOURCE.replace("csv}", "csv, keys: [[id]]}")
    with pytest.raises(SourceFormatError, match=message):
        Town(tmp_path).publish(source + RULE % "a", a_csv=text)


JOIN = """\
sources:
  a: {access: a.csv, referenceFormulation: csv}
  b: {access: b.csv, referenceFormulation: csv}
mappings:
  child:
    sources: [a]
    subjects: base:id/child/$(id)
    po:
      - p: by:parent
        o: {mapping: parent%s}
  parent:
    sources: [%s]
    subjects: base:id/parent/$(code)
    po: [[by:p, $(code)]]
"""
CONDITION = ", condition: {function: equal, parameters: [[str1, $(x)], [str2, $(key)]]}"


def test_an_rdf_source_gives_its_triples_as_they_are(tmp_path: Path) -> None:
    mapping = (
        "sources:\n  a: {access: a.nt, referenceFormulation: rdf}\nmappings:\n  m:\n"
        "    sources: a\n    subjects: $(s)\n    po: [[$(p)~iri, $(o)]]\n"
    )
    version = Town(tmp_path).publish(mapping, a_nt='<urn:s> <urn:p> "01"@de .\n')
    assert list(triples_of(version)) == [
        (Iri("urn:s"), Iri("urn:p"), Literal("01", RDF_LANG_STRING, "de"))
    ]


def test_a_join_becomes_a_relation_of_its_own(tmp_path: Path) -> None:
    version = Town(tmp_path).publish(
        JOIN % (CONDITION, "b"),
        a_csv="id,x\n1,k\n2,k\n3,none\n4,\n",
        b_csv="code,key\nA,k\nB,k\nC,\n",
    )
    (rule,) = [rule for rule in version.rules if rule.predicate == ConstantTerm(Iri(BY + "parent"))]
    assert rule.subject == TemplateTerm((BASE + "id/child/", Slot("this.id")))
    assert rule.object == TemplateTerm((BASE + "id/parent/", Slot("that.code")))
    found = sorted(cells(version, rule.relation, "this.id", "that.code"))
    assert found == [("1", "A"), ("1", "B"), ("2", "A"), ("2", "B")]


def test_a_join_without_condition_is_of_the_same_row(tmp_path: Path) -> None:
    version = Town(tmp_path).publish(JOIN % ("", "a"), a_csv="id,code\n1,A\n", b_csv="code\n")
    (rule,) = [rule for rule in version.rules if rule.predicate == ConstantTerm(Iri(BY + "parent"))]
    assert (rule.relation, rule.object) == ("a", TemplateTerm((BASE + "id/parent/", Slot("code"))))


def test_a_join_without_condition_needs_one_source(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match="without a condition"):
        Town(tmp_path).publish(JOIN % ("", "b"), a_csv="id\n1\n", b_csv="code\nA\n")


def test_the_files_read_are_listed_with_their_fingerprints(tmp_path: Path) -> None:
    version = Town(tmp_path).publish(SOURCE + RULE % "a", a_csv=b"id,x\n")
    assert version.sources == (("a.csv", hashlib.sha256(b"id,x\n").hexdigest()),)


KEYED = CONDITION.replace("$(key)", "$(code)")


def parents(version: Version) -> list[TripleRule]:
    """The rules that a join of the tests gives."""
    return [rule for rule in version.rules if rule.predicate == ConstantTerm(Iri(BY + "parent"))]


def test_a_join_on_the_columns_of_the_joined_subject_needs_no_relation(tmp_path: Path) -> None:
    version = Town(tmp_path).publish(
        JOIN % (KEYED, "b"), a_csv="id,x\n1,k\n2,k\n3,\n", b_csv="code\nk\nk\nl\n"
    )
    (rule,) = parents(version)
    assert (rule.relation, rule.subject, rule.object) == (
        "a",
        TemplateTerm((BASE + "id/child/", Slot("id"))),
        TemplateTerm((BASE + "id/parent/", Slot("x"))),
    )
    assert {relation.name for relation in version.relations} == {"a", "b"}


def test_such_a_join_gives_nothing_where_there_is_no_row_to_join_with(tmp_path: Path) -> None:
    version = Town(tmp_path).publish(
        JOIN % (KEYED, "b"), a_csv="id,x\n1,k\n2,none\n3,\n4,l\n", b_csv="code\nk\nl\n"
    )
    (rule,) = parents(version)
    found = [triple for triple in triples_of(version) if triple[1] == Iri(BY + "parent")]
    assert {(subject, obj) for subject, _, obj in found} == {
        (Iri(f"{BASE}id/child/{child}"), Iri(f"{BASE}id/parent/{parent}"))
        for child, parent in ((1, "k"), (4, "l"))
    }
    assert rule.relation == "a"


COMPARED = JOIN.replace("id/child/$(id)", "id/child/$(x)").replace("$(code)", "$(id)")


def test_a_join_on_the_columns_of_the_joining_subject_needs_no_relation(tmp_path: Path) -> None:
    version = Town(tmp_path).publish(
        COMPARED % (CONDITION, "b"),
        a_csv="x\nk\nk\nl\nm\n",
        b_csv="id,key\n1,k\n2,k\n3,none\n4,\n5,l\n",
    )
    (rule,) = parents(version)
    assert rule.relation == "b"
    found = [triple for triple in triples_of(version) if triple[1] == Iri(BY + "parent")]
    assert {(subject, obj) for subject, _, obj in found} == {
        (Iri(f"{BASE}id/child/{child}"), Iri(f"{BASE}id/parent/{parent}"))
        for child, parent in (("k", 1), ("k", 2), ("l", 5))
    }


def test_a_join_of_a_relation_with_itself_needs_no_relation(tmp_path: Path) -> None:
    condition = CONDITION.replace("$(key)", "$(x)")
    version = Town(tmp_path).publish(
        COMPARED % (condition, "a"), a_csv="id,x\n1,k\n2,k\n3,\n", b_csv="id\n"
    )
    (rule,) = parents(version)
    assert (rule.relation, rule.subject, rule.object) == (
        "a",
        TemplateTerm((BASE + "id/child/", Slot("x"))),
        TemplateTerm((BASE + "id/parent/", Slot("id"))),
    )


def test_a_row_with_an_empty_compared_cell_joins_nothing(tmp_path: Path) -> None:
    one, other = (
        f"{{function: equal, parameters: [[str1, $({c})], [str2, $({c})]]}}" for c in "xy"
    )
    condition = f", condition: [{one}, {other}]"
    version = Town(tmp_path).publish(
        COMPARED % (condition, "a"), a_csv="id,x,y\n1,k,u\n2,k,\n3,l,\n", b_csv="id\n"
    )
    found = [triple for triple in triples_of(version) if triple[1] == Iri(BY + "parent")]
    assert [(subject, obj) for subject, _, obj in found] == [
        (Iri(f"{BASE}id/child/k"), Iri(f"{BASE}id/parent/1"))
    ]


def test_a_triple_said_twice_of_the_same_rows_is_one_rule(tmp_path: Path) -> None:
    twice = RULE % "a" + "      - [by:p, $(x)]\n"
    (rule,) = Town(tmp_path).publish(SOURCE + twice, a_csv=CSV).rules
    assert rule.origin is not None and rule.origin.line == 9


def test_columns_that_only_safe_text_parts_are_joined_in_one_column(tmp_path: Path) -> None:
    mapping = SOURCE + (RULE % "a").replace("id/m/$(id)", "id/m/$(id)-$(x)/$(x)")
    version = Town(tmp_path).publish(mapping, a_csv="id,x\n1,a b\n1-a,b\n")
    (rule,) = version.rules
    assert rule.subject == TemplateTerm(
        (BASE + "id/m/", Slot("id-x%iri"), "/", Slot("x%iri")),
    )
    assert cells(version, "a", "id-x%iri") == [("1-a%20b",), ("1-a-b",)]
    assert ("id-x%iri", "x%iri") in version.relation("a").keys


def test_rows_with_the_same_joined_text_share_a_subject(tmp_path: Path) -> None:
    source = SOURCE.replace("csv}", "csv, keys: [[id, x]]}")
    mapping = source + (RULE % "a").replace("id/m/$(id)", "id/m/$(id)-$(x)")
    version = Town(tmp_path).publish(mapping, a_csv="id,x\n1-1,1\n1,1-1\n")
    assert not any("id-x%iri" in key for key in version.relation("a").keys)
