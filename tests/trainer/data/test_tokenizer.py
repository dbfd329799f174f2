import json
import shutil

import pytest

pytest.importorskip("tokenizers")

from tests.trainer.tiny import tokenizer
from trainer.data.compare_vocabularies import (
    NamedVocabulary,
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


def test_the_digest_tells_tokenizers_apart(folder, tmp_path):
    tokenizer(tmp_path / "other", size=299)
    shutil.copytree(folder, tmp_path / "same")
    digest = load_tokenizer(folder).digest
    assert load_tokenizer(tmp_path / "same").digest == digest
    assert load_tokenizer(tmp_path / "other").digest != digest


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
    for name, fact in (("other", "vocabulary"), ("end", "special token eos_token")):
        theirs = NamedVocabulary("teacher", load_tokenizer(tmp_path / name).vocabulary())
        with pytest.raises(UserError, match=fact):
            require_same_tokens(mine, theirs)


def test_a_special_token_may_be_an_object(folder, tmp_path):
    shutil.copytree(folder, tmp_path / "t")
    path = tmp_path / "t" / "tokenizer_config.json"
    path.write_text(json.dumps({"eos_token": {"content": "<|end|>"}, "pad_token": None}))
    assert load_tokenizer(tmp_path / "t").end == 0
