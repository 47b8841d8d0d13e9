"""The silo side: mapping model, sources, the SHACL gate, published versions, the SQL worker."""
