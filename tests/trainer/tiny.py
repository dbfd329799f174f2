"""Tiny models and tokenizers of other makers, made on the spot."""

import json

import tokenizers
from tokenizers import decoders, models, pre_tokenizers, trainers

TEXT = ["the quick brown fox jumps over a lazy dog while owls watch it", "another text of words"]


def tokenizer(folder, size=300, end="<|end|>", texts=TEXT):
    """Write a byte-level BPE tokenizer, as a model's folder has it."""
    made = tokenizers.Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=size,
        special_tokens=[end],
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    made.train_from_iterator(texts * 9, trainer)
    folder.mkdir(parents=True, exist_ok=True)
    made.save(str(folder / "tokenizer.json"))
    (folder / "tokenizer_config.json").write_text(
        json.dumps({"tokenizer_class": "PreTrainedTokenizerFast", "eos_token": end})
    )
    return made.get_vocab_size()
