# Two commands do everything on a fresh machine: `make demo` and `make test`.
PYTHON ?= python3.11
BIN := .venv/bin

.PHONY: demo test fuzz install train scores data clean

# The environment is made anew when the requirements change.
.venv/installed: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	touch $@

install: .venv/installed

demo: .venv/installed
	$(BIN)/vitallies score data/samples --out out/demo --overwrite
	@echo
	$(BIN)/vitallies analyze data/samples/branch-review.vtt
	@echo
	@echo "The tables are in out/demo:"
	@ls -1 out/demo

test: .venv/installed
	$(BIN)/python -m pip install --quiet --editable '.[train]'
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest

# Fuzz the readers for a fixed time; an input that fails is kept in out/fuzz.
FUZZ_SECONDS ?= 120
fuzz: .venv/installed
	-$(BIN)/python -m pip install --quiet --only-binary :all: 'atheris>=3'
	$(BIN)/python tests/transcripts/fuzz.py out/fuzz $(FUZZ_SECONDS)

# Fit the shipped model anew, by the out-of-fold scores that `make scores` makes.
CORPORA ?= ../shared/corpora
train: .venv/installed
	$(BIN)/python -m pip install --quiet --editable '.[train]'
	$(BIN)/vitallies train --corpora $(CORPORA)

# Make those scores (hours; the encoders that are done lie in out/training, and are not made again).
scores: .venv/installed
	$(BIN)/python -m pip install --quiet --editable '.[train]'
	$(BIN)/vitallies evaluate --folds data/folds.json --corpora $(CORPORA) --out data/out_of_fold

# Bring labels, folds and written examples into data/.
LABELS ?= ../shared
data: .venv/installed
	$(BIN)/python -m vitallies.training.annotations $(LABELS) data

clean:
	rm -rf .venv out
