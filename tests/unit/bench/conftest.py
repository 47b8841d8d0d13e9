"""The scripts of `bench/` import each other by their bare names."""

from __future__ import annotations

import sys
from pathlib import Path

# last, so that nothing installed is hidden
sys.path.append(str(Path(__file__).resolve().parents[3] / "bench"))
