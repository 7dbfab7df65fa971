# Two commands do everything: `make run` and `make test`. See README.md.
PYTHON ?= $(shell command -v python3.11 || echo python3)
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed-from-lock

.PHONY: env run test lint browsers reset lock bench corpus fuzz drill help
.DEFAULT_GOAL := help

help: ## List the commands
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/'

env: $(STAMP) ## Make the Python environment in .venv

# uv is used where there is one, because it is quick; plain pip does the same from the same hashes.
$(STAMP): requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || \
	  { echo "Python 3.11 is needed, and $(PYTHON) is another. Name one with PYTHON=, for example: make PYTHON=/usr/bin/python3.11" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@if command -v uv >/dev/null 2>&1; then \
	  VIRTUAL_ENV=$(VENV) uv pip sync --quiet --require-hashes requirements.lock; \
	else \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock; \
	fi
	@touch $(STAMP)

run: env ## Start the whole portal, with its own servers and example data
	@exec $(BIN)/python manage.py run_portal

test: env browsers ## Run every test
	@$(BIN)/python -m pytest -n auto

browsers: ## Install Chromium and LibreOffice for the tests, where this machine allows it
	@scripts/install_test_programs

lint: env ## Style, types, imports, migrations, pages
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@git ls-files '*.py' | xargs $(BIN)/django-upgrade --check --target-version 5.2
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/mypy
	@$(BIN)/python manage.py makemigrations --check --dry-run
	@$(BIN)/djlint --lint --profile jinja -e jinja --quiet .

bench: env ## Measure the pipeline and benchmarks (perf/)
	@$(BIN)/python perf/pipeline.py
	@$(BIN)/python perf/dashboard.py --trusts 240

corpus: env ## Check every awkward and hostile file, and show what came of it
	@$(BIN)/python perf/corpus.py

fuzz: env ## Fuzz the guard, the reader and the judging, a minute each (Linux on x86_64)
	@nice $(BIN)/python -m tests.fuzz.run

drill: env ## Upload while servers are killed; then the deadline hour, scaled down
	@$(BIN)/python perf/drill.py
	@$(BIN)/python perf/deadline.py

reset: ## Stop the embedded servers and empty var/
	@if [ -x $(BIN)/python ] && [ -d var ]; then $(BIN)/python -m stp_portal.embedded stop; fi
	@rm -rf var

lock: ## Renew requirements.lock from pyproject.toml (needs uv)
	@uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --quiet \
	  --exclude-newer "$$(date -u -d '7 days ago' +%FT00:00:00Z)" --group dev pyproject.toml -o requirements.lock
