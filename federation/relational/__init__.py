"""How SPARQL terms stand in SQL columns."""
