"""One adapter per upstream: each reads its own format and yields records, and the records become claims."""
