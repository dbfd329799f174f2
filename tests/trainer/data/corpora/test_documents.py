import pytest

from trainer.data.corpora.documents import CorpusDigest, Document, take_bytes


def documents(*texts):
    return [Document(str(number), text, text) for number, text in enumerate(texts)]


@pytest.mark.parametrize(
    ("limit", "taken"),
    [(None, [b"abc", b"de", b"f"]), (1, [b"a"]), (3, [b"abc"]), (4, [b"abc", b"d"])],
)
def test_a_limit_cuts_the_last_document(limit, taken):
    assert [each.data for each in take_bytes(documents(b"abc", b"de", b"f"), limit)] == taken


def test_about_a_twentieth_is_held_out_by_the_key():
    made = documents(*(str(number).encode() for number in range(2000)))
    held_out = [each for each in made if each.held_out]
    assert 60 <= len(held_out) <= 140
    assert all(Document("other", each.key, b"").held_out for each in held_out)


def digest(*items, more=()):
    made = CorpusDigest()
    for item in items:
        made.add(item)
    return made.digest(*more)


def test_the_digest_covers_names_texts_and_whatever_else_decides_the_tokens():
    one, two = documents(b"ab", b"c")
    assert digest(one, two) == digest(one, two)
    others = [
        digest(one),
        digest(two, one),
        digest(Document("x", one.key, one.data), two),
        digest(Document(one.name, one.key, b"aB"), two),
        digest(one, two, more=(b"tokenizer",)),
    ]
    assert len({digest(one, two), *others}) == 6


@pytest.mark.parametrize("limit", range(1, 12))
def test_a_limit_in_bytes_cuts_between_characters(limit):
    text = "aé漢😀b"
    (cut,) = take_bytes([Document("x", b"", text.encode())], limit)
    assert text.startswith(cut.data.decode())
    assert limit - 3 <= len(cut.data) <= limit


def test_what_is_no_text_is_cut_nearby():
    (cut,) = take_bytes([Document("x", b"", b"\x80" * 9)], 6)
    assert 3 <= len(cut.data) <= 6
