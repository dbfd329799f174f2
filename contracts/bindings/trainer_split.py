"""The sides of the split, of documents of a letter each, where they are learned and evaluated."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

from trainer.configuration.schema import Configuration
from trainer.data.corpora.documents import Document
from trainer.data.corpora.reader import read_corpus
from trainer.data.corpus import Corpus
from trainer.data.tokenizer import ByteTokenizer
from trainer.runs.prepare import Batches

_LETTERS = [chr(code) for code in range(33, 123)]
_LENGTH = 4


def astray(source: str, tokens: str) -> str:
    """Return the letters of documents that are not on their side alone, and where each of them is.

    What is learned is what the batches of a whole pass hold; `tokens` are kept, or temporary.
    """
    with TemporaryDirectory() as folder:
        sides = _sides(Path(folder), source, tokens)
    found = {
        letter: " and ".join(side for side, codes in sides.items() if ord(letter) in codes)
        for letter in _LETTERS
    }
    return ", ".join(
        f"{letter} is {found[letter] or 'nowhere'}"
        for letter in _LETTERS
        if found[letter] != ("held out" if _document(source, letter).held_out else "learned")
    )


def _sides(folder: Path, source: str, tokens: str) -> dict[str, set[int]]:
    """Return the tokens that are found on each side of the documents, which are written first."""
    path = _jsonl(folder) if source == "jsonl" else _files(folder)
    kept = str(folder / "kept") if tokens == "kept" else None
    dataset = {"source": source, "path": str(path), "keep_tokens": kept, "max_length": _LENGTH}
    configuration = Configuration.model_validate(
        {"dataset": dataset, "student": {"preset": "nano"}, "training": {"batch_size": 1}}
    )
    corpus = read_corpus(configuration.dataset, ByteTokenizer(), 256)
    return {"held out": {*corpus.held_out.tolist()}, "learned": _learned(configuration, corpus)}


def _document(source: str, letter: str) -> Document:
    """Return the document of a letter, whose side its text decides in JSON Lines, else its name."""
    name, text = f"{ord(letter)}.txt", letter * 9
    return Document(name, (text if source == "jsonl" else name).encode(), text.encode())


def _learned(configuration: Configuration, corpus: Corpus) -> set[int]:
    """Return the tokens in the batches of one pass, which leaves out less than a window."""
    batches = Batches(corpus, configuration)
    steps = range(1, (len(corpus.train) - 1) // _LENGTH + 1)
    return {code for step in steps for part in batches(step) for code in part.flatten().tolist()}


def _jsonl(folder: Path) -> Path:
    path = folder / "data.jsonl"
    lines = (json.dumps({"text": letter * 9}) + "\n" for letter in _LETTERS)
    path.write_text("".join(lines), encoding="utf-8")
    return path


def _files(folder: Path) -> Path:
    for letter in _LETTERS:
        document = _document("folder", letter)
        (folder / document.name).write_bytes(document.data)
    return folder
