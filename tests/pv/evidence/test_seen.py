import json

import pytest

from pv.evidence.seen import Seen, read_report

READ, MADE = ["read", "/a/x", "1"], ["made", "/a/x"]


@pytest.mark.parametrize(
    ("lines", "seen"),
    [
        ([], Seen()),
        ([READ, ["read", "/a/x", "2"]], Seen(files={"/a/x": "1"})),
        ([["names", "/a", "1"], ["names", "/a", "2"]], Seen(folders={"/a": "1"})),
        ([["link", "/l", "/a"], ["link", "/l", "/b"]], Seen(links={"/l": "/a"})),
        ([["module", "m", ["/a", "/b"], "/b/m.py"], ["module", "m", [], None]],
         Seen(modules={"m": (("/a", "/b"), "/b/m.py")})),
        ([["module", "m", ["/a"], None]], Seen(modules={"m": (("/a",), None)})),
        ([["installed", "/s/p"]], Seen(installed=frozenset({"/s/p"}))),
        ([["written", "/a/x"], READ], Seen(files={"/a/x": "1"}, own=frozenset({"/a/x"}))),
        # what a process made itself does not count, unless it had read it before
        ([MADE, READ], Seen(own=frozenset({"/a/x"}))),
        ([READ, MADE], Seen(files={"/a/x": "1"}, own=frozenset({"/a/x"}))),
        ([["made", "/a"], READ], Seen(own=frozenset({"/a"}))),
        ([["made", "/a"], ["names", "/a/b", "1"]], Seen(own=frozenset({"/a"}))),
        ([["made", "/a"], ["link", "/a/b", "1"]], Seen(own=frozenset({"/a"}))),
        ([["made", "/a"], ["module", "m", ["/a"], "/a/m.py"]], Seen(own=frozenset({"/a"}))),
        ([["made", "/a"], ["read", "/ab", "1"]],
         Seen(files={"/ab": "1"}, own=frozenset({"/a"}))),
        # each program that is started has to report
        ([["started", ["ls", "-l"]]], Seen(silent=frozenset({"ls -l"}))),
        ([["started", ["ls", "-l"]], ["began", ["/bin/ls", "-l"]]], Seen()),
        ([["started", ["ls", "-l"]], ["began", ["/bin/ls", "-a"]]],
         Seen(silent=frozenset({"ls -l"}))),
        ([["started", ["tool", "a"]], ["began", ["python", "/bin/tool", "a"]]], Seen()),
        ([["started", ["tool"]], ["started", ["tool"]], ["began", ["tool"]]],
         Seen(silent=frozenset({"tool"}))),
        ([["started", ["tool"]], ["began", ["other"]], ["began", ["tool"]]], Seen()),
        ([["started", ["tool", "a", "b"]], ["began", ["b"]]],
         Seen(silent=frozenset({"tool a b"}))),
        ([["started", []]], Seen(silent=frozenset({""}))),
        ([["neither", "known"]], Seen()),
    ],
    ids=str,
)  # fmt: skip
def test_a_report_says_what_was_seen(tmp_path, lines, seen):
    file = tmp_path / "report"
    file.write_text("".join(f"{json.dumps(each)}\n" for each in lines), encoding="utf-8")
    assert read_report(file) == seen


@pytest.mark.parametrize("line", ["", "[]", "3", '["read"', "null", '["made", 3'])
def test_a_damaged_line_is_told(tmp_path, line):
    (tmp_path / "report").write_text(f"{line}\n", encoding="utf-8")
    assert read_report(tmp_path / "report").silent == {"a process whose report is damaged"}


def test_the_program_itself_has_to_report(tmp_path):
    assert read_report(tmp_path / "none") == Seen()
    assert read_report(tmp_path / "none", ["tool", "a"]).silent == {"tool a"}


def test_what_was_seen_first_stands():
    first = Seen(frozenset("a"), {"f": "1"}, {"d": "1"}, {"l": "1"}, {"m": ((), "1")},
                 frozenset("p"), frozenset("o"), frozenset("c"))  # fmt: skip
    second = Seen(frozenset("b"), {"f": "1", "g": "2"}, {"d": "2", "e": "2"}, {"l": "2"},
                  {"m": ((), "2")}, frozenset("q"), frozenset("w"), frozenset("k"))  # fmt: skip
    assert first | second == Seen(
        frozenset("ab"), {"f": "1", "g": "2"}, {"d": "1", "e": "2"}, {"l": "1"}, {"m": ((), "1")},
        frozenset("pq"), frozenset("ow"), frozenset("ck"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("earlier", "later", "own", "contradicted"),
    [("1", "2", "", True), ("1", "1", "", False), (None, "2", "", True), ("1", None, "", False),
     ("1", "2", "f", False)],
)  # fmt: skip
def test_a_file_that_two_found_different_is_a_contradiction(earlier, later, own, contradicted):
    first, second = Seen(files={"f": earlier}, own=frozenset(own)), Seen(files={"f": later})
    for joined in (
        first | second,
        Seen(files={"f": earlier}) | Seen(files={"f": later}, own=first.own),
    ):
        assert joined.contradictions == frozenset("f" if contradicted else "")


def test_sources_stand_for_silent_programs():
    seen = Seen(silent=frozenset({"tool"}), files={"f": "1"})
    assert seen.with_sources([]) == seen
    assert seen.with_sources(["src/**"]) == Seen(files={"f": "1"})


def test_of_what_the_processes_changed_code_may_not_change_again():
    seen = Seen(own=frozenset({"/a/log.txt", "/b/code.py"}))
    assert seen.may_change == {"/a/log.txt", "/a", "/b"}
