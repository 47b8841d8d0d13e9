"""A peer of the bench is asked in a process of its own, and cannot harm the run."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

from peers.dialogue import Answer, Dialogue, Failure, Peer

FAKE = """
import json, os, sys, time
if sys.argv[1] == "empty":
    print(json.dumps({"error": "no data\\nand pages more"}), flush=True)
    sys.exit()
print(json.dumps({"loaded": 1.5}), flush=True)
for line in sys.stdin:
    request = json.loads(line)
    if request["text"] == "sleep":
        time.sleep(600)
    if request["text"] == "crash":
        os._exit(3)
    if request["text"] == "refuse":
        print(json.dumps({"error": "not implemented"}), flush=True)
        continue
    one = {"b": {"type": "uri", "value": "http://e/1"}, "a": {"type": "literal", "value": "x"}}
    with open(request["answer"], "w") as out:
        json.dump({"head": {"vars": ["b", "a"]}, "results": {"bindings": [one, {}]}}, out)
    counts = [2, 5] if request["text"] == "vary" else [2]
    print(json.dumps({"times": [3.0, 1.0, 2.0], "counts": counts}), flush=True)
"""
STRING = "http://www.w3.org/2001/XMLSchema#string"
ANSWER = Answer(2.0, Counter({(("literal", "x", STRING), ("iri", "http://e/1")): 1, ((), ()): 1}))


def fake(folder: Path, data: str = "some") -> Dialogue:
    script = folder / "fake.py"
    script.write_text(FAKE, "utf-8")
    peer = Peer("fake", "1", (sys.executable, str(script), data))
    return Dialogue(peer, folder, load_seconds=60.0, grace=0.0)


def ask(dialogue: Dialogue, text: str, seconds: float = 60.0) -> Answer | Failure:
    return dialogue.ask(text, ("a", "b"), 3, seconds)


def test_an_answer_has_the_median_of_its_times_and_the_columns_in_the_order_asked_for(
    tmp_path: Path,
) -> None:
    with fake(tmp_path) as dialogue:
        assert ask(dialogue, "good") == ANSWER
        assert dialogue.loaded == 1.5


def test_a_peer_whose_time_is_up_is_ended_and_answers_the_next_question(tmp_path: Path) -> None:
    with fake(tmp_path) as dialogue:
        assert ask(dialogue, "sleep", seconds=0.2) == Failure("no answer in 0 s", late=True)
        assert ask(dialogue, "good") == ANSWER


def test_a_peer_that_crashes_has_no_answer_and_answers_the_next_question(tmp_path: Path) -> None:
    with fake(tmp_path) as dialogue:
        assert ask(dialogue, "crash") == Failure("its process ended with status 3")
        assert ask(dialogue, "good") == ANSWER


def test_what_a_peer_refuses_is_told_in_its_words_and_the_process_goes_on(tmp_path: Path) -> None:
    with fake(tmp_path) as dialogue:
        assert ask(dialogue, "refuse") == Failure("not implemented")
        assert ask(dialogue, "good") == ANSWER


def test_an_answer_that_changes_from_run_to_run_is_none(tmp_path: Path) -> None:
    with fake(tmp_path) as dialogue:
        assert ask(dialogue, "vary") == Failure("it has 2 or 5 rows, from run to run")


def test_a_peer_without_its_data_is_asked_nothing(tmp_path: Path) -> None:
    with fake(tmp_path, "empty") as dialogue:
        failure = Failure("its data was not loaded: no data")
        assert dialogue.start() == failure
        assert ask(dialogue, "good") == failure
