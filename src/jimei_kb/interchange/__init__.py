"""A knowledge base in forms that other programs read: Parquet, GraphML, RDF, JSON Schema, Excel, CSV. docs/INTERCHANGE.md explains them."""
