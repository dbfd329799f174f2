"""The scripts that complete command lines; bash runs its own here."""

import re
import subprocess
import sys

import pytest

from pv.cli import VERBS
from tests.conftest import HOME

TRY = """\
source "$1"
shift
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
_shtab_pv pv "${@: -1}" "${@: -2:1}"
printf '%s\\n' "${COMPREPLY[@]}"
"""


def pv(*words):
    return subprocess.run(
        [sys.executable, "-m", "pv", *words], cwd=HOME, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def completed(tmp_path_factory):
    """Let bash complete the last of some words."""
    script = tmp_path_factory.mktemp("completion") / "pv.bash"
    script.write_text(pv("--print-completion", "bash").stdout)

    def complete(*words):
        ran = subprocess.run(
            ["bash", "-c", TRY, "bash", script, "pv", *words],
            cwd=HOME, capture_output=True, text=True, check=True,
        )  # fmt: skip
        return {*ran.stdout.split()}

    return complete


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("fal",), {"falsify"}),
        (("falsify", "--col"), {"--color"}),
        (("falsify", "--color", ""), {"auto", "always", "never"}),
        (("validate", "contracts/kd-lo"), {"contracts/kd-loss-v1.yaml"}),
        (("gate", "--binding", "READ"), {"README.md"}),
        (("generate", "--output", "bench"), {"benchmarks"}),
        (("generate", "--output", "READ"), set()),
        (("--print-completion", ""), {"bash", "zsh", "fish"}),
        (("falsify", "-k", "READ"), set()),
    ],
)
def test_bash_completes(completed, words, expected):
    assert completed(*words) == expected


def test_bash_completes_every_verb(completed):
    assert completed("") == {*VERBS}


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_script_has_every_verb_and_the_options_of_each(shell):
    script = pv("--print-completion", shell).stdout
    for word in (*VERBS, "exitfirst", "update-baseline", "time-limit", "subject"):
        assert re.search(rf"\b{word}\b", script), word


@pytest.mark.parametrize("words", [["powershelf"], []])
def test_an_unknown_shell_is_the_users_fault(words):
    ran = pv("--print-completion", *words)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "--print-completion" in ran.stderr


def test_nothing_else_imports_what_writes_them():
    script = "import sys; from pv.cli import main; main(['validate', 'contracts']);"
    script += "print('shtab' in sys.modules)"
    ran = subprocess.run(
        [sys.executable, "-c", script], cwd=HOME, capture_output=True, text=True, check=True
    )
    assert ran.stdout.endswith("False\n")
