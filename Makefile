# Tuodi 托底. Two commands matter: make run, make test. Nothing but Python 3.11 to 3.13, make and git is needed.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export TUODI_PORT ?= 8000

.PHONY: help run test check format bench mutants nightly lock seed messages rights fields clean clean-data install install-dev

help:
	@echo "make run       prepare and start web and worker on http://127.0.0.1:$(TUODI_PORT)/ (TUODI_PORT=… for another port)"
	@echo "make test      the whole suite, on SQLite and, where a server is to be had, on PostgreSQL"
	@echo "make check     format, lint, strict types, import contracts, migrations, house rules"
	@echo "make bench     benchmarks, one line a figure (ONLY=name for one)"
	@echo "make mutants   break rules and core in one place after another: do the tests notice (ONLY=name, SAMPLE=n)"
	@echo "make nightly   the long sizes of tests and benchmarks, and the mutants"
	@echo "make seed      the demo prefecture into an empty database"
	@echo "make lock      resolve requirements/*.in anew"
	@echo "make messages  collect the words of the house, say what lacks its English, compile"
	@echo "make clean     remove what was built; make clean-data removes the demo's data as well"

# --- the virtual environment: hash-pinned, installed by uv (itself hash-pinned), or by pip ---------------

$(VENV)/.venv-made:
	@$(PYTHON) -c 'import sys; ok = (3, 11) <= sys.version_info[:2] <= (3, 13); sys.exit(None if ok else "Python 3.11, 3.12 or 3.13 is needed, this is %d.%d: name one with make PYTHON=python3.11 …" % sys.version_info[:2])'
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "Python's venv is missing: apt-get install python3-venv"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@test -x $(UV) || $(BIN)/python -m pip install -q --require-hashes -r requirements/uv.txt \
		|| echo "uv is not to be had here; pip does it, only slower"
	@touch $@

# $(call put_in,requirement files)
put_in = if [ -x $(UV) ] && $(UV) pip install -q --python $(BIN)/python --require-hashes $(1); then :; \
	else $(BIN)/python -m pip install -q --require-hashes $(1); fi

$(VENV)/.base: requirements/base.txt pyproject.toml $(VENV)/.venv-made
	@echo "installing the pinned packages …"
	@$(call put_in,-r requirements/base.txt)
	@$(BIN)/python -m pip install -q --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.base
	@echo "installing the pinned packages for checks and tests …"
	@$(call put_in,-r requirements/base.txt -r requirements/dev.txt)
	@touch $@

$(VENV)/.bench: requirements/bench.txt $(VENV)/.dev
	@echo "installing what the benchmarks compare with …"
	@$(call put_in,-r requirements/base.txt -r requirements/dev.txt -r requirements/bench.txt)
	@touch $@

install: $(VENV)/.base
install-dev: $(VENV)/.dev

# --- use --------------------------------------------------------------------------------------------------

run: $(VENV)/.base
	@exec $(BIN)/python -m tuodi.config.up

seed: $(VENV)/.base
	@$(BIN)/tuodi migrate --verbosity 0
	@$(BIN)/tuodi demo seed

# --- prove ------------------------------------------------------------------------------------------------

test: $(VENV)/.dev
	@$(BIN)/python tests/suite.py $(ARGS)

check: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	@dir=$$(mktemp -d) && TUODI_VAR=$$dir $(BIN)/python manage.py makemigrations --check --dry-run; code=$$?; rm -rf "$$dir"; exit $$code
	$(BIN)/djlint --quiet --lint tuodi
	$(BIN)/pytest tests/house

format: $(VENV)/.dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/.bench
	@$(BIN)/python -m benchmarks.run $(if $(ONLY),--only $(ONLY)) $(ARGS)

mutants: $(VENV)/.dev
	@$(BIN)/python -m tests.mutants.run $(if $(ONLY),--only $(ONLY)) $(if $(SAMPLE),--sample $(SAMPLE)) $(ARGS)

nightly: $(VENV)/.bench
	@TUODI_NIGHTLY=1 $(BIN)/python tests/suite.py $(ARGS)
	@$(BIN)/python -m tests.mutants.run
	@$(BIN)/python -m benchmarks.run --long

# --- keep -------------------------------------------------------------------------------------------------

lock: $(VENV)/.venv-made
	@for name in uv base spark dev bench; do \
		$(UV) pip compile --universal --generate-hashes --no-emit-index-url --no-header --no-annotate -q \
			-p 3.11 requirements/$$name.in -o requirements/$$name.txt || exit 1; done
	@! grep -n '://' requirements/*.txt || { echo "a lock names a host"; exit 1; }

messages: $(VENV)/.base
	$(BIN)/python -m tuodi.locale.messages

rights: $(VENV)/.base
	DJANGO_SETTINGS_MODULE=tuodi.config.settings $(BIN)/python -c "import django; django.setup(); from tuodi.records.org.rights_words import write; write()"

fields: $(VENV)/.base
	$(BIN)/python -m tuodi.portal.fields_page

clean:
	rm -rf build .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache *.egg-info
	find tuodi tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

clean-data:
	rm -rf var
