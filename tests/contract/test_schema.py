import json
from dataclasses import fields
from pathlib import Path

import jsonschema
import jsonschema_rs
import pytest

from pv.contract.finding import Finding
from pv.contract.schema import schema_text
from pv.contract.yaml_reader import Document, read_file

HOME = Path(__file__).parents[2]
SCHEMAS = sorted(file.name.partition(".")[0] for file in (HOME / "schemas").iterdir())
CASES = sorted([*(HOME / "tests/cases").rglob("*.yaml"), *(HOME / "contracts").glob("*.yaml")])


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_a_schema(name):
    jsonschema.Draft202012Validator.check_schema(json.loads(schema_text(name)))


def properties(part, path=""):
    if isinstance(part, dict):
        for name, described in (part.get("properties") or {}).items():
            if isinstance(described, dict):
                yield f"{path}.{name}", described
        for key, below in part.items():
            yield from properties(below, f"{path}.{key}")


@pytest.mark.parametrize("name", ["contract", "binding"])
def test_every_key_is_explained(name):
    for path, described in properties(json.loads(schema_text(name))):
        if set(described) <= {"type", "minimum"}:  # the units of a tolerance explain themselves
            continue
        assert {"title", "description"} <= set(described), path


@pytest.mark.parametrize("file", CASES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_two_validators_agree(file):
    document = read_file(file)
    if not isinstance(document, Document):
        return
    schema = json.loads(schema_text("contract"))
    ours = jsonschema_rs.validator_for(schema).is_valid(document.value)
    assert ours == jsonschema.Draft202012Validator(schema).is_valid(document.value)


def test_findings_have_the_fields_of_their_schema():
    described = json.loads(schema_text("findings"))["$defs"]["finding"]["properties"]
    assert {field.name for field in fields(Finding)} - {"location"} <= set(described)
