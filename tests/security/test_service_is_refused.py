"""SERVICE names members of the city only, and it has none: no form of a query gets around that."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from federation.planning.translate import Dataset
from federation.preparing import plan_query
from federation.syntax import parse_query
from federation.view import Caller, View
from mappers.errors import QueryUnsupportedError

NOW = datetime(2026, 6, 15, tzinfo=UTC)
SERVICE = "SERVICE SILENT <http://127.0.0.1:9/sparql> { ?a ?b ?c }"
BEFORE_ON_THE_RESIDUAL_PATH = "FILTER EXISTS { ?s ?p ?o { SELECT ?s { ?s ?q ?r } LIMIT 1 } }"


@pytest.mark.parametrize(
    "pattern",
    [
        SERVICE,
        f"?s ?p ?o {BEFORE_ON_THE_RESIDUAL_PATH} {SERVICE}",
        f"?s ?p ?o {BEFORE_ON_THE_RESIDUAL_PATH} FILTER EXISTS {{ {SERVICE} }}",
        f"?s ?p ?o OPTIONAL {{ {SERVICE} }}",
        f"?s ?p ?o MINUS {{ {SERVICE} }}",
        f"{{ SELECT ?a {{ {SERVICE} }} }}",
        f"GRAPH ?g {{ {SERVICE} }}",
        "?s ?p ?o SERVICE ?o { ?a ?b ?c }",
    ],
)
@pytest.mark.parametrize("form", ["SELECT *", "ASK", "CONSTRUCT { ?a ?b ?c }", "DESCRIBE ?a"])
def test_service_is_refused_wherever_it_stands(form: str, pattern: str) -> None:
    query = parse_query(f"{form} {{ {pattern} }}")
    with pytest.raises(QueryUnsupportedError, match="SERVICE"):
        plan_query(query, View(Caller("public"), None, ()), Dataset((), ()), NOW)


def test_service_in_a_calculation_is_refused() -> None:
    query = parse_query(
        f"SELECT (EXISTS {{ {SERVICE} }} AS ?x) {{ }} ORDER BY (!EXISTS {{ {SERVICE} }})"
    )
    with pytest.raises(QueryUnsupportedError, match="SERVICE"):
        plan_query(query, View(Caller("public"), None, ()), Dataset((), ()), NOW)
