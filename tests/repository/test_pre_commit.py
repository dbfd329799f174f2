"""The real pre-commit runs our hooks on a temporary repository, and this one's on a copy of it."""

import os
import shutil
import subprocess
import sys

import pytest

from tests.conftest import HOME

GOOD = (HOME / "tests/cases/SCHEMA-001/good-base.yaml").read_text(encoding="utf-8")

pytestmark = pytest.mark.slow


def git(folder, *words):
    identity = ("-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false")
    ran = subprocess.run(
        ["git", *identity, *words], cwd=folder, capture_output=True, text=True, check=True
    )
    return ran.stdout.strip()


def commit_all(folder):
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "all")
    return git(folder, "rev-parse", "HEAD")


@pytest.fixture(scope="module")
def hooks(tmp_path_factory):
    """Our repository as pre-commit would clone it; returns its folder and revision."""
    folder = tmp_path_factory.mktemp("hooks") / "pv"
    for name in git(HOME, "ls-files", "--cached", "--others", "--exclude-standard").splitlines():
        if (HOME / name).is_file():  # it may be deleted and not yet committed so
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(HOME / name, folder / name)
    return folder, commit_all(folder)


@pytest.fixture
def repository(tmp_path, hooks):
    folder, revision = hooks
    (tmp_path / "contracts").mkdir()
    (tmp_path / "contracts/good.yaml").write_text(GOOD)
    (tmp_path / "notes.yaml").write_text("not: a contract\n")
    (tmp_path / ".pre-commit-config.yaml").write_text(
        f"repos:\n- repo: {folder}\n  rev: {revision}\n  hooks:\n"
        "  - id: pv-validate\n  - id: pv-falsify\n    args: [contracts]\n"
    )
    commit_all(tmp_path)
    return tmp_path


def pre_commit(folder, *words):
    return subprocess.run(
        [sys.executable, "-m", "pre_commit", "run", "--verbose", *words],
        cwd=folder, capture_output=True, text=True, check=False, timeout=230,
        env={**os.environ, "PRE_COMMIT_HOME": str(folder.parent / "pre-commit")},
    )  # fmt: skip


def test_a_good_contract_passes_and_a_bad_one_does_not(repository):
    ran = pre_commit(repository, "pv-validate", "--all-files")
    assert ran.returncode == 0, ran.stdout
    assert "1 contract: 0 errors" in ran.stdout
    (repository / "contracts/bad.yaml").write_text("metadata: {version: 1.0.0}\n")
    git(repository, "add", "-A")
    ran = pre_commit(repository, "pv-validate")
    assert ran.returncode == 1
    assert "contracts/bad.yaml:1:11: error SCHEMA-000" in ran.stdout


def test_rules_across_files_hold_though_one_file_is_given(repository):
    (repository / "contracts/twin.yaml").write_text(GOOD)
    git(repository, "add", "contracts/twin.yaml")
    ran = pre_commit(repository, "pv-validate")
    assert "contracts/twin.yaml:5:10: warning ID-001 the id `O-1` is used in" in ran.stdout
    assert "contracts/good.yaml:5 too" in ran.stdout


def test_falsify_belongs_to_the_push(repository):
    skipped = pre_commit(repository, "pv-falsify", "--all-files")
    assert "No hook with id `pv-falsify` in stage `pre-commit`" in skipped.stdout
    ran = pre_commit(repository, "pv-falsify", "--hook-stage", "pre-push")
    assert "T-1" in ran.stdout


@pytest.fixture
def below_src(repository, hooks):
    """A project whose code lies below src/ and imports a package that no hook has by itself."""
    folder, revision = hooks
    for name, text in {
        "pyproject.toml": "[project]\nname = 'shop'\nversion = '1'\ndependencies = ['iniconfig']\n",
        "src/shop/__init__.py": "",
        "src/shop/rules.py": "import iniconfig\n\n\ndef f(x):\n    return x\n",
        "contracts/bindings/shop.yaml": (
            "version: 1.0.0\ntarget: shop\nbindings:\n"
            "- {contract: good, equation: f, callable: 'shop.rules:f', status: implemented}\n"
            "- {contract: good, equation: f, callable: 'iniconfig:g', status: implemented}\n"
        ),
    }.items():
        (repository / name).parent.mkdir(parents=True, exist_ok=True)
        (repository / name).write_text(text)

    def with_packages(packages):
        (repository / ".pre-commit-config.yaml").write_text(
            f"repos:\n- repo: {folder}\n  rev: {revision}\n  hooks:\n  - id: pv-lint\n"
            f"  - id: pv-falsify\n    additional_dependencies: {packages}\n"
        )
        git(repository, "add", "-A")
        return repository

    return with_packages


def test_what_the_hooks_environment_lacks_is_one_note_and_an_error_of_falsify(below_src):
    project = below_src("[]")
    ran = pre_commit(project, "pv-lint")
    assert ran.returncode == 0, ran.stdout
    assert ran.stdout.count("BIND-009 1 callable not looked up") == 1
    assert "BIND-004" not in ran.stdout
    ran = pre_commit(project, "pv-falsify", "--hook-stage", "pre-push")
    assert ran.returncode == 1
    assert "no module `iniconfig`; which `shop.rules` imports; pv alone is" in ran.stdout
    assert "additional_dependencies" in ran.stdout


def test_with_additional_dependencies_code_below_src_is_run(below_src):
    project = below_src("[iniconfig]")
    ran = pre_commit(project, "pv-falsify", "--hook-stage", "pre-push")
    assert "SURVIVED  T-1" in ran.stdout or "PROVED    T-1" in ran.stdout, ran.stdout


def test_this_repository_passes_its_own_hooks(hooks, monkeypatch):
    folder, _ = hooks
    monkeypatch.setenv("MYPY_CACHE_DIR", str(HOME / ".mypy_cache"))
    (folder / ".venv").symlink_to(sys.prefix)
    ran = pre_commit(folder, "--all-files")
    assert ran.returncode == 0, ran.stdout
    assert ran.stdout.count("Passed") == 5
    assert git(folder, "status", "--porcelain", "--untracked-files=no") == ""
