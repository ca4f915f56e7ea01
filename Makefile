# make demo  sets everything up and sends the sample issue into a local outbox
# make test  sets everything up and runs the tests

PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test lint types docs bench clean

demo: .venv/.ready
	@PATH="$(CURDIR)/$(BIN):$$PATH" sh examples/demo.sh

test: .venv/.ready
	@$(BIN)/python -m pytest -n 2 --dist worksteal $(TESTS)

lint: .venv/.ready
	@$(BIN)/ruff format --check . && $(BIN)/ruff check . && $(BIN)/lint-imports && $(BIN)/python .ci/sizes.py

types: .venv/.ready
	@$(BIN)/mypy

docs: .venv/.ready
	@$(BIN)/cog -r docs/reference/*.md docs/reference/newsletter.1 README.md

bench: .venv/.ready
	@$(BIN)/python -m benchmarks.peers && $(BIN)/python -m benchmarks --publish

clean:
	rm -rf .venv build outbox

.venv/.ready: pyproject.toml uv.lock .ci/setup.py
	@$(PYTHON) .ci/setup.py
