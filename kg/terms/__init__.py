"""The lexicon that the ontology's labels and synonyms make: from a mention to a concept."""
