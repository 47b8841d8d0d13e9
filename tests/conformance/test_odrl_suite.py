"""The ODRL Test Suite (SolidLab), as far as the closed profile of the policies reaches.

The suite's policies have no licence, so each is given one; a policy without a target is given that
of the request; parties and party collections are taken for roles; a prohibition is tried on somebody
to whom all else is open. A case is judged in full if its policy names an action and has neither
logical constraints, nor collections of its own, nor duties to be done beforehand. Of every other case
that can be read it is only asked that nothing is granted which the suite does not grant.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import pyoxigraph
import pytest

from federation.policy import ODRL, OWNER, GraphPolicy, decide, parse_policies
from federation.policy.model import UnknownConstraint
from federation.view import Caller
from mappers.errors import MappingError

pytestmark = pytest.mark.suites
REPORT = "https://w3id.org/force/compliance-report#"
LEAST_IN_FULL = 39
"""The number of cases within the profile; fewer would mean that the test has lost its grip."""


@dataclass(frozen=True, slots=True)
class Case:
    """A case: the policies of the graph asked for, the request, and what the suite expects."""

    name: str
    policy: GraphPolicy | None
    caller: Caller
    action: str
    now: datetime
    active: bool
    prohibition: bool

    @property
    def in_full(self) -> bool:
        """Whether the policy is within the profile."""
        if self.policy is None:
            return False
        rules = (*self.policy.permissions, *self.policy.prohibitions)
        return bool(rules) and not any(
            rule.duties or any(isinstance(item, UnknownConstraint) for item in rule.constraints)
            for rule in rules
        )


class Facts:
    """The statements of a file, to look things up in."""

    def __init__(self, path: Path) -> None:
        self.quads = list(pyoxigraph.parse(path=path, format=pyoxigraph.RdfFormat.TURTLE))

    def values(self, predicate: str, subject: str | None = None) -> Iterator[str]:
        """The objects of a predicate, of one subject or of all."""
        for quad in self.quads:
            if quad.predicate.value == predicate and subject in (None, quad.subject.value):
                yield quad.object.value

    def subjects(self, kind: str) -> list[str]:
        """What is of a class."""
        return [quad.subject.value for quad in self.quads if quad.object.value == kind]


def cases(suite: Path) -> Iterator[Case]:
    index = Facts(suite / "index.ttl")
    for subject in dict.fromkeys(quad.subject.value for quad in index.quads):
        files = {
            name: suite
            / next(index.values(f"http://example.org/{name}Source", subject)).split("/data/")[1]
            for name in ("policy", "request", "sotw", "expectedReport")
        }
        yield read_case(files)


def read_case(files: dict[str, Path]) -> Case:
    request, world = Facts(files["request"]), Facts(files["sotw"])
    report = Facts(files["expectedReport"])
    party = next(request.values(ODRL + "assignee"))
    target = next(request.values(ODRL + "target"))
    try:
        text = files["policy"].read_text(encoding="utf-8")
        if "odrl:target" not in text:
            (policy,) = Facts(files["policy"]).subjects(ODRL + "Set")
            text += f"\n<{policy}> odrl:target <{target}> ."
        found = parse_policies(text, files["policy"].name, base="http://example.org/")
    except MappingError:
        found = ()
    mine = [policy for policy in found if policy.graph == target]
    return Case(
        name=files["expectedReport"].stem,
        policy=replace(mine[0], licence="CC0-1.0") if mine else None,
        caller=Caller("party", frozenset({party, *world.values(ODRL + "partOf", party)})),
        action=next(request.values(ODRL + "action")),
        now=datetime.fromisoformat(
            next(
                world.values(
                    "http://purl.org/dc/terms/issued", "http://example.com/request/currentTime"
                )
            )
        ),
        active=REPORT + "Active" in report.values(REPORT + "activationState"),
        prohibition=any(
            quad.object.value == REPORT + "ProhibitionReport"
            for quad in report.quads
            if isinstance(quad.object, pyoxigraph.NamedNode)
        ),
    )


@pytest.fixture(scope="module")
def suite_cases(suites: Path) -> list[Case]:
    folder = suites / "odrl"
    if not folder.is_dir():
        pytest.skip(f"no ODRL suite at {folder}")
    return list(cases(folder))


def permitted(case: Case) -> bool:
    assert case.policy is not None
    roles = case.caller.roles | ({OWNER} if case.prohibition else set())
    found = decide(case.policy, Caller("party", roles), None, case.action, case.now)
    return found.permit


def test_cases_within_the_profile_are_decided_as_the_suite_does(suite_cases: list[Case]) -> None:
    judged = [case for case in suite_cases if case.in_full]
    wrong = [case.name for case in judged if permitted(case) is (case.active is case.prohibition)]
    assert wrong == []
    assert len(judged) >= LEAST_IN_FULL
    assert {case.active for case in judged} == {True, False}


def test_nothing_is_granted_that_the_suite_does_not_grant(suite_cases: list[Case]) -> None:
    read = [case for case in suite_cases if case.policy is not None and not case.prohibition]
    assert [case.name for case in read if permitted(case) and not case.active] == []
    assert len(read) > LEAST_IN_FULL
