# Every target sets up its own environment; only Python 3.11+, git and make are needed.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

.PHONY: demo demo-train test slow lint docs clean

demo: $(READY)
	$(BIN)/pv validate contracts/
	$(BIN)/pv falsify FT-SMOKE-001
	$(BIN)/pv gate F-SMOKE-001

demo-train: $(READY)
	$(BIN)/python benchmarks/demo_train.py

test: $(READY)
	$(BIN)/python -m pytest -n 2 -m "not slow and not peers and not gpu"

slow: $(READY)
	$(BIN)/python -m pytest -n 2 -m "slow or peers"

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pv validate contracts/
	$(BIN)/pv lint contracts/

docs: $(READY)
	$(BIN)/mkdocs build --strict

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[trainer,hf,lora,parquet,tensorboard,symbolic,generate,test,peers,lint,docs]'
	touch $@

clean:
	rm -rf .venv .pv .hypothesis .mypy_cache .ruff_cache .pytest_cache build dist site
