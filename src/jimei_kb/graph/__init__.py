"""From annotations to a graph: its kinds (schema), its making (build), its place on disk (lines, store), its way out (export)."""
