"""Which tokens of a document a student learns."""

import json

import numpy as np
import pytest

pytest.importorskip("tokenizers")
pytest.importorskip("transformers")

from tests.trainer.tiny import tokenizer
from trainer.configuration.schema import Dataset
from trainer.data.batches import batch
from trainer.data.corpora.reader import read_corpus
from trainer.data.corpus import Marks
from trainer.data.encoders import CompletionEncoder, TextEncoder
from trainer.data.tokenizer import ByteTokenizer, load_tokenizer
from trainer.errors import UserError
from trainer.models.interface import IGNORED

CHATML = (
    "{% for m in messages %}{{ '<s>' + m['role'] + '\\n' + m['content'] + '</s>\\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<s>assistant\\n' }}{% endif %}"
)
LAST_ALONE = (
    "{% for m in messages %}{{ m['role'] if loop.last else '-' }}{{ m['content'] }}{% endfor %}"
)
STRICT = "{{ raise_exception('roles must alternate') }}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("tokenizer")
    tokenizer(made)
    (made / "chat_template.jinja").write_text(CHATML)
    return made


def conversation(*contents):
    roles = ("user", "assistant")
    return [{"role": roles[n % 2], "content": text} for n, text in enumerate(contents)]


def written(path, records):
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    return path


def corpus(path, found, kind, **more):
    dataset = Dataset(source="jsonl", path=str(path), format=kind, **more)
    return read_corpus(dataset, found, found.size)


def learned_text(found, ids, learned):
    """Return the pieces of text that are learned."""
    ids, learned = np.asarray(ids), np.asarray(learned)
    starts = np.flatnonzero(np.diff(np.concatenate([[False], learned, [False]]).astype(int)))
    inner = found._inner
    return [
        inner.decode(ids[a:b].tolist(), skip_special_tokens=False)
        for a, b in zip(starts[::2], starts[1::2], strict=True)
    ]


def test_of_a_conversation_what_the_assistant_says_is_learned(folder, tmp_path):
    found = load_tokenizer(folder)
    talk = conversation("the quick", "brown fox", "jumps", "over the lazy dog")
    path = written(tmp_path / "a.jsonl", [{"messages": talk}] * 40)
    read = corpus(path, found, "messages")
    whole = "".join(f"<s>{m['role']}\n{m['content']}</s>\n" for m in talk)
    count = len(found.encode_with_places(whole)[0])
    pieces = learned_text(found, read.train[:count], read.train_marks.learned[:count])
    assert pieces == ["brown fox</s>\n", "over the lazy dog</s>\n"]
    assert len(read.train_marks.learned) == len(read.train)


def test_a_field_of_another_name_holds_the_messages(folder, tmp_path):
    found = load_tokenizer(folder)
    talk = conversation("a", "b")
    one = corpus(written(tmp_path / "a.jsonl", [{"messages": talk}] * 9), found, "messages")
    other = corpus(
        written(tmp_path / "b.jsonl", [{"talk": talk}] * 9), found, "messages", field="talk"
    )
    assert bytes(one.train) + bytes(one.held_out) == bytes(other.train) + bytes(other.held_out)


@pytest.mark.parametrize("bytewise", [True, False])
def test_of_a_prompt_and_completion_the_second_is_learned(folder, bytewise):
    found = ByteTokenizer() if bytewise else load_tokenizer(folder)
    record = json.dumps({"prompt": "the quick ", "completion": "brown fox"}).encode()
    (encoded,) = CompletionEncoder(found).encode([record])
    said = found.decode(encoded.ids[encoded.learned].tolist())
    assert said == (b"brown fox\n" if bytewise else b"brown fox")
    assert found.decode(encoded.ids[~encoded.learned].tolist()) == b"the quick "
    if not bytewise:
        assert encoded.ids[-1] == found.end
        assert encoded.learned[-1]


def test_of_a_text_all_is_learned():
    (encoded,) = TextEncoder(ByteTokenizer(), b"\n").encode([b"abc"])
    assert (encoded.ids.tolist(), encoded.learned) == ([97, 98, 99, 10], None)


@pytest.mark.parametrize(
    ("template", "fact"),
    [
        (LAST_ALONE, r"a\.jsonl:1: .*cannot be found"),
        (STRICT, r"a\.jsonl:1: .*roles must alternate"),
    ],
)
def test_a_template_that_hides_the_assistant_or_refuses_is_told(tmp_path, template, fact):
    tokenizer(tmp_path / "t")
    (tmp_path / "t" / "chat_template.jinja").write_text(template)
    path = written(tmp_path / "a.jsonl", [{"messages": conversation("a", "b", "c", "d")}])
    with pytest.raises(UserError, match=fact):
        corpus(path, load_tokenizer(tmp_path / "t"), "messages")


def test_a_conversation_that_the_assistant_begins_is_told(folder, tmp_path):
    talk = [{"role": "assistant", "content": "a"}, *conversation("b", "c")]
    path = written(tmp_path / "a.jsonl", [{"messages": talk}])
    with pytest.raises(UserError, match=r"a\.jsonl:1: begins with what the assistant says"):
        corpus(path, load_tokenizer(folder), "messages")


def test_without_a_template_messages_are_refused_with_a_remedy(tmp_path):
    tokenizer(tmp_path / "t")
    path = written(tmp_path / "a.jsonl", [{"messages": conversation("a", "b")}])
    with pytest.raises(UserError, match=r"has no chat template; add a chat_template\.jinja"):
        corpus(path, load_tokenizer(tmp_path / "t"), "messages")
    with pytest.raises(UserError, match=r"models read bytes; give dataset\.format: prompt_comp"):
        corpus(path, ByteTokenizer(), "messages")


def test_labels_of_what_is_not_learned_are_ignored():
    text, learned = np.arange(100), np.arange(100) % 3 == 0
    tokens, labels = batch(text, step=0, batch_size=2, length=8, seed=0, marks=Marks(learned))
    expected = (tokens + 1).masked_fill((tokens + 1) % 3 != 0, IGNORED)
    assert labels.tolist() == expected.tolist()


def test_tokens_that_are_kept_keep_what_is_learned(folder, tmp_path):
    found = load_tokenizer(folder)
    path = written(
        tmp_path / "a.jsonl", [{"messages": conversation("a b", f"c {n}")} for n in range(60)]
    )
    kept = {"keep_tokens": str(tmp_path / "kept")}
    fresh = corpus(path, found, "messages", documents="separate")
    for _ in range(2):  # written, then read
        again = corpus(path, found, "messages", documents="separate", **kept)
        for side in ("train", "held_out"):
            assert np.array_equal(getattr(again, side), getattr(fresh, side)), side
            for marks in zip(
                *(getattr(each, f"{side}_marks") for each in (again, fresh)), strict=True
            ):
                assert np.array_equal(*marks)
        assert again.digest == fresh.digest
    joined = corpus(path, found, "messages", **kept)
    assert joined.train_marks.starts is joined.held_out_marks.starts is None
    assert len(fresh.train_marks.starts) + len(fresh.held_out_marks.starts) == 60


def test_the_template_decides_the_digest(folder, tmp_path):
    path = written(tmp_path / "a.jsonl", [{"messages": conversation("a", "b")}] * 3)
    tokenizer(tmp_path / "t")
    (tmp_path / "t" / "chat_template.jinja").write_text(CHATML.replace("</s>", "<s>"))
    digests = {
        corpus(path, load_tokenizer(each), "messages").digest for each in (folder, tmp_path / "t")
    }
    assert len(digests) == 2
