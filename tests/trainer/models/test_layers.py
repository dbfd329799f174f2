import torch

from trainer.models.layers import RMSNorm


def test_the_norm_divides_by_the_root_of_the_mean_square_and_eps():
    norm = RMSNorm(2, eps=0.5)
    with torch.no_grad():
        norm.weight.copy_(torch.tensor([1.0, 10.0]))
    # mean square (1 + 6) / 2, and a half: 4
    found = norm(torch.tensor([1.0, 6.0**0.5]))
    torch.testing.assert_close(found, torch.tensor([0.5, 5 * 6.0**0.5]))
