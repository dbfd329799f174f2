"""[tool.pv], comments and baselines: each changes the exit code as it says."""

import json

import pytest

WARNS = "contracts/counter-v1.yaml"


@pytest.fixture
def warned(project):
    """A project with one warning, SCHEMA-012."""
    project.change(WARNS, ", bound: 9", "")
    return project


def test_a_severity_changes_the_exit_code(warned):
    assert warned.pv("validate").returncode == 0
    warned.write("pyproject.toml", '[tool.pv.severity]\nSCHEMA-012 = "error"\n')
    ran = warned.pv("validate")
    assert (ran.returncode, "error SCHEMA-012" in ran.stdout) == (1, True)
    assert warned.pv("falsify", "FT-CNT-001").returncode == 2
    warned.write("pyproject.toml", '[tool.pv.severity]\nSCHEMA-012 = "off"\n')
    assert "0 errors, 0 warnings" in warned.pv("validate").stdout


def test_a_path_is_spared(warned):
    warned.write(
        "pyproject.toml",
        '[tool.pv.severity]\nSCHEMA-012 = "error"\n'
        '[tool.pv.per-path-ignores]\n"contracts/*" = ["SCHEMA-012"]\n',
    )
    assert warned.pv("validate").returncode == 0
    warned.change("pyproject.toml", "contracts/*", "elsewhere/*")
    assert warned.pv("validate").returncode == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[tool.pv.severity]\nSCHEMA-12 = "error"\n', "did you mean `SCHEMA-012`?"),
        ('[tool.pv.severity]\nSCHEMA-012 = "fatal"\n', "one of: error, warning, note, off"),
        ('[tool.pv.severity]\nREAD-003 = "off"\n', "cannot be changed"),
        ('[tool.pv]\nseverities = "x"\n', "did you mean `severity`?"),
        ("[tool.pv]\ncontracts = 3\n", "must be a list of strings"),
        ("[tool.pv]\nbaseline = 3\n", "must be a string"),
        ("[tool.pv]\nseverity = 3\n", "must be a table"),
        ("[tool.pv\n", "not TOML"),
    ],
)
def test_a_fault_in_the_configuration_is_the_users(project, text, said):
    project.write("pyproject.toml", text)
    ran = project.pv("validate")
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "pyproject.toml" in ran.stderr
    assert said in ran.stderr


def test_contracts_may_lie_elsewhere(project):
    (project.folder / "contracts").rename(project.folder / "promises")
    assert project.pv("validate").returncode == 2
    project.write("pyproject.toml", '[tool.pv]\ncontracts = ["promises"]\n')
    assert project.pv("validate").returncode == 0
    assert project.pv("falsify", "FT-CNT-001").returncode == 0


def test_a_comment_silences_its_line_and_no_other(warned):
    line = "  - {id: SYM-CNT-001, obligation: CNT-INV-001, strategy: exhaustive}"
    warned.change(WARNS, line, f"{line}  # pv: ignore[SCHEMA-012] the domain is finite")
    assert "0 warnings" in warned.pv("validate").stdout
    warned.change(WARNS, "exhaustive}", "exhaustive, bound: 9}")
    ran = warned.pv("validate")
    assert "IGNORE-003 SCHEMA-012 does not occur" in ran.stdout
    assert "1 warning" in ran.stdout


def test_a_comment_about_a_rule_of_lint_is_not_stale_to_validate(project):
    project.change(WARNS, "equations:", "# pv: ignore[AUDIT-003] x\nequations:")
    assert "IGNORE" not in project.pv("validate").stdout
    assert "IGNORE-003" in project.pv("lint").stdout


@pytest.mark.parametrize(
    "targets", [(), ("contracts",), ("contracts/counter-v1.yaml",), ("CNT-INV-001",)]
)
def test_a_comment_in_a_binding_silences_what_its_contract_shows(project, targets):
    binding = "contracts/bindings/counting.yaml"
    project.change(binding, "status: implemented", "status: pending")
    said = project.pv("lint", *targets).stdout
    assert "counting.yaml:6:5: warning BIND-003" in said
    entry = "- contract: counter-v1"
    project.change(binding, entry, f"{entry}  # pv: ignore[BIND-003] comes with the next release")
    said = project.pv("lint", *targets).stdout
    assert "0 warnings" in said, said
    project.change(binding, "status: pending", "status: implemented")
    assert "IGNORE-003 BIND-003 does not occur in line 6" in project.pv("lint", *targets).stdout


def test_a_comment_about_a_contract_that_was_not_judged_is_not_stale(project):
    binding = "contracts/bindings/counting.yaml"
    entry = "- contract: counter-v1"
    project.change(binding, entry, f"{entry}  # pv: ignore[BIND-003] comes with the next release")
    assert "IGNORE" not in project.pv("lint", binding).stdout


def test_an_excerpt_underlines_the_code_and_not_the_comment_behind_it(project):
    binding = "contracts/bindings/counting.yaml"
    project.change(binding, "status: implemented", "status: pending")
    project.change(binding, "- contract: counter-v1", "- contract: counter-v1  # see # below")
    shown = project.pv("lint").stdout.splitlines()
    at = next(n for n, line in enumerate(shown) if line.endswith("# see # below"))
    assert shown[at + 1].strip() == "^" * len("contract: counter-v1")


def test_a_baseline_knows_what_was_there_and_may_only_shrink(warned):
    strict = ("lint", "--strict", "--baseline", "known.json")
    assert warned.pv(*strict).returncode == 2
    made = warned.pv(*strict, "--update-baseline")
    assert made.returncode == 0
    assert "recorded as known" in made.stderr
    assert warned.pv(*strict).returncode == 0

    warned.change(WARNS, "qa_gate:", "# moved\nqa_gate:")
    assert warned.pv(*strict).returncode == 0
    warned.change(WARNS, "    if_fails: Look at the loop.\n", "")
    new = warned.pv(*strict, "--update-baseline")
    assert (new.returncode, "SCHEMA-009" in new.stdout) == (1, True)
    assert "SCHEMA-009" not in (warned.folder / "known.json").read_text()

    warned.change(
        WARNS, "    obligation: CNT-INV-001\n", "    if_fails: x\n    obligation: CNT-INV-001\n"
    )
    warned.change(WARNS, "strategy: exhaustive", "strategy: exhaustive, bound: 9")
    gone = warned.pv(*strict)
    assert (gone.returncode, "BASELINE-001" in gone.stdout) == (1, True)
    assert warned.pv(*strict, "--update-baseline").returncode == 0
    assert "SCHEMA-012" not in (warned.folder / "known.json").read_text()
    assert warned.pv(*strict).returncode == 0


def test_a_baseline_leaves_files_alone_that_were_not_asked_for(warned):
    assert warned.pv("validate", "--baseline", "b.json", "--update-baseline").returncode == 0
    warned.write("other/good.yaml", (warned.folder / WARNS).read_text().replace("CNT", "OTH"))
    ran = warned.pv("validate", "other/good.yaml", "--baseline", "b.json")
    assert "BASELINE" not in ran.stdout


def test_ignored_files_are_skipped_when_named_by_a_hook(project):
    project.write("contracts/.pvignore", "old/\n")
    project.write("contracts/old/broken.yaml", "a: [")
    assert project.pv("validate").returncode == 0
    assert project.pv("validate", "contracts/old/broken.yaml").returncode == 2
    skipped = project.pv("validate", WARNS, "contracts/old/broken.yaml", "--skip-ignored")
    assert skipped.returncode == 0


def test_a_file_is_judged_alike_alone_and_among_all(project):
    other = (project.folder / WARNS).read_text().replace("counter", "other")
    project.write("contracts/deep/other-v1.yaml", other.replace("references: [here]",
                  "references: [here], depends_on: [counter-v1, gone-v1]"))  # fmt: skip
    together = found(project.pv("validate", "--format", "json"))
    alone = [
        item
        for file in (WARNS, "contracts/deep/other-v1.yaml", "contracts/bindings/counting.yaml")
        for item in found(project.pv("validate", file, "--format", "json"))
    ]
    assert {"ID-001", "DEP-001"} <= {item[0] for item in together}
    assert sorted(together) == sorted(alone)


def found(ran):
    return [
        (item["code"], item["file"], item["line"], item["path"], item["message"])
        for item in json.loads(ran.stdout)["findings"]
    ]
