"""The configuration: one frozen schema for the file, `--set`, the flags and the sidecar."""

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

Preset = Literal["nano", "micro", "small-student", "small-teacher"]


def _refuse_bool(value: object) -> object:
    if isinstance(value, bool):
        raise ValueError(f"must be a number, got {str(value).lower()}")  # noqa: TRY004 - pydantic's
    return value


_Number = BeforeValidator(_refuse_bool)
Positive = Annotated[int, Field(gt=0), _Number]
Natural = Annotated[int, Field(ge=0), _Number]
PositiveReal = Annotated[float, Field(gt=0), _Number]
Coefficient = Annotated[float, Field(ge=0, lt=1), _Number]
Seed = Annotated[int, Field(ge=0, lt=2**64), _Number]
Seconds = Annotated[float, Field(gt=0, le=31_536_000), _Number]
"""At most a year: the kernel's timers have an upper limit."""


class Section(BaseModel):
    """A frozen part of the configuration that refuses unknown keys and non-finite numbers."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Teacher(Section):
    """The teacher model; `train` requires it."""

    model_id: str | None = Field(
        None, description="folder of a model, or its id on the Hugging Face hub"
    )
    cache: str | None = Field(
        None, description="folder that `distill cache` made of the teacher, which then is not run"
    )
    dtype: Literal["float32", "bfloat16", "float16"] = Field(
        "float32", description="what the teacher computes in; the student is in float32"
    )


class Lora(Section):
    """Low-rank adapters, trained instead of the weights (Hu et al. 2021, arXiv:2106.09685)."""

    rank: Positive = Field(64, description="columns of an adapter's factors")
    alpha: PositiveReal = Field(
        16.0, description="an adapter adds alpha / rank times its factors' product"
    )
    dropout: Annotated[float, Field(ge=0, lt=1), _Number] = Field(
        0.0, description="of what an adapter reads"
    )
    target_modules: tuple[str, ...] | None = Field(
        None,
        description="names of linear maps, such as q_proj; null: all but the head",
        min_length=1,
    )


class Student(Section):
    """The student model: fresh from a preset, or an existing model to train further."""

    model_id: str | None = Field(
        None, description="folder of a model, or its id on the Hugging Face hub"
    )
    preset: Preset | None = Field(None, description="shape of a fresh model")
    lora: Lora | None = Field(
        None, description="train adapters beside the weights of model_id; null: train the weights"
    )

    @model_validator(mode="after")
    def _adapts_a_model(self) -> "Student":
        if self.lora is not None and self.model_id is None:
            raise ValueError(
                "student.lora adapts an existing model; give student.model_id, or leave lora "
                "out to train a fresh student whole"
            )
        return self

    @model_validator(mode="after")
    def _one_origin(self) -> "Student":
        if (self.model_id is None) == (self.preset is None):
            raise ValueError(
                "student needs exactly one of model_id and preset; set the other to null"
            )
        return self


class Distillation(Section):
    """The objective alpha * T^2 * divergence(teacher, student) + (1 - alpha) * CE."""

    temperature: Annotated[float, _Number] = Field(4.0, description="T, softens both")
    alpha: Annotated[float, _Number] = Field(0.7, description="weight of the KD term")
    divergence: Literal["forward_kl", "reverse_kl", "jsd"] = Field(
        "forward_kl", description="KL(teacher || student), KL(student || teacher), or their mixture"
    )
    beta: Annotated[float, _Number] | None = Field(
        None, description="the teacher's share in the mixture of jsd, 0.5 if null; only there"
    )

    @field_validator("temperature")
    @classmethod
    def _positive(cls, value: float) -> float:
        if value <= 0:
            raise ValueError(f"Temperature must be positive, got {value:g}")
        return value

    @field_validator("alpha")
    @classmethod
    def _share(cls, value: float) -> float:
        if not 0 <= value <= 1:
            raise ValueError(f"Alpha must be between 0 and 1, got {value:g}")
        return value

    @field_validator("beta")
    @classmethod
    def _inner_share(cls, value: float | None) -> float | None:
        if value is not None and not 0 < value < 1:
            raise ValueError(
                f"Beta must be greater than 0 and less than 1, got {value:g}: at its ends the "
                "mixture is one of the two and jsd is 0 whatever the student does; "
                "for the divergences themselves set distillation.divergence to forward_kl or "
                "reverse_kl"
            )
        return value

    @model_validator(mode="after")
    def _beta_of_jsd(self) -> "Distillation":
        if self.beta is not None and self.divergence != "jsd":
            raise ValueError(
                f"distillation.beta is of divergence jsd alone, but distillation.divergence is "
                f"{self.divergence}; leave beta out"
            )
        return self

    @property
    def teacher_share(self) -> float:
        """Weight of the teacher in the mixture of jsd: beta, or 0.5 where it is null."""
        return 0.5 if self.beta is None else self.beta


class Training(Section):
    """Optimisation: steps, batches, learning rate, precision, loss and parallelism."""

    epochs: Positive = 10
    batch_size: Positive = Field(32, description="windows a step, over all its micro-batches")
    steps_per_epoch: Positive | None = Field(None, description="at most; null: as the corpus has")
    learning_rate: PositiveReal = Field(1e-4, description="peak")
    warmup_steps: Natural = 0
    schedule: Literal["cosine", "linear", "constant"] = "cosine"
    gradient_accumulation: Positive = Field(1, description="micro-batches a step is split into")
    mixed_precision: Literal["none", "bf16", "fp16"] = "none"
    gradient_checkpointing: bool = Field(
        default=False, description="compute activations again instead of keeping them"
    )
    weight_decay: Annotated[float, Field(ge=0), _Number] = Field(
        0.01, description="of AdamW, on matrices alone: not on norms, biases and embeddings"
    )
    betas: tuple[Coefficient, Coefficient] = Field(
        (0.9, 0.999), description="of AdamW, for its means of gradients and of their squares"
    )
    gradient_clip: PositiveReal | None = Field(1.0, description="largest norm; null: no clipping")
    loss: Literal["auto", "dense", "chunked"] = Field(
        "auto", description="from all logits at once, or from some tokens' at a time; auto: chunked"
    )
    loss_memory_mib: Positive | None = Field(
        None, description="for the logits of a chunk; null: at most 256 on a CPU, 320 on a GPU"
    )
    seed: Seed = 42
    parallel: Literal["ddp", "fsdp"] = Field(
        "ddp", description="under torchrun: the student whole in each process, or sharded"
    )

    compile: Literal["off", "default"] = Field(
        "off", description="torch.compile for both models; needs a C++ compiler"
    )
    memory_check: bool = Field(
        default=True,
        description="predict a step's memory and measure it on a discarded one",
    )

    @model_validator(mode="after")
    def _memory_of_chunks(self) -> "Training":
        if self.loss_memory_mib is not None and self.loss == "dense":
            raise ValueError(
                "training.loss_memory_mib is of a chunked loss, but training.loss is dense; leave "
                "it out"
            )
        return self

    @model_validator(mode="after")
    def _splittable(self) -> "Training":
        if self.gradient_accumulation > self.batch_size:
            raise ValueError(
                f"training.gradient_accumulation must be <= training.batch_size "
                f"({self.batch_size}), got {self.gradient_accumulation}"
            )
        return self


class Dataset(Section):
    """The training data, and how it is cut into windows of tokens."""

    source: Literal["stdlib", "folder", "jsonl", "parquet", "bin", "npy"] = "stdlib"
    path: str | None = Field(None, description="a file, or a folder of such files; not for stdlib")
    format: Literal["text", "messages", "prompt_completion"] = Field(
        "text", description="what a line of jsonl or a row of parquet holds"
    )
    field: str | None = Field(
        None, description="its key or column; null: text, or messages, as dataset.format says"
    )
    token_type: Literal["u16", "u32"] = Field("u16", description="of bin, little-endian")
    tokenizer: str | None = Field(
        None, description="a folder with one; null: that of the models, without one bytes"
    )
    keep_tokens: str | None = Field(
        None, description="folder in which the tokens of text stay for other runs; null: nowhere"
    )
    max_length: Annotated[int, Field(gt=1), _Number] = Field(512, description="tokens a window")
    documents: Literal["joined", "separate"] = Field(
        "joined", description="whether a token sees those of other documents in its window"
    )
    limit_bytes: Positive | None = Field(None, description="read about as much; null: all")

    @model_validator(mode="after")
    def _format_of_records(self) -> "Dataset":
        if self.format != "text" and self.source not in {"jsonl", "parquet"}:
            raise ValueError(
                f"dataset.format {self.format} is of jsonl and parquet alone; dataset.source is "
                f"{self.source}"
            )
        return self

    @model_validator(mode="after")
    def _path_of_source(self) -> "Dataset":
        if (self.source == "stdlib") == (self.path is not None):
            raise ValueError(
                "dataset.path is required with every dataset.source but stdlib, and only there; "
                f"dataset.source is {self.source}"
            )
        return self


class Evaluation(Section):
    """The loss on held-out text during the training: an early end, and the best checkpoint."""

    every: Natural = Field(0, description="steps, and after the last one; 0: never")
    tokens: Positive = Field(100_000, description="of the held-out text, at most")
    patience: Positive | None = Field(
        None, description="end after so many evaluations without a lower loss; null: never"
    )
    export: Literal["last", "best"] = Field(
        "last", description="the weights that are exported: of the last step, or of the best"
    )

    @model_validator(mode="after")
    def _evaluates(self) -> "Evaluation":
        if self.every == 0 and (self.patience is not None or self.export == "best"):
            raise ValueError(
                "evaluation.patience and evaluation.export: best need a loss on held-out text; "
                "set evaluation.every to a number of steps"
            )
        return self


class Output(Section):
    """The output folder, and how often each file in it is written."""

    dir: str | None = Field(None, description="the folder to write; --output gives it as well")
    checkpoint_every: Natural = Field(1000, description="steps; 0: never")
    keep_checkpoints: Positive | None = Field(3, description="newest ones kept; null: all")
    log_every: Natural = Field(10, description="steps; 0: never. metrics.jsonl has every step")
    dtype: Literal["auto", "float32", "bfloat16", "float16"] = Field(
        "auto", description="of exported weights; auto: that of student.model_id, or float32"
    )
    csv: bool = Field(default=False, description="write metrics.csv too")
    tensorboard: bool = Field(default=False, description="write a folder for TensorBoard too")
    trackers: tuple[Literal["trackio", "wandb", "mlflow"], ...] = Field(
        (), description="to which steps are logged too; each needs its package"
    )
    project: str | None = Field(
        None, description="of the trackers (MLflow: experiment); null: what they take themselves"
    )
    compare: tuple[str, ...] = Field((), description="folders of other runs, for the report")

    @field_validator("trackers")
    @classmethod
    def _named_once(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if twice := next((name for name in value if value.count(name) > 1), None):
            raise ValueError(f"output.trackers names {twice} twice; name it once")
        return value


class Watchdog(Section):
    """Seconds without progress after which a run is ended, by phase; null: never."""

    load: Seconds | None = Field(1800.0, description="models and data")
    compile: Seconds | None = Field(1800.0, description="the first batch, forward only")
    first_step: Seconds | None = Field(900.0, description="the first step")
    steady_floor: Seconds | None = Field(
        60.0, description="a later step: this, or 10 times the median step if that is more"
    )
    evaluate: Seconds | None = Field(1800.0, description="an evaluation on held-out text")
    save: Seconds | None = Field(1800.0, description="a checkpoint, or the export")


class Configuration(Section):
    """The whole configuration; every key of it is consumed by a training run."""

    teacher: Teacher = Teacher(model_id=None, cache=None, dtype="float32")
    student: Student
    distillation: Distillation = Distillation(temperature=4.0, alpha=0.7)
    training: Training = Training()
    dataset: Dataset = Dataset(source="stdlib")
    evaluation: Evaluation = Evaluation()
    output: Output = Output()
    watchdog: Watchdog = Watchdog()
    device: Literal["auto", "cpu", "cuda"] = "auto"
