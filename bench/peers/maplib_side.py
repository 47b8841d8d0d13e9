"""maplib as a peer; runs in a virtual environment of its own, in the manner of `dialogue.py`.

    python bench/peers/maplib_side.py FILE

A run is timed from the text to rows of Python's values.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any, TextIO

from maplib import MaplibException, Model


def main() -> None:
    """Load the file, then answer the requests on standard input."""
    # whatever the library prints goes where the log is
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    model = Model()
    started = time.perf_counter()
    model.read(sys.argv[1], format="ntriples")
    _reply(replies, {"loaded": time.perf_counter() - started})
    for line in sys.stdin:
        request = json.loads(line)
        try:
            _reply(replies, _answer(model, request))
        # a panic of the library is a BaseException of its own
        except (MaplibException, BaseException) as error:
            if isinstance(error, (KeyboardInterrupt, SystemExit)):
                raise
            _reply(replies, {"error": f"{type(error).__name__}: {error}"[:300]})


def _answer(model: Model, request: dict[str, Any]) -> dict[str, Any]:
    started = time.perf_counter()
    Path(request["answer"]).write_text(model.query(request["text"], return_json=True), "utf-8")
    first = time.perf_counter() - started
    times: list[float] = []
    counts = set()
    while len(times) < request["runs"] and sum(times) + 2 * first < request["seconds"] / 2:
        started = time.perf_counter()
        rows = model.query(request["text"], solution_mappings=True).mappings.rows()
        times.append(time.perf_counter() - started)
        counts.add(len(rows))
    return {"times": times or [first], "counts": sorted(counts)}


def _reply(replies: TextIO, content: dict[str, Any]) -> None:
    replies.write(json.dumps(content) + "\n")
    replies.flush()


if __name__ == "__main__":
    main()
