"""Answers of a server to windows of tokens: the requests for it, and what it wrote in return.

Both are lines of JSON, as batches of the OpenAI interface are; the log-probabilities of the tokens
of a prompt, with their ids, are what vLLM adds to it (`prompt_logprobs`).
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from trainer.errors import UserError
from trainer.losses.from_top_k import TopKLogits
from trainer.storage.json_files import JsonObject

_PREFIX = "window-"
_SHOWN = 200  # characters of what a server said instead
_SLACK = 1e-3
"""By so much may probabilities that a server has rounded exceed 1 in sum."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said of the tokens of one window."""

    place: str
    number: int
    """Of the window, as it was asked for."""
    positions: Sequence[object]
    """Token of the prompt -> its candidates; the first has none."""


def request(number: int, tokens: Sequence[int], model: str, top_k: int) -> dict[str, object]:
    """Return the request for the candidates of each of a window's tokens but the first."""
    body = {"model": model, "prompt": [*tokens], "max_tokens": 1, "prompt_logprobs": top_k}
    return {
        "custom_id": f"{_PREFIX}{number}", "method": "POST", "url": "/v1/completions", "body": body,
    }  # fmt: skip


def answers_in(path: Path) -> Iterator[Answer]:
    """Yield the answers in a file of responses, in its order; raise UserError for what is none."""
    try:
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield _answer(line, f"{path}:{number}")
    except (OSError, UnicodeDecodeError) as fault:
        raise UserError(f"{path}: cannot be read ({fault}); copy it again") from fault


def top_k_of(
    answer: Answer, tokens: npt.NDArray[np.int64], top_k: int, vocab_size: int
) -> TopKLogits:
    """Return the `top_k` likeliest tokens (T, k) behind each of a window's tokens (T + 1,).

    Log-probabilities stand for logits, at temperature 1. The entropy counts all other tokens as
    one. Raises UserError where the answer is about other tokens, names others than those of the
    vocabulary, or has too few.
    """
    if len(answer.positions) != len(tokens):
        raise UserError(
            f"{answer.place}: is about {len(answer.positions)} tokens, the window has "
            f"{len(tokens)}; ask with the ids that `--requests` wrote, and no text"
        )
    rows = [
        _likeliest(_candidates(position, int(token), f"{answer.place}: token {n}"), top_k)
        for n, (position, token) in enumerate(zip(answer.positions, tokens, strict=True))
        if n
    ]
    if (fewest := min(map(len, rows))) < top_k:
        raise UserError(
            f"{answer.place}: has {fewest} candidates of a token, and --top-k is {top_k}; lower "
            "it, or ask for more"
        )
    ids = torch.tensor([[token for token, _ in row] for row in rows])
    if (unknown := ids[(ids < 0) | (ids >= vocab_size)]).numel():
        raise UserError(
            f"{answer.place}: names token {int(unknown[0])}, but the vocabulary has {vocab_size}: "
            "the server has another tokenizer"
        )
    logits = torch.tensor([[value for _, value in row] for row in rows], dtype=torch.float64)
    rest = 1 - logits.exp().sum(-1)
    if (rest < -_SLACK).any():
        raise UserError(
            f"{answer.place}: probabilities with the sum {1 - float(rest.min()):.3f}: these are no "
            "log-probabilities; ask again without a temperature"
        )
    tail = rest.clamp_min(torch.finfo(torch.float32).tiny).log()
    entropy = -(logits.exp() * logits).sum(-1) - tail.exp() * tail
    return TopKLogits(ids, logits, tail if top_k < vocab_size else torch.zeros_like(tail), entropy)


def _answer(line: str, place: str) -> Answer:
    """Read a line of a batch: a response by `custom_id`."""
    try:
        read = json.loads(line)
        name = str(read["custom_id"])
        number = int(name.removeprefix(_PREFIX))
    except (ValueError, TypeError, KeyError) as fault:
        raise UserError(
            f"{place}: no answer to a request of `--requests`, whose custom_id is `{_PREFIX}N`; "
            "give the server's answers as they are"
        ) from fault
    positions = _positions(read)
    if not isinstance(positions, list):
        told = json.dumps(read.get("error") or read.get("response"))[:_SHOWN]
        raise UserError(
            f"{place}: has no `choices[0].prompt_logprobs`: {told}; ask again, at a server that "
            "gives the log-probabilities of a prompt's tokens, such as vLLM"
        )
    return Answer(place, number, positions)


def _positions(read: JsonObject) -> object:
    """Return what a response says of a prompt's tokens; None where it says nothing of them."""
    response = read.get("response")
    body = response.get("body") if isinstance(response, dict) else read
    choices = body.get("choices") if isinstance(body, dict) else None
    first = choices[0] if isinstance(choices, list) and choices else None
    return first.get("prompt_logprobs") if isinstance(first, dict) else None


def _candidates(position: object, token: int, place: str) -> Mapping[int, float]:
    """Return the log-probabilities by token of one position, which has the window's own token."""
    try:
        found = {
            int(name): float(said["logprob"])
            for name, said in position.items()  # type: ignore[attr-defined]
        }
    except (AttributeError, TypeError, ValueError, KeyError) as fault:
        raise UserError(
            f"{place}: no log-probabilities by the ids of tokens; ask with the ids that "
            "`--requests` wrote, and no text"
        ) from fault
    if not all(map(isfinite, found.values())):
        raise UserError(
            f"{place}: log-probabilities that are not finite; ask again for this window"
        )
    if token not in found:
        raise UserError(
            f"{place}: is not the window's token {token}: the server has another tokenizer, or the "
            "answer is to another window"
        )
    return found


def _likeliest(candidates: Mapping[int, float], top_k: int) -> list[tuple[int, float]]:
    return sorted(candidates.items(), key=lambda found: (-found[1], found[0]))[:top_k]
