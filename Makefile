# Two commands are enough: `make run` and `make test`.  Each gets what it needs by itself.
SHELL := /bin/bash
PYTHON := .venv/bin/python
export PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD := 1
export PYTHONDONTWRITEBYTECODE :=# the tests start many processes: what one compiles the next need not

.PHONY: help run test check bench validate campaign mutants coverage format lock clean

help:  ## what there is
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run:  ## start retrowalk on http://127.0.0.1:8377
	@.ci/setup run
	@exec .venv/bin/retrowalk serve $(ARGS)

test:  ## everything, the browser tests included
	@.ci/setup dev
	@.ci/browser
	@$(PYTHON) -m pytest -n 4 --dist loadfile --no-loadscope-reorder $(ARGS)

check:  ## ruff, mypy, import rules
	@.ci/setup dev
	@$(PYTHON) -m ruff check .
	@$(PYTHON) -m ruff format --check .
	@$(PYTHON) -m mypy
	@$(PYTHON) -m pytest -q tests/test_house_rules.py

validate:  ## print every measured promise and keep validation/results.json
	@.ci/setup dev
	@.ci/browser
	@KIEL="$(KIEL)" $(PYTHON) -m validation $(ARGS)

bench:  ## how fast, side by side
	@.ci/setup dev
	@$(PYTHON) -m benchmarks $(ARGS)
	@echo "The belt beside other treadmill libraries: $(PYTHON) -m benchmarks.belt"

campaign:  ## slow searches for faults: mutants, fuzzing
	@.ci/setup dev
	@$(PYTHON) -m validation.campaign $(ARGS)

mutants:  ## the safety modules broken in every small way, and how many the tests notice
	@.ci/setup dev
	@$(PYTHON) -m validation.mutation $(ARGS)

coverage:  ## branches of the safety modules that no test goes down
	@.ci/setup dev
	@$(PYTHON) -m validation.branches

format:  ## put the code in shape
	@$(PYTHON) -m ruff check --fix .
	@$(PYTHON) -m ruff format .

lock:  ## pin the packages anew (needs uv)
	@.ci/lock

clean:  ## forget what was built
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis mutants shots
