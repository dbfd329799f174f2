import random

import numpy as np
import pytest
import tokenizers
from tokenizers import Regex, decoders, models, normalizers, pre_tokenizers, trainers

from trainer.data import long_texts
from trainer.data.long_texts import cut
from trainer.data.tokenizer import HuggingFaceTokenizer

_WORDS = [
    "the",
    "quick",
    "Fox",
    "ŏwls",
    "7",
    "42nd",
    "don't",
    "höher",
    "…",
    "x.",
    "(y)",
    "—",
    "ab,c",
    "日本",
]
_GAPS = [" "] * 9 + ["\n", "\n\n", "  ", "\t", " \n ", "\r\n"]
_NEWER = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*"
    r"|\s*[\r\n]+|\s+(?!\S)|\s+"
)
"""How tokenizers of 2024 and later split a text, such as those of Llama 3 and Qwen 2."""


def text_of(seed, words):
    draw = random.Random(seed)
    return "".join(draw.choice(_WORDS) + draw.choice(_GAPS) for _ in range(words))


def _byte_level(splitter):
    made = tokenizers.Tokenizer(models.BPE())
    made.pre_tokenizer = splitter
    return made, trainers.BpeTrainer(
        vocab_size=320, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False
    )


def _newer():
    split = pre_tokenizers.Split(Regex(_NEWER), "isolated")
    level = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    return _byte_level(pre_tokenizers.Sequence([split, level]))


def _sentence_piece():
    made = tokenizers.Tokenizer(models.Unigram())
    made.normalizer = normalizers.NFKC()
    made.pre_tokenizer = pre_tokenizers.Metaspace()
    made.decoder = decoders.Metaspace()
    return made, trainers.UnigramTrainer(vocab_size=90, unk_token="?", special_tokens=["?"])


def _older_llama():
    made = tokenizers.Tokenizer(models.BPE(unk_token="?", fuse_unk=True))
    made.normalizer = normalizers.Sequence(
        [normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")]
    )
    return made, trainers.BpeTrainer(vocab_size=200, special_tokens=["?"], show_progress=False)


def _word_piece():
    made = tokenizers.Tokenizer(models.WordPiece(unk_token="?"))
    made.normalizer = normalizers.BertNormalizer(lowercase=True)
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    return made, trainers.WordPieceTrainer(
        vocab_size=120, special_tokens=["?"], show_progress=False
    )


KINDS = {
    "GPT-2": lambda: _byte_level(pre_tokenizers.ByteLevel(add_prefix_space=False)),
    "newer": _newer,
    "SentencePiece": _sentence_piece,
    "older Llama": _older_llama,
    "BERT": _word_piece,
}


@pytest.fixture(params=list(KINDS))
def tokenizer(request, tmp_path):
    made, trainer = KINDS[request.param]()
    made.train_from_iterator([text_of(seed, 200) for seed in range(5)], trainer)
    (tmp_path / "tokenizer_config.json").write_text("{}")
    return request.param, HuggingFaceTokenizer(tmp_path, made)


def test_the_tokens_of_a_text_that_is_cut_are_those_of_the_whole(tokenizer, monkeypatch):
    kind, found = tokenizer
    texts = [text_of(seed, 400) for seed in range(20)]
    whole = found.encode([text.encode() for text in texts])
    monkeypatch.setattr(long_texts, "LONG", 100)
    monkeypatch.setattr(long_texts, "_WINDOW", 40)
    pieces = [cut(text, found.ids) for text in texts]
    assert ["".join(each) for each in pieces] == texts
    if kind == "older Llama":  # begins each text with a mark, so that no piece is as it was
        assert pieces == [[text] for text in texts]
    else:
        assert min(len(each) for each in pieces) > 9
        assert max(len(piece) for each in pieces for piece in each) < 400
    again = found.encode([text.encode() for text in texts])
    assert all(np.array_equal(*each) for each in zip(whole, again, strict=True))


def test_a_text_without_a_gap_stays_whole(tokenizer, monkeypatch):
    _, found = tokenizer
    monkeypatch.setattr(long_texts, "LONG", 100)
    assert cut("x" * 1000, found.ids) == ["x" * 1000]
    assert cut("", found.ids) == [""]


def test_a_text_that_is_not_long_is_not_looked_at():
    assert cut("a b " * 1000, lambda _: 1 / 0) == ["a b " * 1000]
