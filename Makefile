# Two commands: `make run` starts the product, `make test` checks all of it. Each sets up what it needs.
# While you work, `make test-fast` leaves out browser and PostgreSQL and draws few, fixed examples; `make test-long`
# draws many, at random, and kills the store a hundred times.
VENV := .venv
BIN := $(VENV)/bin
# Compiles the model for futures, so that no first visitor waits for it.
WARM_UP := $(BIN)/python -c "from core.inputs.data import bundled; from core.model import compiled; compiled.warm_up(bundled())"
PYTEST := $(BIN)/pytest -n 2 --dist worksteal --durations=40

.PHONY: run test test-fast test-long check tests bench format lock clean

run: $(VENV)/run.done
	$(BIN)/python app.py $(ARGS)

test: check tests

check: $(VENV)/test.done
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

tests: $(VENV)/test.done $(VENV)/browser.done
	$(PYTEST) $(ARGS)

test-fast: $(VENV)/test.done
	$(PYTEST) --hypothesis-profile=fast -m "not browser and not postgres" $(ARGS)

test-long: check $(VENV)/browser.done
	$(PYTEST) --hypothesis-profile=long $(ARGS)

# Figures of speed. Run them with nothing else running; they report and never fail on a time.
bench: $(VENV)/test.done $(VENV)/browser.done
	$(BIN)/pytest tests/benchmarks --benchmark-columns=min,median,rounds --benchmark-sort=name
	$(BIN)/python tests/benchmarks/opening_speed.py
	$(BIN)/python tests/benchmarks/page_speed.py
	$(BIN)/python tests/benchmarks/live_speed.py
	$(BIN)/python tests/benchmarks/load_speed.py

format: $(VENV)/test.done
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(BIN)/python -m core.inputs.declaration

# Pins what pyproject.toml asks for, with all that comes along, for every Python and system that we support.
lock: $(VENV)/test.done
	$(BIN)/uv pip compile --universal --python-version 3.11 --no-header --no-annotate --no-emit-index-url \
		--quiet -o requirements.txt pyproject.toml
	$(BIN)/uv pip compile --universal --python-version 3.11 --no-header --no-annotate --no-emit-index-url \
		--quiet -o requirements-test.txt pyproject.toml --group test

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .benchmarks

$(VENV)/made.done:
	VENV="$(VENV)" sh deploy/venv.sh
	touch $@

$(VENV)/run.done: $(VENV)/made.done requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	$(WARM_UP)
	touch $@

$(VENV)/test.done: $(VENV)/made.done requirements-test.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-test.txt
	$(WARM_UP)
	touch $@

$(VENV)/browser.done: $(VENV)/test.done
	BIN="$(BIN)" sh deploy/browser.sh
	touch $@
