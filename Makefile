# The two commands of the README: `make run` and `make test`. Everything else is for people who work on Hallmonitor.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
HALLMONITOR := $(BIN)/hallmonitor
DATA ?= ../shared/data

.PHONY: help run test test-slow check cover journey chaos presses bench soak storm cards evaluate train refine card curve clean

help:
	@echo "make run       set up, and moderate the sample pages (SQLite under .hallmonitor/, no account needed)"
	@echo "make test      linters, types, contracts and all tests but the slow ones"
	@echo "make test-slow the slow ones: every point of death on both databases, two engines on 1,000 texts, torch"
	@echo "make check     linters, types and contracts alone"
	@echo "make journey   a comment on a real WordPress, MediaWiki and snac each, from there to the receipt (as root it installs them)"
	@echo "make chaos     200 random deaths in the middle of everything, half on each database (SEED=... lives through one again)"
	@echo "make presses   a thousand random presses in the review channel, with all that may go wrong meanwhile (SEED=... draws the same again)"
	@echo "make bench     how fast it is, every figure with its goal, in 8 minutes or so (BENCH=ingest,queue BENCH_ROWS=100000)"
	@echo "make soak      days of service in 7 minutes, with the nights on which the clocks change (SOAK=1 for one of them)"
	@echo "make storm     5,000 flags at once in the review channel, in 6 minutes or so (STORM=--postgres, or '--flags 1000 --speed 10')"
	@echo "make cards     a picture of each kind of message of the review channel, in Chromium, for bot/discord_ui/README.md"
	@echo "make evaluate  how well it judges the development set, its tune and check parts apart (DATA=folder of the labelled sets)"
	@echo "make train     make the bundled model anew and write its card, in an hour and a half (DATA=folder of the labelled sets)"
	@echo "make refine    let the bundled model go on learning where the texts have grown, in half an hour, and write its card (EPOCHS=1)"
	@echo "make card      measure the bundled model at the policy's thresholds and write its card"
	@echo "make curve     what more classroom texts would bring: the learning curve of the card"

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit("Hallmonitor needs Python 3.11 or newer; say PYTHON=python3.11 make ...") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.installed-dev: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@ $(VENV)/.installed

run: $(VENV)/.installed
	@$(HALLMONITOR) init
	@$(HALLMONITOR) pages apply
	@echo
	@$(HALLMONITOR) scan
	@echo
	@$(HALLMONITOR) queue
	@echo
	@echo "What to do next:"
	@echo "  $(HALLMONITOR) review --by reyes@roosevelt.example     decide these flags, one after the other"
	@echo "  $(HALLMONITOR) runs                                    the ledger: which page was read, and when"
	@echo "  $(HALLMONITOR) doctor                                  what is well, and how to mend what is not"
	@echo "  $(HALLMONITOR) init my-school                          your own school; then see README.md"

check: lint types

.PHONY: lint types tests cover typed-and-covered

lint: $(VENV)/.installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports --no-cache

types: $(VENV)/.installed-dev
	$(BIN)/mypy

# apart from the rest, and once: a traced test takes half as long again
COVERING := tests/unit/bot/domain tests/unit/bot/test_settings.py tests/unit/connectors/test_base.py tests/unit/moderators/test_base.py \
	tests/unit/moderators/test_assessing.py

# No worker's torch takes the others' cores. And what Python has compiled is kept: each worker and each command would do it anew.
# Three workers on two cores: a third of the time a test waits for a server or for another process.
test test-slow: export OMP_NUM_THREADS := 1
test test-slow: export PYTHONDONTWRITEBYTECODE :=
test: lint
	@$(MAKE) --no-print-directory -j2 tests typed-and-covered

tests: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -m "not slow" -n 3 --dist worksteal -q --durations=20 $(addprefix --ignore=,$(COVERING))

test-slow: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -m slow -q

# beside the tests: neither has work for more than one processor
typed-and-covered: types cover

cover: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -q -p no:cacheprovider --cov --cov-report= $(COVERING)
	$(BIN)/python -m coverage report --fail-under=95

journey: $(VENV)/.installed-dev
	@$(BIN)/python -m tests.journeys

chaos: $(VENV)/.installed-dev
	$(BIN)/python -m tests.chaos $(if $(SEED),--seed $(SEED))

presses: $(VENV)/.installed-dev
	$(BIN)/python -m tests.presses $(if $(SEED),--seed $(SEED))

bench: $(VENV)/.installed-dev
	@BENCH="$(BENCH)" $(BIN)/python -m tests.bench

soak: $(VENV)/.installed-dev
	@SOAK="$(SOAK)" $(BIN)/python -m tests.soak

storm: $(VENV)/.installed-dev
	@$(BIN)/python -m tests.storm $(STORM)

cards: $(VENV)/.installed-dev
	@$(BIN)/python -m tests.pictures

SET := $(DATA)/classroom-dev

evaluate: $(VENV)/.installed
	@$(HALLMONITOR) evaluate $(SET)/student_info.jsonl $(SET)/safety.jsonl --rosters $(SET)/rosters --parts
	@$(HALLMONITOR) evaluate tests/quality/pages.jsonl --rosters tests/quality

train: $(VENV)/.installed-dev
	$(BIN)/python -m moderators.models.training.train --data $(DATA) --out moderators/models/classroom

refine: $(VENV)/.installed-dev
	$(BIN)/python -m moderators.models.training.refine --data $(DATA) --out moderators/models/classroom $(if $(EPOCHS),--epochs $(EPOCHS))

card: $(VENV)/.installed-dev
	$(BIN)/python -m moderators.models.training.card --data $(DATA) --bundle moderators/models/classroom --config config

curve: $(VENV)/.installed-dev
	$(BIN)/python -m moderators.models.training.curve --data $(DATA) --out moderators/models/classroom

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage
