import torch

from trainer.models.rotary import rotary_tables, rotate


def test_positions_turn_the_halves_of_a_head_as_complex_numbers():
    x = torch.randn(1, 1, 64, 8, generator=torch.Generator().manual_seed(0))
    found = rotate(x, *rotary_tables(positions=64, head_size=8, theta=77.0))
    angles = torch.arange(64.0)[:, None] * 77.0 ** (-torch.arange(4.0) / 4)
    turned = torch.complex(x[..., :4], x[..., 4:]) * torch.polar(torch.ones_like(angles), angles)
    torch.testing.assert_close(found, torch.cat((turned.real, turned.imag), -1))
