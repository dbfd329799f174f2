"""Windows that keep their documents apart: positions, labels, and models that follow them."""

import numpy as np
import pytest
import torch

from trainer.data.batches import labelled_windows
from trainer.data.corpus import Marks
from trainer.data.document_positions import begins_document, positions_in_documents
from trainer.errors import UserError
from trainer.evaluation.document_separation import require_separation
from trainer.evaluation.held_out import windows
from trainer.models.configuration import PRESETS
from trainer.models.initialisation import initialise
from trainer.models.interface import IGNORED

STARTS = np.array([0, 3, 4, 9])
MARKS = Marks(starts=STARTS)
TEXT = np.arange(13)


def test_a_token_has_its_position_in_its_document_and_a_document_begins_again_in_a_window():
    found = positions_in_documents(STARTS, TEXT, length=6)
    assert found.tolist() == [0, 1, 2, 0, 0, 1, 0, 1, 2, 0, 1, 2, 0]
    assert np.flatnonzero(begins_document(STARTS, TEXT)).tolist() == [0, 3, 4, 9]


def test_windows_come_with_positions_and_a_first_token_is_no_label():
    tokens, labels = labelled_windows(TEXT, np.arange(2), 6, marks=MARKS)
    assert tokens[:, 0].tolist() == [[0, 1, 2, 3, 4, 5], [6, 7, 8, 9, 10, 11]]
    assert tokens[:, 1].tolist() == [[0, 1, 2, 0, 0, 1], [0, 1, 2, 0, 1, 2]]
    assert labels.tolist() == [
        [1, 2, IGNORED, IGNORED, 5, 6],
        [7, 8, IGNORED, 10, 11, 12],
    ]


def test_held_out_windows_are_those_of_the_training():
    (tokens, labels), (rest, last) = windows(torch.from_numpy(TEXT[:12]), 6, 2, marks=MARKS)
    for found, wanted in zip(
        (tokens, labels), labelled_windows(TEXT[:7], np.arange(1), 6, marks=MARKS), strict=True
    ):
        assert torch.equal(found, wanted)
    assert rest.tolist() == [[[6, 7, 8, 9, 10], [0, 1, 2, 0, 1]]]
    assert last.tolist() == [[7, 8, IGNORED, 10, 11]]


def test_the_logits_of_a_document_are_those_that_it_has_alone():
    model = initialise(PRESETS["nano"], seed=3).eval()
    text = torch.randint(0, 256, (13,), generator=torch.Generator().manual_seed(1)).numpy()
    ((tokens, _),) = windows(torch.from_numpy(text), 12, 1, marks=MARKS)
    together = model(tokens)[0]
    for begin, end in ((0, 3), (3, 4), (4, 9), (9, 12)):
        alone = model(torch.from_numpy(text[None, begin:end]))[0]
        assert torch.allclose(together[begin:end], alone, atol=1e-5)
    assert not torch.allclose(model(tokens[:, 0])[0, 4:9], together[4:9], atol=1e-3)


def test_gradient_checkpointing_keeps_documents_apart():
    ((tokens, _),) = windows(torch.from_numpy(TEXT), 12, 1, marks=MARKS)
    gradients = []
    for recomputes in (False, True):
        model = initialise(PRESETS["nano"], seed=3)
        if recomputes:
            model.recompute_activations()
        model(tokens).square().mean().backward()
        gradients.append(model.model.embed_tokens.weight.grad)
    assert torch.equal(*gradients)


def test_a_model_that_does_not_keep_documents_apart_is_refused():
    model = initialise(PRESETS["nano"], seed=3)
    require_separation("separate", student=model, teacher=None)
    forward = model.forward
    model.forward = lambda tokens: forward(tokens if tokens.dim() == 2 else tokens[:, 0])
    require_separation("joined", student=model)
    with pytest.raises(UserError, match="the student does not keep the documents"):
        require_separation("separate", student=model)


def test_a_model_that_counts_positions_on_is_refused(monkeypatch):
    model = initialise(PRESETS["nano"], seed=3)
    trunk = model.model
    cosine = trunk.cosine.clone()

    class Onward(torch.Tensor):
        """A table that is read at consecutive places, whatever is asked for."""

        def __getitem__(self, places):
            if isinstance(places, slice):
                return cosine[places]
            return cosine[torch.arange(places.shape[1])][None]

    monkeypatch.setitem(trunk._buffers, "cosine", cosine.as_subclass(Onward))
    with pytest.raises(UserError, match="does not keep"):
        require_separation("separate", student=model)


def test_a_model_of_which_nothing_can_be_told_is_refused():
    model = initialise(PRESETS["nano"], seed=3)
    table = model.model.embed_tokens.weight
    del model.model.embed_tokens
    model.model.embed_tokens = lambda ids: table[ids]
    with pytest.raises(UserError, match="does not keep"):
        require_separation("separate", student=model)
