"""YARRRML becomes the mapping model, and errors name line and column."""

from __future__ import annotations

import pytest

from mappers.errors import MappingError
from mappers.mapping import (
    ConstantValue,
    IriTemplateValue,
    JoinValue,
    LiteralValue,
    Mapping,
    ObjectValue,
    Reference,
    WholeIriValue,
    references_of,
)
from mappers.rdf import RDF_LANG_STRING, RDF_TYPE, XSD, XSD_STRING, Iri, Literal
from mappers.yarrrml import parse_mapping

BASE = "https://data.example.org/town/"
BY = "https://bygraf.example.org/def#"
HEAD = """\
prefixes: {ex: "https://example.org/"}
sources:
  a: {access: a.csv, referenceFormulation: csv}
"""


def parse(text: str) -> Mapping:
    return parse_mapping(text, file="mapping.yml", base=BASE)


def rule(statement: str, subject: str = "base:id/m/$(id)") -> Mapping:
    return parse(
        f"{HEAD}mappings:\n  m:\n    sources: [a]\n    subjects: {subject}\n    po:\n"
        f"      - {statement}\n"
    )


def object_of(statement: str) -> ObjectValue:
    return rule(statement).rules[0].statements[0].objects[0]


def shape(value: ObjectValue) -> tuple[object, ...]:
    """Parts with references as `$column`, without their places."""
    assert isinstance(value, (IriTemplateValue, LiteralValue))
    return tuple("$" + p.column if isinstance(p, Reference) else p for p in value.parts)


def test_a_subject_is_a_template_below_the_base_of_the_city() -> None:
    (subject,) = rule("[a, by:X]").rules[0].subjects
    assert shape(subject) == (BASE + "id/m/", "$id")


def test_a_stands_for_the_type_and_its_object_for_a_class() -> None:
    (statement,) = rule("[a, by:X]").rules[0].statements
    assert statement.predicates == (ConstantValue(Iri(RDF_TYPE)),)
    assert statement.objects == (ConstantValue(Iri(BY + "X")),)


@pytest.mark.parametrize(
    ("statement", "datatype", "language"),
    [
        ("[by:p, $(x)]", XSD_STRING, ""),
        ("[by:p, $(x), xsd:decimal]", XSD + "decimal", ""),
        ("[by:p, $(x), de-DE~lang]", RDF_LANG_STRING, "de-de"),
        ("{p: by:p, o: {value: $(x), datatype: xsd:date}}", XSD + "date", ""),
        ("{p: by:p, o: {value: $(x), language: de}}", RDF_LANG_STRING, "de"),
        ("{p: by:p, o: [[$(x), xsd:date]]}", XSD + "date", ""),
    ],
)
def test_a_reference_is_a_literal_of_its_datatype(
    statement: str, datatype: str, language: str
) -> None:
    value = object_of(statement)
    assert isinstance(value, LiteralValue)
    assert (shape(value), value.datatype, value.language) == (("$x",), datatype, language)


@pytest.mark.parametrize(
    ("statement", "term"),
    [
        ("[by:p, ex:a]", Iri("https://example.org/a")),
        ("[by:p, ex:a~iri]", Iri("https://example.org/a")),
        ("[by:p, https://example.org/b~iri]", Iri("https://example.org/b")),
        ("[by:p, plain text]", Literal("plain text")),
        ('[by:p, "01", xsd:integer]', Literal("01", XSD + "integer")),
        ("[by:p, 01]", Literal("01")),
        (r"[by:p, 'costs \$5 \(net\)']", Literal("costs $5 (net)")),
    ],
)
def test_an_object_without_a_reference_is_constant(statement: str, term: Iri | Literal) -> None:
    assert object_of(statement) == ConstantValue(term)


def test_a_template_marked_as_iri_is_encoded_and_a_lone_reference_is_taken_whole() -> None:
    assert shape(object_of("[by:p, ex:$(x)/y~iri]")) == ("https://example.org/", "$x", "/y")
    assert isinstance(object_of("[by:p, $(x)~iri]"), WholeIriValue)


def test_a_column_may_have_spaces_and_escaped_parentheses() -> None:
    (reference,) = references_of(object_of(r"[by:p, $(Größe in m² \(Kataster\))]"))
    assert reference.column == "Größe in m² (Kataster)"


def test_references_know_their_line_and_column() -> None:
    (reference,) = references_of(object_of("[by:p, ex:$(x)~iri]"))
    assert (reference.location.line, reference.location.column) == (9, 19)


def test_a_join_names_its_mapping_and_conditions() -> None:
    value = object_of(
        "{p: by:p, o: {mapping: m, condition: {function: equal,"
        " parameters: [[str1, $(x)], [str2, $(id)]]}}}"
    )
    assert isinstance(value, JoinValue)
    assert [(c.child.column, c.parent.column) for c in value.conditions] == [("x", "id")]


def test_sources_have_options_keys_and_formats_by_their_ending() -> None:
    mapping = parse(
        'sources:\n  s: {access: x.geojson, keys: [[id]], pad: {id: 8}, null_values: ["-", ""]}\n'
        "mappings:\n  m: {sources: s, s: base:x, po: [[a, by:X]]}\n"
    )
    (source,) = mapping.sources
    assert (source.format, source.keys, source.pad) == ("geojson", (("id",),), (("id", 8),))
    assert source.null_values == ("-", "")


def test_a_packed_file_has_the_format_of_the_one_in_it() -> None:
    mapping = parse(
        "sources:\n  s: {access: x/y-*.csv.gz}\n"
        "mappings:\n  m: {sources: s, s: base:x, po: [[a, by:X]]}\n"
    )
    (source,) = mapping.sources
    assert (source.access, source.format) == ("x/y-*.csv.gz", "csv")


def test_the_short_form_of_a_source_stands_inside_a_mapping() -> None:
    mapping = parse(
        "mappings:\n  m: {sources: [[x.json~json, '$.a[*]']], s: base:x, po: [[a, by:X]]}"
    )
    (source,) = mapping.sources
    assert (source.access, source.format, source.iterator) == ("x.json", "json", "$.a[*]")
    assert mapping.rules[0].sources == (source.name,)


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("[by:p, exx:$(x)~iri]", r":9:16: The prefix 'exx' is not declared\. Did you mean 'ex'"),
        ("[by:p, ex:a b~iri]", r":9:16: ' ' cannot stand in an IRI"),
        ("[by:p, ex:$(x)]", r":9:16: .* not marked as an IRI\. Add `~iri`"),
        ("[by:p, $(x, xsd:date]", r":9:16: The reference .* no closing parenthesis"),
        ("[by:p, $(x)$(y)~iri]", r":9:16: The IRI .* begins with a reference"),
        ("[by:p]", r":9:9: The short form is"),
        ("{p: by:p}", r":9:9: A predicate-object needs both"),
        ("{p: by:p, o: $(x), q: 1}", r":9:28: A predicate-object has no key 'q'"),
        ("{p: by:p, o: {function: f}}", r":9:23: Functions are not run"),
        ("{p: by:p, o: [$(x), xsd:date]}", r":9:29: 'xsd:date' would be a second object"),
        ("[by:p, $(x), 12~lang]", r":9:22: '12' is not a language tag"),
        ("{p: by:p, o: {mapping: n}}", r":9:32: .* joins with 'n', which does not exist"),
    ],
)
def test_a_wrong_statement_is_named_with_its_place(statement: str, message: str) -> None:
    with pytest.raises(MappingError, match=f"mapping\\.yml{message}"):
        rule(statement)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "The file is empty"),
        ("a: [", r"mapping\.yml:1:5: This is not YAML"),
        ("mapings: {}", r":1:1: A mapping file has no key 'mapings'\. Did you mean 'mappings'"),
        ("prefixes: {}\n", "has no `mappings`"),
        ("mappings: {m: {s: base:x, po: []}}", "has no `sources`"),
        ("sources: {a: {access: ../b.csv}}\nmappings: {}", r"'\.\./b\.csv' is not a path below"),
        ("sources: {a: {access: b.doc}}\nmappings: {}", "'doc' is not a format"),
        ("sources: {a: {access: b.csv, delimiter: ab}}\nmappings: {}", "must be one character"),
        (
            "sources: {a: {access: b.csv, acess: c}}\nmappings: {}",
            "no key 'acess'. Did you mean 'access'",
        ),
        (
            "sources: {a: {access: b.csv}}\nviews: {a: SELECT 1}\nmappings: {}",
            "Two sources or views",
        ),
        ("mappings: {m: {sources: a, s: base:x, po: []}, m: {}}", "The key 'm' is given twice"),
    ],
)
def test_a_wrong_file_is_named_with_its_place(text: str, message: str) -> None:
    with pytest.raises(MappingError, match=message):
        parse(text)
