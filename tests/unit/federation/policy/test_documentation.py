"""The page about the policy file is true: its example is read, and it names what there is."""

from __future__ import annotations

import re
from pathlib import Path

from federation.licences import LICENCES, Condition
from federation.policy import Access, parse_policies
from federation.policy.model import Operator
from federation.policy.terms import BY_TERMS

PAGE = Path(__file__).resolve().parents[4] / "docs" / "reference" / "policy-file.md"
BASE = "https://data.example.org/berlin/"


def test_the_examples_are_policies() -> None:
    first, second = re.findall(r"```turtle\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S)
    (found,) = parse_policies(first + second, "policy-file.md", base=BASE)
    assert found.licence == "DL-DE-ZERO-2.0"
    assert found.access is Access.LISTED
    assert (len(found.permissions), len(found.prohibitions), len(found.masks)) == (2, 1, 2)


def test_the_page_names_every_term_operator_and_licence() -> None:
    text = PAGE.read_text(encoding="utf-8")
    terms = {"by:" + term.rpartition("#")[2] for term in BY_TERMS}
    missing = {word for word in terms | {f"`{op.value}`" for op in Operator} if word not in text}
    missing |= {licence.key for licence in LICENCES if f"`{licence.key}`" not in text}
    assert missing == set()


def test_the_page_tells_share_alike_licences_as_such() -> None:
    rows = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if "| " in line]
    for licence in LICENCES:
        (row,) = [line for line in rows if line.startswith("|") and f"`{licence.key}`" in line]
        assert ("share-alike" in row) == (Condition.SHARE_ALIKE in licence.conditions)
        assert ("commercial" in row) or Condition.NON_COMMERCIAL not in licence.conditions
