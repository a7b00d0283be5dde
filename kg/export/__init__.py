"""The graph and its ontology in the forms that others read."""
