# What each target does is in tools/; this file only says their names.
PYTHON ?= python3
.DEFAULT_GOAL := help
.PHONY: help run test check bench setup planning assets screenshots lock clean

help:        ## this list
	@sed -n 's/^\([a-z]*\): *## /  make \1\t/p' Makefile | expand -t 22

run:         ## the demo hospital: sets up what is missing, serves until Ctrl-C
	@$(PYTHON) -m tools.run

test:        ## every test, on SQLite and PostgreSQL   (ONLY="hms/patients", ENGINE=sqlite)
	@$(PYTHON) -m tools.test

check:       ## lint, layout, types, storeys, migrations, production settings, links
	@$(PYTHON) -m tools.check

bench:       ## what is measured, as tables          (ONLY="pages search")
	@$(PYTHON) -m tools.bench

setup:       ## the Python environment, with what the tests need
	@$(PYTHON) -m tools.setup --dev

planning:    ## the solver that proposes rotas, beside what a running HMS needs
	@$(PYTHON) -m tools.setup --planning

assets:      ## the browser's files and the icon sprite
	@$(PYTHON) -m tools.assets

screenshots: ## docs/screens/, taken from a running demo
	@$(PYTHON) -m tools.screenshots

lock:        ## requirements/*.txt from *.in           (UPGRADE=1 for the newest)
	@$(PYTHON) -m tools.lock

clean:       ## removes what can be made again; keeps var/, where the data lies
	rm -rf .venv .tool node_modules assets .pytest_cache .mypy_cache .ruff_cache .import_linter_cache test-results
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
