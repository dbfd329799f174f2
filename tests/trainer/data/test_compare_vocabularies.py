import re

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


def named(name, tokens="abc", reserved=(), special=None, **rules):
    given = {} if special is None else special
    return NamedVocabulary(name, Vocabulary(tokens, frozenset(reserved), given, rules))


@pytest.mark.parametrize(
    ("student", "teacher", "fact"),
    [
        ({"tokens": "abd"}, {}, "vocabulary (3 tokens and 3): id 2 is 'd' to S and 'c' to T"),
        ({"tokens": "abcd"}, {}, "id 3 is 'd' to S and absent to T"),
        ({"reserved": [2]}, {}, "id 2 is 'c' to S and 'c' to T"),
        ({}, {"reserved": [2]}, "id 2 is 'c' to S and 'c' to T"),
        ({"tokens": ["a", "", "c"]}, {}, "id 1 is '' to S and 'b' to T"),
    ],
    ids=["token", "longer", "special-to-one", "special-to-other", "hole"],
)
def test_an_id_of_text_that_means_another_is_refused(student, teacher, fact):
    message = re.escape("the tokenizers of S and T differ in ") + ".*" + re.escape(fact)
    with pytest.raises(UserError, match=message):
        require_same_tokens(named("S", **student), named("T", **teacher))


@pytest.mark.parametrize(
    ("student", "teacher", "fact"),
    [
        ({"tokens": "abd", "reserved": [2]}, {"reserved": [2]},
         "special tokens: id 2 is d to S, c to T"),
        ({"tokens": ["a", "b", ""]}, {"reserved": [2]}, "id 2 is absent to S, c to T"),
        ({"tokens": "abcd", "reserved": [3]}, {}, "S has 1 special tokens past the end of T's"),
        ({"special": {"eos_token": "a"}}, {"special": {"eos_token": "b"}},
         "special token eos_token: a to S, b to T"),
        ({"special": {"eos_token": "a"}}, {}, "special token eos_token: a to S, absent to T"),
        ({}, {"special": {"eos_token": "a"}}, "special token eos_token: absent to S, a to T"),
        ({"merges": "x"}, {"merges": "y"}, "merges: T cuts text by other rules, S's are taken"),
        ({"normalizer": "x"}, {}, "normalizer: T cuts text by other rules, S's are taken"),
    ],
    ids=["renamed", "hole", "longer", "end", "no-teacher-end", "no-student-end", "merges", "rules"],
)  # fmt: skip
def test_what_else_differs_is_told(student, teacher, fact):
    pair = named("S", **student), named("T", **teacher)
    require_same_tokens(*pair)
    (found,) = differences(*pair)
    assert found.endswith(fact)


def test_vocabularies_that_are_equal_differ_in_nothing():
    assert not list(differences(named("S"), named("T")))
    assert not list(differences(named("S", "ab", merges="x"), named("T", merges="y")))
