# Two commands do everything, environment included:  make demo   make test
# `make help` lists the rest.

PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
CONSTRAINTS := constraints.txt
TORCH := $(shell sed -n 's/^torch==/torch==/p' $(CONSTRAINTS))
NATIVE := statecode/tracing/engines/native
export HF_HUB_OFFLINE ?= $(if $(CI),1,)
PYTEST := $(BIN)/python -m pytest

.PHONY: help install demo test test-quick test-pythons lint corpus datasets-envs clean

help:  ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 16

install: $(VENV)/engine  ## make .venv with everything in it, and build the native engine

$(VENV)/complete: setup.cfg $(CONSTRAINTS)
	command -v $(PYTHON) >/dev/null || { echo "error: no $(PYTHON); say which with make PYTHON=python3"; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -c $(CONSTRAINTS) "$(TORCH)" setuptools
	$(BIN)/pip install --quiet --disable-pip-version-check -c $(CONSTRAINTS) --config-settings=editable_mode=compat \
		--editable ".[train,trackers,gguf,dev]"
	touch $@

$(VENV)/engine: $(VENV)/complete setup.py $(wildcard $(NATIVE)/*.c $(NATIVE)/*.h)
	rm -rf $(NATIVE)/*.so build/lib*/$(NATIVE)  # where it cannot be built, snoop records: an old one must not stay
	$(BIN)/python setup.py --quiet build_ext --inplace
	touch $@

demo: install  ## the main job at a small size, in a few minutes: dataset, pre-training, CoNaLa, comparison
	$(BIN)/python train/demo.py

test: lint test-main test-pythons  ## everything: lint, all tests, the light tests under every Python found

.PHONY: test-main
test-main: install
	$(PYTEST) -n 2 --dist loadfile

test-quick: install  ## the tests that take seconds
	$(PYTEST) -m "not slow" -q

test-pythons: install  ## the tests that need no torch, under every Python from 3.10 to 3.13 that is found
	$(BIN)/python -m tests.support.run_pythons

datasets-envs: install  ## the environments in which other versions of datasets are tested
	$(BIN)/python -m tests.support.make_environments

lint: install  ## flake8, isort, mypy
	$(BIN)/flake8
	$(BIN)/isort --check-only --quiet statecode dataset_script train eval tests benchmarks
	$(BIN)/mypy

corpus: install  ## build the shipped corpus of the embedded programs anew
	rm -rf statecode/data/embedded
	$(BIN)/statecode build --programs embedded --out statecode/data/embedded
	$(BIN)/python -m statecode.dataset.materialise
	$(BIN)/python -m statecode.corpus.card statecode/data/embedded dataset_script/README.md

clean:  ## remove the environments and everything that tests and the demo made
	rm -f $(NATIVE)/*.so
	rm -rf .venv .venv-* runs build dist *.egg-info .pytest_cache .mypy_cache .hypothesis
