"""A part of a claim whose premise never holds makes the whole say less than it seems to."""

HEAD = """\
metadata: {version: 1.0.0, kind: pattern, description: d, references: [r]}
equations:
  f: {formula: "f(n) = n + 1", domain: {n: 0..20}}
proof_obligations:
"""
SILENT = {
    "f(n) > n and (n > 30 implies f(n) = 7)": "n > 30 implies f(n) = 7",
    "(f(n) < 0 implies n = 3) and f(n) > n": "f(n) < 0 implies n = 3",
    "n > 3 implies (f(n) > 4 and (n > 40 implies f(n) = 7))": (
        "n > 3 implies (n > 40 implies f(n) = 7)"
    ),
    "forall i in 0..3: f(n + i) > i and (n < i - 5 implies f(n) = 7)": (
        "forall i in 0..3: n < i - 5 implies f(n) = 7"
    ),
}
SPEAKING = (
    "f(n) > n and (n > 19 implies f(n) = 21)",
    "n > 3 implies (f(n) > 4 and (n > 19 implies f(n) = 21))",
    "forall i in 0..3: f(n + i) > i and (n < i implies f(n) < 4)",
)


def _decide(project, claims):
    project.write("counting/rule.py", "def counted(n):\n    return n + 1\n")
    project.change("contracts/bindings/counting.yaml", "counter-v1", "part-v1")
    project.change("contracts/bindings/counting.yaml", "equation: counted", "equation: f")
    entries = (
        f"  - {{id: O-{n}, type: invariant, property: p, formal: {claim!r}}}\n"
        for n, claim in enumerate(claims)
    )
    project.write("contracts/part-v1.yaml", HEAD + "".join(entries))
    _, results = project.results("prove", "contracts/part-v1.yaml", "--fresh")
    return [results[f"O-{n}"] for n, _ in enumerate(claims)]


def test_a_part_that_says_nothing_is_named(project):
    for told, part in zip(_decide(project, SILENT), SILENT.values(), strict=True):
        reason = f"in no case did what a part of it presupposes hold: {part}"
        assert (told["verdict"], told["reason"]) == ("VACUOUS", reason)


def test_a_part_that_says_something_at_one_point_is_believed(project):
    assert {told["verdict"] for told in _decide(project, SPEAKING)} == {"PROVED"}
