"""The HTTP face of a city: SPARQL protocol, problems, content negotiation."""
