"""The Triton kernel, interpreted on the CPU and compiled for GPUs that are not there."""

import importlib
import itertools
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

HOME = Path(__file__).resolve().parents[3]
KERNEL = HOME / "trainer" / "losses" / "fused_rows.py"
SETTINGS = ("forward_kl", "forward_kl-T1", "alpha0", "alpha1", "cold", "reverse_kl", "jsd", "ce")
CASES = [
    *itertools.product(("256", "1000", "2"), ("float32", "bfloat16", "float16"), SETTINGS),
    *itertools.product(("32768",), ("float32", "bfloat16"), ("forward_kl", "jsd", "ce")),
]
CLOSE = {"float32": 1e-6, "bfloat16": 2.0**-7, "float16": 2.0**-10}
"""A gradient is narrowed to the type of the logits at the end; the interpreter may cut it off."""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="Triton has packages for Linux alone"),
]


def interpret(cases, *planted):
    script = Path(__file__).with_name("interpreted_rows.py")
    ran = subprocess.run(
        [sys.executable, script, *planted],
        input="\n".join(" ".join(case) for case in cases),
        env={**os.environ, "TRITON_INTERPRET": "1", "PYTHONPATH": str(HOME)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


@pytest.fixture(scope="module")
def told():
    return interpret(CASES)


@pytest.mark.parametrize("case", CASES, ids=" ".join)
def test_terms_and_gradient_are_those_of_float64(told, case):
    terms, gradient = told[" ".join(case)]
    assert terms <= 1e-6  # the sums are in float32, whatever the type of the logits
    assert gradient <= CLOSE[case[1]]


def test_the_loss_of_hidden_states_is_that_without_the_kernel(told):
    for name, gap in told["linear"].items():
        assert gap <= (1e-2 if "bfloat16" in name else 2e-3 if "float16" in name else 1e-6), name


def test_no_logit_gives_a_finite_loss_that_is_not_and_other_rows_are_left_alone(told):
    assert len(told["edges"]) == len(SETTINGS) * 7 * 2
    for name, (terms, found, others, mine, gap) in told["edges"].items():
        assert found == terms, name
        assert others, name
        assert mine, name
        assert gap <= 1e-6, name


def test_a_student_that_is_its_teacher_pays_for_its_labels_alone(told):
    assert told["same"]["kd"] == 0
    assert told["same"]["agreement"] == 1
    assert told["same"]["gradient"] <= 1e-6


def test_agreement_is_of_columns_wherever_they_are(told):
    assert told["same"]["agreements"] == 30


RUN = """
import sys
from trainer.losses import tuning

choose = tuning.choose_kernel
tuning.choose_kernel = lambda device, *rest: choose("cuda", *rest)
from trainer.entry import main

sys.exit(main())
"""
"""The trainer on a CPU that it takes for a GPU."""


def distilled(folder, teacher, code, **environment):
    command = (
        *(sys.executable, "-c", code, "train", "--config", "demo", "--teacher", str(teacher)),
        *("--output", str(folder), "--device", "cpu", "--set", "dataset.max_length=16"),
        *("--set", "training.memory_check=false", "--set", "output.checkpoint_every=1"),
    )
    run = subprocess.run(
        command, env={**os.environ, "PYTHONPATH": str(HOME), "APR_DISTILL_MAX_STEPS": "2",
        **environment}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    facts = json.loads((folder / "checkpoints" / "latest" / "checkpoint.json").read_text())
    rows = (folder / "metrics.jsonl").read_text().splitlines()
    return facts["loss"]["kernel"], [json.loads(row) for row in rows]


def test_a_run_that_chose_the_kernel_has_the_losses_of_one_that_did_not(tmp_path, teacher):
    chosen, found = distilled(tmp_path / "a", teacher, RUN, TRITON_INTERPRET="1")
    assert chosen["name"] == "triton"
    turned_down, expected = distilled(tmp_path / "b", teacher, RUN.replace('"cuda"', "device"))
    assert turned_down == {"name": "torch", "reason": "the device is a cpu"}
    assert len(found) == 2
    for mine, theirs in zip(found, expected, strict=True):
        for name in ("total", "kd", "ce", "gradient_norm"):
            assert mine[name] == pytest.approx(theirs[name], rel=1e-5)
    # without an interpreter the kernel cannot run on a CPU: the run goes on, and says why
    refused, same = distilled(tmp_path / "c", teacher, RUN)
    assert refused["name"] == "torch"
    assert "the kernel does not run here (" in refused["reason"]
    assert same == expected


@pytest.mark.parametrize(
    ("settings", "old", "new"),
    [
        ("forward_kl", "rise_s - rise_t)) * tl", "rise_t - rise_s)) * tl"),
        ("forward_kl", "moment - mass_t * rise_t", "moment"),
        ("forward_kl", "total * tl.exp(top - higher)", "total"),
        ("forward_kl", "gradient += factor * (q /", "gradient += factor * temperature * (q /"),
        ("reverse_kl", "rise_t - rise_s)) * tl", "rise_t + rise_s)) * tl"),
        ("reverse_kl", "(s - t - gap / q_sum)", "(s - t)"),
        ("jsd", "(factor * of_student) * q", "(factor * of_teacher) * q"),
        ("jsd", "beta / p_sum, (1 - beta) / q_sum", "(1 - beta) / p_sum, beta / q_sum"),
        ("ce", "mass = tl.sum(total, 0)", "mass = tl.max(total, 0)"),
    ],
)
def test_a_bug_in_the_kernel_is_seen(tmp_path, settings, old, new):
    text = KERNEL.read_text(encoding="utf-8")
    assert text.count(old) == 1
    planted = tmp_path / "fused_rows.py"
    planted.write_text(text.replace(old, new), encoding="utf-8")
    # more than one block, so that the maximum rises; the bug of the sum without a teacher alone
    case = ("32768", "float32", "ce" if "total" in old else settings)
    terms, gradient = interpret([case], planted)[" ".join(case)]
    assert not (terms <= 1e-3 and gradient <= 1e-3)


@pytest.mark.parametrize("capability", [80, 90])
@pytest.mark.parametrize("logits", ["fp32", "bf16", "fp16"])
@pytest.mark.parametrize("kind", [0, 1, 2, None])
def test_it_compiles_for_a_gpu(tmp_path, monkeypatch, capability, logits, kind):
    monkeypatch.setenv("TRITON_CACHE_DIR", str(tmp_path))
    triton, compiler = (importlib.import_module(n) for n in ("triton", "triton.compiler"))
    target = importlib.import_module("triton.backends.compiler").GPUTarget("cuda", capability, 32)
    kernels = importlib.import_module("trainer.losses.fused_rows")
    kernel = kernels._cross_entropy if kind is None else kernels._distillation
    constants = {"block": 2048, "kind": kind, "teaches": True}
    constants = {name: value for name, value in constants.items() if name in kernel.arg_names}
    types = {"students": f"*{logits}", "teachers": f"*{logits}", "labels": "*i64", "sums": "*fp32"}
    real = dict.fromkeys(("temperature", "beta", "weight", "weight_ce", "weight_kd"), "fp32")
    signature = {
        name: "constexpr" if name in constants else (types | real).get(name, "i32")
        for name in kernel.arg_names
    }
    made = triton.compile(
        compiler.ASTSource(kernel, signature, constexprs=constants),
        target=target,
        options={"num_warps": 8},
    )
    assert len(made.asm["cubin"]) > 1000
