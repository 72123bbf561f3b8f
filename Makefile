# Every check runs through these targets: by hand, in CI and in hooks alike.
# A fresh Debian needs python3, pip, make and git only: where venv cannot bring its own
# pip (no python3-venv), the system's pip fills the environment from outside.

PYTHON  ?= python3
VENV    ?= .venv
BIN      = $(VENV)/bin
PIP      = $(PYTHON) -m pip --disable-pip-version-check --python $(BIN)/python install --quiet
LATEST   = -c constraints/latest.txt
export NUMBA_CACHE_DIR ?= $(abspath $(VENV))/numba

# make study DATA=payments            the made payments study (default)
# make study DATA=financial_wellbeing the CFPB survey (needs SEGKIT_DATA or a network)
# make study DATA=answers.csv ITEMS="imp_*" FIELDS="age,region" WEIGHT=w ID=id   your own survey
# make study DATA=acme/               a study folder with its study.toml
DATA    ?= payments
OUT     ?= out
ITEMS   ?=
FIELDS  ?=
WEIGHT  ?=
ID      ?=
SEGMENTS ?=

.PHONY: study test slow lint types layers oldest notebooks docs bench clean

$(BIN)/python:
	$(PYTHON) -m venv $(VENV) 2>/dev/null || $(PYTHON) -m venv --without-pip --clear $(VENV)

$(VENV)/.study: pyproject.toml constraints/latest.txt | $(BIN)/python
	@echo "Installing segkit and what it needs into $(VENV) (once)"
	$(PIP) $(LATEST) -e .
	@touch $@

$(VENV)/.develop: pyproject.toml constraints/latest.txt | $(BIN)/python
	@echo "Installing segkit and its development tools into $(VENV) (once)"
	$(PIP) $(LATEST) -e ".[polars,rotations]"
	$(PYTHON) -m pip --version >/dev/null
	$(BIN)/python constraints/groups.py test lint docs notebooks > $(VENV)/groups.txt
	$(PIP) $(LATEST) -r $(VENV)/groups.txt
	@touch $@ $(VENV)/.study

study: $(VENV)/.study
	@$(BIN)/segkit new "$(OUT)/$(notdir $(basename $(patsubst %/,%,$(DATA))))" --data "$(DATA)" \
	  $(if $(ITEMS),--items "$(ITEMS)") $(if $(FIELDS),--fields "$(FIELDS)") \
	  $(if $(WEIGHT),--weight "$(WEIGHT)") $(if $(ID),--id "$(ID)") \
	  $(if $(SEGMENTS),--segments "$(SEGMENTS)") --keep
	@$(BIN)/segkit run "$(OUT)/$(notdir $(basename $(patsubst %/,%,$(DATA))))"

test: $(VENV)/.develop
	$(BIN)/python -m pytest -n auto -m "not slow"

slow: $(VENV)/.develop
	$(BIN)/python -m pytest -n auto -m slow

lint: $(VENV)/.develop
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.develop
	$(BIN)/mypy

layers: $(VENV)/.develop
	$(BIN)/lint-imports

oldest:
	$(MAKE) VENV=.venv-oldest LATEST="-c constraints/oldest.txt" test

notebooks: $(VENV)/.develop
	$(BIN)/python notebooks/execute.py --check

docs: $(VENV)/.develop
	$(BIN)/sphinx-build -W --keep-going -b html docs docs/_build/html

bench: $(VENV)/.develop
	$(BIN)/python benchmarks/run.py

clean:
	rm -rf .venv .venv-oldest out docs/_build docs/reference/generated .pytest_cache .mypy_cache .ruff_cache .hypothesis
