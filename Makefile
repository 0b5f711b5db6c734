# Everything from a fresh clone with Python 3.11 or newer, make and the package registries. `make help` lists it.

PORT ?= 8000
DEMO ?= 1
WORKERS ?= auto
ARGS ?=
PYTHON ?= $(shell for each in python3 python3.13 python3.12 python3.11 python3.14; do \
	$$each -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$each && break; done)

BIN := .venv/bin
STAMPS := .stamps
ENVIRONMENT := $(STAMPS)/environment

# Compiled modules make every later command start in half the time.
unexport PYTHONDONTWRITEBYTECODE
unexport DJANGO_SETTINGS_MODULE
export NO_COLOR ?=

.DEFAULT_GOAL := help
.PHONY: help run test test-deep check fix bench assets lock docs screenshots clean chromium

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(ENVIRONMENT) assets ## Serve the site with demonstration data; PORT=8000, DEMO=1
	@$(BIN)/python -m oic.runner
run: export PORT := $(PORT)
run: export DEMO := $(DEMO)

test: $(ENVIRONMENT) assets chromium ## Run the tests; WORKERS=auto, ARGS for pytest
	$(BIN)/python -m pytest -n $(WORKERS) -m "not deep" $(ARGS)

test-deep: $(ENVIRONMENT) assets chromium ## Run every test, fuzzing, drills and scanners among them
	$(BIN)/python -m pytest -n $(WORKERS) $(ARGS)

check: $(ENVIRONMENT) ## Format, lint, types, layers, migrations, leaks; changes nothing
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/djlint templates --lint --quiet
	$(BIN)/lint-imports
	$(BIN)/deptry .
	$(BIN)/bandit --quiet --configfile pyproject.toml --recursive agencies disruptions oic
	$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml
	$(BIN)/mypy
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python -m pytest -q -n 0 tests/test_architecture.py tests/test_repository.py

fix: $(ENVIRONMENT) ## Format, and repair what can be repaired
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(ENVIRONMENT) assets ## Time the pages and the set path beside bare SQL
	$(BIN)/python -m bench $(ARGS)

assets: $(ENVIRONMENT) ## Build styles and scripts
	@$(BIN)/python -m assets.build

lock: $(ENVIRONMENT) ## Compile the pinned requirements again; ARGS=--upgrade for newer versions
	$(BIN)/uv pip compile $(COMPILE) $(ARGS) requirements.in --output-file requirements.txt
	$(BIN)/uv pip compile $(COMPILE) $(ARGS) requirements-dev.in --constraints requirements.txt --output-file requirements-dev.txt
COMPILE := --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --quiet

docs: $(ENVIRONMENT) ## Write the parts of docs/ that are made from the code
	$(BIN)/python manage.py spectacular --validate --fail-on-warn --file docs/openapi.yaml
	$(BIN)/python manage.py write_partner_guide
	$(BIN)/python -m tests.oic.promise

screenshots: $(ENVIRONMENT) assets chromium ## Take a picture of each page of the demonstration, wide and narrow
	$(BIN)/python -m tests.screenshots $(ARGS)

clean: ## Stop the databases and remove all that was made here, the site's data among it
	@if [ -x $(BIN)/python ]; then for each in bench site tests; do \
		$(BIN)/python -m oic.embedded_database stop --now --cluster $$each || exit 1; done; fi
	rm -rf .data .stamps .venv build static node_modules .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

# The environment is right when it was made from these very pins. uv itself is pinned and hashed like the rest.
$(ENVIRONMENT): requirements-dev.txt
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed; name it with PYTHON=" >&2; exit 1; }
	@mkdir -p $(STAMPS)
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@awk '/^uv==/ { wanted = 1 } wanted { print } wanted && !/\\$$/ { exit }' requirements-dev.txt > $(STAMPS)/uv.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r $(STAMPS)/uv.txt
	@$(BIN)/uv pip sync --python $(BIN)/python --quiet --require-hashes --compile-bytecode requirements-dev.txt
	@touch $@

# Debian's own, for the journeys in a browser; a missing browser is an error and never a skipped test.
chromium:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || { \
		if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
			apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null; \
		else \
			echo "chromium is needed for the browser tests: install the package chromium" >&2; exit 1; \
		fi; }
