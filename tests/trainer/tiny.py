"""Tiny models and tokenizers of other makers, made on the spot."""

import json

import tokenizers
from tokenizers import decoders, models, pre_tokenizers, processors, trainers

TEXT = ["the quick brown fox jumps over a lazy dog while owls watch it", "another text of words"]


def tokenizer(folder, size=300, end="<|end|>", texts=TEXT, template=None, **stated):
    """Write a byte-level BPE tokenizer, as a model's folder has it; `template` as `<s> $A`."""
    made = tokenizers.Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=size,
        special_tokens=[end] if template is None else [end, "<s>"],
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    made.train_from_iterator(texts * 9, trainer)
    if template:
        special = [(name, made.token_to_id(name)) for name in (end, "<s>")]
        made.post_processor = processors.TemplateProcessing(single=template, special_tokens=special)
    folder.mkdir(parents=True, exist_ok=True)
    made.save(str(folder / "tokenizer.json"))
    (folder / "tokenizer_config.json").write_text(
        json.dumps({"tokenizer_class": "PreTrainedTokenizerFast", "eos_token": end, **stated})
    )
    return made.get_vocab_size()
