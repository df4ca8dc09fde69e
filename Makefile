# Four commands: run, test, bench, prove. Each installs what it needs into .venv, once.
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -q
PORT ?= 5000
# The first Python on this machine that is new enough.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
export PORT

.PHONY: run test bench prove
.DEFAULT_GOAL := run

run: $(VENV)/.ready
	@exec $(BIN)/portal serve --demo --stop-with-parent

test: $(VENV)/.ready-to-test
	@$(BIN)/python -m tests.gates $(ARGS)

bench: $(VENV)/.ready-to-test
	@$(BIN)/python -m bench

prove: $(VENV)/.ready-to-test
	@$(BIN)/python -m pytest -m prove -s $(ARGS)

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed. Name one: PYTHON=/path/to/python3 make run"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "Python's venv module is missing. On Debian or Ubuntu: apt-get install python3-venv"; exit 1; }
	@echo "Making $(VENV), about a minute, once ..." >&2
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.ready: $(VENV)/bin/python pyproject.toml constraints.txt
	@$(PIP) install -e . -c constraints.txt
	@touch $@

$(VENV)/.ready-to-test: $(VENV)/bin/python pyproject.toml constraints.txt
	@$(PIP) install -e '.[test]' -c constraints.txt
	@touch $(VENV)/.ready $@
