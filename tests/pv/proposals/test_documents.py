import ast
from pathlib import Path

import pytest

from pv.proposals.documents import (
    binding_text,
    contract_text,
    files_of,
    loaded_binding,
    loaded_contract,
)
from pv.proposals.model import Law, Source
from pv.proposals.source.functions import read_functions


@pytest.fixture
def source(tmp_path):
    (tmp_path / "pyproject.toml").write_text("")
    text = (
        "import torch\nfrom shop import Order\ndef f(x: int): ...\ndef g(xs: list[int]): ...\n"
        "def h(t: torch.Tensor): ...\ndef i(o: Order, d: bytes): ..."
    )
    read = read_functions(ast.parse(text), "pack.mod", "mod.py")
    return Source("pack.mod", (tmp_path / "src/pack/mod.py",), tmp_path / "src", *read)


def test_the_contract_has_equations_obligations_and_a_gate_for_all(source, tmp_path):
    files = files_of("pack.mod", tmp_path / "contracts")
    laws = [Law("odd", "f", "symmetry", "It is: odd # really", "f(-x) = -f(x)")]
    text = contract_text(files, source, source.functions[:1], {"f": "x in 1..3"}, laws)
    contract = loaded_contract(text, files.contract)
    (obligation,) = contract.obligations
    assert contract.metadata.kind == "library"
    assert (obligation.id, obligation.property.value) == ("pack.mod.f.odd", "It is: odd # really")
    assert [each.id for each in contract.equations] == ["f"]
    assert {name: each.value for name, each in contract.gates[0].require.items()} == {
        "pack.mod.f.odd": "SURVIVED"
    }


def test_the_binding_names_callables_arrays_and_where_the_code_is(source, tmp_path):
    files = files_of("pack.mod", tmp_path / "contracts")
    binding = loaded_binding(binding_text(files, source, source.functions), files.binding)
    assert binding.root == tmp_path / "src"
    assert [(each.bound.callable, each.bound.arrays) for each in binding.implementations] == [
        ("pack.mod:f", "numpy"), ("pack.mod:g", "list"), ("pack.mod:h", "torch"),
        ("pack.mod:i", "numpy"),
    ]  # fmt: skip
    assert [each.bound.draws for each in binding.implementations] == [
        {}, {}, {}, {"Order": "shop:Order"},
    ]  # fmt: skip


def test_a_root_that_pv_finds_itself_is_not_written(source, tmp_path):
    files = files_of("top", tmp_path / "contracts")
    beside = Source("top", (Path("top.py"),), tmp_path, source.functions, ())
    assert "root:" not in binding_text(files, beside, source.functions)
    assert "root: ../../src\n" in binding_text(files, source, source.functions)
