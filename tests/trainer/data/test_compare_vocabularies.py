import pytest

from trainer.data.compare_vocabularies import (
    NamedVocabulary,
    Vocabulary,
    differences,
    first_difference,
    require_same_tokens,
)
from trainer.errors import UserError


@pytest.mark.parametrize(
    ("student", "teacher", "at"),
    [
        ("abc", "abc", None),
        ("ab", "abc", None),
        ("", "abc", None),
        ("abc", "ab", 2),
        ("acb", "abc", 1),
        ("xbc", "abc", 0),
    ],
)
def test_a_prefix_is_no_difference(student, teacher, at):
    assert first_difference(student, teacher) == at


def named(name, tokens="abc", special=None, **rules):
    return NamedVocabulary(name, Vocabulary(tokens, {} if special is None else special, rules))


@pytest.mark.parametrize(
    ("student", "teacher", "fact"),
    [
        ({"tokens": "abd"}, {}, "vocabulary (3 tokens and 3): id 2 is 'd' to S and 'c' to T"),
        ({"tokens": "abcd"}, {}, "id 3 is 'd' to S and absent to T"),
        ({"special": {"eos_token": "a"}}, {"special": {"eos_token": "b"}},
         "special token eos_token: a to S and b to T"),
        ({"special": {"eos_token": "a"}}, {}, "special token eos_token: a to S and absent to T"),
        ({}, {"special": {"eos_token": "a"}}, "special token eos_token: absent to S and a to T"),
        ({"merges": "x"}, {"merges": "y"}, "merges: text is cut by other rules"),
        ({"normalizer": "x"}, {}, "normalizer: text is cut by other rules"),
    ],
    ids=["token", "longer", "end", "no-teacher-end", "no-student-end", "merges", "rules"],
)  # fmt: skip
def test_what_differs_is_named(student, teacher, fact):
    found = list(differences(named("S", **student), named("T", **teacher)))
    assert len(found) == 1
    assert fact in found[0]
    with pytest.raises(UserError, match="the tokenizers of S and T differ in "):
        require_same_tokens(named("S", **student), named("T", **teacher))


def test_a_shorter_student_may_lack_what_lies_past_its_end():
    student = named("S", "ab", merges="x")
    assert not list(differences(student, named("T", special={"pad_token": "c"}, merges="y")))
    assert list(differences(student, named("T", special={"pad_token": "a"}, merges="y")))
