"""The explorer: texts, tree and graph of a base in one view, and what stands in its place where no widget can live."""
