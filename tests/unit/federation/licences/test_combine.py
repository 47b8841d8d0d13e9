"""What comes of putting graphs of two or more licences into one answer."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from federation.licences import LICENCES, NO_LICENCE, Condition, LicensedGraph, combine

# A letter for each licence; each row gives what it makes with the licences up to itself, as the
# letter of the answer's licence, or a dot where the answer is refused. Checked by hand.
GOLDEN = [
    ("C", "CC0-1.0", "C"),
    ("P", "PDDL-1.0", "PP"),
    ("Z", "DL-DE-ZERO-2.0", "ZZZ"),
    ("I", "ISC", "IIII"),
    ("M", "MIT", "MMMMM"),
    ("O", "ODC-By-1.0", "OOOOOO"),
    ("G", "OGL-UK-3.0", "GGGGGGG"),
    ("D", "DL-DE-BY-2.0", "DDDDDDDD"),
    ("3", "CC-BY-3.0", "333333333"),
    ("d", "CC-BY-3.0-DE", "dddddddddd"),
    ("4", "CC-BY-4.0", "44444444444"),
    ("N", "CC-BY-NC-4.0", "NNNNNNNNNNNN"),
    ("s", "CC-BY-SA-3.0", "sssssssssss.s"),
    ("e", "CC-BY-SA-3.0-DE", "eeeeeeeeeee.ee"),
    ("S", "CC-BY-SA-4.0", "SSSSSSSSSSS.SSS"),
    ("B", "ODbL-1.0", "BBBBBBBB.......B"),
    ("A", "CC-BY-NC-SA-4.0", "AAAAAAAAAAAA....A"),
    ("X", "CC-BY-ND-4.0", ".................."),
    ("Y", "CC-BY-NC-ND-4.0", "..................."),
    ("?", "unknown", "????????????.......?"),
]
KEY_OF = {letter: key for letter, key, _ in GOLDEN}
PAIRS = [
    (key, GOLDEN[column][1], KEY_OF.get(letter))
    for _, key, row in GOLDEN
    for column, letter in enumerate(row)
]
KEYS = [key for _, key, _ in GOLDEN]


def graphs_of(*keys: str | None) -> list[LicensedGraph]:
    return [LicensedGraph(f"https://e.org/g{index}", key) for index, key in enumerate(keys)]


def test_the_golden_table_has_every_pair() -> None:
    assert set(KEYS) == {licence.key for licence in (*LICENCES, NO_LICENCE)}
    assert len(PAIRS) == len(KEYS) * (len(KEYS) + 1) // 2


@pytest.mark.parametrize(("first", "second", "answer"), PAIRS)
def test_a_pair_makes_what_the_golden_table_says(
    first: str, second: str, answer: str | None
) -> None:
    for pair in ((first, second), (second, first)):
        found = combine(graphs_of(*pair))
        assert found.licence == answer
        assert found.lawful is (answer is not None)
        assert bool(found.reason) is (answer is None)


@pytest.mark.parametrize("key", KEYS)
def test_one_graph_alone_may_always_be_answered_under_its_own_licence(key: str) -> None:
    assert combine(graphs_of(key)).licence == key


def test_an_answer_over_no_graph_owes_nothing() -> None:
    found = combine([])
    assert found.lawful
    assert found.duties == ()


def test_duties_name_the_graphs_that_ask_for_them() -> None:
    found = combine(graphs_of("CC0-1.0", "CC-BY-4.0", "CC-BY-SA-4.0"))
    asked = {duty.condition: duty.graphs for duty in found.duties}
    assert asked[Condition.ATTRIBUTE] == ("https://e.org/g1", "https://e.org/g2")
    assert asked[Condition.SHARE_ALIKE] == ("https://e.org/g2",)
    assert Condition.NON_COMMERCIAL not in asked


def test_the_largest_lawful_set_is_named_when_an_answer_is_refused() -> None:
    found = combine(graphs_of("CC-BY-SA-4.0", "CC-BY-NC-4.0", "CC-BY-4.0", "CC-BY-NC-SA-4.0"))
    assert not found.lawful
    assert found.largest_lawful == ("https://e.org/g1", "https://e.org/g2", "https://e.org/g3")


def test_a_no_derivatives_graph_is_left_out_of_the_largest_lawful_set() -> None:
    found = combine(graphs_of("CC-BY-ND-4.0", "CC0-1.0"))
    assert found.largest_lawful == ("https://e.org/g1",)
    assert "CC-BY-ND-4.0 forbids" in found.reason


def test_two_no_derivatives_graphs_leave_one() -> None:
    assert combine(graphs_of("CC-BY-ND-4.0", "CC-BY-ND-4.0")).largest_lawful == (
        "https://e.org/g0",
    )


def test_an_answer_with_unlicensed_data_stays_inside() -> None:
    found = combine(graphs_of(None, "CC-BY-4.0"))
    assert found.licence == "unknown"
    assert Condition.INTERNAL_USE in {duty.condition for duty in found.duties}


@given(st.lists(st.sampled_from(KEYS), max_size=6), st.randoms())
def test_the_largest_lawful_set_is_lawful_and_no_larger_one_is(keys: list[str], random) -> None:  # type: ignore[no-untyped-def]
    graphs = graphs_of(*keys)
    found = combine(graphs)
    chosen = [graph for graph in graphs if graph.graph in found.largest_lawful]
    assert combine(chosen).lawful
    for larger in itertools.combinations(graphs, len(chosen) + 1):
        assert not combine(larger).lawful
    random.shuffle(graphs)
    assert combine(graphs) == found


@given(st.lists(st.sampled_from(KEYS), min_size=1, max_size=6), st.sampled_from(KEYS))
def test_adding_a_graph_never_takes_a_duty_away_or_makes_the_unlawful_lawful(
    keys: list[str], more: str
) -> None:
    before, after = combine(graphs_of(*keys)), combine(graphs_of(*keys, more))
    if not before.lawful:
        assert not after.lawful
    elif after.lawful:
        owed = {duty.condition for duty in before.duties}
        assert owed <= {duty.condition for duty in after.duties}
