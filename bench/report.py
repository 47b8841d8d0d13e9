"""Write `docs/performance.md` from what the bench runs have recorded.

    python bench/report.py

Sections come in the order of `ORDER`; what was not run in this folder keeps no figures and is named
as not run. Exits with 1 if an aim is missed, after everything is written.
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

from record import FOLDER

PAGE = Path("docs") / "performance.md"
PLOTS = Path("docs") / "images"
ORDER = (
    "planning",
    "library",
    "library-peers",
    "gtfs",
    "gtfs-ontop",
    "koeln",
    "spatial",
    "http",
    "growth",
    "publish",
)
INTRODUCTION = """\
# Performance

<!-- written by `make bench` (bench/report.py): do not edit -->

Each table is of one run of its own, on one machine; what counts are the ratios to a peer over the
same data in the same run, not figures of one table beside those of another. Times are medians of
warm runs, unless a table says otherwise. Answers were compared before times were. Repeat it with
`make bench`; a single table with `.venv/bin/python bench/NAME.py`.
"""


def main() -> int:
    """Write the page; the exit status is 1 if an aim is missed."""
    found = {name: _read(name) for name in ORDER if (FOLDER / f"{name}.json").is_file()}
    unknown = sorted(file.stem for file in FOLDER.glob("*.json") if file.stem not in ORDER)
    if unknown:
        print(f"No place in the report for {', '.join(unknown)}.", file=sys.stderr)
        return 2
    parts = [INTRODUCTION, _aims(found)]
    parts += [_section(figures) for figures in found.values()]
    missing = [name for name in ORDER if name not in found]
    if missing:
        parts.append("## Not run\n\n" + ", ".join(f"`{name}`" for name in missing) + ".\n")
    PAGE.write_text("\n".join(parts), encoding="utf-8")
    _copy_plots()
    missed = [aim for figures in found.values() for aim in figures["aims"] if not aim["met"]]
    for aim in missed:
        print(f"missed: {aim['aim']}: {aim['measured']}")
    total = sum(len(figures["aims"]) for figures in found.values())
    print(f"{PAGE}: {len(found)} tables, {total - len(missed)} of {total} aims met.")
    return int(bool(missed))


def _read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return found


def _aims(found: dict[str, dict[str, Any]]) -> str:
    """All aims in one table, so that one sees at once which are missed."""
    rows = [
        (aim["aim"], aim["measured"], "yes" if aim["met"] else "**no**")
        for figures in found.values()
        for aim in figures["aims"]
    ]
    return "## Aims\n\n" + _table(("aim", "measured", "met"), rows) if rows else ""


def _section(figures: dict[str, Any]) -> str:
    parts = [f"## {figures['title']}", figures["text"].strip()]
    parts.append(_table(figures["columns"], figures["rows"]).rstrip())
    parts += [f"- {remark}" for remark in figures["remarks"]]
    parts += [f"- Skipped: {peer}" for peer in figures["skipped"]]
    parts.append(f"Cores: {figures['cores']}.")
    lines = [f"{part}\n" for part in parts]
    return "\n".join(lines)


def _table(columns: tuple[str, ...] | list[str], rows: list[Any]) -> str:
    lines = ["| " + " | ".join(columns) + " |", "|---" * len(columns) + "|"]
    lines += ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def _copy_plots() -> None:
    for plot in sorted(FOLDER.parent.glob("*.svg")):
        PLOTS.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(plot, PLOTS / plot.name)


if __name__ == "__main__":
    sys.exit(main())
