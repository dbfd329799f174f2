"""Find the data files that `dataset.path` names."""

from pathlib import Path

from trainer.errors import UserError


def files_at(path: Path, suffixes: tuple[str, ...]) -> list[Path]:
    """Return the file itself, or the files below a folder with these suffixes, sorted by path.

    Raises UserError when there is none.
    """
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise UserError(f"dataset.path {path}: there is no such file or folder")
    found = sorted(file for file in path.rglob("*") if file.name.endswith(suffixes))
    if not found:
        raise UserError(f"dataset.path {path}: holds no file that ends in {' or '.join(suffixes)}")
    return found
