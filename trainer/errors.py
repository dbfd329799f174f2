"""The errors of a verb; each message names the place, the fact and the remedy."""


class UserError(Exception):
    """An error of the user: configuration, environment variable or input. Exit code 2."""


class TrainingFailure(Exception):  # noqa: N818 - a run that fails is a result, not a fault in code
    """A failure of the run: non-finite numbers, a violated guard. Exit code 1."""


class Interrupted(Exception):  # noqa: N818 - likewise
    """A signal ended the run after its step was finished and saved. Exit code 128 + `signum`."""

    def __init__(self, signum: int, message: str) -> None:
        super().__init__(message)
        self.signum = signum
