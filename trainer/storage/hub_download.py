"""Download models of the Hugging Face hub by id, `owner/name`, to the local cache.

The only module that imports huggingface_hub. Where HF_HUB_OFFLINE is set, only the cache is asked.
"""

import os
import re
from pathlib import Path

from trainer.errors import UserError

_ID = re.compile(r"(?P<repository>[\w.-]+/[\w.-]+?)(?:@(?P<revision>[\w.-]+))?")
_PATTERNS = ("*.json", "*.safetensors", "*.model", "*.txt", "*.jinja")
"""Weights as safetensors only: a pickle runs code."""


def is_hub_id(model_id: Path) -> bool:
    """Return whether a path that does not exist may be `owner/name` or `owner/name@revision`.

    It may not when `owner` is a folder here: then the name in it is misspelt.
    """
    return _ID.fullmatch(str(model_id)) is not None and not model_id.parent.exists()


def fetch(model_id: Path) -> Path:
    """Return the folder of a hub model's files, downloading what the cache lacks.

    Raises UserError: huggingface_hub is not installed, no such model, no network.
    """
    try:
        from huggingface_hub import snapshot_download  # noqa: PLC0415 - optional
    except ModuleNotFoundError as missing:
        raise UserError(
            f"{model_id}: no such folder; to fetch it as a model of the Hugging Face hub, install "
            "the extra: pip install 'pv-contracts[trainer,hf]'"
        ) from missing
    named = _ID.fullmatch(str(model_id))
    if named is None:
        raise UserError(f"{model_id}: neither a folder nor owner/name of the Hugging Face hub")
    try:
        folder = snapshot_download(
            named["repository"], revision=named["revision"], allow_patterns=list(_PATTERNS)
        )
    except (OSError, ValueError) as fault:  # its errors of network, access and ids are these
        offline = os.environ.get("HF_HUB_OFFLINE", "")
        why = f"HF_HUB_OFFLINE={offline} and it is not in the cache" if offline else _first(fault)
        raise UserError(
            f"{model_id}: no such folder, and not available from the Hugging Face hub ({why}); "
            "give a local folder, or check the name and the network"
        ) from fault
    return Path(folder)


def _first(fault: Exception) -> str:
    return str(fault).strip().partition("\n")[0]
