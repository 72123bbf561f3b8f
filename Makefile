# Every check runs through these targets: by hand, in CI and in hooks alike.
# A fresh Debian needs python3, pip, make and git only: the environment is made without a
# pip of its own (that would need python3-venv), and the system's pip fills it from outside.

PYTHON  ?= python3
VENV    ?= .venv
PINS    ?= constraints/latest.txt
TOOLS   ?= test lint docs notebooks
BIN      = $(VENV)/bin
PIP      = $(PYTHON) -m pip --disable-pip-version-check --python $(BIN)/python install --quiet -c $(PINS)
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
ENCODING ?=

.PHONY: study test slow lint types layers oldest notebooks docs bench clean

# One way everywhere: an empty environment, filled by the pip that runs $(PYTHON).
$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "segkit needs Python 3.11 or newer; \
	this is " + sys.version.split()[0] + ". Give another: make PYTHON=python3.12")'
	@$(PYTHON) -c 'import sys, pip; sys.exit([int(n) for n in pip.__version__.split(".")[:2]] < [22, 3])' \
	  2> /dev/null || { echo "Installing needs pip 22.3 or newer (Debian: apt install python3-pip)."; exit 1; }
	$(PYTHON) -m venv --without-pip $(VENV)

$(VENV)/.study: pyproject.toml $(PINS) | $(BIN)/python
	@echo "Installing segkit and what it needs into $(VENV) (once, a few minutes)"
	@$(PIP) -e ".[files]"
	@touch $@

$(VENV)/.develop: pyproject.toml $(PINS) constraints/groups.py | $(BIN)/python
	@echo "Installing segkit and its development tools into $(VENV) (once, a few minutes)"
	@$(BIN)/python constraints/groups.py $(TOOLS) > $(VENV)/groups.txt
	@$(PIP) -e ".[files,polars,sql,onnx]" -r $(VENV)/groups.txt
	@touch $(VENV)/.study $@

# a folder with a study.toml is run as it is; anything else becomes a study folder under $(OUT)
study: $(VENV)/.study
	@folder="$(DATA)"; \
	if [ ! -f "$$folder/study.toml" ]; then \
	  name=$$(basename "$(DATA)"); folder="$(OUT)/$${name%.*}"; \
	  $(BIN)/segkit new "$$folder" --data "$(DATA)" --refresh \
	    $(if $(ITEMS),--items "$(ITEMS)") $(if $(FIELDS),--fields "$(FIELDS)") \
	    $(if $(WEIGHT),--weight "$(WEIGHT)") $(if $(ID),--id "$(ID)") \
	    $(if $(SEGMENTS),--segments "$(SEGMENTS)") $(if $(ENCODING),--encoding "$(ENCODING)") \
	    || exit; \
	fi; \
	$(BIN)/segkit run "$$folder"

# one worker a core: a second layer of threads inside each would only get in the way
test slow: export OMP_NUM_THREADS ?= 1

test: $(VENV)/.develop
	$(BIN)/python -m pytest -n auto --dist loadfile -m "not slow"

# the rates that were simulated go into the record, with the date
slow: export SEGKIT_SIMULATIONS ?= $(abspath tests/simulations.json)
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
	$(MAKE) VENV=.venv-oldest PINS=constraints/oldest.txt TOOLS="test notebooks" test

notebooks: $(VENV)/.develop
	$(BIN)/python notebooks/execute.py --check

docs: $(VENV)/.develop
	$(BIN)/sphinx-build -W --keep-going -b html docs docs/_build/html

bench: $(VENV)/.develop
	$(BIN)/python benchmarks/run.py

clean:
	rm -rf .venv .venv-oldest out docs/_build docs/reference/generated docs/tutorials/[0-9]*.ipynb
	rm -rf .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
