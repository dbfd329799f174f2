import json
import shutil

import pytest

pytest.importorskip("tokenizers")

from tests.trainer.tiny import tokenizer
from trainer.data.compare_vocabularies import (
    NamedVocabulary,
    differences,
    require_same_tokens,
)
from trainer.data.corpora.text_files import folder_corpus
from trainer.data.tokenizer import ByteTokenizer, find_tokenizer, load_tokenizer
from trainer.errors import UserError


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("tokenizer")
    tokenizer(made)
    return made


@pytest.mark.parametrize("text", ["the quick fox", "", "é € 𝄞", "a\n\tb  c"])
def test_text_comes_back(folder, text):
    for each in (load_tokenizer(folder), ByteTokenizer()):
        (ids,) = each.encode([text.encode()])
        assert each.decode(ids.tolist()) == text.encode()
        assert all(number < each.size for number in ids.tolist())


def test_the_end_token_is_known_and_is_no_text(folder):
    found = load_tokenizer(folder)
    assert found.end == 0
    assert found.decode([0]) == b""
    assert ByteTokenizer().end is None


@pytest.mark.parametrize(
    ("keys", "begins"),
    [
        ({"template": "<s> $A"}, [1]),
        ({"template": "<s> $A <|end|>"}, [1]),  # a document is closed by its end token anyway
        ({"template": "$A <|end|>"}, []),
        ({"template": "", "bos_token": "<s>", "add_bos_token": True}, [1]),
        ({"template": "", "bos_token": {"content": "<s>"}, "add_bos_token": True}, [1]),
        ({"template": "", "bos_token": "<s>"}, []),
        ({"template": "<s> $A", "bos_token": "<s>", "add_bos_token": False}, []),
        ({"template": "", "add_bos_token": True}, []),
    ],
)
def test_a_document_begins_as_its_tokenizer_has_it(tmp_path, keys, begins):
    tokenizer(tmp_path / "t", **keys)
    found = load_tokenizer(tmp_path / "t")
    ids, empty = (each.tolist() for each in found.encode([b"the fox", b""]))
    assert (ids[: len(begins)], empty) == (begins, begins)
    assert found.decode(ids) == b"the fox"
    assert 1 not in ids[len(begins) :]
    assert 0 not in ids
    told = (
        f"each document begins with {'<s> (1)' if begins else 'no token'} and ends with <|end|> (0)"
    )
    assert found.frame == told


def test_documents_begin_with_the_token_that_the_tokenizer_adds(tmp_path):
    tokenizer(tmp_path / "t", template="<s> $A")
    for n in range(40):
        (tmp_path / f"{n}.txt").write_text("the quick brown fox")
    corpus = folder_corpus(tmp_path, tokenizer=load_tokenizer(tmp_path / "t"))
    for side in (corpus.train, corpus.held_out):
        starts = (side == 1).nonzero()[0]
        assert starts[0] == 0
        assert (side[starts[1:] - 1] == 0).all()
    assert (corpus.train == 1).sum() + (corpus.held_out == 1).sum() == 40


def test_the_digest_tells_tokenizers_apart(folder, tmp_path):
    tokenizer(tmp_path / "other", size=299)
    shutil.copytree(folder, tmp_path / "same")
    digest = load_tokenizer(folder).digest
    assert load_tokenizer(tmp_path / "same").digest == digest
    assert load_tokenizer(tmp_path / "other").digest != digest
    stated = [tmp_path / name for name in ("with", "without")]
    for place in stated:
        keys = {"template": "", "bos_token": "<s>", "add_bos_token": place.name == "with"}
        tokenizer(place, **keys)
    with_it, without = (load_tokenizer(place).digest for place in stated)
    assert with_it != without


def test_documents_end_with_the_end_token(folder, tmp_path):
    for n in range(40):
        (tmp_path / f"{n}.txt").write_text("the quick brown fox")
    found = load_tokenizer(folder)
    corpus = folder_corpus(tmp_path, tokenizer=found)
    assert (corpus.train == 0).sum() + (corpus.held_out == 0).sum() == 40
    assert corpus.unit == "tokens"
    texts = (corpus.held_out == 0).sum()
    assert corpus.held_out_bytes == texts * len("the quick brown fox")
    assert corpus.digest != folder_corpus(tmp_path).digest


def test_text_that_is_not_utf_8_is_named_by_file_and_byte(folder, tmp_path):
    (tmp_path / "good.txt").write_text("fine")
    (tmp_path / "bad.txt").write_bytes(b"abc\xff")
    with pytest.raises(UserError, match=r"bad\.txt: byte 3 is not UTF-8"):
        folder_corpus(tmp_path, tokenizer=load_tokenizer(folder))
    assert len(folder_corpus(tmp_path).train) + len(folder_corpus(tmp_path).held_out) == 8


def test_damaged_and_absent_tokenizers_are_named(folder, tmp_path):
    assert find_tokenizer(tmp_path) is None
    with pytest.raises(UserError, match="has no tokenizer"):
        load_tokenizer(tmp_path)
    text = (folder / "tokenizer.json").read_text()
    (tmp_path / "tokenizer.json").write_text(text[: len(text) // 2])
    with pytest.raises(UserError, match=r"tokenizer\.json: not a tokenizer"):
        load_tokenizer(tmp_path)


def test_real_tokenizers_are_compared(folder, tmp_path):
    tokenizer(tmp_path / "other", texts=["zebra zebra zebra zest"])
    tokenizer(tmp_path / "end", end="</s>")
    mine = NamedVocabulary("student", load_tokenizer(folder).vocabulary())
    require_same_tokens(mine, mine)
    other, end = (
        NamedVocabulary("teacher", load_tokenizer(tmp_path / name).vocabulary())
        for name in ("other", "end")
    )
    with pytest.raises(UserError, match="vocabulary"):
        require_same_tokens(mine, other)
    require_same_tokens(mine, end)
    assert list(differences(mine, end)) == [
        "special token eos_token: <|end|> to student, </s> to teacher",
        "special tokens: id 0 is <|end|> to student, </s> to teacher",
    ]


def test_a_special_token_may_be_an_object(folder, tmp_path):
    shutil.copytree(folder, tmp_path / "t")
    path = tmp_path / "t" / "tokenizer_config.json"
    path.write_text(json.dumps({"eos_token": {"content": "<|end|>"}, "pad_token": None}))
    assert load_tokenizer(tmp_path / "t").end == 0
