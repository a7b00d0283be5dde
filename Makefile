# Names for the commands that CONTRIBUTING.md and .ci/run use; nothing is decided here.
.PHONY: all demo test quick lint types format wheel bench
demo:   ; imaging-kg demo
test:   ; python -m pytest
quick:  ; python -m pytest -m "not slow and not java and not browser"
lint:   ; ruff check . && ruff format --check . && lint-imports && imaging-kg ontology format --check && imaging-kg catalogue lint --check
types:  ; mypy
format: ; ruff format . && imaging-kg ontology format && imaging-kg catalogue lint
wheel:  ; python -m build
bench:  ; python -m pytest benchmarks --benchmark-only
