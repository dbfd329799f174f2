# Every target sets up its own environment; only Python 3.11+, git and make are needed.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
# Triton, to interpret and compile the kernel of the trainer's loss: 200 MB that only slow tests need.
TRITON := .venv/.triton
# The quickest tests that a change is likely to break: the language, contracts, rules, data.
FAST := $(addprefix tests/,mutants/test_claims.py pv/claims pv/contract pv/evidence pv/rules \
	trainer/configuration trainer/data trainer/test_schedule.py)

.PHONY: demo demo-train fast test slow contracts gate lint docs clean

demo: $(READY)
	$(BIN)/pv validate contracts/
	$(BIN)/pv falsify FT-SMOKE-001
	$(BIN)/pv gate F-SMOKE-001

demo-train: $(READY)
	$(BIN)/python benchmarks/demo_train.py

fast: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q -n auto -m "not slow and not peers and not gpu" $(FAST)

test: $(READY)
	$(BIN)/python -m pytest -n auto -m "not slow and not peers and not gpu"

slow: $(READY) $(TRITON)
	$(BIN)/python -m pytest -n auto --dist worksteal -m "slow or peers"

contracts: $(READY)
	$(BIN)/python -m pytest -n auto --dist worksteal --timeout 1200 contracts/

gate: $(READY)
	$(BIN)/pv gate contracts/

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

$(TRITON): $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[triton]'
	touch $@

clean:
	rm -rf .venv .pv .hypothesis .mypy_cache .ruff_cache .pytest_cache build dist site
