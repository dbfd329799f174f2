"""The ways a verb can fail; each message names the place, the fact and the remedy."""


class UserError(Exception):
    """What the user asked for cannot be done: configuration, variable, input. Exit code 2."""


class TrainingFailure(Exception):  # noqa: N818 - a run that fails is a result, not a fault in code
    """The run itself went wrong: non-finite numbers, a guard that does not hold. Exit code 1."""


class Interrupted(Exception):  # noqa: N818 - likewise
    """A signal ended the run after its step was finished and saved. Exit code 128 + `signum`."""

    def __init__(self, signum: int, message: str) -> None:
        super().__init__(message)
        self.signum = signum
