# Every target sets up its own environment; only Python 3.11+, git and make are needed.
PYTHON ?= python3
BIN := .venv/bin
# What `make demo` needs, and what all other targets need beside it: 1.1 GB and 0.7 GB.
DEMO := .venv/.demo
READY := .venv/.ready
# Triton, to interpret and compile the kernel of the trainer's loss: 200 MB that only slow tests need.
TRITON := .venv/.triton
# The wheels of torch without CUDA, which takes gigabytes; https://pypi.org/simple has those with it.
TORCH_INDEX ?= https://download.pytorch.org/whl/cpu
# pip shows what it downloads on a terminal; elsewhere the line before it has to do.
PIP := test -t 1 || quiet=--quiet; $(BIN)/python -m pip install $$quiet --disable-pip-version-check -c constraints.txt
# The quickest tests that a change is likely to break: the language, contracts, rules, data.
FAST := $(addprefix tests/,mutants/test_claims.py pv/claims pv/contract pv/evidence pv/rules \
	trainer/configuration trainer/data trainer/test_schedule.py)

# Each process compiled pv anew without bytecode, and pytest hypothesis, which takes longer than most tests.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo demo-train fast test slow contracts gate lint docs clean

demo: $(DEMO)
	$(BIN)/pv validate contracts/
	$(BIN)/pv falsify FT-SMOKE-001
	$(BIN)/pv gate F-SMOKE-001

demo-train: $(DEMO)
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

$(DEMO): pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	@echo "Installing pv, z3 and the trainer with torch into .venv: about 1.1 GB, in a minute or more"
	@$(PIP) --retries 1 --no-deps --index-url $(TORCH_INDEX) torch \
	  || echo "$(TORCH_INDEX) has no torch for this machine: pip's own index is asked instead"
	@$(PIP) -e '.[trainer,symbolic]'
	@touch $@

$(READY): $(DEMO)
	@echo "Installing what tests, linters and documentation need into .venv: about 0.7 GB more"
	@$(PIP) -e '.[trainer,hf,lora,parquet,tensorboard,symbolic,generate,test,peers,lint,docs]'
	@touch $@

$(TRITON): $(READY)
	@echo "Installing triton into .venv: about 200 MB to download"
	@$(PIP) -e '.[triton]'
	@touch $@

clean:
	rm -rf .venv .pv .hypothesis .mypy_cache .ruff_cache .pytest_cache build dist site
