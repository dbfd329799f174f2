"""Library functions with the arguments that the public kernel contracts give them.

Only the order and the form of arguments change here; what is computed is PyTorch's own.
"""

import torch
from torch import Tensor
from torch.nn import functional

Number = float | Tensor


def cross_entropy(targets: Tensor, logits: Tensor) -> Tensor:
    """Return the cross-entropy of a distribution over classes and logits, each (n,)."""
    return functional.cross_entropy(logits, targets.to(logits.dtype), reduction="sum")


def negative_log_likelihood(logits: Tensor, y: Tensor) -> Tensor:
    """Return the mean over n rows of logits (n, C), with class numbers y (n,)."""
    return functional.nll_loss(functional.log_softmax(logits, dim=-1), y)


def gelu(x: Number) -> Tensor:
    """Return x Φ(x)."""
    return functional.gelu(_tensor(x))


def gelu_tanh(x: Number) -> Tensor:
    """Return the approximation of x Φ(x) by tanh."""
    return functional.gelu(_tensor(x), approximate="tanh")


def silu(x: Number) -> Tensor:
    """Return x σ(x)."""
    return functional.silu(_tensor(x))


def relu(x: Number) -> Tensor:
    """Return max(0, x)."""
    return functional.relu(_tensor(x))


def sigmoid(x: Number) -> Tensor:
    """Return 1 / (1 + exp(-x))."""
    return torch.sigmoid(_tensor(x))


def softplus(x: Number) -> Tensor:
    """Return log(1 + exp(x))."""
    return functional.softplus(_tensor(x))


def swiglu(x: Number, w: Tensor, v: Tensor, b: Number, c: Number) -> Tensor:
    """Return silu(x W + b) * (x V + c) for x (d,), W and V (d, h); numbers stand for all items."""
    row = _tensor(x).to(w.dtype).expand(w.shape[0])
    return functional.silu(row @ w + _tensor(b)) * (row @ v + _tensor(c))


def layer_norm(x: Tensor, gamma: Number, beta: Number, eps: float) -> Tensor:
    """Return the layer norm over all of x (d,)."""
    scale, shift = (_tensor(each).to(x.dtype).expand(x.shape) for each in (gamma, beta))
    return functional.layer_norm(x, x.shape, scale, shift, eps)


def rms_norm(x: Tensor, gamma: Number, eps: float) -> Tensor:
    """Return the root-mean-square norm over all of x (n,)."""
    scale = _tensor(gamma).to(x.dtype).expand(x.shape)
    return functional.rms_norm(x, x.shape, scale, eps)


def rms_norm_of_zeros_too(x: Number, weight: Number, eps: float) -> Tensor:
    """Return the root-mean-square norm, where `0` may stand for a vector of zeros."""
    given = _tensor(x).to(torch.float64)
    row = given if given.ndim else given.expand(_tensor(weight).shape or (1,))
    return rms_norm(row, weight, eps)


def batch_norm_training(x: Tensor, gamma: Tensor, beta: Tensor, eps: float) -> Tensor:
    """Return the batch norm of x (N, C) by its own mean and variance."""
    return functional.batch_norm(x, None, None, gamma, beta, training=True, eps=eps)


def linear(x: Number, weight: Tensor, bias: Tensor) -> Tensor:
    """Return x W^T + b for x (batch, d_in); a number stands for a batch of one row."""
    return functional.linear(_rows(x, weight), weight, bias)


def linear_without_bias(x: Number, weight: Tensor) -> Tensor:
    """Return x W^T, likewise."""
    return functional.linear(_rows(x, weight), weight)


def add(x: Tensor, bias: Number) -> Tensor:
    """Return x with a bias added to each row."""
    return torch.add(x, _tensor(bias).to(x.dtype))


def huber(a: Number, delta: float) -> Tensor:
    """Return Huber's loss of a residual."""
    residual = _tensor(a)
    return functional.huber_loss(
        residual, torch.zeros_like(residual), reduction="none", delta=delta
    )


def smooth_l1(a: Number, beta: float) -> Tensor:
    """Return the smooth L1 loss of a residual."""
    residual = _tensor(a)
    return functional.smooth_l1_loss(
        residual, torch.zeros_like(residual), reduction="none", beta=beta
    )


def binary_cross_entropy(y: Number, predicted: Number) -> Tensor:
    """Return the mean binary cross-entropy of labels and probabilities."""
    probabilities = _tensor(predicted)
    return functional.binary_cross_entropy(probabilities, _tensor(y).to(probabilities.dtype))


def embedding(token: int, weight: Tensor) -> Tensor:
    """Return one row of a table of embeddings."""
    return functional.embedding(torch.tensor(token), weight)


def entropy(p: Tensor) -> Tensor:
    """Return the entropy of a distribution in nats."""
    return torch.distributions.Categorical(probs=p).entropy()


def entropy_in_bits(p: Tensor) -> Tensor:
    """Return the entropy of a distribution in bits."""
    return entropy(p) / torch.log(torch.tensor(2.0, dtype=p.dtype))


def mean_absolute_error(y: Tensor, predicted: Tensor) -> Tensor:
    """Return the mean absolute difference."""
    return functional.l1_loss(predicted, y)


def mean_squared_error(y: Tensor, predicted: Tensor) -> Tensor:
    """Return the mean squared difference."""
    return functional.mse_loss(predicted, y)


def root_mean_squared_error(y: Tensor, predicted: Tensor) -> Tensor:
    """Return the root of the mean squared difference."""
    return torch.sqrt(functional.mse_loss(predicted, y))


def logit(p: Number) -> Tensor:
    """Return ln(p / (1 - p))."""
    return torch.logit(_tensor(p))


def logarithm(x: Number) -> Tensor:
    """Return ln x."""
    return torch.log(_tensor(x))


def logarithm_of_two(k: Number) -> Tensor:
    """Return log2 k."""
    return torch.log2(_tensor(k))


def reciprocal(x: Number) -> Tensor:
    """Return 1 / x."""
    return torch.reciprocal(_tensor(x))


def normal_density(x: Number, mean: Number, variance: Number) -> Tensor:
    """Return the density of a normal distribution."""
    deviation = torch.sqrt(_tensor(variance))
    return torch.exp(torch.distributions.Normal(_tensor(mean), deviation).log_prob(_tensor(x)))


def attention_scores(q: Tensor, k: Tensor) -> Tensor:
    """Return Q K^T / √d."""
    return torch.matmul(q, k.mT) / q.shape[-1] ** 0.5


def lerp(m: Tensor, g: Tensor, beta: float) -> Tensor:
    """Return β m + (1 - β) g, an exponential moving average's next value."""
    return torch.lerp(g, m, beta)


def _tensor(x: Number) -> Tensor:
    return x if isinstance(x, Tensor) else torch.tensor(float(x), dtype=torch.float64)


def _rows(x: Number, weight: Tensor) -> Tensor:
    if isinstance(x, Tensor) and x.ndim:
        return x
    return _tensor(x).to(weight.dtype).expand(1, weight.shape[1])
