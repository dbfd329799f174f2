import json
import subprocess
import sys
import time

import jsonschema
import pytest

from tests import warm_python
from tests.conftest import HOME

CASES = HOME / "tests/cases"
GOOD = CASES / "SCHEMA-001/good-base.yaml"


def pv(*words, cwd=HOME):
    return warm_python.run("pv", words, cwd)


def test_our_own_contracts_are_valid():
    ran = pv("validate", "contracts")
    assert ran.returncode == 0
    assert ": 0 errors, 0 warnings" in ran.stdout


def test_an_error_is_shown_with_its_line_and_a_caret():
    ran = pv("validate", CASES / "SCHEMA-019/bad-singular.yaml")
    assert ran.returncode == 1
    assert ":9:1: error SCHEMA-019 the key `symbolic_check` is not known" in ran.stdout
    assert "    symbolic_check:\n    ^^^^^^^^^^^^^^\n" in ran.stdout
    assert "did you mean `symbolic_checks`?" in ran.stdout


@pytest.mark.parametrize("file", [GOOD, CASES / "CLAIM-002/bad-types.yaml", CASES / "SCHEMA-020"])
def test_the_json_follows_its_schema(file):
    schema = json.loads((HOME / "schemas/findings.schema.json").read_text(encoding="utf-8"))
    told = json.loads(pv("validate", file, "--format", "json").stdout)
    jsonschema.validate(told, schema)
    assert told["summary"]["errors"] == sum(f["severity"] == "error" for f in told["findings"])


def test_notes_are_counted_and_shown_on_request():
    quiet, full = pv("validate", "contracts"), pv("validate", "contracts", "--notes")
    assert "CLAIM-001" not in quiet.stdout
    assert "--notes shows them" in quiet.stdout
    assert "CLAIM-001" in full.stdout


@pytest.mark.parametrize(
    ("name", "data", "code", "said"),
    [
        ("binary.yaml", b"\xff\xfe\x00", 2, "not UTF-8"),
        ("prose.yaml", b"a: b: c", 2, "not YAML"),
        ("empty.yaml", b"", 2, "empty"),
        ("deep.yaml", b"[" * 3_000_000, 2, "nested more than 100"),
        ("large.yaml", b"[" * 10_000_000, 2, "bytes, which a contract has at most"),
        ("tag.yaml", b"metadata: !!python/object/apply:os.system [ls]", 2, "is not read"),
        ("bomb.yaml", b"a: &a [1]\n" + b"".join(
            b"%s: &%s [%s]\n" % (n, n, b",".join([b"*%s" % p] * 50))
            for p, n in zip(b"a b c d".split(), b"b c d e".split(), strict=True)
        ), 2, "more than 200,000 values"),
        ("other.yaml", b"services: [web]", 4, "not a contract"),
        ("comments.yaml", b"# to be written\n", 4, "--notes shows them"),
        ("list.yaml", b"- 1\n- 2\n", 4, "not a contract"),
        ("metadata.yaml", b"metadata: {}", 1, "`version` is missing"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_what_is_no_contract_says_so_within_seconds(tmp_path, name, data, code, said):
    (tmp_path / name).write_bytes(data)
    started = time.monotonic()
    ran = pv("validate", name, cwd=tmp_path)
    assert ran.returncode == code
    assert said in ran.stdout
    assert "Traceback" not in ran.stderr
    assert time.monotonic() - started < 10


def test_a_missing_path_and_an_empty_folder(tmp_path):
    missing = pv("validate", "nowhere", cwd=tmp_path)
    assert (missing.returncode, "no such file or folder" in missing.stderr) == (2, True)
    assert pv("validate", tmp_path, cwd=tmp_path).returncode == 4


def test_ignored_files_are_left_out(tmp_path):
    (tmp_path / ".pvignore").write_text("broken*\n")
    (tmp_path / "broken.yaml").write_text("a: [")
    (tmp_path / "good.yaml").write_bytes(GOOD.read_bytes())
    assert pv("validate", ".", cwd=tmp_path).returncode == 0


def test_binding_files_are_judged_as_what_they_are(tmp_path):
    (tmp_path / "b.yaml").write_text("version: 1\ntarget: t\nbindings: []\n")
    ran = pv("validate", "b.yaml", cwd=tmp_path)
    assert "`version` must be a text" in ran.stdout
    assert ran.returncode == 1


def test_keys_that_only_the_rust_tool_reads_are_notes_in_its_binding_files(tmp_path):
    entry = "{contract: c, equation: e, status: partial, confidence: high}"
    text = f"version: 1.0.0\ntarget_crate: t\ncritical_path: [a]\nbindings: [{entry}]\n"
    (tmp_path / "b.yaml").write_text(text)
    ran = pv("validate", "b.yaml", "--notes", cwd=tmp_path)
    assert "b.yaml:3:1: note KEY-001 the key `critical_path` is not read" in ran.stdout
    assert "b.yaml:4:56: note KEY-001 the key `confidence` is not read" in ran.stdout
    assert ran.returncode == 4
    for old, new in [("target_crate", "target"), ("critical_path", "binding")]:
        (tmp_path / "b.yaml").write_text(text.replace(old, new))
        assert pv("validate", "b.yaml", cwd=tmp_path).returncode == 1


def test_a_file_of_comments_changes_no_exit_code(project):
    project.write("contracts/later.yaml", "# to be written\n")
    project.write("contracts/bindings/later.yaml", "# to be written\n")
    assert "later.yaml:1:1: note FILE-002" in project.pv("validate", "--notes").stdout
    for verb in ("validate", "lint", "falsify", "status"):
        assert project.pv(verb).returncode == 0


def test_nothing_heavy_is_imported():
    script = (
        "import sys; from pv.cli import main; main(['validate', 'contracts']);"
        "heavy = {'torch', 'numpy', 'hypothesis', 'crosshair', 'z3', 'pytest', 'rich'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script], cwd=HOME, capture_output=True, text=True, check=True
    )
    assert ran.stdout.endswith("[]\n")


def test_lint_fails_on_a_binding_to_nothing(project):
    assert project.pv("lint").returncode == 0
    project.change("contracts/bindings/counting.yaml", "rule:counted", "rule:count")
    ran = project.pv("lint")
    assert (ran.returncode, "BIND-004" in ran.stdout) == (1, True)
    (project.folder / "contracts/bindings/counting.yaml").unlink()
    project.change("contracts/counter-v1.yaml", "    obligation: CNT-INV-001\n", "")
    assert project.pv("lint").returncode == 0
    strict = project.pv("lint", "--strict")
    assert (strict.returncode, "BIND-006" in strict.stdout) == (1, True)
