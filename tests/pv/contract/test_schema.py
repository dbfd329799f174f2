import ast
import json

import jsonschema
import jsonschema_rs
import pytest

from pv.contract.finding import Finding
from pv.contract.schema.files import schema_text
from pv.contract.yaml.document import Document
from pv.contract.yaml.reader import read_file
from tests.conftest import HOME

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
    assert set(Finding._fields) - {"location"} <= set(described)


READERS = {
    "text", "needed", "texts", "table", "word", "words", "whole", "number", "mapping", "inner",
    "entries", "get",
}  # fmt: skip


def keys_that_the_loader_reads():
    for file in (HOME / "pv/contract/building").glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in READERS:
                yield from (each.value for each in node.args if isinstance(each, ast.Constant))


def keys_of_the_schema():
    """Yield each key of a contract with its description, those of blocks that are kept left out."""
    schema = json.loads(schema_text("contract"))
    read = (
        "metadata", "equation", "obligation", "machine", "rule", "test", "experiment", "run",
        "symbolic", "gate",
    )  # fmt: skip
    for part in (schema, *(schema["$defs"][name] for name in read)):
        for key, described in part["properties"].items():
            yield key, described["description"]


def test_every_key_that_is_read_is_in_the_schema():
    tolerance = json.loads(schema_text("contract"))["$defs"]["tolerance"]
    inside = {*tolerance["properties"], "status"}  # of `lean`, which is open
    assert {*keys_that_the_loader_reads()} <= {key for key, _ in keys_of_the_schema()} | inside


def test_every_key_of_the_schema_is_read_or_said_to_be_kept():
    read = set(keys_that_the_loader_reads())
    unread = {key: said for key, said in keys_of_the_schema() if key not in read}
    assert {key: said for key, said in unread.items() if "ept" not in said} == {}


def test_every_value_of_an_enumeration_is_explained():
    def enumerations(part):
        if isinstance(part, dict):
            if "enum" in part:
                yield part
            for below in part.values():
                yield from enumerations(below)

    found = list(enumerations(json.loads(schema_text("contract"))))
    assert len(found) == 5
    for each in found:
        assert len(each["enumDescriptions"]) == len(each["enum"])


@pytest.mark.parametrize("file", sorted((HOME / "contracts").rglob("*.yaml")), ids=str)
def test_our_contracts_tell_editors_their_schema(file):
    first = file.read_text(encoding="utf-8").partition("\n")[0]
    named = first.removeprefix("# yaml-language-server: $schema=")
    assert (file.parent / named).resolve().parent == HOME / "schemas"
