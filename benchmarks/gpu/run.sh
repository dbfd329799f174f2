#!/usr/bin/env bash
# All figures and checks that need a GPU, in eight minutes, on a machine without a network.
#
#   WHEELS=FOLDER OUT=FOLDER benchmarks/gpu/run.sh [--device cpu] [--minutes N]
#
# The machine needs Python 3.11 or later, torch for CUDA, safetensors and triton. What else the
# trainer and its peers need comes from a folder of wheels, each of which is unpacked without its
# dependencies; what is not there is named as absent in the tables. Fill the folder elsewhere by
#
#   pip download --dest FOLDER --no-deps --only-binary :all: --python-version 3.12 \
#     --platform manylinux_2_28_x86_64 --platform manylinux2014_x86_64 \
#     pydantic pydantic_core annotated-types typing-inspection typing_extensions psutil tqdm pyyaml \
#     liger-kernel==0.8.5 trl==1.16.0 accelerate datasets
#
# Results are in OUT (runs/gpu by default): checks.txt, log.txt, and kd_step-cuda.md, which belongs
# into docs/measurements. The script ends with 1 if a check does not hold.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
out="${OUT:-$here/../../runs/gpu}"
python="${PYTHON:-python3}"
if [ -n "${WHEELS:-}" ]; then
  packages="$(mktemp -d)"
  trap 'rm -rf "$packages"' EXIT
  "$python" -m pip install --quiet --no-index --no-deps --target "$packages" "$WHEELS"/*.whl
  export PYTHONPATH="$packages${PYTHONPATH:+:$PYTHONPATH}"
fi
export TRITON_CACHE_DIR="${TRITON_CACHE_DIR:-$(mktemp -d)}"
"$python" "$here/run.py" --output "$out" "$@"
