# make run            everything, at http://127.0.0.1:8000/ (PORT, HOST, DATABASE_URL are obeyed); Ctrl-C stops it
# make test           all tests, on a database of their own (ARGS="-k issue" goes to pytest)
# make lint, format   what must hold of the text of the code, and what puts it right
# make screens        the screenshots of the README and the pictures of the guide

PYTHON = .venv/bin/python
TEMPLATES = find templates -name '*.html' -print0

.PHONY: run test lint format screens setup

run: setup
	@$(PYTHON) -m netdesk.starting

test:
	@./setup.sh browser
	@$(PYTHON) -m netdesk.testing $(ARGS)

lint: setup
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/lint-imports
	.venv/bin/mypy
	$(TEMPLATES) | xargs -0r .venv/bin/djade --check
	$(TEMPLATES) | xargs -0r .venv/bin/djhtml --tabwidth 2 --check

format: setup
	.venv/bin/ruff check --fix
	.venv/bin/ruff format
	$(TEMPLATES) | xargs -0r .venv/bin/djade || true # 1 is its way to say that it changed something
	$(TEMPLATES) | xargs -0r .venv/bin/djhtml --tabwidth 2

screens:
	@./setup.sh browser
	@$(PYTHON) -m tests.browser.screens

setup:
	@./setup.sh
