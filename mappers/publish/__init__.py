"""Publishing: from a silo's source files to a checked, immutable version."""

from mappers.publish.pipeline import Gate, GateReport, PublishResult, publish_silo
from mappers.publish.together import Outcome, publish_city
from mappers.publish.triples import triples_version

__all__ = [
    "Gate",
    "GateReport",
    "Outcome",
    "PublishResult",
    "publish_city",
    "publish_silo",
    "triples_version",
]
