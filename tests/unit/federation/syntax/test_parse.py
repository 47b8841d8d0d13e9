"""The algebra of a text, as section 18.2 of SPARQL 1.1 says."""

from __future__ import annotations

import pytest

from federation.algebra import (
    Aggregate,
    AlternativePath,
    Ask,
    Bgp,
    Call,
    Construct,
    DatasetClause,
    Describe,
    Distinct,
    Exists,
    Extend,
    Filter,
    Graph,
    Group,
    InversePath,
    Join,
    LeftJoin,
    Link,
    Minus,
    NegatedPropertySet,
    OrderBy,
    Path,
    PathPattern,
    Pattern,
    Project,
    RepeatPath,
    Select,
    SequencePath,
    Service,
    Slice,
    SortKey,
    TriplePattern,
    Union,
    Values,
    Variable,
)
from federation.syntax import parse_query
from mappers.rdf import (
    RDF,
    RDF_LANG_STRING,
    RDF_TYPE,
    XSD,
    XSD_BOOLEAN,
    XSD_DECIMAL,
    XSD_DOUBLE,
    XSD_INTEGER,
    BlankNode,
    Iri,
    Literal,
)

S, OBJ, X, Y = map(Variable, "soxy")
ONE = Literal("1", XSD_INTEGER)
P1, P2 = Iri("http://e/p1"), Iri("http://e/p2")
PREFIX = "PREFIX : <http://e/> "


def where(text: str) -> Pattern:
    """The pattern of a group."""
    form = parse_query(f"{PREFIX} ASK {text}").form
    assert isinstance(form, Ask)
    return form.pattern


def select(text: str) -> Pattern:
    """The pattern of a SELECT, modifiers and all."""
    form = parse_query(PREFIX + text).form
    assert isinstance(form, Select)
    return form.pattern


def bgp(*predicates: Iri) -> Bgp:
    """One triple `?s predicate ?o` for each predicate."""
    return Bgp(tuple(TriplePattern(S, predicate, OBJ) for predicate in predicates))


def path(text: str) -> Path:
    """The path of one pattern."""
    pattern = where(f"{{ ?s {text} ?o }}")
    assert isinstance(pattern, Bgp)
    (found,) = pattern.patterns
    assert isinstance(found, PathPattern)
    return found.path


def test_adjacent_triples_are_one_basic_graph_pattern() -> None:
    assert where("{ ?s :p1 ?o . ?s :p2 ?o }") == bgp(P1, P2)


def test_a_filter_between_triples_does_not_part_them_and_comes_last() -> None:
    assert where("{ ?s :p1 ?o FILTER(?o = 1) ?s :p2 ?o }") == Filter(
        Call("=", (OBJ, ONE)), bgp(P1, P2)
    )


def test_several_filters_of_a_group_are_one_conjunction() -> None:
    assert where("{ FILTER(?x) ?s :p1 ?o FILTER(?y) }") == Filter(Call("&&", (X, Y)), bgp(P1))


def test_optional_takes_the_filter_of_its_group_as_condition() -> None:
    assert where("{ ?s :p1 ?o OPTIONAL { ?s :p2 ?o FILTER(?x) } }") == LeftJoin(bgp(P1), bgp(P2), X)


def test_a_filter_in_double_braces_is_not_the_condition_of_optional() -> None:
    assert where("{ ?s :p1 ?o OPTIONAL { { ?s :p2 ?o FILTER(?x) } } }") == LeftJoin(
        bgp(P1), Filter(X, bgp(P2)), None
    )


def test_optional_at_the_start_extends_the_empty_pattern() -> None:
    assert where("{ OPTIONAL { ?s :p1 ?o } }") == LeftJoin(Bgp(()), bgp(P1), None)


def test_union_binds_to_the_left_and_is_joined() -> None:
    assert where("{ {?s :p1 ?o} UNION {?s :p2 ?o} UNION {} ?s :p1 ?o }") == Join(
        Union(Union(bgp(P1), bgp(P2)), Bgp(())), bgp(P1)
    )


def test_minus_graph_service_and_values_stand_in_their_order() -> None:
    assert where("{ ?s :p1 ?o MINUS { ?s :p2 ?o } GRAPH ?x { ?s :p1 ?o } }") == Join(
        Minus(bgp(P1), bgp(P2)), Graph(X, bgp(P1))
    )
    assert where("{ SERVICE SILENT :p1 { ?s :p1 ?o } }") == Service(P1, bgp(P1), True)
    assert where("{ VALUES (?x ?y) { (1 UNDEF) } }") == Values((X, Y), ((ONE, None),))
    assert where("{ VALUES ?x { :p1 'a'@EN } }") == Values(
        (X,), ((P1,), (Literal("a", RDF_LANG_STRING, "en"),))
    )


def test_bind_extends_what_is_before_it() -> None:
    assert where("{ ?s :p1 ?o BIND(1 AS ?x) ?s :p2 ?o }") == Join(Extend(bgp(P1), X, ONE), bgp(P2))


def test_exists_and_not_exists_are_expressions() -> None:
    assert where("{ FILTER NOT EXISTS { ?s :p1 ?o } }") == Filter(
        Call("!", (Exists(bgp(P1)),)), Bgp(())
    )


def test_the_triples_of_exists_do_not_mix_with_those_around_it() -> None:
    assert where("{ ?s :p1 ?o FILTER EXISTS { ?s :p2 ?o } ?s :p1 ?o }") == Filter(
        Exists(bgp(P2)), bgp(P1, P1)
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("^:p1", InversePath(Link(P1))),
        (":p1/:p2", SequencePath(Link(P1), Link(P2))),
        (":p1|:p2/:p1", AlternativePath(Link(P1), SequencePath(Link(P2), Link(P1)))),
        (":p1*", RepeatPath(Link(P1), 0, True)),
        (":p1+", RepeatPath(Link(P1), 1, True)),
        (":p1?", RepeatPath(Link(P1), 0, False)),
        ("^:p1*", InversePath(RepeatPath(Link(P1), 0, True))),
        ("(^:p1)*", RepeatPath(InversePath(Link(P1)), 0, True)),
        ("!:p1", NegatedPropertySet((P1,), None)),
        ("!^:p1", NegatedPropertySet(None, (P1,))),
        ("!(:p1|^:p2|a)", NegatedPropertySet((P1, Iri(RDF_TYPE)), (P2,))),
        ("!()", NegatedPropertySet((), None)),
        ("a/:p1", SequencePath(Link(Iri(RDF_TYPE)), Link(P1))),
    ],
)
def test_paths_bind_as_the_grammar_says(text: str, expected: Path) -> None:
    assert path(text) == expected


def test_a_path_of_one_predicate_is_a_triple() -> None:
    assert where("{ ?s (:p1) ?o }") == bgp(P1)


def test_collections_and_property_lists_become_triples() -> None:
    b0, b1, b2 = (BlankNode(f"b{number}") for number in range(3))
    first, rest, nil = Iri(RDF + "first"), Iri(RDF + "rest"), Iri(RDF + "nil")
    assert where("{ [ :p1 () ] :p2 (?x 1) }") == Bgp(
        (
            TriplePattern(b0, P1, nil),
            TriplePattern(b1, first, X),
            TriplePattern(b1, rest, b2),
            TriplePattern(b2, first, ONE),
            TriplePattern(b2, rest, nil),
            TriplePattern(b0, P2, b1),
        )
    )


def test_a_label_is_one_blank_node_and_brackets_are_each_another() -> None:
    pattern = where("{ _:a :p1 _:a, [], [] }")
    assert isinstance(pattern, Bgp)
    nodes = [(triple.subject, triple.object) for triple in pattern.patterns]
    assert nodes[0][0] == nodes[0][1] == nodes[1][0]
    assert len({node for pair in nodes for node in pair}) == 3


@pytest.mark.parametrize(
    ("text", "literal"),
    [
        ("1", ONE),
        ("-1.5", Literal("-1.5", XSD_DECIMAL)),
        (".5", Literal(".5", XSD_DECIMAL)),
        ("+1e3", Literal("+1e3", XSD_DOUBLE)),
        ("TRUE", Literal("true", XSD_BOOLEAN)),
        (r"'a\tb\'\\'", Literal("a\tb'\\")),
        ('"""a"b""c\n"""', Literal('a"b""c\n')),
        ("'a'@de-AT", Literal("a", RDF_LANG_STRING, "de-at")),
        (f"'1'^^<{XSD}date>", Literal("1", XSD + "date")),
        (r"'\u00e4\U0001F600'", Literal("ä😀")),
        (r'"\\u0041"', Literal(r"\u0041")),
    ],
)
def test_literals_have_value_datatype_and_language(text: str, literal: Literal) -> None:
    assert where(f"{{ ?s :p1 {text} }}") == Bgp((TriplePattern(S, P1, literal),))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (r":a\,b%20c", "http://e/a,b%20c"),
        (":a.b:c", "http://e/a.b:c"),
        (":", "http://e/"),
        ("<x>", "http://base/d/x"),
        ("<../x#f>", "http://base/x#f"),
        ("<>", "http://base/d/f"),
        ("<?q>", "http://base/d/f?q"),
        ("<//h/x>", "http://h/x"),
        ("<urn:x>", "urn:x"),
    ],
)
def test_iris_are_resolved_and_unescaped(text: str, value: str) -> None:
    form = parse_query(f"{PREFIX} DESCRIBE {text}", base="http://base/d/f").form
    assert form == Describe((Iri(value),), Bgp(()))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("?x || ?y && ?s", Call("||", (X, Call("&&", (Y, S))))),
        ("?x + ?y * ?s", Call("+", (X, Call("*", (Y, S))))),
        ("?x - ?y - ?s", Call("-", (Call("-", (X, Y)), S))),
        ("?x -1", Call("-", (X, ONE))),
        ("?x+1*?y", Call("+", (X, Call("*", (ONE, Y))))),
        ("?x = ?y && ?s != ?o", Call("&&", (Call("=", (X, Y)), Call("!=", (S, OBJ))))),
        ("!?x = -?y", Call("=", (Call("!", (X,)), Call("unary-", (Y,))))),
        ("?x IN (1, ?y)", Call("IN", (X, ONE, Y))),
        ("?x NOT IN ()", Call("NOT IN", (X,))),
        ("uri(?x)", Call("IRI", (X,))),
        ("isURI(?x)", Call("ISIRI", (X,))),
        (":f(?x)", Call("http://e/f", (X,))),
        ("if(bound(?x), concat(), now())",
         Call("IF", (Call("BOUND", (X,)), Call("CONCAT", ()), Call("NOW", ())))),
        ("lang(?x) = bnode()", Call("=", (Call("LANG", (X,)), Call("BNODE", ())))),
    ],
)  # fmt: skip
def test_operators_bind_as_the_grammar_says(text: str, expected: Call) -> None:
    assert where(f"{{ FILTER({text}) }}") == Filter(expected, Bgp(()))


def test_modifiers_stand_in_the_order_of_the_specification() -> None:
    assert select(
        "SELECT DISTINCT ?s (1 AS ?x) { ?s :p1 ?o } ORDER BY DESC(?o) LIMIT 5 OFFSET 2"
    ) == Slice(
        Distinct(Project(OrderBy(Extend(bgp(P1), X, ONE), (SortKey(OBJ, True),)), (S, X))),
        2,
        5,
    )


def test_select_star_lists_the_variables_in_order_of_appearance() -> None:
    form = parse_query(
        f"{PREFIX} SELECT * {{ ?s :p1 ?o MINUS {{ ?s :p1 ?hidden }} "
        "OPTIONAL { ?y :p1 [] } BIND(1 AS ?x) { SELECT ?z { ?z ?inner 1 } } }"
    ).form
    assert isinstance(form, Select)
    assert [variable.name for variable in form.variables] == ["s", "o", "y", "x", "z"]


def test_an_aggregate_that_as_names_has_that_name_and_serves_having_too() -> None:
    assert select(
        "SELECT ?s (COUNT(?o) AS ?x) { ?s :p1 ?o } GROUP BY ?s HAVING(COUNT(?o) > 1)"
    ) == Project(
        Filter(
            Call(">", (X, ONE)),
            Group(bgp(P1), (S,), ((X, Aggregate("COUNT", OBJ)),), False),
        ),
        (S, X),
    )


def test_an_aggregate_within_an_expression_gets_a_fresh_name() -> None:
    aggregate = Variable(".agg0")
    assert select("SELECT (SUM(DISTINCT ?o) + 1 AS ?x) { ?s :p1 ?o }") == Project(
        Extend(
            Group(bgp(P1), (), ((aggregate, Aggregate("SUM", OBJ, True)),), True),
            X,
            Call("+", (aggregate, ONE)),
        ),
        (X,),
    )


def test_group_by_an_expression_extends_first() -> None:
    assert select("SELECT ?x { ?s :p1 ?o } GROUP BY (STR(?o) AS ?x)") == Project(
        Group(Extend(bgp(P1), X, Call("STR", (OBJ,))), (X,), (), False), (X,)
    )


def test_order_by_of_a_grouped_query_samples_what_is_not_grouped() -> None:
    sample = Variable(".agg0")
    assert select("SELECT ?s { ?s :p1 ?o } GROUP BY ?s ORDER BY ?o") == Project(
        OrderBy(
            Group(bgp(P1), (S,), ((sample, Aggregate("SAMPLE", OBJ)),), False), (SortKey(sample),)
        ),
        (S,),
    )


def test_group_concat_has_its_separator() -> None:
    pattern = select("SELECT (GROUP_CONCAT(?o; SEPARATOR='; ') AS ?x) { ?s :p1 ?o }")
    assert pattern == Project(
        Group(bgp(P1), (), ((X, Aggregate("GROUP_CONCAT", OBJ, False, "; ")),), True), (X,)
    )


def test_trailing_values_is_joined_after_having_and_before_select() -> None:
    assert select("SELECT (?o AS ?x) { ?s :p1 ?o } VALUES ?s { :p1 }") == Project(
        Extend(Join(bgp(P1), Values((S,), ((P1,),))), X, OBJ), (X,)
    )


def test_a_sub_select_is_a_project_within_a_pattern() -> None:
    assert where("{ ?s :p1 ?o { SELECT ?s { ?s :p2 ?o } LIMIT 1 } }") == Join(
        bgp(P1), Slice(Project(bgp(P2), (S,)), 0, 1)
    )


def test_the_short_form_of_construct_is_template_and_pattern_at_once() -> None:
    triple = TriplePattern(S, P1, OBJ)
    assert parse_query(f"{PREFIX} CONSTRUCT WHERE {{ ?s :p1 ?o }}").form == Construct(
        (triple,), Bgp((triple,))
    )


def test_blank_nodes_of_a_template_are_not_those_of_the_pattern() -> None:
    form = parse_query(f"{PREFIX} CONSTRUCT {{ _:a :p1 ?o }} {{ _:a :p2 ?o }}").form
    assert isinstance(form, Construct)
    assert isinstance(form.pattern, Bgp)
    assert form.template[0].subject != form.pattern.patterns[0].subject


def test_the_data_set_base_and_prefixes_are_kept() -> None:
    query = parse_query(
        "BASE <http://b/> PREFIX p: <x#> SELECT * FROM <g> FROM NAMED p:n {}", base="http://a/"
    )
    assert query.dataset == DatasetClause((Iri("http://b/g"),), (Iri("http://b/x#n"),))
    assert query.base == "http://b/"
    assert query.prefixes == (("p", "http://b/x#"),)


def test_a_byte_order_mark_and_comments_are_passed_over() -> None:
    assert parse_query("\ufeff# a comment\nASK#{\n{}").form == Ask(Bgp(()))
