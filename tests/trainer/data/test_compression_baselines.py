import numpy as np
import pytest

from trainer.data.compression_baselines import (
    order0_bits_per_byte,
    xz_bits_per_byte,
    zlib_bits_per_byte,
)
from trainer.errors import UserError


@pytest.mark.parametrize("measure", [order0_bits_per_byte, zlib_bits_per_byte, xz_bits_per_byte])
def test_a_baseline_of_no_text_is_refused(measure):
    with pytest.raises(UserError, match="no bytes to measure"):
        measure(np.empty(0, dtype=np.uint8))


def test_the_baselines_on_known_texts():
    two = np.frombuffer(b"ab" * 500, dtype=np.uint8)
    assert order0_bits_per_byte(two) == 1.0
    assert zlib_bits_per_byte(two) < 0.5
    assert xz_bits_per_byte(two) < 1.0
    every = np.arange(256, dtype=np.uint8)
    assert order0_bits_per_byte(every) == 8.0
