# The commands of the project. `make demo` and `make test` are all a newcomer needs; each makes
# .venv if need be, once, and again when the lock file or pyproject.toml has changed.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help demo test check conformance bench leaktest venv clean

PYTHON ?= $(shell for p in python3 python3.11 python3.12 python3.13 python3.14; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$p" && break; done)
BIN := .venv/bin
READY := .venv/.ready
WORKERS ?= 2
PYTEST := $(BIN)/python -m pytest

help:
	@echo "make demo         prepare the reference city, publish its silos, serve it (DEMO=--no-serve: stop before serving)"
	@echo "make test         all tests; those without data or suites are skipped, saying why"
	@echo "make check        lint, format, types, layers"
	@echo "make conformance  the conformance suites, over every split of their data; writes docs/conformance.md"
	@echo "make leaktest     the tests that nothing hidden shows"
	@echo "make bench        ratios to other engines, and docs/performance.md (BENCHES=\"library report\": some)"

venv: $(READY)

# The stamp comes last, so an interrupted installation is taken up again the next time.
$(READY): requirements.lock pyproject.toml
	@if [ -z "$(PYTHON)" ]; then \
	  echo "Bygraf needs Python 3.11 or newer, and none was found: install one, or name one: make PYTHON=/path/to/python3 ..." >&2; exit 2; fi
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Bygraf needs Python 3.11 or newer; $(PYTHON) is $$("$(PYTHON)" --version 2>&1). Name another: make PYTHON=/path/to/python3 ..." >&2; exit 2; }
	@"$(PYTHON)" -c 'import venv, ensurepip' 2>/dev/null || { \
	  echo "$(PYTHON) has no module venv; on Debian and Ubuntu: apt-get install python3-venv" >&2; exit 2; }
	@if ! { $(BIN)/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' && $(BIN)/python -m pip --version; } >/dev/null 2>&1; then \
	  echo "Making .venv with $$("$(PYTHON)" --version) ..."; "$(PYTHON)" -m venv --clear .venv; fi
	@echo "Installing what requirements.lock pins; this takes a minute or two ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@
	@echo "Ready: $(BIN)/bygraf"

demo: $(READY)
	@$(BIN)/bygraf demo $(DEMO)

test: $(READY)
	@$(PYTEST) -n $(WORKERS) -rs $(ARGS)

# Without the suites there is nothing to report.
conformance: $(READY)
	@failed=0; rm -f build/conformance/outcomes.json; \
	$(PYTEST) -n $(WORKERS) -rs -m "" tests/conformance $(ARGS) || failed=1; \
	if [ -f build/conformance/outcomes.json ]; then $(BIN)/python -m tests.conformance.report || failed=1; fi; \
	exit $$failed

leaktest: $(READY)
	@$(PYTEST) -n $(WORKERS) -rs tests/security $(ARGS)

check: $(READY)
	@failed=0; \
	run() { echo "== $$*"; if "$(BIN)/$$@"; then :; else failed=$$((failed + 1)); fi; }; \
	run ruff check . ; \
	run ruff format --check . ; \
	run mypy ; \
	run lint-imports --no-logo ; \
	echo "$$((4 - failed)) of 4 checks passed."; [ "$$failed" -eq 0 ]

# Each writes its figures; the last makes docs/performance.md of them. What cannot be had (data, a peer)
# is skipped by name.
BENCHES := publish planning library library_peers gtfs_madrid ontop_gtfs koeln spatial serving growth report

bench: $(READY)
	@failed=; \
	for one in $(BENCHES); do \
	  echo "== bench/$$one.py"; $(BIN)/python bench/$$one.py $(ARGS) || failed="$$failed $$one"; \
	done; \
	if [ -n "$$failed" ]; then echo "Failed, or an aim missed:$$failed."; exit 1; fi

clean:
	rm -rf .venv
