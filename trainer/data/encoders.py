"""Turn documents into tokens, and say which of them a student learns."""

import json
from collections.abc import Sequence
from hashlib import sha256
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from trainer.data.long_texts import Ids
from trainer.data.tokenizer import HuggingFaceTokenizer, Tokenizer
from trainer.storage.json_files import JsonObject

Learned = npt.NDArray[np.bool_]


class Render(Protocol):
    """A chat template."""

    def __call__(self, messages: Sequence[JsonObject], *, begun: bool) -> str:
        """Return the text of messages; `begun`: with the beginning of the assistant's next turn."""


class Encoded(NamedTuple):
    """A document's tokens, and of each whether it is learned; None: all of them are."""

    ids: Ids
    learned: Learned | None


class Unencodable(Exception):  # noqa: N818 - the writer names the document
    """A document, by its number among those that were given, that cannot be encoded, and why."""

    def __init__(self, number: int, reason: str) -> None:
        super().__init__(reason)
        self.number = number


class Encoder(Protocol):
    """Encodes the data of documents; `digest` and `separator` decide the tokens with them."""

    tokenizer: Tokenizer
    digest: bytes
    separator: bytes
    masks: bool
    """Whether only a part of the tokens is learned."""

    def encode(self, texts: Sequence[bytes]) -> list[Encoded]:
        """Return the tokens of each; raises Unencodable, and UnicodeDecodeError."""


class TextEncoder:
    """Texts, of which all is learned, each with the tokenizer's end token or a separator."""

    masks = False

    def __init__(self, tokenizer: Tokenizer, separator: bytes = b"") -> None:
        self.tokenizer = tokenizer
        self.digest = tokenizer.digest.encode()
        self.separator = separator if tokenizer.end is None else b""

    def encode(self, texts: Sequence[bytes]) -> list[Encoded]:
        """Return the tokens of each text."""
        found = self.tokenizer.encode([text + self.separator for text in texts])
        closing = _closing(self.tokenizer)
        return [Encoded(np.concatenate([ids, closing]), None) for ids in found]


class CompletionEncoder:
    """Prompts with completions, as JSON; the completion is learned, and its end."""

    masks = True
    separator = b"\n"

    def __init__(self, tokenizer: Tokenizer) -> None:
        self.tokenizer = tokenizer
        self.digest = f"prompt_completion {tokenizer.digest}".encode()

    def encode(self, texts: Sequence[bytes]) -> list[Encoded]:
        """Return the tokens of each prompt, directly followed by its completion."""
        parts = [json.loads(text) for text in texts]
        end = self.separator if self.tokenizer.end is None else b""
        prompts = self.tokenizer.encode([each["prompt"].encode() for each in parts])
        completions = self.tokenizer.encode([each["completion"].encode() + end for each in parts])
        return [
            self._joined(prompt, completion)
            for prompt, completion in zip(prompts, completions, strict=True)
        ]

    def _joined(self, prompt: Ids, completion: Ids) -> Encoded:
        said = completion[len(self.tokenizer.beginning) :]
        ids = np.concatenate([prompt, said, _closing(self.tokenizer)])
        return Encoded(ids, np.arange(len(ids)) >= len(prompt))


class ConversationEncoder:
    """Messages, as JSON, by a chat template; what the assistant says is learned."""

    masks = True
    separator = b""

    def __init__(self, tokenizer: HuggingFaceTokenizer, template: str, render: Render) -> None:
        self.tokenizer: Tokenizer = tokenizer
        self._with_places = tokenizer.encode_with_places
        self._folder = tokenizer.folder
        self._render = render
        written = sha256(template.encode()).hexdigest()
        self.digest = f"messages {written} {tokenizer.digest}".encode()

    def encode(self, texts: Sequence[bytes]) -> list[Encoded]:
        """Return the tokens of each conversation; raises Unencodable."""
        return [self._encoded(number, json.loads(text)) for number, text in enumerate(texts)]

    def _encoded(self, number: int, messages: Sequence[JsonObject]) -> Encoded:
        if messages[0]["role"] == "assistant":  # templates refuse to write what is before it
            raise Unencodable(
                number, "begins with what the assistant says; begin it with another message"
            )
        try:
            whole = self._render(messages, begun=False)
            turns = [
                (self._end(whole, messages[:n], begun=True), self._end(whole, messages[: n + 1]))
                for n, message in enumerate(messages)
                if message["role"] == "assistant"
            ]
        except Exception as fault:  # what a template raises, and its own errors
            raise Unencodable(
                number,
                f"the chat template of {self._folder} does not write this conversation ({fault}); "
                "correct the line or the template, or leave the line out",
            ) from fault
        ids, places = self._with_places(whole)
        learned = np.zeros(len(ids), dtype=np.bool_)
        for first, last in turns:
            learned |= (places[:, 0] >= first) & (places[:, 1] <= last)
        return Encoded(ids, learned)

    def _end(self, whole: str, messages: Sequence[JsonObject], *, begun: bool = False) -> int:
        """Return where the first messages end in the text of all, which has to begin with them."""
        text = self._render(messages, begun=begun)
        if not whole.startswith(text):
            raise ValueError(
                f"after {len(messages)} messages it writes what came before in another way, so "
                "what the assistant says cannot be found"
            )
        return len(text)


def _closing(tokenizer: Tokenizer) -> Ids:
    return np.array([] if tokenizer.end is None else [tokenizer.end], dtype=np.uint32)
