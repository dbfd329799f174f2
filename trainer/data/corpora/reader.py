"""Read the corpus that the configuration names."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from trainer.configuration.schema import Dataset
from trainer.data.corpora.jsonl import jsonl_corpus
from trainer.data.corpora.records import Records
from trainer.data.corpora.text_files import folder_corpus, standard_library_corpus
from trainer.data.corpora.token_shards import bin_corpus, npy_corpus
from trainer.data.corpus import Corpus, Indices
from trainer.data.document_positions import starts_behind
from trainer.data.encoders import CompletionEncoder, ConversationEncoder, Encoder, TextEncoder
from trainer.data.tokenizer import HuggingFaceTokenizer, Tokenizer
from trainer.errors import UserError

_AT_ONCE = 1 << 22  # tokens that are looked at


def read_corpus(dataset: Dataset, tokenizer: Tokenizer, vocab_size: int) -> Corpus:
    """Read what the configuration names; tokens are below `vocab_size`.

    Raises UserError naming the place: nothing there, damaged files, tokens out of the vocabulary.
    """
    corpus = _with_starts(_read(dataset, tokenizer, vocab_size), dataset, tokenizer)
    if not holds_tokens(dataset) and tokenizer.size > vocab_size:
        _require_known(corpus, tokenizer, vocab_size)
    return corpus


def _with_starts(corpus: Corpus, dataset: Dataset, tokenizer: Tokenizer) -> Corpus:
    """Return the corpus with the beginnings of its documents where they are to be kept apart."""
    if dataset.documents == "joined":
        return _mark(corpus, None, None)
    if not holds_tokens(dataset):
        return corpus
    if tokenizer.end is None:
        raise UserError(
            f"dataset.documents separate: {corpus.source} holds tokens, whose documents are found "
            "by an end token, and these models have none; name a dataset.tokenizer that has one"
        )
    behind = starts_behind(corpus.train, tokenizer.end)
    if len(behind) == 1:
        raise UserError(
            f"dataset.documents separate: {corpus.source} has no token {tokenizer.end}, which ends "
            "a document by the tokenizer; set it to joined, or name the files' dataset.tokenizer"
        )
    train, held_out = corpus.train_marks.starts, corpus.held_out_marks.starts
    return _mark(
        corpus,
        _union(train, behind),
        _union(held_out, starts_behind(corpus.held_out, tokenizer.end)),
    )


def _union(some: Indices | None, others: Indices) -> Indices:
    return others if some is None else np.union1d(some, others)


def _mark(corpus: Corpus, train: Indices | None, held_out: Indices | None) -> Corpus:
    """Return the corpus with other beginnings of documents."""
    return replace(
        corpus,
        train_marks=corpus.train_marks._replace(starts=train),
        held_out_marks=corpus.held_out_marks._replace(starts=held_out),
    )


def _read(dataset: Dataset, tokenizer: Tokenizer, vocab_size: int) -> Corpus:
    path, limit = Path(dataset.path or ""), dataset.limit_bytes
    kept = None if dataset.keep_tokens is None else Path(dataset.keep_tokens)
    records = Records(dataset.format, dataset.field)
    match dataset.source:
        case "stdlib":
            return standard_library_corpus(limit, tokenizer, kept)
        case "folder":
            return folder_corpus(path, limit, tokenizer, kept)
        case "jsonl":
            return jsonl_corpus(path, records, limit, _encoder(dataset, tokenizer), kept)
        case "parquet":
            from trainer.data.corpora.parquet import parquet_corpus  # noqa: PLC0415 - pyarrow is optional

            return parquet_corpus(path, records, limit, _encoder(dataset, tokenizer), kept)
        case "bin":
            return bin_corpus(path, dataset.token_type, limit, vocab_size)
        case "npy":
            return npy_corpus(path, limit, vocab_size)


def _encoder(dataset: Dataset, tokenizer: Tokenizer) -> Encoder:
    """Return what encodes records; raises UserError where the tokenizer has no chat template."""
    match dataset.format:
        case "text":
            return TextEncoder(tokenizer, separator=b"\n")
        case "prompt_completion":
            return CompletionEncoder(tokenizer)
        case "messages":
            if not isinstance(tokenizer, HuggingFaceTokenizer):
                raise UserError(
                    "dataset.format messages needs a tokenizer with a chat template, and these "
                    "models read bytes; give dataset.format: prompt_completion"
                )
            from trainer.models.hugging_face import chat_template  # noqa: PLC0415 - takes seconds

            return ConversationEncoder(tokenizer, *chat_template(tokenizer.folder))


def _require_known(corpus: Corpus, tokenizer: Tokenizer, vocab_size: int) -> None:
    """Raise UserError where a text has a token that a model does not know."""
    for side in (corpus.train, corpus.held_out):
        for start in range(0, len(side), _AT_ONCE):
            largest = int(side[start : start + _AT_ONCE].max())
            if largest >= vocab_size:
                raise UserError(
                    f"{corpus.source}: the tokenizer has {tokenizer.size} tokens, of which the "
                    f"text has {largest}, but a model's vocab_size is {vocab_size}; give "
                    "dataset.tokenizer or models that it belongs to"
                )


def holds_tokens(dataset: Dataset) -> bool:
    """Return whether the source is tokens already, so that no tokenizer is needed to train."""
    return dataset.source in {"bin", "npy"}
