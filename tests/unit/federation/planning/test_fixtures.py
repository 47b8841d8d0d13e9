"""Each rule of the optimiser on queries over the harbour: the plan without it, and with it.

A file of `fixtures/` belongs to the rule of its name. A case is a line `== what it shows`, a query,
and the plans by all rules but this one and by all of them (or the one plan, where the rule must not
apply). Both are run, too, and give the bag that Oxigraph gives over the same triples.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb
import pyoxigraph as ox
import pytest

from federation.explain import print_plan
from federation.planning.rules import RULES, Rule
from federation.planning.translate import Dataset, Planner
from federation.solutions import Row
from federation.syntax import parse_query
from mappers.worker.duck import open_duckdb
from tests.asking import Table, ask, selected, version_graphs
from tests.conformance.same_results import by_value, to_ox
from tests.conformance.w3c_query import to_term
from tests.unit.federation.planning.harbour import BASE, BY, publish_harbour
from tests.unit.mappers.publish.triples import triples_of

FOLDER: Final = Path(__file__).parent / "fixtures"
PREFIXES: Final = f"""PREFIX by: <{BY}>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
PREFIX id: <{BASE}id/>
PREFIX ship: <{BASE}id/ship/>
PREFIX owner: <{BASE}id/owner/>
"""
SHORT: Final = (
    (f"{BASE}id/", ""),
    (BY, "by:"),
    ("http://www.w3.org/2001/XMLSchema#", "xsd:"),
    ("http://www.w3.org/2000/01/rdf-schema#", "rdfs:"),
    ("http://www.w3.org/1999/02/22-rdf-syntax-ns#", "rdf:"),
)


@dataclass(frozen=True, slots=True)
class Case:
    """A query, and its plan without a rule and with it."""

    rule: str
    title: str
    query: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Harbour:
    """The harbour twice: as the engine's data set, and as triples in Oxigraph."""

    dataset: Dataset
    store: ox.Store
    connection: duckdb.DuckDBPyConnection


def cases() -> Iterator[Case]:
    """The cases of all files."""
    for path in sorted(FOLDER.glob("*.txt")):
        for block in path.read_text(encoding="utf-8").split("== ")[1:]:
            title, _, rest = block.partition("\n")
            query, unchanged, plan = rest.partition("-- before and after\n")
            if unchanged:
                yield Case(path.stem, title, query.strip(), plan.strip(), plan.strip())
                continue
            query, _, plans = rest.partition("-- before\n")
            before, _, after = plans.partition("-- after\n")
            assert before.strip() != after.strip(), title
            yield Case(path.stem, title, query.strip(), before.strip(), after.strip())


@pytest.fixture(scope="module")
def harbour(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Harbour]:
    folder = tmp_path_factory.mktemp("harbour")
    versions = publish_harbour(folder)
    graphs = tuple(graph for version in versions for graph in version_graphs(version))
    store = ox.Store()
    for version in versions:
        for triple in triples_of(version):
            store.add(ox.Quad(*(to_ox(term) for term in triple)))  # type: ignore[arg-type]
    with open_duckdb(readable=(folder,), spill=None, memory_mb=500, threads=1) as connection:
        yield Harbour(Dataset(graphs, graphs), store, connection)


def rules_without(name: str) -> tuple[Rule, ...]:
    """All rules but one."""
    kept = tuple(rule for rule in RULES if rule.__name__ != name)
    assert len(kept) == len(RULES) - 1, f"no rule is called {name}"
    return kept


def printed(harbour: Harbour, text: str, rules: tuple[Rule, ...]) -> str:
    """The plan of a query as `explain` prints it, with short names."""
    planner = Planner(harbour.dataset, harbour.dataset.default, rules)
    plan = "\n".join(print_plan(planner.plan(parse_query(PREFIXES + text).form.pattern)))
    for long, short in SHORT:
        plan = plan.replace(long, short)
    return plan


def bag(rows: list[Row] | tuple[Row, ...]) -> Counter[Row]:
    return Counter(tuple(None if term is None else by_value(term) for term in row) for row in rows)


CASES: Final = tuple(cases())
every_case = pytest.mark.parametrize(
    "case", CASES, ids=[f"{case.rule}: {case.title}" for case in CASES]
)


@every_case
def test_a_rule_rewrites_a_plan_as_its_fixture_says(harbour: Harbour, case: Case) -> None:
    assert printed(harbour, case.query, rules_without(case.rule)) == case.before
    assert printed(harbour, case.query, RULES) == case.after


@every_case
def test_the_answer_is_the_same_before_and_after(harbour: Harbour, case: Case) -> None:
    query = parse_query(PREFIXES + case.query)
    names = selected(query)
    found = harbour.store.query(PREFIXES + case.query)
    assert isinstance(found, ox.QuerySolutions)
    expected: list[Row] = [
        tuple(None if row[name] is None else to_term(row[name]) for name in names) for row in found
    ]
    for rules in (RULES, rules_without(case.rule), ()):
        answered = ask(query, harbour.dataset, harbour.connection, rules=rules)
        assert isinstance(answered.answer, Table)
        assert answered.path == "sql"
        assert bag(answered.answer.rows) == bag(expected)


@pytest.mark.parametrize("rule", [rule.__name__ for rule in RULES])
def test_every_rule_has_a_fixture(rule: str) -> None:
    assert any(case.rule == rule and case.before != case.after for case in CASES)
