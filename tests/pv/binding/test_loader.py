import pytest

from pv.binding.loader import default_bindings, load_binding
from pv.binding.model import Binding

TEXT = """\
version: 1.0.0
target: kernels
systems:
  server: {run: [python, -m, server], needs: {teacher: trained}}
bindings:
  - {contract: softmax-v1.yaml, equation: softmax, callable: "code:softmax", status: implemented,
     arrays: torch, dtype: [float32, bfloat16], keywords: {dim: -1}}
  - {contract: softmax-v1, equation: log_softmax, status: not_implemented}
"""


@pytest.fixture
def file(tmp_path):
    file = tmp_path / "contracts" / "bindings" / "kernels.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(TEXT, encoding="utf-8")
    return file


def test_each_entry_becomes_a_record(file):
    found = load_binding(file)
    assert isinstance(found, Binding)
    first, second = found.implementations
    assert (first.contract, first.equation) == ("softmax-v1", "softmax")
    assert (first.bound.arrays, first.bound.dtype) == ("torch", "float32")
    assert (first.dtypes, first.bound.keywords) == (("float32", "bfloat16"), {"dim": -1})
    assert first.location.line == 6
    assert (second.bound, second.dtypes) == (None, ("float64",))
    assert found.implementation("softmax-v1", "softmax") is first
    assert found.implementation("softmax-v1", "log_softmax") is None
    server = found.systems["server"]
    assert (server.run, server.timeout, server.needs) == (
        ("python", "-m", "server"), 120.0, {"teacher": "trained"},
    )  # fmt: skip


@pytest.mark.parametrize("mark", ["pyproject.toml", "setup.py", "setup.cfg"])
def test_the_root_is_the_nearest_project(file, tmp_path, mark):
    (tmp_path / mark).touch()
    assert load_binding(file).root == tmp_path


def test_without_a_project_the_root_is_the_folder_of_contracts(file, tmp_path):
    assert load_binding(file).root == tmp_path


def test_a_named_root_is_relative_to_the_file(file):
    file.write_text(TEXT.replace("target: kernels\n", "target: kernels\nroot: ../src\n"))
    assert load_binding(file).root == file.parents[1] / "src"


def test_a_faulty_file_is_findings_with_places(file):
    file.write_text(TEXT.replace("equation: softmax, ", ""))
    (finding,) = load_binding(file)
    assert "equation" in finding.message
    assert finding.location.line == 6


def test_a_contract_has_the_same_bindings_however_it_is_reached(file):
    contracts = file.parents[1]
    named = contracts / "deep/softmax-v1.yaml"
    named.parent.mkdir()
    named.touch()
    for paths in ([contracts, named], [named], [named.parent], [file.parents[2]]):
        assert default_bindings(paths, [contracts]) == (file,)
    assert default_bindings([named], []) == ()
