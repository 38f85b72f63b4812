# Everything a clone needs. `make run` for people, `make test` for developers; both set up what they need, once.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
.DEFAULT_GOAL := help
.PHONY: help run setup test check format test-slow chaos bench screens clean system

help: ## what there is
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 20

run: setup ## open the window (or serve without one where there is no display)
	@$(BIN)/streamer-app desktop

setup: $(VENV)/.installed overlay_web/dist/.built ## Python and web parts, locked by hash

$(VENV)/.installed: requirements.lock pyproject.toml packaging/setup_python.sh
	@sh packaging/setup_python.sh "$(PYTHON)" "$(VENV)"
	@touch $@

overlay_web/node_modules/.installed: overlay_web/package-lock.json overlay_web/package.json
	@sh packaging/setup_web.sh
	@touch $@

WEB_SOURCES := $(shell find overlay_web/src overlay_web/public overlay_web/index.html overlay_web/control.html overlay_web/build_version.ts overlay_web/vite.config.ts overlay_web/tsconfig.json -type f 2>/dev/null | sed 's/ /\\ /g')
overlay_web/dist/.built: overlay_web/node_modules/.installed $(WEB_SOURCES)
	@cd overlay_web && npm run --silent build
	@touch $@

system: ## what the tests need beyond Python and Node: Chromium, Redis, PostgreSQL 15, Qt's system libraries
	@sh packaging/setup_system.sh

check: setup ## ruff, formatter, mypy, import rules, TypeScript
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/python packaging/generate_protocol_types.py --check
	@cd overlay_web && npm run --silent check

format: setup ## let the formatters write
	@$(BIN)/ruff check --fix-only --quiet . || true
	@$(BIN)/ruff format .

test: setup system check ## the whole suite, with everything it needs
	@cd overlay_web && npm run --silent test
	@$(BIN)/pytest -n 2

test-slow: setup system ## the long ones
	@$(BIN)/pytest -m slow --timeout 900

chaos: setup system ## 5,000 donations while everything is killed, cut, frozen and moved; SEED=n for a day that was
	@$(BIN)/python -m tests.chaos --messages 5000 $(if $(SEED),--seed $(SEED))

bench: setup ## figures beside floors measured in the same run
	@$(BIN)/python packaging/bench/run.py

screens: setup ## pictures of window and overlay
	@$(BIN)/python packaging/render_screens.py build/screens
	@$(BIN)/python packaging/render_overlay.py build/screens

clean: ## forget what set-up made
	rm -rf $(VENV) overlay_web/node_modules overlay_web/dist
