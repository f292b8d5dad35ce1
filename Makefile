# Each need has one command. `make` alone lists them.
.DEFAULT_GOAL := help
.PHONY: help setup demo second-office up down test promises faults chaos stack check bench bench-extract bench-sync bench-rights pictures schema docs lock clean

PY := .venv/bin/python
WORLD = $(if $(ADDRESSES),--addresses $(ADDRESSES)) $(if $(SEED),--seed $(SEED))
unexport PYTHONPATH PYTHONHOME

help: ## show this list
	@awk 'BEGIN { FS = ":.*## " } /^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## make .venv with every package, hashes checked (PYTHON=… names another Python)
	@PYTHON="$(PYTHON)" local/setup.sh

demo: setup ## play a night through Airflow and show what it did (ADDRESSES=20000, SEED=1, FAULT=ura-empty)
	@$(PY) -m local.demo $(WORLD) $(if $(FAULT),--fault $(FAULT))

second-office: setup ## set up another office, from its answers to its first verified night (ADDRESSES=22000, SEED=1)
	@$(PY) -m local.second_office $(WORLD)

up: setup ## start the same world with Airflow's pages, and print their address
	@$(PY) -m local.up $(WORLD)

down: ## stop what `make up` started
	@if [ -x $(PY) ]; then $(PY) -m local.down; else echo "nothing is running: not set up yet"; fi

test: setup ## run the fast tests in two processes (ARGS='-k word -x')
	@$(PY) -m pytest -n 2 --dist loadfile $(ARGS)

promises: setup ## run the tests of the register description, and say for each promise whether it is held
	@$(PY) -m tests.promises $(ARGS)

stack: setup ## run the long tests: nights in Airflow and by sheets, the pages, `make up` (minutes)
	@$(PY) -m pytest -m stack tests/flow tests/stack tests/local tests/airflow_pages tests/onboarding tests/extract tests/rights tests/audit $(ARGS)

faults: setup ## play every fault, every finding of the doctor, years of expiry, a restore (ARGS='-k kasvucrm')
	@$(PY) -m pytest -m faults tests/faults tests/sandbox tests/expire tests/restore tests/doctor tests/audit tests/privacy -n 2 --dist loadscope $(ARGS)

chaos: setup ## kill syncs at any point, over a server that applies late, and judge the lists (KILLS=200, SEED=1)
	@$(PY) -m chaos --kills $(or $(KILLS),200) $(if $(SEED),--seed $(SEED)) $(ARGS)

check: setup ## check style, types and the order of the rooms, then run the fast tests
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy
	@PYTHONPATH=plugins .venv/bin/lint-imports
	@$(MAKE) --no-print-directory test

bench: setup ## measure a night's whole data path beside what one would use instead (ARGS='--rows 100000')
	@$(PY) -m benchmarks.night $(ARGS)

bench-extract: setup ## measure speed and memory of every way into a source, beside its peers (ROWS=100000)
	@$(PY) -m benchmarks.extract $(if $(ROWS),--rows $(ROWS))

bench-sync: setup ## measure how a list of a million is made equal to the registry, beside its peers (MEMBERS=100000)
	@$(PY) -m benchmarks.sync $(if $(MEMBERS),--members $(MEMBERS))

bench-rights: setup ## measure each right of a person on a registry and a list of a million (MEMBERS=100000)
	@$(PY) -m benchmarks.rights $(if $(MEMBERS),--members $(MEMBERS))

pictures: setup ## take the pictures of the guides from a world that is made for them; needs Chromium (minutes)
	@$(PY) -m local.pictures

docs: setup ## write docs/commands.md from the commands of ./registry
	@PYTHONPATH=plugins $(PY) -m local.commands_page

schema: setup ## write include/sql/schema.sql, the whole schema as PostgreSQL tells it
	@$(PY) -m local.schema_file

lock: ## compile requirements.in into requirements.txt
	@$(PY) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		--custom-compile-command 'make lock' requirements.in -o requirements.txt

clean: ## remove the world (var/) and the packages (.venv) without asking
	@if [ -x $(PY) ]; then env -u REGISTRY_HOME $(PY) -m local.down --forget; fi
	@rm -rf var .venv
