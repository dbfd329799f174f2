"""Students that learn by adapters; `contracts/trainer-adapters-v1.yaml` has what is claimed."""

import json
import sys

import pytest
import torch
from safetensors.torch import load_file

pytest.importorskip("peft")  # takes seconds, so all that needs it is in this file

import transformers

from trainer.configuration.schema import Lora
from trainer.cost.flops import token_flops
from trainer.cost.memory_check import check_memory
from trainer.errors import UserError
from trainer.models.configuration import PRESETS
from trainer.models.export import export_model
from trainer.models.initialisation import initialise
from trainer.models.load import load_model
from trainer.models.lora import add_lora
from trainer.models.parameters import parameters_digest, tensors_digest
from trainer.runs.prepare import prepare
from trainer.storage.model_files import find_model

CPU = torch.device("cpu")
TOKENS = torch.arange(32).view(2, 16)


def logits(model):
    with torch.no_grad():
        return model.eval()(TOKENS)


@pytest.fixture(scope="module")
def origin(tmp_path_factory):
    folder = tmp_path_factory.mktemp("origin")
    export_model(folder, initialise(PRESETS["nano"], seed=3), {})
    return folder


@pytest.fixture(scope="module")
def keys(origin, teacher):
    """Return the configuration keys of a run by adapters."""
    return {
        "student__preset": None,
        "student__model_id": str(origin),
        "student__lora": {"rank": 2},
        "teacher__model_id": str(teacher),
    }


def random_factors(model):
    with torch.no_grad():
        for factor in model.trained_parameters().values():
            factor.normal_(0, 0.3, generator=torch.Generator().manual_seed(1))


def test_a_run_exports_a_model_without_adapters(tmp_path, run, keys, origin):
    result, lines = run(output__dir=str(tmp_path / "out"), output__checkpoint_every=2, **keys)
    before, after = (load_file(f / "model.safetensors") for f in (origin, tmp_path / "out"))
    assert before.keys() == after.keys()
    changed = {name for name, tensor in after.items() if not torch.equal(tensor, before[name])}
    assert changed == {name for name in before if "_proj." in name}
    assert any(
        "adapters: 3,648 of these learn, of rank 2 beside 14 linear maps" in s for s in lines
    )
    assert result.metrics.final_loss < result.metrics.initial_loss
    facts = json.loads((tmp_path / "out" / "training.json").read_text())
    exported = load_model(find_model(tmp_path / "out"), CPU)
    assert facts["student"]["digest"] == parameters_digest(exported)
    latest = find_model(tmp_path / "out" / "checkpoints" / "latest")
    held = load_file(latest.weights[0])
    assert len(held) == 28
    assert all(".lora_A." in name or ".lora_B." in name for name in held)
    assert torch.equal(logits(load_model(latest, CPU)), logits(exported))  # of the last step


def test_a_checkpoint_of_adapters_needs_the_model_they_stand_beside(tmp_path, run, keys, origin):
    (folder := tmp_path / "moved").mkdir()
    export_model(folder, load_model(find_model(origin), CPU), {})
    more = {**keys, "student__model_id": str(folder)}
    run(output__dir=str(tmp_path / "out"), output__checkpoint_every=2, **more)
    export_model(folder, initialise(PRESETS["nano"], seed=4), {})
    with pytest.raises(UserError, match=r"holds adapters of .*moved, which has other weights now"):
        load_model(find_model(tmp_path / "out" / "checkpoints" / "latest"), CPU)


@pytest.mark.parametrize(
    "more",
    [
        {"training__mixed_precision": "bf16"},
        {"training__gradient_checkpointing": True},
        {"student__lora": {"rank": 2, "dropout": 0.5, "target_modules": ["q_proj", "mlp.up_proj"]}},
    ],
    ids=["bf16", "recomputed", "some, with dropout"],
)
def test_other_ways_to_compute_are_exported_too(tmp_path, run, keys, more):
    _, lines = run(output__dir=str(tmp_path / "out"), **{**keys, **more})
    assert "read back with the same loss" in lines[-1]


def test_a_matrix_that_is_stored_transposed_is_adapted(tmp_path):
    shape = {"n_embd": 32, "n_layer": 1, "n_head": 2, "n_positions": 32}
    config = transformers.GPT2Config(vocab_size=40, bos_token_id=0, eos_token_id=0, **shape)
    transformers.AutoModelForCausalLM.from_config(config).save_pretrained(tmp_path / "made")
    model = load_model(find_model(tmp_path / "made"), CPU)
    before = logits(model)
    add_lora(model, Lora(rank=2), seed=1)
    assert torch.equal(logits(model), before)
    random_factors(model)
    export_model(tmp_path, model, {})
    again = load_model(find_model(tmp_path), CPU)
    assert not torch.allclose(logits(again), before, atol=1e-2)
    assert torch.allclose(logits(again), logits(model), atol=1e-5)


def test_the_same_seed_gives_the_same_factors_and_leaves_the_generator(student):
    digests = []
    for seed in (1, 1, 2):
        model = initialise(PRESETS["nano"], seed=1)
        state = torch.get_rng_state()
        add_lora(model, Lora(rank=2), seed)
        assert torch.equal(torch.get_rng_state(), state)
        assert tensors_digest(model.weights()) == parameters_digest(student)
        digests.append(parameters_digest(model))
    assert digests[0] == digests[1] != digests[2]


def test_memory_and_operations_are_those_of_the_adapters(settings, keys):
    whole, adapted = (
        prepare(settings(training__memory_check=True, **{**keys, "student__lora": lora}), None)
        for lora in (None, {"rank": 2})
    )
    check = check_memory(adapted.run, adapted.memory)
    assert check.predicted.gradients == 4 * 3648
    assert check.predicted.optimizer == 2 * check.predicted.gradients
    assert check.predicted.during_step == pytest.approx(check.measured, rel=0.25)
    full, less = (token_flops(p.run.student, 32, 256) for p in (whole, adapted))
    assert 0.6 * full < less < 0.8 * full  # the gradients by matrices are a third of it


def test_an_unknown_matrix_is_named_with_those_there_are(student):
    with pytest.raises(UserError, match=r"no linear map wq .* it has down_proj, .*, v_proj"):
        add_lora(student, Lora(target_modules=("q_proj", "wq")), seed=1)


def test_the_extra_is_named(monkeypatch, settings, keys):
    monkeypatch.delitem(sys.modules, "trainer.models.lora")
    monkeypatch.setitem(sys.modules, "peft", None)
    with pytest.raises(UserError, match=r"student\.lora needs peft.*\[trainer,lora\]"):
        prepare(settings(**keys), None)
