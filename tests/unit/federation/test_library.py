"""The query library: headers, names, parameters."""

from __future__ import annotations

from pathlib import Path

import pytest

from federation.library import bound_parameters, find_query, header_parameters, load_library
from federation.parameter_types import ParameterError, parameter_term
from mappers.errors import DataError, UsageError
from mappers.rdf import XSD_DECIMAL, XSD_INTEGER, Iri, Literal

THEFTS = """\
#+ title: Thefts
#+   by district
#+ description: |
#+   Thefts whose incident
#+   began in the year.
#+ tags: [safety, 2023]
#+ silos: [safety, areas]
#+ parameters:
#+   year: {type: xsd:integer, default: 2023, description: The year}
#+   share: {type: xsd:decimal, default: 0.50}
SELECT ?d WHERE { ?d <urn:year> ?year ; <urn:share> ?share }
"""


def library(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        file = folder / (name.replace("__", "/").replace("_", "-") + ".rq")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return folder


def test_a_header_is_read_whole(tmp_path: Path) -> None:
    (query,) = load_library(library(tmp_path, safety__thefts=THEFTS))
    assert (query.name, query.topic, query.title) == ("thefts", "safety", "Thefts by district")
    assert query.description == "Thefts whose incident began in the year."
    assert (query.tags, query.silos) == (("safety", "2023"), ("safety", "areas"))
    assert query.text == THEFTS
    year, share = query.parameters
    assert (year.name, year.type, year.description) == ("year", "xsd:integer", "The year")
    assert year.default == Literal("2023", XSD_INTEGER)
    assert share.default == Literal("0.50", XSD_DECIMAL)


def test_queries_are_ordered_by_topic_and_name(tmp_path: Path) -> None:
    simple = "#+ title: T\nASK {}"
    folder = library(tmp_path, b__a=simple, a__z=simple, a__b=simple)
    assert [query.name for query in load_library(folder)] == ["b", "z", "a"]


def test_a_folder_that_does_not_exist_has_no_queries(tmp_path: Path) -> None:
    assert load_library(tmp_path / "none") == ()


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("SELECT * {}", 1, "has no header"),
        ("#+ description: x\nASK {}", 1, "no title"),
        ("#+ title: T\n#+ tagz: [x]\nASK {}", 2, r"no field 'tagz'\. Did you mean 'tags'"),
        ("#+ title: T\n#+ tags: x\nASK {}", 2, "tags must be a list"),
        ("#+ title: T\n#+ title: U\nASK {}", 2, "'title' twice"),
        ("#+ title: T\n#+ tags: [x\nASK {}", 3, "not YAML"),
        ("#+ title: {a: b}\nASK {}", 1, "title must be a single value"),
        ("#+ - title\nASK {}", 1, "header must be a list of `name: value`"),
        (
            "#+ title: T\n#+ parameters:\n#+   y: {type: xsd:int}\nASK {?y ?y ?y}",
            3,
            r"'xsd:int' is no type.*Did you mean 'xsd:integer'",
        ),
        (
            "#+ title: T\n#+ parameters:\n#+   y:\n#+     type: xsd:date\n#+     default: 2023-02-30\nASK {?y ?y ?y}",
            5,
            "'y' is of type xsd:date, and '2023-02-30' is not",
        ),
        (
            "#+ title: T\n#+ parameters:\n#+   y: {type: iri}\nASK { ?yes ?p ?o }",
            3,
            "does not use its parameter 'y'",
        ),
        ("#+ title: T\n#+ parameters:\n#+   y-z: {type: iri}\nASK {}", 3, "no name of a variable"),
    ],
)
def test_a_wrong_header_is_named_with_its_file_and_line(
    tmp_path: Path, text: str, line: int, message: str
) -> None:
    folder = library(tmp_path, wrong=text)
    with pytest.raises(DataError, match=message) as caught:
        load_library(folder)
    assert caught.value.location is not None
    assert caught.value.location.file == str(folder / "wrong.rq")
    assert caught.value.location.line == line


def test_two_files_of_one_name_are_refused(tmp_path: Path) -> None:
    folder = library(tmp_path, a__same="#+ title: T\nASK {}", b__same="#+ title: T\nASK {}")
    with pytest.raises(DataError, match=r"b.same\.rq: The name 'same' is also that of .*a.same"):
        load_library(folder)


def test_a_file_name_that_is_no_slug_is_refused(tmp_path: Path) -> None:
    (tmp_path / "My Query.rq").write_text("#+ title: T\nASK {}")
    with pytest.raises(DataError, match=r"My Query\.rq: .*lower-case"):
        load_library(tmp_path)


def test_a_file_that_is_not_utf_8_is_named(tmp_path: Path) -> None:
    (tmp_path / "latin.rq").write_bytes("#+ title: Straße\nASK {}".encode("latin-1"))
    with pytest.raises(DataError, match=r"latin\.rq: The file is not UTF-8"):
        load_library(tmp_path)


def test_an_unknown_name_gets_the_nearest_one(tmp_path: Path) -> None:
    queries = load_library(library(tmp_path, bike_thefts="#+ title: T\nASK {}"))
    with pytest.raises(UsageError, match=r"no query 'bike-theft'\. Did you mean 'bike-thefts'"):
        find_query(queries, "bike-theft")
    assert find_query(queries, "bike-thefts").title == "T"


def test_values_given_replace_defaults_and_have_the_declared_type() -> None:
    parameters = header_parameters(THEFTS, "thefts.rq")
    assert bound_parameters(parameters, {"share": "1"}) == (
        ("year", Literal("2023", XSD_INTEGER)),
        ("share", Literal("1", XSD_DECIMAL)),
    )


def test_a_value_of_another_type_is_refused_with_an_example() -> None:
    parameters = header_parameters(THEFTS, "thefts.rq")
    expected = r"'year' is of type xsd:integer, and '23,5' is not\. For example: year=2023"
    with pytest.raises(ParameterError, match=expected):
        bound_parameters(parameters, {"year": "23,5"})


def test_an_undeclared_parameter_is_refused() -> None:
    parameters = header_parameters(THEFTS, "thefts.rq")
    with pytest.raises(ParameterError, match=r"no parameter 'yaer'\. Did you mean 'year'"):
        bound_parameters(parameters, {"yaer": "2023"})
    with pytest.raises(ParameterError, match="declares none"):
        bound_parameters(header_parameters("ASK {}", "-"), {"year": "2023"})


def test_a_parameter_without_default_must_be_given() -> None:
    text = "#+ parameters: {place: {type: iri}}\nASK { ?place ?p ?o }"
    parameters = header_parameters(text, "-")
    with pytest.raises(ParameterError, match=r"'place' needs a value.*place=https"):
        bound_parameters(parameters, {})
    assert bound_parameters(parameters, {"place": "urn:x"}) == (("place", Iri("urn:x")),)


@pytest.mark.parametrize("text", ["no iri", "relative/path", "urn:a>b", "urn:a b", ""])
def test_an_iri_that_could_end_early_is_refused(text: str) -> None:
    with pytest.raises(ParameterError):
        parameter_term("x", "iri", text)


def test_a_string_is_taken_whole() -> None:
    text = 'a" . } DROP ALL\n'
    assert parameter_term("x", "xsd:string", text) == Literal(text)
