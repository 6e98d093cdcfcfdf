# numlycee: the workbench. `make help` lists what it does.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SERVERS := mosquitto rabbitmq-server snmpd snmp postgresql prometheus prometheus-alertmanager chromium
PATHS := numlycee agents tests $(wildcard grafana deploy)
UV := $(or $(wildcard $(BIN)/uv),uv)
LOCK := $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header --no-emit-package numlycee --no-emit-package numlycee-agent

DEMO_ARGS ?=
ONLY ?=
MINUTES ?=
KILLS ?=
SEED ?=
SEEDS ?=
TIMES ?=
CUTS ?=
PYTEST_ARGS ?=

.PHONY: help setup demo servers check format unit test mutants prove fuzz endure campaign-kill campaign-swarm campaign-cuts bench lock dashboards build clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(VENV)/.dev ## make .venv, with everything to develop and test

demo: $(VENV)/.demo ## a simulated Region and its status page, in one command (DEMO_ARGS="--port 8080")
	$(BIN)/numlycee demo $(DEMO_ARGS)

servers: ## as root, install the real servers that the external tests start for themselves
	@deploy/tools/install-servers $(SERVERS)

check: setup ## format, lint, types, floors
	$(BIN)/ruff format --check $(PATHS)
	$(BIN)/ruff check $(PATHS)
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

format: setup ## let ruff format, and put right what it can
	$(BIN)/ruff format $(PATHS)
	$(BIN)/ruff check --fix $(PATHS)

unit: setup ## the unplugged tests: no socket, no server, no real sleep
	$(BIN)/pytest -n auto -m "not slow" --hypothesis-profile=quick --ignore=tests/external \
		--ignore=tests/house --ignore=tests/loopback --ignore=tests/wheels $(PYTEST_ARGS)

test: setup servers ## every test, with real servers, and the coverage
	$(BIN)/pytest --cov --cov-report=term --cov-report=html $(PYTEST_ARGS)

mutants: setup ## plant every deliberate bug: the tests of each rule of docs/wire.md catch its own
	$(BIN)/python -m tests.rules $(ONLY)

prove: setup ## look for a counter-example to the properties until Ctrl-C (MINUTES=5 for so long)
	$(BIN)/python -m tests.prove $(if $(MINUTES),--minutes $(MINUTES))

fuzz: setup ## give the wire bad input for MINUTES (5), guided by what it covers; keeps build/fuzz
	$(BIN)/python -m tests.fuzz.campaign --minutes $(or $(MINUTES),5)

endure: setup ## kill the agent, cut its power, sicken its disk, TIMES (30) times as often as `make test`
	NUMLYCEE_TIMES=$(or $(TIMES),30) $(BIN)/pytest --no-cov --timeout=0 $(wildcard tests/agent/test_spool*.py) \
		tests/agent/test_publisher_storm.py tests/agent/test_thirty_days.py \
		tests/loopback/test_agent_kill.py $(PYTEST_ARGS)

campaign-kill: setup ## kill -9 agents, broker, collector and database KILLS (300) times; nothing may be lost
	$(BIN)/python -m tests.campaign --kills $(or $(KILLS),300) $(if $(SEED),--seed $(SEED))

campaign-swarm: setup ## the same in virtual time, without processes: SEEDS (20) hours in which everything fails
	$(BIN)/python -m tests.campaign.swarm --seeds $(or $(SEEDS),20) $(if $(SEED),--first $(SEED))

campaign-cuts: setup ## cut the power of the centre's store CUTS (20000) times, half of them on a sick disk
	$(BIN)/python -m tests.cuts.campaign --cuts $(or $(CUTS),20000)

bench: setup ## benchmarks, beside the peers installed, into build/bench/ (ONLY=name for one)
	$(BIN)/python -m tests.benchmarks $(ONLY)

lock: ## pin every dependency again, with hashes (requirements/*.txt)
	$(LOCK) --upgrade pyproject.toml --extra demo --extra postgresql --extra rabbitmq --group dev -o requirements/dev.txt
	$(LOCK) pyproject.toml --extra demo --group build -c requirements/dev.txt -o requirements/demo.txt
	$(LOCK) pyproject.toml --extra collector --extra postgresql --extra rabbitmq -c requirements/dev.txt -o requirements/collector.txt
	$(LOCK) agents/pyproject.toml --extra all -c requirements/dev.txt -o requirements/agent.txt

dashboards: setup ## write the Grafana dashboards again from their builders
	$(BIN)/python -m grafana.build

build: setup ## both wheels and sources, into dist/
	$(BIN)/python -m build --no-isolation --outdir dist .
	$(BIN)/python -m build --no-isolation --outdir dist agents

clean: ## remove what was built, keep .venv
	rm -rf build dist
	find numlycee agents tests -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@deploy/tools/make-venv $(PYTHON) $(VENV)

$(VENV)/.dev: requirements/dev.txt pyproject.toml agents/pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e . -e agents
	@touch $(VENV)/.dev $(VENV)/.demo

$(VENV)/.demo: requirements/demo.txt pyproject.toml agents/pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/demo.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e . -e agents
	@touch $(VENV)/.demo
