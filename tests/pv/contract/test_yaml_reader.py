import pytest

from pv.contract.discovery.read_bytes import MAX_BYTES
from pv.contract.yaml.document import Document
from pv.contract.yaml.reader import read, read_file

BOMB = b"a0: &a0 [1,1,1,1,1,1,1,1,1,1]\n" + b"".join(
    b"a%d: &a%d [%s]\n" % (n, n, b",".join([b"*a%d" % (n - 1)] * 10)) for n in range(1, 9)
)


@pytest.mark.parametrize(
    ("data", "value"),
    [
        (b"1e-6", 1e-6), (b"010", 10), (b"0x1F", 31), (b"0o17", 15), (b"-.5", -0.5), (b"+7", 7),
        (b"yes", "yes"), (b"on", "on"), (b"12:30:45", "12:30:45"), (b"2026-11-23", "2026-11-23"),
        (b"1_000", "1_000"), (b"~", None), (b"null", None), (b"TRUE", True), (b"'1'", "1"),
        (b'"true"', "true"), (b"{a: [1, b], c: {}}", {"a": [1, "b"], "c": {}}),
        (b"- &x {a: 1}\n- *x", [{"a": 1}, {"a": 1}]), (b"a:", {"a": None}), (b"1: x", {"1": "x"}),
        ("\ufeffa: ü".encode(), {"a": "ü"}), (b"a: |\n  b\n  c\n", {"a": "b\nc\n"}),
        (b"1..12", "1..12"),
    ],
    ids=str,
)  # fmt: skip
def test_scalars_follow_the_core_schema(data, value):
    document = read(data, "f.yaml")
    assert isinstance(document, Document), document
    assert document.value == value
    assert type(document.value) is type(value)


@pytest.mark.parametrize(
    ("data", "code", "line", "column"),
    [
        pytest.param(b"a: 1\nb: 2\na: 3\n", "SCHEMA-020", 3, 1, id="duplicate key"),
        pytest.param(b"a: !!python/object:os.system {}", "READ-012", 1, 4, id="tag"),
        pytest.param(b"a: !!str 1", "READ-012", 1, 4, id="tag of a scalar"),
        pytest.param(b"a: 1\n---\nb: 2\n", "READ-008", 2, 1, id="second document"),
        pytest.param(b"[" * 100_000, "READ-006", 1, 101, id="deep"),
        pytest.param(BOMB, "READ-007", 6, 10, id="anchor bomb"),
        pytest.param(b"&a [*a]", "READ-011", 1, 5, id="alias of itself"),
        pytest.param(b"a: *b", "READ-011", 1, 4, id="alias of nothing"),
        pytest.param(b"a: b\n \xff", "READ-002", 2, 2, id="not UTF-8"),
        pytest.param(b"a: \x00", "READ-003", 1, 4, id="control character"),
        pytest.param(b"a:\n\t- b", "READ-003", 2, 1, id="tab"),
        pytest.param(b"a: [1\nb: 2", "READ-003", 2, 2, id="open bracket"),
        pytest.param(b"", "READ-005", 1, 1, id="empty"),
        pytest.param(b"# only a comment\n", "FILE-002", 1, 1, id="only a comment"),
        pytest.param(b"a: .nan", "READ-009", 1, 4, id="not a number"),
        pytest.param(b"a: 1e999", "READ-009", 1, 4, id="too large"),
        pytest.param(b"a: " + b"9" * 5000, "READ-009", 1, 4, id="too many digits"),
        pytest.param(b"? [a]\n: b", "READ-010", 1, 3, id="list as key"),
    ],
)
def test_a_fault_has_its_place(data, code, line, column):
    findings = read(data, "f.yaml")
    assert isinstance(findings, tuple)
    first = findings[0]
    assert (first.code, first.location.line, first.location.column) == (code, line, column)
    assert first.message
    assert first.remedy


def test_a_file_that_is_too_large_is_not_read(tmp_path):
    file = tmp_path / "large.yaml"
    file.write_bytes(b"[" * (MAX_BYTES + 1))
    assert read_file(file)[0].code == "READ-004"


def test_a_missing_file_is_a_finding(tmp_path):
    assert read_file(tmp_path / "absent.yaml")[0].code == "READ-001"


def test_every_value_has_its_place():
    document = read(b"a:\n  - b: 1\n    c: 'x y'\n", "f.yaml")
    assert str(document.place(("a", 0, "c"))) == "f.yaml:3:8"
    assert str(document.key_place(("a", 0, "c"))) == "f.yaml:3:5"
    assert str(document.place(("a", 0, "absent"))) == "f.yaml:2:5"


@pytest.mark.parametrize(
    ("data", "part", "place"),
    [
        (b"k: a = b", "b", "1:8"), (b'k: "a = b"', "b", "1:9"), (b"k: 'a = b'", "=", "1:7"),
        (b"k: |\n  a = b\n  c = d\n", "d", "3:7"), (b"k: >-\n  a =\n  b = c\n", "b", "3:3"),
        (b"k: a =\n  b", "b", "2:3"),
    ],
    ids=str,
)  # fmt: skip
def test_a_text_knows_where_its_characters_stand(data, part, place):
    document = read(data, "f")
    text = document.text(("k",), document.value["k"])
    start = text.value.index(part)
    found = text.locate(start, start + len(part))
    assert f"{found.line}:{found.column}" == place
    assert found.end_column - found.column == len(part)


def test_escapes_make_the_whole_scalar_the_place():
    document = read(rb'k: "a \x3d b"', "f")
    assert document.text(("k",), document.value["k"]).locate(4, 5).column == 4
