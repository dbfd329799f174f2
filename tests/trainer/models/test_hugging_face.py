"""Models that transformers made, tiny and random; nothing is downloaded."""

import io
import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace

import pytest
import torch
from safetensors.torch import load_file, save_file

pytest.importorskip("transformers")  # takes seconds, so all that needs it is in this file

import transformers

from tests.trainer.tiny import tokenizer
from trainer.cli import main
from trainer.configuration.loading import configure
from trainer.data.tokenizer import load_tokenizer
from trainer.data.tokenizer_choice import tokenizer_of
from trainer.errors import UserError
from trainer.evaluation.document_separation import require_separation
from trainer.evaluation.evaluate_model import assess
from trainer.models.configuration import PRESETS
from trainer.models.decoder import Decoder
from trainer.models.export import export_model
from trainer.models.hugging_face import HuggingFaceModel
from trainer.models.initialisation import initialise
from trainer.models.load import load_model
from trainer.models.parameters import parameters_digest
from trainer.runs.pipeline import Pipeline
from trainer.storage.model_files import find_model
from trainer.storage.output_folder import Existing
from trainer.training.callbacks import Callback, CallbackAction

CPU = torch.device("cpu")
TORCHRUN = (sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2")
VOCABULARY = 300
SIZES = {"vocab_size": VOCABULARY, "max_position_embeddings": 64, "bos_token_id": 0,
         "eos_token_id": 0}  # fmt: skip
LLAMA = {**SIZES, "hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2,
         "num_attention_heads": 4, "num_key_value_heads": 2}  # fmt: skip
KINDS = {
    "llama": lambda: transformers.LlamaConfig(**LLAMA),
    "llama3": lambda: transformers.LlamaConfig(
        **LLAMA, rope_parameters={"rope_type": "linear", "factor": 2.0, "rope_theta": 1e4}
    ),
    "gpt2": lambda: transformers.GPT2Config(
        vocab_size=VOCABULARY, n_embd=32, n_layer=2, n_head=4, n_positions=64,
        bos_token_id=0, eos_token_id=0,  # with dropout, as is its default
    ),
    "qwen2": lambda: transformers.Qwen2Config(**LLAMA, tie_word_embeddings=True),
    "gemma2": lambda: transformers.Gemma2Config(
        **LLAMA, head_dim=8, final_logit_softcapping=0.01, pad_token_id=0
    ),
    "gemma2-small": lambda: transformers.Gemma2Config(  # its first logits are far below the cap
        **LLAMA, head_dim=8, final_logit_softcapping=30.0, pad_token_id=0, initializer_range=1e-4
    ),
}  # fmt: skip


def tokens(length=16):
    return torch.randint(0, VOCABULARY, (2, length), generator=torch.Generator().manual_seed(0))


def logits(model):
    return logits_of(model, tokens())


@torch.no_grad()
def logits_of(model, rows):
    return model(rows)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Return a folder with a model of each kind, and a tokenizer in each."""
    root = tmp_path_factory.mktemp("made")
    for seed, (name, config) in enumerate(KINDS.items()):
        torch.manual_seed(seed)
        model = transformers.AutoModelForCausalLM.from_config(config()).eval()
        model.save_pretrained(root / name)
        tokenizer(root / name, size=VOCABULARY)
    return root


@pytest.mark.parametrize("name", KINDS)
def test_documents_of_a_window_are_kept_apart(made, name):
    model = load_model(find_model(made / name), CPU)
    require_separation("separate", student=model)
    rows = tokens()
    positions = torch.arange(16) % 10
    together = logits_of(model, torch.stack((rows, positions.expand_as(rows)), dim=1))
    for part in (slice(0, 10), slice(10, 16)):
        assert torch.allclose(together[:, part], logits_of(model, rows[:, part]), atol=1e-4)


@pytest.mark.parametrize(
    "config",
    [
        transformers.BloomConfig(vocab_size=VOCABULARY, hidden_size=32, n_layer=2, n_head=4),
        transformers.OPTConfig(**LLAMA, ffn_dim=64, word_embed_proj_dim=32),
        transformers.MambaConfig(vocab_size=VOCABULARY, hidden_size=32, num_hidden_layers=2),
    ],
    ids=lambda config: config.model_type,
)
@pytest.mark.parametrize("kind", [torch.float32, torch.bfloat16])
def test_an_architecture_that_joins_documents_is_refused(config, kind):
    model = HuggingFaceModel(transformers.AutoModelForCausalLM.from_config(config, dtype=kind))
    with pytest.raises(UserError, match="the teacher does not keep the documents"):
        require_separation("separate", teacher=model)


@pytest.fixture(scope="module")
def texts(tmp_path_factory):
    folder = tmp_path_factory.mktemp("texts")
    for n in range(60):
        (folder / f"{n}.txt").write_text(f"the quick brown fox jumps over {n} lazy dogs. " * 5)
    return folder


def theirs(folder):
    model, told = transformers.AutoModelForCausalLM.from_pretrained(
        folder, output_loading_info=True, dtype=torch.float32
    )
    assert not told["missing_keys"]
    assert not told["unexpected_keys"]
    return model.eval()


@pytest.mark.parametrize("kind", KINDS)
def test_a_model_of_any_architecture_has_its_own_logits(made, kind):
    model = load_model(find_model(made / kind), CPU)
    with torch.no_grad():
        expected = theirs(made / kind)(tokens()).logits
    torch.testing.assert_close(logits(model), expected, rtol=1e-5, atol=1e-6)
    assert isinstance(model, Decoder) == (kind == "llama")
    assert (model.vocab_size, model.max_positions) == (VOCABULARY, 64)
    assert not model.training


@pytest.mark.parametrize("kind", ["llama", "gpt2", "qwen2"])
def test_a_model_in_half_precision_keeps_its_frequencies_whole(made, kind):
    model = load_model(find_model(made / kind), CPU, torch.bfloat16)
    assert {each.dtype for each in model.parameters()} == {torch.bfloat16}
    expected = theirs(made / kind).to(torch.bfloat16)
    for name, buffer in theirs(made / kind).named_buffers():
        if kind != "llama":
            assert dict(model.inner.named_buffers())[name].dtype == buffer.dtype
    with torch.no_grad():
        torch.testing.assert_close(logits(model), expected(tokens()).logits, rtol=0.05, atol=0.02)


@pytest.mark.parametrize("kind", KINDS)
def test_the_head_makes_the_logits_or_there_is_none(made, kind):
    model = load_model(find_model(made / kind), CPU)
    assert (model.head is None) == kind.startswith("gemma2")
    if model.head is not None:
        with torch.no_grad():
            found = torch.nn.functional.linear(model.hidden(tokens()), *model.head)
        torch.testing.assert_close(found, logits(model))
        assert any(model.head.weight is each for each in model.parameters())


@pytest.mark.parametrize("cap", [30.0, 1e9], ids=["probed", "stated"])
def test_a_cap_that_no_logit_comes_near_is_seen(made, cap):
    model = load_model(find_model(made / "gemma2-small"), CPU)
    if cap == 30.0:  # as of an architecture that names its cap otherwise
        inner = model.inner.config
        inner.cap, inner.final_logit_softcapping = inner.final_logit_softcapping, None
        original = type(model.inner).forward

        def capped(self, *arguments, **keywords):
            found = original(self, *arguments, **keywords)
            found.logits = torch.tanh(found.logits / cap) * cap
            return found

        model.inner.forward = capped.__get__(model.inner)
    else:
        model.inner.config.final_logit_softcapping = cap
    model.probe()
    assert model.head is None


@pytest.mark.parametrize("kind", KINDS)
def test_an_export_is_loaded_by_transformers_and_by_us_with_equal_logits(made, tmp_path, kind):
    model = load_model(find_model(made / kind), CPU)
    with torch.no_grad():
        next(model.parameters()).mul_(1.5)
    export_model(tmp_path, model, {"a": 1}, made / kind)
    again = load_model(find_model(tmp_path), CPU)
    assert torch.equal(logits(again), logits(model))
    assert parameters_digest(again) == parameters_digest(model)
    with torch.no_grad():
        found = theirs(tmp_path)(tokens()).logits
    torch.testing.assert_close(found, logits(model), rtol=1e-5, atol=1e-6)
    loaded = transformers.AutoTokenizer.from_pretrained(tmp_path)
    assert loaded.eos_token == "<|end|>"
    assert loaded("the quick fox")["input_ids"] == tokenizer_ids(made / kind)
    config = transformers.AutoConfig.from_pretrained(tmp_path)
    assert (config.eos_token_id, config.bos_token_id) == (0, 0)
    assert not [path.name for path in tmp_path.iterdir() if path.name.startswith(".")]


def tokenizer_ids(folder):
    (ids,) = tokenizer_of(find_model(folder)).encode([b"the quick fox"])
    return ids.tolist()


def test_our_own_decoder_is_loaded_by_transformers_with_equal_logits(tmp_path):
    model = initialise(replace(PRESETS["nano"], vocab_size=VOCABULARY), seed=1).eval()
    export_model(tmp_path, model, {})
    with torch.no_grad():
        found = theirs(tmp_path)(tokens()).logits
    torch.testing.assert_close(found, logits(model), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("kind", ["llama", "gpt2"])
def test_shards_are_one_model(made, tmp_path, kind):
    theirs(made / kind).save_pretrained(tmp_path, max_shard_size="20KB")
    shards = sorted(tmp_path.glob("model-*.safetensors"))
    assert len(shards) > 2
    model = load_model(find_model(tmp_path), CPU)
    whole = load_model(find_model(made / kind), CPU)
    assert parameters_digest(model) == parameters_digest(whole)
    shards[1].unlink()
    with pytest.raises(UserError, match=rf"{shards[1].name}: missing, although"):
        find_model(tmp_path)


@pytest.mark.parametrize("kind", ["llama", "gpt2", "qwen2"])
@pytest.mark.parametrize(
    ("damage", "fact"),
    [
        (lambda _, path: path.write_bytes(path.read_bytes()[:-9]),
         r"model\.safetensors: not a readable safetensors file"),
        (lambda _, path: path.write_bytes(b"\xff" * 8 + path.read_bytes()[8:]),
         r"model\.safetensors: not a readable safetensors file"),
        (lambda _, path: path.write_bytes(
            path.read_bytes().replace(b"[300,32]", b"[301,32]", 1)),
         r"model\.safetensors: not a readable safetensors file"),
        (lambda t, path: save_file({n: x for n, x in t.items() if "1.ml" not in n}, path),
         r"layers\.1\.mlp\S* is absent|h\.1\.mlp\S* is absent"),
        (lambda t, path: save_file({n: x[:-1].clone() if "norm" in n or "ln_f.w" in n else x
                                    for n, x in t.items()}, path, {"format": "pt"}),
         r"norm|ln_f"),
        (lambda t, path: save_file({n: x * float("nan") if "0.mlp" in n else x
                                    for n, x in t.items()}, path, {"format": "pt"}),
         r"0\.mlp\S* holds \d+ non-finite numbers"),
    ],
    ids=["truncated", "header-length", "header-lies", "absent", "shape", "nan"],
)  # fmt: skip
def test_damaged_weights_are_named_by_file_or_tensor(made, tmp_path, kind, damage, fact):
    folder = tmp_path / "m"
    shutil.copytree(made / kind, folder)
    path = folder / "model.safetensors"
    damage(load_file(path), path)
    with pytest.raises(UserError, match=fact):
        load_model(find_model(folder), CPU)


def test_a_configuration_that_nobody_knows_is_named(made, tmp_path):
    shutil.copytree(made / "gpt2", tmp_path / "m")
    (tmp_path / "m" / "config.json").write_text(json.dumps({"model_type": "nonsense"}))
    with pytest.raises(UserError, match=r"m: not a model that transformers can build .*nonsense"):
        load_model(find_model(tmp_path / "m"), CPU)


def test_a_pickle_is_not_read(made, tmp_path):
    shutil.copytree(made / "gpt2", tmp_path / "m")
    (tmp_path / "m" / "model.safetensors").rename(tmp_path / "m" / "pytorch_model.bin")
    with pytest.raises(UserError, match="runs code when it is read"):
        find_model(tmp_path / "m")


def run(tmp_path, texts, name="o", callbacks=(), existing=Existing.REFUSE, **keys):
    tree = {
        "training": {"epochs": 1, "steps_per_epoch": 3, "batch_size": 4, "learning_rate": 1e-3},
        "dataset": {"source": "folder", "path": str(texts), "max_length": 16},
        "output": {"dir": str(tmp_path / name), "checkpoint_every": 0, "log_every": 1},
        "device": "cpu",
    }
    overrides = [(key.replace("__", "."), value) for key, value in keys.items()]
    out = io.StringIO()
    made = configure(tree, overrides, "test")
    result = Pipeline(made, out=out, callbacks=callbacks, existing=existing).execute()
    return result, out.getvalue()


@pytest.mark.parametrize(
    ("student", "teacher"), [("gpt2", "llama"), ("qwen2", "gpt2"), ("llama", "qwen2")]
)
def test_distilling_between_architectures(made, texts, tmp_path, student, teacher):
    result, told = run(
        tmp_path, texts,
        student__model_id=str(made / student), teacher__model_id=str(made / teacher),
    )  # fmt: skip
    assert result.metrics.final_loss < result.metrics.initial_loss
    assert f"tokenizer: {VOCABULARY} tokens, of {made / student}" in told
    loaded = theirs(tmp_path / "o")
    assert type(loaded) is type(theirs(made / student))
    assert transformers.AutoTokenizer.from_pretrained(tmp_path / "o").eos_token == "<|end|>"
    found = assess(
        find_model(tmp_path / "o"), find_model(made / teacher),
        configure(json.loads((tmp_path / "o" / "training.json").read_text())["configuration"],
                  [], "test"),
    )  # fmt: skip
    assert found.unit == "tokens"
    assert found.same_corpus
    assert 0 < found.evaluation.bits_per_byte < 8
    assert found.evaluation.perplexity > 2**found.evaluation.bits_per_byte


def test_a_fresh_student_takes_the_vocabulary_and_tokenizer_of_its_teacher(made, texts, tmp_path):
    run(tmp_path, texts, student__preset="nano", teacher__model_id=str(made / "gpt2"),
        teacher__dtype="bfloat16")  # fmt: skip
    loaded = theirs(tmp_path / "o")
    assert loaded.config.vocab_size == VOCABULARY
    assert (tmp_path / "o" / "tokenizer.json").read_bytes() == (
        made / "gpt2" / "tokenizer.json"
    ).read_bytes()


@pytest.mark.parametrize("template", ["<s> $A", "<s> $A <|end|>", "$A"])
def test_what_begins_a_text_is_what_transformers_puts_there_and_is_told(texts, tmp_path, template):
    tokenizer(tmp_path / "t", size=VOCABULARY, template=template)
    loaded = transformers.AutoTokenizer.from_pretrained(tmp_path / "t")
    (ids,) = load_tokenizer(tmp_path / "t").encode([b"the fox"])
    expected = [
        number for number in loaded("the fox")["input_ids"] if number != loaded.eos_token_id
    ]
    assert ids.tolist() == expected
    _, told = run(tmp_path, texts, student__preset="nano", dataset__tokenizer=str(tmp_path / "t"))
    begins = "<s> (1)" if "<s>" in template else "no token"
    line = f"each document begins with {begins} and ends with <|end|> (0)"
    assert f"tokenizer: {VOCABULARY} tokens, of {tmp_path / 't'}; {line}\n" in told
    assert f"# {line}\n" in (tmp_path / "o" / "configuration.yaml").read_text()


def test_one_trained_alone_takes_a_tokenizer_by_name(made, texts, tmp_path):
    run(tmp_path, texts, student__preset="nano", dataset__tokenizer=str(made / "gpt2"))
    assert theirs(tmp_path / "o").config.vocab_size == VOCABULARY


def test_a_teacher_whose_special_tokens_are_called_otherwise_is_taken_and_told(
    made, texts, tmp_path
):
    shutil.copytree(made / "llama", tmp_path / "t")
    tokenizer(tmp_path / "t", size=VOCABULARY, end="</s>")
    _, told = run(tmp_path, texts, student__model_id=str(made / "gpt2"),
                  teacher__model_id=str(tmp_path / "t"))  # fmt: skip
    assert "note: special token eos_token: <|end|> to student, </s> to teacher\n" in told


@pytest.mark.parametrize("loss", ["dense", "chunked"])
@pytest.mark.parametrize(
    ("mine", "theirs", "rest"),
    [
        (330, 310, "to the teacher, ids from 310 on have probability 0"),
        (310, 330, "the teacher's other logits are cut before the softmax"),
    ],
)
def test_vocabularies_that_are_padded_otherwise_are_taken_and_told(
    texts, tmp_path, loss, mine, theirs, rest
):
    sizes = {"s": mine, "t": theirs}
    for name, size in sizes.items():
        config = transformers.LlamaConfig(**{**LLAMA, "vocab_size": size})
        model = transformers.AutoModelForCausalLM.from_config(config)
        model.save_pretrained(tmp_path / name)
        tokenizer(tmp_path / name, size=VOCABULARY)
    keys = {"student__model_id": str(tmp_path / "s"), "teacher__model_id": str(tmp_path / "t"),
            "training__loss": loss}  # fmt: skip
    result, told = run(tmp_path, texts, **keys)
    assert result.metrics.final_loss < result.metrics.initial_loss
    assert f"vocabularies: student {mine}, teacher {theirs}, tokenizer 300; {rest}\n" in told
    if mine > theirs:
        with pytest.raises(UserError, match="reverse_kl is infinite"):
            run(tmp_path, texts, "r", distillation__divergence="reverse_kl", **keys)


@pytest.mark.parametrize(
    ("change", "fact"),
    [
        (lambda folder: tokenizer(folder, texts=["zebra zest"]), "vocabulary"),
        (lambda folder: (folder / "tokenizer.json").unlink(), "has no tokenizer.json"),
    ],
    ids=["vocabulary", "absent"],
)
def test_a_teacher_with_another_tokenizer_is_refused(made, texts, tmp_path, change, fact):
    shutil.copytree(made / "llama", tmp_path / "t")
    change(tmp_path / "t")
    with pytest.raises(UserError, match=fact):
        run(tmp_path, texts, student__model_id=str(made / "gpt2"),
            teacher__model_id=str(tmp_path / "t"))  # fmt: skip
    assert not (tmp_path / "o").exists()


def test_a_model_of_the_hub_comes_from_the_cache_when_offline(made, monkeypatch, tmp_path):
    cache = tmp_path / "cache"
    repository = cache / "models--someone--tiny"
    shutil.copytree(made / "gpt2", repository / "snapshots" / ("0" * 40))
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text("0" * 40)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(cache))
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    monkeypatch.setitem(os.environ, "HF_HUB_OFFLINE", "1")
    monkeypatch.chdir(tmp_path)
    named = find_model(tmp_path.__class__("someone/tiny"))
    assert named.folder == repository / "snapshots" / ("0" * 40)
    assert load_model(named, CPU).vocab_size == VOCABULARY
    with pytest.raises(UserError, match="HF_HUB_OFFLINE=1 and it is not in the cache"):
        find_model(tmp_path.__class__("someone/absent"))
    (tmp_path / "someone").mkdir()
    with pytest.raises(UserError, match="someone/tiny: no such folder"):
        find_model(tmp_path.__class__("someone/tiny"))


def test_text_from_a_model_of_the_hub(made, capsys):
    arguments = ["generate", str(made / "gpt2"), "--tokens", "8", "--seed", "3", "--device", "cpu"]
    told = []
    for _ in range(2):
        assert main([*arguments, "--prompt", "the quick"]) == 0
        told.append(capsys.readouterr().out)
    assert told[0] == told[1]
    assert told[0].startswith("the quick")
    assert len(told[0]) > len("the quick\n")


@pytest.mark.parametrize("student", ["qwen2", "gpt2"])
def test_a_run_of_a_hub_model_is_resumed_and_its_checkpoints_can_be_used(
    made, texts, tmp_path, capsys, student
):
    keys = {"student__model_id": str(made / student), "teacher__model_id": str(made / "llama")}
    run(tmp_path, texts, "whole", training__steps_per_epoch=4, **keys)

    class Stop(Callback):
        def on_step_end(self, report):
            return CallbackAction.STOP if report.step.number == 2 else CallbackAction.CONTINUE

    halves = {**keys, "training__steps_per_epoch": 4, "output__checkpoint_every": 2}
    run(tmp_path, texts, "halves", callbacks=(Stop(),), **halves)
    checkpoint = tmp_path / "halves" / "checkpoints" / "latest"
    assert main(["generate", str(checkpoint), "--tokens", "3", "--device", "cpu"]) == 0
    assert main(["evaluate", str(checkpoint), "--device", "cpu"]) == 0
    assert "perplexity" in capsys.readouterr().out
    assert logits(load_model(find_model(checkpoint), CPU)).shape[-1] == VOCABULARY
    (tmp_path / "halves" / "model.safetensors").unlink()
    run(tmp_path, texts, "halves", existing=Existing.RESUME, **halves)
    whole, halves = (tmp_path / name / "model.safetensors" for name in ("whole", "halves"))
    assert halves.read_bytes() == whole.read_bytes()


@pytest.mark.parametrize("kind", ["gpt2", "qwen2"])
def test_a_large_model_is_exported_in_shards(made, tmp_path, monkeypatch, kind):
    monkeypatch.setattr("trainer.models.hugging_face._LARGEST_SHARD", "20KB")
    model = load_model(find_model(made / kind), CPU)
    export_model(tmp_path, model, {})
    assert len(list(tmp_path.glob("model-*.safetensors"))) > 2
    assert not (tmp_path / "model.safetensors").exists()
    assert torch.equal(logits(load_model(find_model(tmp_path), CPU)), logits(model))
    with torch.no_grad():
        torch.testing.assert_close(
            theirs(tmp_path)(tokens()).logits, logits(model), rtol=1e-5, atol=1e-6
        )
    (tmp_path / "model.safetensors.index.json").unlink()
    with pytest.raises(UserError, match="not a model"):
        find_model(tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("parallel", ["ddp", "fsdp"])
@pytest.mark.parametrize("name", ["gpt2", "qwen2"])
def test_two_processes_export_what_one_reads_back(made, texts, tmp_path, name, parallel):
    folder = tmp_path / "out"
    settings = {
        "student.preset": "null", "student.model_id": made / name, "dataset.source": "folder",
        "dataset.path": texts, "dataset.max_length": 16, "training.batch_size": 4,
        "training.epochs": 1, "training.steps_per_epoch": 2, "training.parallel": parallel,
        "training.memory_check": "false",
    }  # fmt: skip
    options = [part for key, value in settings.items() for part in ("--set", f"{key}={value}")]
    ran = subprocess.run(
        (*TORCHRUN, "-m", "trainer", "teach", "--output", folder, "--device", "cpu", *options),
        capture_output=True, text=True, check=False, env={**os.environ, "OMP_NUM_THREADS": "1"},
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    assert "read back with the same loss" in ran.stdout
    assert set(theirs(folder).state_dict()) == set(theirs(made / name).state_dict())
