"""What a record of JSON Lines or Parquet holds: a text, messages, or a prompt and completion."""

import json
from dataclasses import dataclass
from typing import Literal

from trainer.errors import UserError
from trainer.storage.json_files import JsonObject

Format = Literal["text", "messages", "prompt_completion"]
_ASSISTANT = "assistant"


@dataclass(frozen=True, slots=True)
class Records:
    """What each record holds; `field` is another name of its only key."""

    format: Format = "text"
    field: str | None = None

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys that a record has to have."""
        if self.format == "prompt_completion":
            return ("prompt", "completion")
        return (self.field or self.format,)

    @property
    def structured(self) -> bool:
        """Whether a document has parts, so that it cannot be cut anywhere."""
        return self.format != "text"

    def content(self, record: JsonObject, place: str) -> bytes:
        """Return the data of a record's document; raise UserError where it is of another kind."""
        if missing := [key for key in self.keys if key not in record]:
            here = ", ".join(sorted(record)) or "none"
            raise UserError(
                f"{place}: has no {missing[0]!r}; name the key with dataset.field, or what the "
                f"line holds with dataset.format (keys here: {here})"
            )
        match self.format:
            case "text":
                return _bytes(record[self.keys[0]], self.keys[0], place)
            case "messages":
                return _json(_messages(record[self.keys[0]], place))
            case "prompt_completion":
                for key in self.keys:
                    _bytes(record[key], key, place)
                return _json({key: record[key] for key in self.keys})


def _bytes(value: object, key: str, place: str) -> bytes:
    if value is None:
        raise UserError(f"{place}: {key!r} is null; leave it out")
    if not isinstance(value, str):
        raise UserError(f"{place}: {key!r} is not text; name the key with dataset.field")
    try:
        return value.encode()
    except UnicodeEncodeError as fault:
        raise UserError(
            f"{place}: {key!r} holds half of a surrogate pair at character {fault.start}, which "
            "is not text; correct the line"
        ) from fault


def _messages(value: object, place: str) -> object:
    """Return messages that have a role and a content each, one of them of the assistant."""
    if not isinstance(value, list) or not value:
        what = "are none" if value == [] else "are no list"
        raise UserError(f"{place}: the messages {what}; each line needs one, of role and content")
    for number, message in enumerate(value, 1):
        if not isinstance(message, dict) or not isinstance(message.get("role"), str):
            raise UserError(f"{place}: message {number} has no role; give it one, such as user")
        if not isinstance(message.get("content"), str):
            raise UserError(
                f"{place}: message {number}: 'content' is not text; give it as one text, or leave "
                "the line out"
            )
        _bytes(message["content"], "content", f"{place}: message {number}")
    roles = {message["role"] for message in value}
    if _ASSISTANT not in roles:
        raise UserError(
            f"{place}: no message is of the role `assistant`, so nothing is learned (roles here: "
            f"{', '.join(sorted(roles))}); correct the roles, or leave the line out"
        )
    return value


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True).encode()
