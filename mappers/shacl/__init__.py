"""The SHACL gate: shapes compiled to SQL over the virtual graph, and what it reports.

Constraints of SHACL Core that are not compiled, and patterns that SQL does not know, run in
pySHACL over the triples of the focus nodes concerned; the report names them.
"""

from mappers.shacl.gate import check
from mappers.shacl.report import GateReport
from mappers.shacl.results import Cause, Checked, Engines, Fallback, Result

__all__ = ["Cause", "Checked", "Engines", "Fallback", "GateReport", "Result", "check"]
