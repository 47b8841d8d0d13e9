"""Publishing the whole reference city: wall seconds, peak memory and triples, against the aims.

    python bench/publish.py [--home FOLDER]

The published city stays in the folder, where `bench/library.py` asks it.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from pathlib import Path

from process_tree import Usage, measure
from record import Aim, Figures, record

from bygraf.city import City
from mappers.versions import current_version

AIM_SECONDS = 60.0
AIM_MIB = 2048.0
HOME = Path("build") / "bench" / "home"


def main() -> int:
    """Publish, print the table of ratios; the exit status is that of publishing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, default=HOME)
    home = parser.parse_args().home.resolve()
    if home.exists():
        shutil.rmtree(home)
    home.mkdir(parents=True)
    environ = {**os.environ, "BYGRAF_HOME": str(home)}
    used = measure([str(Path(sys.executable).with_name("bygraf")), "publish"], environ)
    count, silos = triples(home)
    print(f"\nPublished: {count:,} triples of {silos} silos, on {os.cpu_count()} cores.")
    print(f"{'':18}{'measured':>12}{'aim':>10}{'ratio':>8}")
    print(
        f"{'wall time':18}{used.seconds:>10.1f} s{AIM_SECONDS:>8.0f} s"
        f"{used.seconds / AIM_SECONDS:>8.2f}"
    )
    if used.peak_mib is None:
        print("peak memory       not known on this system")
    else:
        print(
            f"{'peak memory':18}{used.peak_mib:>8.0f} MiB{AIM_MIB:>6.0f} MiB"
            f"{used.peak_mib / AIM_MIB:>8.2f}"
        )
    record("publish", _figures(used, count, silos))
    return used.status


def _figures(used: Usage, count: int, silos: int) -> Figures:
    shown = "not known" if used.peak_mib is None else f"{used.peak_mib:.0f} MiB"
    aims = [Aim("publish the city in 60 s", f"{used.seconds:.1f} s", used.seconds <= AIM_SECONDS)]
    if used.peak_mib is not None:
        aims.append(Aim("publish it within 2 GiB", shown, used.peak_mib <= AIM_MIB))
    return Figures(
        title="Publishing",
        text=f"All {silos} silos of Berlin, from source files to validated, published versions:"
        f" {count:,} triples.",
        columns=("", "measured", "aim"),
        rows=(
            ("wall time", f"{used.seconds:.1f} s", f"{AIM_SECONDS:.0f} s"),
            ("peak memory of the tree of processes", shown, f"{AIM_MIB:.0f} MiB"),
        ),
        aims=tuple(aims),
    )


def triples(home: Path) -> tuple[int, int]:
    """Triples of all current versions below a home, and how many silos have one."""
    with City.open(home=home) as city:
        versions = [
            current_version(home, city.definition.id, silo.id) for silo in city.definition.silos
        ]
    found = [version for version in versions if version is not None]
    return sum(count for version in found for _, count in version.triples), len(found)


if __name__ == "__main__":
    sys.exit(main())
