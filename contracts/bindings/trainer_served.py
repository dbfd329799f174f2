"""Views of the answers of a server to one window of two tokens, by numbers."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import torch

from trainer.losses.from_top_k import TopKLogits, keep_top_k
from trainer.teacher_cache.served_answers import answers_in, request, top_k_of

_VOCABULARY = 3


def served_gap(a: int, b: int, c: int, token: int, kept: int) -> float:
    """Return by how much what is read from an answer differs from what the teacher would keep."""
    logits = torch.log_softmax(torch.tensor([[a, b, c]], dtype=torch.float64), -1)
    said = {str(n): {"logprob": value} for n, value in enumerate(logits[0].tolist())}
    named = sorted(said, key=lambda name: (-said[name]["logprob"], int(name)))[:kept]
    found = _read({name: said[name] for name in {*named, str(token)}}, token, kept)
    own = keep_top_k(logits, kept, 1.0)
    chances = own.logits.exp()
    rest = (1 - chances.sum(-1, keepdim=True)).clamp_min(0)  # all other tokens count as one
    pairs = [
        (found.logits, own.logits),
        (found.logits, logits.gather(-1, found.ids)),  # of equal logits any token may be kept
        (found.entropy, torch.special.entr(torch.cat((chances, rest), -1)).sum(-1)),
    ]
    if kept < _VOCABULARY:
        pairs.append((found.tail.exp(), own.tail.exp()))
    if found.ids.unique().numel() < kept:
        return float("inf")
    return max(float((read - owned).abs().max()) for read, owned in pairs)


def misread(damage: str, token: int) -> None:
    """Read an answer that is damaged in one way."""
    said: dict[str, object] = {str(n): {"logprob": -1.5 - n / 10} for n in range(_VOCABULARY)}
    match damage:
        case "another token":
            del said[str(token)]
        case "texts":
            said = {"the": {"logprob": -1.0}}
        case "not finite":
            said[str(token)] = {"logprob": float("-inf")}
        case "weights":
            said = {name: {"logprob": 1.0} for name in said}
        case "too few":
            said = {str(token): {"logprob": -1.0}}
        case "beyond the vocabulary":
            said["7"] = {"logprob": -0.5}
        case "nothing":
            said = {}
    _read(said, token, 2, number="none" if damage == "no request" else "0")


def _read(said: object, token: int, kept: int, number: str = "0") -> TopKLogits:
    """Write an answer about a token behind another one as a server does, and read it."""
    asked = request(0, [0, token], "teacher", kept)
    body = {"choices": [{"prompt_logprobs": [None, said]}]}
    name = str(asked["custom_id"]).replace("0", number)
    line = {"custom_id": name, "response": {"status_code": 200, "body": body}}
    with TemporaryDirectory() as folder:
        path = Path(folder) / "answers.jsonl"
        path.write_text(json.dumps(line) + "\n")
        (answer,) = answers_in(path)
    return top_k_of(answer, np.array([0, token]), kept, _VOCABULARY)
