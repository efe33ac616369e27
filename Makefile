# The two main commands are `make demo` and `make test`. Both create the environment .venv first.
# `make help` lists all commands.

PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
CONSTRAINTS := constraints.txt
TORCH := $(shell sed -n 's/^torch==/torch==/p' $(CONSTRAINTS))
NATIVE := statecode/tracing/engines/native
WIRE := statecode/tracing/wire
export HF_HUB_OFFLINE ?= $(if $(CI),1,)
PYTEST := $(BIN)/python -m pytest

.PHONY: help install demo test test-long test-quick slow-tests test-pythons lint corpus datasets-envs clean

help:  ## print this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 16

install: $(VENV)/engine  ## create .venv with all packages, and build the native engine

$(VENV)/complete: setup.cfg $(CONSTRAINTS)
	command -v $(PYTHON) >/dev/null || { echo "error: no $(PYTHON); choose one with make PYTHON=python3"; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -c $(CONSTRAINTS) "$(TORCH)" setuptools
	$(BIN)/pip install --quiet --disable-pip-version-check -c $(CONSTRAINTS) --config-settings=editable_mode=compat \
		--editable ".[train,trackers,gguf,dev]"
	touch $@

$(VENV)/engine: $(VENV)/complete setup.py $(wildcard $(NATIVE)/*.c $(NATIVE)/*.h $(WIRE)/*.c)
	rm -rf $(NATIVE)/*.so $(WIRE)/*.so build/lib*  # if the build fails, snoop is used; an old engine must not remain
	$(BIN)/python setup.py --quiet build_ext --inplace
	touch $@

demo: install  ## run the main pipeline at a small size, in minutes: dataset, pre-training, CoNaLa, comparison
	$(BIN)/python train/demo.py

test: lint test-main test-pythons  ## run lint, all tests but the long ones, and those without torch under every other Python found

.PHONY: test-main
test-main: install
	$(PYTEST) -n 2 --dist loadfile --durations=20

test-long: install  ## run the whole forms of sampled tests, 100,000 random programs with and without the tracer, and a fuzzer
	$(PYTEST) -m long -n 2
	$(BIN)/python -m tests.support.run_pythons --long
	$(BIN)/python -m tests.tracing.transparency.random_runs
	$(BIN)/python -m tests.tracing.wire.fuzz_reader

test-quick: install  ## run the tests that take seconds
	$(PYTEST) -m "not slow" -q -n 2

slow-tests: install  ## measure all tests and rewrite tests/slow_tests.txt, the tests that test-quick skips
	$(PYTEST) -n 2 --dist loadfile -m "not one_python" --junitxml=build/durations.xml
	$(BIN)/python -m tests.support.slow_tests build/durations.xml
	$(PYTEST) -n 2 -m "not slow" --junitxml=build/durations.xml
	$(BIN)/python -m tests.support.slow_tests --add build/durations.xml

test-pythons: install  ## run the tests without torch under every other Python from 3.10 to 3.13 that is found
	$(BIN)/python -m tests.support.run_pythons

datasets-envs: install  ## create the environments for tests with other versions of datasets
	$(BIN)/python -m tests.support.make_environments

lint: install  ## run flake8, isort, mypy, and the check of the prose
	$(BIN)/flake8
	$(BIN)/isort --check-only --quiet statecode dataset_script train eval tests benchmarks
	$(BIN)/mypy
	$(BIN)/python -m tests.support.prose

corpus: install  ## rebuild the embedded corpus, which is part of the package
	rm -rf statecode/data/embedded
	$(BIN)/statecode build --programs embedded --out statecode/data/embedded
	$(BIN)/python -m statecode.dataset.materialise
	$(BIN)/python -m statecode.corpus.card statecode/data/embedded dataset_script/README.md

clean:  ## remove the environments and all files that tests and the demo create
	rm -f $(NATIVE)/*.so $(WIRE)/*.so
	rm -rf .venv .venv-* runs build dist *.egg-info .pytest_cache .mypy_cache .hypothesis
