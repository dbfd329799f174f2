from pathlib import Path

import pytest

from trainer.configuration.loading import (
    bundled_names,
    configure,
    known_keys,
    load_configuration,
    parse_override,
)
from trainer.configuration.schema import Configuration
from trainer.errors import UserError


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("distillation.temperature", 0, "Temperature must be positive, got 0"),
        ("distillation.temperature", -1.5, "Temperature must be positive, got -1.5"),
        ("distillation.alpha", 1.5, "Alpha must be between 0 and 1, got 1.5"),
        ("distillation.alpha", -0.1, "Alpha must be between 0 and 1, got -0.1"),
        ("distillation.alpha", float("nan"), "distillation.alpha"),
        ("distillation.divergence", "kl", "distillation.divergence must be 'forward_kl'"),
        ("distillation.beta", 0, "Beta must be greater than 0 and less than 1, got 0"),
        ("distillation.beta", 1, "Beta must be greater than 0 and less than 1, got 1"),
        ("distillation.beta", 0.5, "distillation.beta is of divergence jsd alone"),
        ("training.loss", "sparse", "training.loss must be 'auto', 'dense' or 'chunked'"),
        ("training.loss_memory_mib", 0, "training.loss_memory_mib must be > 0, got 0"),
        ("training.batch_size", 0, "training.batch_size must be > 0, got 0"),
        ("training.epochs", 0, "training.epochs must be > 0, got 0"),
        ("training.epochs", 1.5, "training.epochs: input should be a valid integer"),
        ("training.epochs", True, "training.epochs must be a number, got true"),
        ("training.learning_rate", 0, "training.learning_rate must be > 0, got 0"),
        ("training.learning_rate", float("inf"), "training.learning_rate"),
        ("training.seed", 2**64, f"training.seed must be < {2**64}, got {2**64}"),
        ("watchdog.load", 1e22, "watchdog.load must be <= 31536000, got 1e+22"),
        ("training.warmup_steps", -1, "training.warmup_steps must be >= 0, got -1"),
        ("training.schedule", "cosin", "training.schedule must be 'cosine', 'linear'"),
        ("training.gradient_accumulation", 64, "training.gradient_accumulation must be <= "),
        (
            "training.mixed_precision",
            "fp8",
            "training.mixed_precision must be 'none', 'bf16'",
        ),
        ("dataset.max_length", 1, "dataset.max_length must be > 1, got 1"),
        ("dataset.source", "folder", "dataset.path is required with every dataset.source but"),
        ("dataset.path", "/text", "dataset.path is required with every dataset.source but"),
        ("student.preset", None, "student needs exactly one of model_id and preset"),
        ("training.betas", [0.9, 1], "training.betas.1 must be < 1, got 1"),
        ("training.weight_decay", -0.1, "training.weight_decay must be >= 0, got -0.1"),
        ("student.model_id", "x", "student needs exactly one of model_id and preset"),
        ("student.preset", "huge", "student.preset must be 'nano'"),
        ("device", "tpu", "device must be 'auto', 'cpu' or 'cuda', got 'tpu'"),
        (
            "training.batchsize",
            4,
            "unknown key training.batchsize; did you mean training.batch_size?",
        ),
        ("trainning", {}, "unknown key trainning; did you mean training?"),
        ("zzz", 1, "unknown key zzz; known keys: teacher.model_id"),
    ],
)
def test_wrong_value_is_named(key, value, message):
    with pytest.raises(UserError) as refused:
        configure({"student": {"preset": "nano"}}, [(key, value)], "x.yaml")
    assert f"configuration x.yaml: {message}" in str(refused.value)


def test_memory_of_chunks_is_refused_where_there_are_none():
    with pytest.raises(UserError, match="loss_memory_mib is of a chunked loss"):
        configure(
            {"student": {"preset": "nano"}},
            [("training.loss", "dense"), ("training.loss_memory_mib", 8)],
            "x",
        )


def test_every_fault_is_reported():
    with pytest.raises(UserError) as refused:
        configure({"training": {"epochs": 0, "seed": -1}}, [], "x.yaml")
    assert len(str(refused.value).splitlines()) == 3


def test_defaults():
    configuration = configure({"student": {"preset": "nano"}}, [], "x")
    assert configuration.distillation.model_dump() == {
        "temperature": 4.0, "alpha": 0.7, "divergence": "forward_kl", "beta": None
    }  # fmt: skip
    assert configuration.training.model_dump() == {
        "epochs": 10,
        "batch_size": 32,
        "steps_per_epoch": None,
        "learning_rate": 1e-4,
        "warmup_steps": 0,
        "schedule": "cosine",
        "gradient_accumulation": 1,
        "mixed_precision": "none",
        "gradient_checkpointing": False,
        "weight_decay": 0.01,
        "betas": (0.9, 0.999),
        "gradient_clip": 1.0,
        "loss": "auto",
        "loss_memory_mib": None,
        "compile": "off",
        "memory_check": True,
        "seed": 42,
        "parallel": "ddp",
    }
    assert (configuration.dataset.max_length, configuration.output.log_every) == (512, 10)


def test_overrides_apply_in_order_and_leave_siblings_alone():
    tree = {"student": {"preset": "nano"}, "training": {"epochs": 2, "seed": 5}}
    overrides = [("training.epochs", 3), ("training.epochs", 4), ("output.dir", "there")]
    configuration = configure(tree, overrides, "x")
    assert (configuration.training.epochs, configuration.training.seed) == (4, 5)
    assert configuration.output.dir == "there"
    assert tree["training"]["epochs"] == 2


@pytest.mark.parametrize("name", bundled_names())
def test_bundled_configuration_is_valid(name):
    assert isinstance(load_configuration(name, []), Configuration)


def test_bundled_names():
    assert bundled_names() == ["demo", "demo-teacher", "standard", "standard-teacher"]


def test_standard_is_one_data_order_for_all_three_runs():
    student, teacher = (load_configuration(n, []) for n in ("standard", "standard-teacher"))
    assert student.dataset == teacher.dataset


def test_file(tmp_path):
    path = tmp_path / "c.yaml"
    path.write_text("student: {preset: nano}\ntraining: {learning_rate: 1e-3}\n")
    assert load_configuration(str(path), []).training.learning_rate == 1e-3


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "cannot be read"),
        (b"a: [", "not YAML"),
        (b"- 1", "expected sections"),
        (b"", "expected sections"),
        (b"\xff\xfe\x00", "cannot be read"),
    ],
    ids=["missing", "malformed", "list", "empty", "binary"],
)
def test_unreadable_file(tmp_path: Path, text, message):
    path = tmp_path / "c.yaml"
    if text is not None:
        path.write_bytes(text)
    with pytest.raises(UserError, match=message):
        load_configuration(str(path), [])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("training.epochs=3", ("training.epochs", 3)),
        ("output.dir=a=b", ("output.dir", "a=b")),
        ("training.steps_per_epoch=null", ("training.steps_per_epoch", None)),
    ],
)
def test_override_is_yaml(text, expected):
    assert parse_override(text) == expected


@pytest.mark.parametrize("text", ["training.epochs", "=3", "a=[", ""])
def test_malformed_override(text):
    with pytest.raises(UserError, match="--set"):
        parse_override(text)


def test_known_keys_are_the_leaves():
    keys = list(known_keys())
    assert "training.seed" in keys
    assert "device" in keys
    assert "training" not in keys


@pytest.mark.parametrize(
    ("text", "key", "line"),
    [
        ("student: {preset: nano}\nstudent: {preset: micro}\n", "student", 2),
        ("training:\n  epochs: 1\n  epochs: 2\n", "epochs", 3),
    ],
    ids=["section", "key"],
)
def test_a_key_that_is_there_twice_is_refused(tmp_path, text, key, line):
    (tmp_path / "c.yaml").write_text(text)
    message = f"the key {key} occurs twice; keep one.*line {line}"
    with pytest.raises(UserError, match=message):
        load_configuration(str(tmp_path / "c.yaml"), [])


def test_a_key_that_is_there_twice_in_an_override_is_refused():
    with pytest.raises(UserError, match="epochs occurs twice"):
        parse_override("training={epochs: 1, epochs: 2}")
