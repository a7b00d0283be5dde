"""The curated catalogue: tables of facts, the code that reads, checks and writes them, and what the graph asserts from them."""
