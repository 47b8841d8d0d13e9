"""Bygraf: a federated Linked Data knowledge graph of a city's systems."""
