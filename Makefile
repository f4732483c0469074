# Two commands: `make run` and `make test`. Both set up what they need; a second run installs nothing.
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
CONTENT ?= content/quzhou
SERVE ?= 1
PORT ?= 8000
PACKAGES := fonts-noto-cjk fonts-arphic-ukai texlive-lang-chinese
TEST_PACKAGES := $(PACKAGES) chromium poppler-utils libreoffice-writer-nogui libreoffice-calc-nogui

.PHONY: setup setup-test check test docs run bench clean

run: setup
	@$(BIN)/chengzai twin --content $(CONTENT)
	@$(BIN)/chengzai run --content $(CONTENT)
	@$(BIN)/chengzai content adopt $(CONTENT)
	@$(BIN)/chengzai rehearse --content $(CONTENT)
ifneq ($(SERVE),0)
	@$(BIN)/chengzai serve --content $(CONTENT) --port $(PORT)
endif

setup: .venv/run.done
	@scripts/debian-packages run $(PACKAGES)

setup-test: .venv/test.done
	@scripts/debian-packages test $(TEST_PACKAGES)

.venv/bin/pip:
	$(PYTHON) -m venv .venv

.venv/run.done: requirements/run.txt pyproject.toml | .venv/bin/pip
	@scripts/install requirements/run.txt
	@touch $@

.venv/test.done: requirements/dev.txt requirements/run.txt pyproject.toml | .venv/bin/pip
	@scripts/install requirements/dev.txt
	@touch .venv/run.done $@

check: .venv/test.done
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --cache-dir .venv/import-linter

test: setup-test
	$(BIN)/pytest -m "not browser"
	$(BIN)/pytest -m browser -n 1
	scripts/with-postgresql $(BIN)/pytest tests/store tests/cycle/test_office.py tests/web/test_gate.py tests/web/test_door_attacks.py

docs: .venv/test.done
	$(BIN)/python docs/build.py --check

bench: .venv/run.done
	@scripts/install requirements/bench.txt
	$(BIN)/python bench/cube.py
	$(BIN)/python bench/month.py
	$(BIN)/python bench/extract.py
	$(BIN)/python bench/office.py
	$(BIN)/python bench/space.py
	$(BIN)/python bench/siting.py
	$(BIN)/python bench/relocation.py

clean:
	rm -rf out var .venv
