import json

import pytest

from trainer.errors import UserError
from trainer.storage.manifest import write_manifest
from trainer.storage.model_files import find_model


@pytest.fixture
def exported(tmp_path):
    (tmp_path / "model.safetensors").write_bytes(b"")
    (tmp_path / "config.json").write_text("{}")
    return tmp_path


def test_model_without_sidecar(exported):
    assert find_model(exported).facts == {}


@pytest.mark.parametrize("name", ["config.json", "training.json"])
def test_malformed_json_is_named(exported, name):
    (exported / name).write_text("{")
    with pytest.raises(UserError, match=name):
        find_model(exported)


def test_json_must_be_an_object(exported):
    (exported / "config.json").write_text("[]")
    with pytest.raises(UserError, match="expected a JSON object"):
        find_model(exported)


def test_missing_folder(tmp_path):
    with pytest.raises(UserError, match="no such folder"):
        find_model(tmp_path / "none")


@pytest.mark.parametrize("leavings", [[], ["smoke.json"]], ids=["empty", "smoke"])
def test_folder_without_final_model(tmp_path, leavings):
    for name in leavings:
        (tmp_path / name).write_text("{}")
    with pytest.raises(UserError, match="smoke"):
        find_model(tmp_path)


@pytest.mark.parametrize("facts", [{"smoke": True}, {}, {"smoke": "false"}])
def test_checkpoint_is_refused_unless_it_says_that_it_is_no_smoke(tmp_path, facts):
    (tmp_path / "checkpoint.json").write_text(json.dumps(facts))
    with pytest.raises(UserError, match="smoke"):
        find_model(tmp_path)


def test_checkpoint_of_a_full_run(tmp_path):
    (tmp_path / "checkpoint.json").write_text('{"smoke": false}')
    (tmp_path / "config.json").write_text("{}")
    write_manifest(tmp_path)
    assert find_model(tmp_path).weights == (tmp_path / "student.safetensors",)


def test_damaged_checkpoint_is_named(tmp_path):
    (tmp_path / "checkpoint.json").write_text('{"smoke": false}')
    (tmp_path / "config.json").write_text("{}")
    write_manifest(tmp_path)
    (tmp_path / "config.json").write_text("{ }")
    with pytest.raises(UserError, match=r"damaged checkpoint: config\.json"):
        find_model(tmp_path)
