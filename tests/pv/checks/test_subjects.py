from pv.binding.model import Binding, Bound
from pv.checks.model import Formulas, NotExecutable
from pv.checks.subjects import Subject, located, subjects
from pv.claims import EXACT, parse
from pv.claims.domains.space import Space
from pv.evidence.verdict import Verdict


def target(name, folder):
    return Binding(folder / f"{name}.yaml", name, folder, {}, ())


def test_a_binding_is_a_subject_once_for_each_type_of_numbers(contract, binding):
    read = contract('equations: {line: {formula: "f(x) = x", domain: "x in R"}}\n')
    bound = binding({"line": "code:f"}, more=", dtype: [float32, bfloat16]")
    found = list(subjects(read, [bound]))
    assert [each.dtype for each in found] == ["float32", "bfloat16"]
    assert [each.bound["line"].dtype for each in found] == ["float32", "bfloat16"]


def test_further_subjects_are_told_apart_by_target_and_type(tmp_path):
    one, two = target("one", tmp_path), target("two", tmp_path)
    first = Subject(one, "float64", {})
    assert first.id_suffix([]) == ""
    assert Subject(one, "float32", {}).id_suffix([first]) == "@float32"
    assert Subject(two, "float64", {}).id_suffix([first]) == "@two"
    other = Subject(two, "float64", {})
    assert Subject(two, "float32", {}).id_suffix([first, other]) == "@two@float32"


def test_a_plan_gets_the_folder_of_its_code_or_says_that_it_is_not_there(tmp_path):
    (tmp_path / "code.py").write_text("def f(x): return x\n", encoding="utf-8")
    tree = parse("f(1) = 1")
    plan = Formulas("f(1) = 1", tree, (), Space({}, {}, ()), EXACT, {"f": Bound("code:f")})
    assert located(plan, target("t", tmp_path)).root == tmp_path
    missing = Formulas("f(1) = 1", tree, (), Space({}, {}, ()), EXACT, {"f": Bound("code:g")})
    found = located(missing, target("t", tmp_path))
    assert isinstance(found, NotExecutable)
    assert found.verdict is Verdict.ERROR
