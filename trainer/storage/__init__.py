"""Files on disk: atomic writes, output folders, safetensors, the hub cache."""
