import json

import pytest

from trainer.data.corpora.records import Records
from trainer.errors import UserError

TALK = [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "hello"}]


@pytest.mark.parametrize(
    ("records", "record", "data"),
    [
        (Records(), {"text": "é"}, "é".encode()),
        (Records(field="body"), {"body": "a", "text": "b"}, b"a"),
        (
            Records("prompt_completion"), {"completion": "b", "prompt": "a", "more": 1},
            b'{"completion": "b", "prompt": "a"}',
        ),
        (Records("messages"), {"messages": TALK}, json.dumps(
            [{"content": "hi", "role": "user"}, {"content": "hello", "role": "assistant"}]
        ).encode()),
    ],
)  # fmt: skip
def test_the_data_of_a_record_is_what_its_format_says(records, record, data):
    assert records.content(record, "a.jsonl:1") == data


@pytest.mark.parametrize(
    ("records", "record", "fact"),
    [
        (Records(), {"body": "a"}, r"has no 'text'.*dataset\.field.*keys here: body"),
        (Records(), {"text": 3}, "'text' is not text"),
        (Records("prompt_completion"), {"prompt": "a"}, "has no 'completion'"),
        (Records("prompt_completion"), {"prompt": "a", "completion": None}, "'completion' is null"),
        (Records("messages"), {"messages": "hi"}, "the messages are no list"),
        (Records("messages"), {"messages": []}, "the messages are none"),
        (Records("messages"), {"messages": [{"content": "a"}]}, "message 1 has no role"),
        (
            Records("messages"), {"messages": [*TALK, {"role": "user", "content": None}]},
            "message 3: 'content' is not text",
        ),
        (Records("messages"), {"messages": TALK[:1]}, r"nothing is learned \(roles here: user\)"),
        (Records("messages"), {"messages": [{"role": "user", "content": "\ud800"}]}, "surrogate"),
    ],
)  # fmt: skip
def test_another_record_is_named_with_its_place(records, record, fact):
    with pytest.raises(UserError, match=rf"a\.jsonl:7.*{fact}"):
        records.content(record, "a.jsonl:7")
