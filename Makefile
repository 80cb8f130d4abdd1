# Each target works alone in a fresh clone: it finds a Python, makes .venv and installs what it needs.
#   make demo      the main job, real components, no service to install
#   make test      after a change: the tests that need nothing but Python, without the slow ones
#   make check     format, lint, layers, types, contract, documentation
#   make test-all  every test: slow ones, PostgreSQL, faults, browser, other languages (an hour on 2 cores;
#                  SYNERGIE_TEST_HYPOTHESIS=deep draws 5,000 examples of each property: hours)
#   make bench     measures side by side; ONLY=name runs one
#   make specs     write specs/ from the code        make texts  bring the French catalogue up to date
#   make docs      build docs/_build/html            make clean  remove what was made
#   make sbom      write dist/sbom.cdx.json: what an installation holds (CycloneDX)

.DEFAULT_GOAL := help
.PHONY: help demo test check test-all bench specs texts docs sbom clean

# Tests start some hundred programs of their own: what Python compiles is kept.
unexport PYTHONDONTWRITEBYTECODE

BIN := .venv/bin
HEAVY := slow or faults or interop or browser or postgres
# A process a processor, 4 at most: each reads all tests first, 15 s of a processor.
test: WORKERS ?= $(shell n=$$(getconf _NPROCESSORS_ONLN || echo 1); echo $$(($${n} < 4 ? $${n} : 4)))
# One more, since some tests wait for servers and browsers.
test-all: WORKERS ?= $(shell n=$$(getconf _NPROCESSORS_ONLN || echo 1); echo $$(($${n} < 4 ? $${n} + 1 : 5)))
# `worksteal`: the tests of a file stay together, so that what they share is set up once.
TESTS = $(BIN)/python -m pytest -q -n $(WORKERS) --dist worksteal
ARGS ?=
ONLY ?=

help:
	@sed -n 's/^#   //p' Makefile

demo:
	@sh .ci/setup demo
	@$(BIN)/synergie demo $(ARGS)

test:
	@sh .ci/setup test
	@sh .ci/in-memory $(TESTS) -m "not ($(HEAVY))" $(ARGS)

check:
	@sh .ci/setup check
	@sh .ci/check

test-all:
	@sh .ci/setup check
	@sh .ci/npm
	@sh .ci/in-memory sh .ci/with-postgres \
		env SYNERGIE_TEST_HYPOTHESIS=$${SYNERGIE_TEST_HYPOTHESIS:-ci} $(TESTS) $(ARGS)

bench:
	@sh .ci/setup check
	@sh .ci/with-postgres --optional $(BIN)/python -m tests.bench $(ONLY)

specs:
	@sh .ci/setup test
	@$(BIN)/synergie specs

texts:
	@sh .ci/setup check
	@$(BIN)/python .ci/texts.py

docs:
	@sh .ci/setup check
	@$(BIN)/sphinx-build -q -W -n -b html docs docs/_build/html

sbom:
	@sh .ci/setup check
	@$(BIN)/python .ci/sbom.py dist/sbom.cdx.json

clean:
	rm -rf .venv dist build demo docs/_build .mypy_cache .ruff_cache .pytest_cache .hypothesis
	rm -rf .import_linter_cache tests/*/node_modules
	find src tests docs examples .ci -name __pycache__ -prune -exec rm -rf {} +
