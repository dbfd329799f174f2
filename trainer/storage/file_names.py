"""Names of the files and folders in an output folder."""

WEIGHTS = "model.safetensors"
INDEX = "model.safetensors.index.json"
MODEL_CONFIG = "config.json"
GENERATION = "generation_config.json"
SIDECAR = "training.json"
METRICS = "metrics.jsonl"
TIMINGS = "timings.jsonl"
HELD_OUT = "held_out.jsonl"
SMOKE = "smoke.json"
CHECKPOINTS = "checkpoints"
TRIAL = ".trial"
"""What a smoke run writes as a full run would, and removes."""
MODEL_ASIDE = ".model.writing"
"""The final model, until it was read back."""
CHECKPOINT_FACTS = "checkpoint.json"
CHECKPOINT_WEIGHTS = "student.safetensors"
TOKENIZER = "tokenizer.json"
SHARDS = "model-*-of-*.safetensors"
TOKENIZER_FILES = (
    TOKENIZER,
    "tokenizer_config.json",
    "special_tokens_map.json",
    "added_tokens.json",
    "vocab.json",
    "merges.txt",
    "vocab.txt",
    "tokenizer.model",
    "chat_template.jinja",
)
"""Files of a tokenizer, which are exported with a model."""
CHECKPOINT_NAMES = "step-*"
LATEST = "latest"
LOCK = ".lock"
HEARTBEAT = "heartbeat.json"
RESOLVED = "configuration.yaml"
CSV = "metrics.csv"
TENSORBOARD = "tensorboard"
TRACKERS = "trackers.json"
REPORT = "report.html"
OWNED_FILES = (
    *(WEIGHTS, INDEX, MODEL_CONFIG, SIDECAR, METRICS, TIMINGS, SMOKE, HEARTBEAT),
    *(HELD_OUT, RESOLVED, CSV, TRACKERS, REPORT),
    GENERATION,
    *TOKENIZER_FILES,
)
OWNED_FOLDERS = (CHECKPOINTS, TENSORBOARD, TRIAL, MODEL_ASIDE)
"""Files and folders that a run may write, and that `--overwrite` removes."""
