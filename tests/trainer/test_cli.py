import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

import trainer
from trainer.cli import main

FAST = ["training.epochs=1", "training.steps_per_epoch=4", "dataset.limit_bytes=300000"]


@pytest.fixture
def distill(monkeypatch, capsys, tmp_path):
    """Return a caller of `main`: (arguments, variables) -> (exit code, stdout lines, stderr)."""
    monkeypatch.chdir(tmp_path)

    def call(*arguments, **variables):
        for name in ("MAX_STEPS", "PROJECT_TO_STEPS", "CHECKPOINT_EVERY", "LOG_EVERY"):
            monkeypatch.delenv(f"APR_DISTILL_{name}", raising=False)
        for name, value in variables.items():
            monkeypatch.setenv(f"APR_DISTILL_{name}", value)
        code = main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return code, captured.out.splitlines(), captured.err

    return call


def fast(config):
    return ["--config", config, "--device", "cpu", *(x for text in FAST for x in ("--set", text))]


@pytest.fixture(scope="module")
def taught(tmp_path_factory):
    folder = tmp_path_factory.mktemp("taught") / "t"
    assert main(["teach", *fast("demo-teacher"), "--output", str(folder)]) == 0
    return folder


def test_train_evaluate_generate(distill, taught, tmp_path):
    arguments = [
        "train",
        *fast("demo"),
        "--teacher",
        taught,
        "--output",
        "o",
        "--result",
        "o/r.json",
    ]
    code, lines, _ = distill(*arguments)
    assert code == 0
    result = json.loads((tmp_path / "o" / "r.json").read_text())
    assert set(result) == {"output_path", "metrics", "duration_seconds"}
    assert set(result["metrics"]) == {
        "initial_loss",
        "final_loss",
        "best_loss",
        "steps_completed",
        "throughput",
    }
    assert (result["output_path"], result["metrics"]["steps_completed"]) == ("o", 4)

    code, lines, _ = distill("evaluate", "o", "--teacher", taught, "--result", "e.json")
    assert code == 0
    assert [line.partition(":")[0] for line in lines] == [
        "model",
        "held out",
        "bits per byte",
        "perplexity",
        "agreement with the teacher",
    ]
    found = json.loads((tmp_path / "e.json").read_text())
    assert found["same_corpus"]
    assert 2 < found["evaluation"]["bits_per_byte"] < 9

    code, lines, _ = distill(
        "generate", "o", "--prompt", "import ", "--tokens", "20", "--seed", "3"
    )
    assert code == 0
    assert lines[0].startswith("import ")


def test_another_corpus_is_announced(distill, taught):
    code, lines, _ = distill("evaluate", taught, "--set", "dataset.limit_bytes=3000000")
    assert code == 0
    assert any("another corpus" in line for line in lines)


def test_smoke_leaves_nothing_to_use(distill, taught, tmp_path):
    arguments = ["train", *fast("demo"), "--teacher", taught, "--output", "o", "--result", "r.json"]
    code, lines, _ = distill(*arguments, MAX_STEPS="2", CHECKPOINT_EVERY="2", LOG_EVERY="2")
    assert code == 0
    result = json.loads((tmp_path / "r.json").read_text())
    assert (result["output_path"], result["metrics"]["steps_completed"]) == (None, 2)
    assert [line.split()[1] for line in lines if line.startswith("step ")] == ["1/2", "2/2"]
    checkpoint = tmp_path / "o" / "checkpoints" / "step-00000002"
    assert json.loads((checkpoint / "checkpoint.json").read_text())["smoke"] is True
    for verb in ("evaluate", "generate"):
        for folder in ("o", checkpoint):
            code, lines, error = distill(verb, folder)
            assert (code, lines) == (2, [])
            assert "smoke" in error


def test_resuming_is_asked_for_by_the_flag_and_started_by_auto(distill, tmp_path):
    arguments = ["teach", *fast("demo-teacher"), "--output", tmp_path / "o"]
    code, _, told = distill(*arguments, "--resume")
    assert code == 2
    assert "there is no run in it" in told
    for line in ("corpus: ", "the run in "):
        code, lines, _ = distill(*arguments, "--resume", "auto")
        assert code == 0
        assert any(each.startswith(line) for each in lines)
    code, _, told = distill(*arguments, "--resume")
    assert code == 2
    assert "has finished: its model is there" in told
    for wrong in ("resume", "later"):
        with pytest.raises(SystemExit):
            distill(*arguments, "--resume", wrong)


def test_flag_wins_over_the_variable_and_says_so(distill, taught):
    arguments = ["train", *fast("demo"), "--teacher", taught, "--output", "o"]
    _, lines, _ = distill(*arguments, "--max-steps", "1", MAX_STEPS="3", PROJECT_TO_STEPS="77")
    assert lines[0].startswith("[PMAT-706] smoke mode: APR_DISTILL_MAX_STEPS=1 ")
    assert lines[1] == "--max-steps 1 wins over APR_DISTILL_MAX_STEPS=3"
    smoke = [line for line in lines if line.startswith("[SMOKE] ")]
    assert smoke[0].startswith("[SMOKE] 1 steps in ")
    assert "(77 steps)" in smoke[1]


@pytest.mark.parametrize("value", ["0", "-3", "1O", "10 steps", "1e3"])
@pytest.mark.parametrize("name", ["MAX_STEPS", "PROJECT_TO_STEPS"])
def test_wrong_variable(distill, taught, tmp_path, name, value):
    arguments = ["train", *fast("demo"), "--teacher", taught, "--output", "o", "--result", "r.json"]
    code, lines, error = distill(*arguments, **{name: value})
    assert (code, lines) == (2, [])
    assert f"APR_DISTILL_{name}" in error
    assert ("0 steps requested" in error) == (value == "0")
    assert list(tmp_path.iterdir()) == []


def test_failed_check_is_exit_code_one(distill, taught, tmp_path):
    keys = ["--set", f"student={{model_id: {taught}}}"]
    code, _, error = distill(
        "train", *fast("demo"), *keys, "--teacher", taught, "--output", "o", "--result", "r.json"
    )
    assert code == 1
    assert error.startswith("error: teacher identical to student")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["train", "--config", "demo", "--output", "o"], "teacher.model_id is required"),
        (["teach", "--config", "demo"], "output.dir is required"),
        (["teach", "--config", "nowhere", "--output", "o"], "--config nowhere"),
        (["teach", "--config", "demo", "--output", "o", "--set", "x"], "KEY=VALUE"),
        (["teach", "--config", "demo", "--output", "o", "--set", "training.epoch=1"], "epochs?"),
        (["teach", "--config", "demo", "--output", "o", "--result", "."], "is a folder"),
        pytest.param(
            ["teach", "--config", "demo", "--output", "o", "--device", "cuda"],
            "no CUDA GPU is available",
            marks=pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU"),
        ),
        (["train", "--config", "demo", "--output", "o", "--teacher", "none"], "no such folder"),
        (["evaluate", "none"], "no such folder"),
        (
            ["teach", "--config", "demo", "--output", "o", "--result", "/proc/no/r.json"],
            "--result /proc/no/r.json: cannot be written in /proc (",
        ),
        (
            ["teach", "--config", "demo", "--output", "o", "--compare", "none"],
            "output.compare none",
        ),
        (["generate", "none", "--tokens", "0"], "--tokens must be > 0"),
        (["generate", "none", "--seed", "-1"], "--seed must be from 0"),
        (["generate", "none", "--temperature", "-1"], "--temperature must be"),
        (["generate", "none", "--temperature", "nan"], "--temperature must be"),
    ],
)
def test_user_errors(distill, tmp_path, arguments, message):
    code, lines, error = distill(*arguments)
    assert (code, lines) == (2, [])
    assert message in error
    assert error.startswith("error: ")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("fault", [MemoryError("m"), torch.OutOfMemoryError("m")])
def test_out_of_memory_says_what_to_lower(distill, monkeypatch, fault):
    def run(*_):
        raise fault

    monkeypatch.setattr("trainer.commands.teach.run", run)
    code, _, error = distill("teach")
    assert code == 1
    assert error.startswith("error: out of memory: m; raise training.gradient_accumulation")


def test_what_one_process_does_is_refused_under_torchrun(distill, monkeypatch):
    for variable, value in {"WORLD_SIZE": "2", "RANK": "0", "LOCAL_RANK": "0"}.items():
        monkeypatch.setenv(variable, value)
    told = []
    monkeypatch.setattr(
        "trainer.cli.print_error", lambda text, world, _: told.append((text, world.size))
    )
    assert distill("evaluate", "model")[0] == 2
    assert told == [("error: distill evaluate is for one process; start it without torchrun\n", 2)]


def test_a_fault_of_ours_keeps_its_traceback(distill, monkeypatch):
    def run(*_):
        raise RuntimeError("planted")

    monkeypatch.setattr("trainer.commands.teach.run", run)
    with pytest.raises(RuntimeError, match="planted"):
        distill("teach")


@pytest.mark.parametrize("verb", ["train", "teach"])
def test_help_names_the_variables(verb, capsys):
    with pytest.raises(SystemExit):
        main([verb, "--help"])
    shown = capsys.readouterr().out
    for name in ("MAX_STEPS", "PROJECT_TO_STEPS", "CHECKPOINT_EVERY", "LOG_EVERY"):
        assert f"APR_DISTILL_{name}" in shown


def python(*arguments, folder, **variables):
    environment = {k: v for k, v in os.environ.items() if not k.startswith("APR_DISTILL")}
    return subprocess.run(
        [sys.executable, *map(str, arguments)],
        env={**environment, "PYTHONPATH": str(Path(trainer.__file__).parents[1]), **variables},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_demo_smoke_process(taught, tmp_path):
    ended = python(
        "-m", "trainer", "train", "--config", "demo", "--teacher", taught, "--output", "o",
        folder=tmp_path, APR_DISTILL_MAX_STEPS="10",
    )  # fmt: skip
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.count("\n[SMOKE] ") == 2
    assert not list((tmp_path / "o").rglob("*.safetensors"))


def test_nothing_heavy_is_imported_for_a_wrong_configuration(tmp_path):
    code = (
        "import sys; from trainer.cli import main;"
        "codes = [main(['teach', '--output', 'o', '--set', 'training.epochs=0']),"
        "main(['teach', '--output', 'o', '--max-steps', '0']), main(['evaluate', 'none'])];"
        "print(codes, 'torch' in sys.modules, 'numpy' in sys.modules)"
    )
    assert python("-c", code, folder=tmp_path).stdout == "[2, 2, 2] False False\n"


def test_the_compiler_is_not_imported(taught, tmp_path):
    code = (
        "import sys; from trainer.cli import main;"
        f"main(['train', '--config', 'demo', '--teacher', {str(taught)!r}, '--output', 'o']);"
        "sys.exit('torch._dynamo' in sys.modules)"
    )
    assert python("-c", code, folder=tmp_path, APR_DISTILL_MAX_STEPS="1").returncode == 0
