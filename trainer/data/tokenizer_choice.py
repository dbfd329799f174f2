"""Choose the tokenizer of a run, and check that its models agree with it."""

from pathlib import Path
from typing import NamedTuple

from trainer.configuration.schema import Dataset
from trainer.data.compare_vocabularies import (
    NamedVocabulary,
    differences,
    require_same_tokens,
)
from trainer.data.corpora.reader import holds_tokens
from trainer.data.tokenizer import (
    ByteTokenizer,
    HuggingFaceTokenizer,
    Tokenizer,
    find_tokenizer,
    load_tokenizer,
)
from trainer.errors import UserError
from trainer.storage.hub_download import fetch, is_hub_id
from trainer.storage.model_files import ModelFiles

Files = ModelFiles | None


class Choice(NamedTuple):
    """The tokenizer of a run, and notes on what the models' own have that it has not."""

    tokenizer: Tokenizer
    notes: tuple[str, ...] = ()


def choose_tokenizer(dataset: Dataset, student: Files, teacher: Files) -> Choice:
    """Return dataset.tokenizer, else the student's, else the teacher's, else bytes.

    Raises UserError when an id means another text to a model's own tokenizer than to the chosen
    one, or when a model has none although one is needed.
    """
    own = {"student": _own(student), "teacher": _own(teacher)}
    named = (
        None
        if dataset.tokenizer is None
        else load_tokenizer(tokenizer_folder(Path(dataset.tokenizer)))
    )
    chosen = named or own["student"] or own["teacher"]
    notes: list[str] = []
    for name, files in (("student", student), ("teacher", teacher)):
        theirs = own[name]
        if theirs is not None and chosen is not None:
            pair = (
                NamedVocabulary("dataset.tokenizer" if named else "student", chosen.vocabulary()),
                NamedVocabulary(name, theirs.vocabulary()),
            )
            require_same_tokens(*pair)
            notes += differences(*pair)
        elif files is not None and named is None and not holds_tokens(dataset):
            _require_bytes(name, files, chosen)
    return Choice(chosen or ByteTokenizer(), tuple(notes))


def tokenizer_folder(place: Path) -> Path:
    """Return the folder itself, or the local copy of a model of the hub."""
    return fetch(place) if not place.exists() and is_hub_id(place) else place


def tokenizer_of(files: ModelFiles) -> Tokenizer:
    """Return the tokenizer of one model; UserError if it needs one and has none."""
    own = _own(files)
    if own is None:
        _require_bytes("model", files, None)
    return own or ByteTokenizer()


def _own(files: Files) -> HuggingFaceTokenizer | None:
    """Return the tokenizer in a model's folder; for a checkpoint, that of its run."""
    if files is None:
        return None
    if not files.checkpoint:
        return find_tokenizer(files.folder)
    run = files.facts["configuration"]
    named = (run["dataset"]["tokenizer"], run["student"]["model_id"], run["teacher"]["model_id"])
    found = (find_tokenizer(tokenizer_folder(Path(each))) for each in named if each is not None)
    return next((each for each in found if each is not None), None)


def _require_bytes(name: str, files: ModelFiles, other: HuggingFaceTokenizer | None) -> None:
    """Raise UserError unless a model without a tokenizer reads bytes, as the other model does."""
    size = files.config.get("vocab_size")
    if other is not None or size != ByteTokenizer.size:
        beside = "the other model has one" if other else f"its vocab_size is {size}, not 256"
        raise UserError(
            f"{name} {files.folder}: has no tokenizer.json, and {beside}; copy its tokenizer's "
            "files there, or name a folder with them as dataset.tokenizer"
        )
