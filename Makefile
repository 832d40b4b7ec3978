# Shop Content. `make help` lists what there is.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
EMBEDDED := $(BIN)/python -W ignore -m shop_content.embedded
CHROMIUM := /usr/bin/chromium

.PHONY: help venv run test check bench chromium client
.DEFAULT_GOAL := help

help:  ## list the commands
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | sort

venv: $(VENV)/.installed  ## make the virtual environment from the lock

$(VENV)/.installed: requirements-dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "python3-venv is missing: apt-get install python3-venv"; exit 1; }
	$(BIN)/pip install --quiet --require-hashes -r requirements-dev.txt
	@touch $@

run: venv  ## bring everything up: database, broker, web, worker, scheduler, demo content
	@exec env PORT=$(PORT) $(BIN)/python -W ignore -m shop_content.run

check: venv  ## lint, types, layers, migrations, translations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python manage.py check
	$(EMBEDDED) run --temporary -- $(BIN)/python manage.py makemigrations --check

test: venv chromium client check  ## everything: check, then all tests in random order and parallel
	$(EMBEDDED) run --temporary -- $(BIN)/python -m pytest -n 2 --dist worksteal

bench: .venv-bench/.installed  ## the benchmarks under benchmarks/, side by side with peers (needs wrk)
	@missed=0; for file in benchmarks/[a-z]*.py; do \
	  PYTHONPATH=. .venv-bench/bin/python -W ignore -m shop_content.embedded run --temporary -- \
	    .venv-bench/bin/python $$file || missed=1; done; exit $$missed

# The peers stay out of the environment of the service.
.venv-bench/.installed: requirements-bench.txt
	@$(PYTHON) -m venv .venv-bench
	.venv-bench/bin/pip install --quiet --require-hashes -r requirements-bench.txt
	@touch $@

client:  ## the TypeScript client: its tools, its types from the OpenAPI document, compiled
	@if ! command -v npm >/dev/null; then echo "npm is missing: the TypeScript client is left out"; \
	else cd clients/typescript && npm ci --silent && npm run --silent types >/dev/null && npm run --silent build; fi

chromium:
	@if [ "$$BROWSER" = 0 ]; then echo "BROWSER=0: browser tests are left out"; \
	elif [ -x $(CHROMIUM) ]; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null; \
	else echo "chromium is missing: install Debian's package chromium, or run BROWSER=0 make test"; exit 1; fi
