# `make` prints this list. `make demo` and `make test` need Python 3.11+ with venv, git and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
T ?= tests

.DEFAULT_GOAL := help
.PHONY: help demo test bench test-deps check fix proto fuzz format lint types imports buf fresh policies coverage

help: ## print this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo 'Python 3.11 or newer is needed; name it with: make PYTHON=python3.12 …'; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
	  || { echo 'Python has no venv here; install it with: sudo apt install python3-venv'; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: pyproject.toml | $(BIN)/python
	$(BIN)/pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/installed-dev: pyproject.toml | $(BIN)/python
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@ $(VENV)/installed

demo: $(VENV)/installed ## start a gate, send it good and bad orders, show what it decides
	@$(BIN)/gate demo

test: $(VENV)/installed-dev ## run the tests but the slow ones (T=tests/x509 for a part)
	$(BIN)/pytest -m 'not slow' $(T)

bench: $(VENV)/installed-dev ## measure, one JSON line for each figure
	@for program in $$(grep -l __main__ bench/*.py); do \
	  $(BIN)/python -m bench.$$(basename $$program .py) || exit 1; done

test-deps: $(VENV)/installed-dev ## install what the tests need beyond Python: Go, Java, their libraries
	.ci/test-deps

check: $(VENV)/installed-dev format lint types imports buf fresh policies coverage ## everything that CI runs

format:
	$(BIN)/ruff format --check .

lint:
	$(BIN)/ruff check .

types:
	$(BIN)/mypy

imports:
	$(BIN)/lint-imports

buf:
	$(BIN)/buf lint protos
	.ci/check-breaking

fresh: ## is the generated code what the protos give?
	@rm -rf build/proto && mkdir -p build/proto
	@$(MAKE) --no-print-directory proto PROTO_OUT=build/proto
	@for made in $$(cd build/proto && find gate -type f); do \
	  cmp build/proto/$$made $$made || exit 1; done
	@echo 'gate/v1 and gate/conditions/v1 are fresh'

policies:
	$(BIN)/gate policy check policies/webpki-production policies/webpki-staging
	$(BIN)/gate policy test --mutate policies/webpki-production policies/webpki-staging

coverage:
	$(BIN)/coverage erase
	$(BIN)/pytest --cov --cov-report=
	$(BIN)/coverage report --fail-under=90

fix: $(VENV)/installed-dev ## let ruff mend and format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

PROTO_OUT ?= .
proto: $(VENV)/installed-dev ## generate gate/v1 and gate/conditions/v1 from protos/
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m grpc_tools.protoc -I protos \
	  --python_out=$(PROTO_OUT) --grpc_python_out=$(PROTO_OUT) \
	  --mypy_out=$(PROTO_OUT) --mypy_grpc_out=$(PROTO_OUT) protos/gate/v1/*.proto
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m grpc_tools.protoc -I protos \
	  --python_out=$(PROTO_OUT) --mypy_out=$(PROTO_OUT) protos/gate/conditions/v1/*.proto

fuzz: $(VENV)/installed-dev ## ten minutes of every fuzz target (FUZZ_SECONDS=600)
	FUZZ_SECONDS=$${FUZZ_SECONDS:-600} $(BIN)/pytest tests/fuzz --timeout=0
