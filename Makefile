# `make demo` and `make test` need Python 3.11 or newer and make; they install the rest
# into .venv, once. Another interpreter: make test PYTHON=python3.12

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
export TF_CPP_MIN_LOG_LEVEL ?= 3

.PHONY: help demo test test-browser hunt lint types bench bench-train bench-figures docs wheel-check clean

help:
	@echo "make demo         render a model in four styles, show one, train it for a moment"
	@echo "make test         run all tests"
	@echo "make test-browser look at pictures in Chromium, which must be installed"
	@echo "make hunt         run the property tests on new examples, for a long time"
	@echo "make lint         ruff and black"
	@echo "make types        mypy --strict"
	@echo "make bench        times of rendering beside black, of starts, large specs, and projects"
	@echo "make bench-train  speed of training beside hand-written Keras, JAX and PyTorch, then bench-figures"
	@echo "make bench-figures published numbers, memory and growth, and docs/benchmarks.md"
	@echo "make docs         write the generated part of docs/, and what commands print there"
	@echo "make wheel-check  build the wheel and render from it in a bare environment"

demo: .venv/.runs
	$(BIN)/kauxgen render specs/vae.json --style all -o build/demo
	@echo; cat build/demo/vae_functional.py; echo
	$(BIN)/python examples/train_vae.py build/demo/vae_functional.py

test: .venv/.develops
	$(BIN)/python -m pytest -n 2

test-browser: .venv/.develops
	$(BIN)/python -m pytest tests/browser

hunt: .venv/.develops
	$(BIN)/python -m pytest -n 2 --hypothesis-profile hunt $(shell grep -lr "^@given" tests)

lint: .venv/.develops
	$(BIN)/ruff check .
	$(BIN)/black --check --quiet . || $(BIN)/black --check .

types: .venv/.develops
	$(BIN)/mypy

bench: .venv/.develops
	$(BIN)/python benchmarks/render.py
	$(BIN)/python benchmarks/start.py
	PYTHONPATH=. $(BIN)/python benchmarks/scale.py --most 2000
	$(PIP) --editable '.[bench]'
	PYTHONPATH=. $(BIN)/python benchmarks/projects.py

# A run that was stopped goes on where it stood.
bench-train: export PYTHONPATH := .
bench-train: .venv/.develops
	$(PIP) --editable '.[bench]'
	$(BIN)/python benchmarks/training/measure.py $(BENCH_TRAIN)
	$(MAKE) bench-figures

bench-figures: export PYTHONPATH := .
bench-figures: .venv/.develops
	$(BIN)/python benchmarks/training/published_vae.py
	$(BIN)/python benchmarks/training/auxiliary.py
	$(BIN)/python benchmarks/training/health.py
	$(BIN)/python benchmarks/training/growth.py
	$(BIN)/python benchmarks/training/rendering.py
	$(BIN)/python benchmarks/page.py

docs: .venv/.develops
	$(BIN)/python docs/generate.py
	PYTHONPATH=. $(BIN)/python benchmarks/page.py
	$(BIN)/python docs/consoles.py

wheel-check: .venv/.develops
	.ci/wheel $(BIN)/python

clean:
	rm -rf .venv build dist

.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version) if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv .venv

.venv/.runs: pyproject.toml | .venv/bin/python
	$(PIP) --editable '.[cpu]'
	@touch $@

.venv/.develops: pyproject.toml | .venv/bin/python
	$(PIP) --editable '.[dev]'
	@touch $@ .venv/.runs
