import json

import pytest
import torch
from safetensors.torch import load_file, save_file

from trainer.errors import UserError
from trainer.models.export import export_model
from trainer.models.load import load_model
from trainer.models.parameters import parameters_digest
from trainer.storage.model_files import find_model

CPU = torch.device("cpu")


def test_exported_model_is_loaded_equal(tmp_path, student):
    export_model(tmp_path, student, {"a": 1})
    loaded = load_model(find_model(tmp_path), CPU)
    tokens = torch.arange(20).view(2, 10)
    with torch.no_grad():
        assert torch.equal(loaded(tokens), student(tokens))
    assert parameters_digest(loaded) == parameters_digest(student)
    assert not loaded.training
    assert json.loads((tmp_path / "training.json").read_text()) == {"a": 1}
    names = {"model.safetensors", "config.json", "training.json"}
    assert {path.name for path in tmp_path.iterdir()} == names


def test_names_are_those_of_the_parameters(tmp_path, student):
    export_model(tmp_path, student, {})
    held = load_file(tmp_path / "model.safetensors")
    assert held.keys() == dict(student.named_parameters()).keys()


def test_the_same_model_gives_the_same_bytes(tmp_path, student):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        export_model(tmp_path / name, student, {"a": 1})
    for path in (tmp_path / "a").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes()


def test_damaged_weights_are_named(tmp_path, student):
    export_model(tmp_path, student, {})
    weights = tmp_path / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:100])
    with pytest.raises(UserError, match=r"model\.safetensors: not a readable"):
        load_model(find_model(tmp_path), CPU)


@pytest.mark.parametrize("number", [70_000.0, float("inf"), float("nan")])
def test_a_type_that_does_not_hold_the_weights_is_blamed_and_not_the_file(
    tmp_path, student, number
):
    with torch.no_grad():
        student.model.norm.weight[3] = number
    export_model(tmp_path, student, {})
    fact = r"model\.norm\.weight holds 1 numbers that float16 has not \(up to 70000\); set teacher"
    if number != 70_000.0:
        fact = "holds 1 non-finite numbers"
    with pytest.raises(UserError, match=fact):
        load_model(find_model(tmp_path), CPU, torch.float16)
    if number == 70_000.0:
        load_model(find_model(tmp_path), CPU, torch.bfloat16)


@pytest.mark.parametrize(
    ("stated", "held", "kept"),
    [
        ({"dtype": "bfloat16"}, torch.bfloat16, torch.bfloat16),
        ({"torch_dtype": "float16"}, torch.float16, torch.float16),
        ({"text_config": {"dtype": "bfloat16"}}, torch.bfloat16, torch.bfloat16),
        ({}, torch.bfloat16, torch.bfloat16),
        ({"dtype": None}, torch.float16, torch.float16),
        ({"dtype": "bfloat16"}, torch.float32, torch.bfloat16),
        ({"dtype": "float64"}, torch.float64, torch.float32),
        ({}, torch.float64, torch.float32),
    ],
)
def test_a_model_keeps_the_type_that_its_files_state(tmp_path, student, stated, held, kept):
    export_model(tmp_path, student, {})
    path = tmp_path / "config.json"
    config = json.loads(path.read_text())
    del config["dtype"]
    path.write_text(json.dumps({**config, **stated}))
    weights = load_file(tmp_path / "model.safetensors")
    save_file({n: t.to(held) for n, t in weights.items()}, tmp_path / "model.safetensors")
    loaded = load_model(find_model(tmp_path), CPU)
    assert (loaded.stored_as, next(loaded.parameters()).dtype) == (kept, torch.float32)


def test_config_that_does_not_fit_is_named(tmp_path, student):
    export_model(tmp_path, student, {})
    path = tmp_path / "config.json"
    config = json.loads(path.read_text())
    path.write_text(json.dumps({**config, "vocab_size": 300}))
    with pytest.raises(UserError, match="does not fit"):
        load_model(find_model(tmp_path), CPU)


def test_config_without_a_size_is_named(tmp_path, student):
    export_model(tmp_path, student, {})
    config = json.loads((tmp_path / "config.json").read_text())
    del config["hidden_size"]
    (tmp_path / "config.json").write_text(json.dumps(config))
    with pytest.raises(UserError, match="hidden_size"):
        load_model(find_model(tmp_path), CPU)


def test_frequencies_that_older_files_hold_are_left_out_and_told(tmp_path, student):
    export_model(tmp_path, student, {})
    weights = load_file(tmp_path / "model.safetensors")
    name = "model.layers.0.self_attn.rotary_emb.inv_freq"
    save_file({**weights, name: torch.ones(8)}, tmp_path / "model.safetensors")
    loaded = load_model(find_model(tmp_path), CPU)
    assert loaded.unused == (name,)
    assert parameters_digest(loaded) == parameters_digest(student)


def test_how_transformers_generates_is_kept(tmp_path, student):
    origin, again = tmp_path / "origin", tmp_path / "again"
    for folder in (origin, again):
        folder.mkdir()
    export_model(origin, student, {})
    (origin / "generation_config.json").write_text('{"eos_token_id": [1, 2], "temperature": 0.6}')
    export_model(again, load_model(find_model(origin), CPU), {})
    kept = json.loads((again / "generation_config.json").read_text())
    assert kept == {"eos_token_id": [1, 2], "temperature": 0.6}
