import pytest

from trainer.configuration.schema import Training
from trainer.errors import UserError
from trainer.losses import loss_chunking
from trainer.losses.loss_chunking import LossShape, free_bytes, plan_loss, row_choices

MIB = 1 << 20
LARGE = LossShape(tokens=4096, vocab_size=32768, item_size=4, taught=True)


@pytest.fixture(autouse=True)
def _plenty(monkeypatch):
    monkeypatch.setattr(loss_chunking, "free_bytes", lambda _: 64 << 30)


def plan(shape=LARGE, device="cpu", *, linear=True, **training):
    return plan_loss(Training(**training), shape, device, linear=linear)


@pytest.mark.parametrize(
    ("shape", "device", "rows"),
    [
        (LARGE, "cpu", 512),  # beyond, nothing gets faster
        (LossShape(4096, 131072, 4, taught=True), "cpu", 256),  # 256 MiB of 1 MiB a token
        (LossShape(4096, 131072, 4, taught=False), "cpu", 512),
        (LossShape(4096, 1 << 22, 4, taught=True), "cpu", 64),  # never fewer
        (LossShape(300, 256, 4, taught=True), "cpu", 300),  # all in one
        (LossShape(4096, 256, 4, taught=True), "cpu", 1024),  # 2 MiB of 2 KiB a token
        (LossShape(100_000, 32768, 4, taught=True), "cuda", 1280),  # 320 MiB of 256 KiB a token
        (LossShape(100_000, 131072, 4, taught=True), "cuda", 1024),  # never fewer
        (LossShape(100_000, 524288, 2, taught=True), "cuda", 1024),
        (LossShape(100_000, 256, 4, taught=True), "cuda", 65536),  # a launch costs more than bytes
    ],
)
def test_chunks_fill_their_budget(shape, device, rows):
    chosen = plan(shape, device)
    assert (chosen.mode, chosen.rows) == ("chunked", rows)


def test_the_budget_is_configurable():
    assert plan(loss_memory_mib=16).rows == 64


def test_little_memory_makes_small_chunks(monkeypatch):
    monkeypatch.setattr(loss_chunking, "free_bytes", lambda _: 64 * MIB)
    chosen = plan()
    assert chosen.rows == 64
    assert "a quarter of the free memory" in chosen.text


def test_a_head_that_is_not_linear_gets_the_dense_loss():
    chosen = plan(linear=False)
    assert chosen.mode == "dense"
    assert "not a linear map" in chosen.text
    with pytest.raises(UserError, match=r"set training\.loss to dense"):
        plan(linear=False, loss="chunked")


def test_the_choice_is_printed_with_its_numbers():
    assert plan().text == (
        "chunked (auto), 512 of 4,096 tokens x 32,768 logits at a time, 128 MiB where dense would "
        "hold about 4,096 MiB"
    )
    assert plan(loss="dense").text == (
        "dense (as configured), 4,096 tokens x 32,768 logits, about 4,096 MiB"
    )


def test_free_memory_is_read_from_the_machine():
    assert 0 < free_bytes("cpu") < 1 << 50


@pytest.mark.parametrize(
    ("tokens", "most", "choices"),
    [
        (4096, 4096, (256, 512, 1024, 2048, 4096)),
        (5000, 1280, (313, 625, 1250)),  # even, so that no short chunk is left
        (5000, 1249, (313, 625)),
        (300, 1280, (300,)),
        (4096, 100, (100,)),
        (1, 1, (1,)),
    ],
)
def test_sizes_to_try_split_the_tokens_evenly(tokens, most, choices):
    assert row_choices(tokens, most) == choices
