"""PyTorch: the regression step, the ensemble's forward pass, and products for the peak."""

import torch
import torch.nn.functional as F


def regression():
    torch.manual_seed(0)
    net = torch.nn.Sequential(
        torch.nn.Linear(17, 256), torch.nn.ReLU(), torch.nn.Linear(256, 256), torch.nn.ReLU(),
        torch.nn.Linear(256, 6))
    adam = torch.optim.Adam(net.parameters(), lr=1e-3)
    x, y = torch.randn(256, 17), torch.randn(256, 6)

    def step():
        adam.zero_grad()
        loss = F.mse_loss(net(x), y)
        loss.backward()
        adam.step()
        return loss.item()

    return step


def ensemble():
    torch.manual_seed(0)
    sizes = [24, 200, 200, 200, 200, 36]
    weights = [torch.randn(5, i, o) / i**0.5 for i, o in zip(sizes, sizes[1:])]
    biases = [torch.zeros(5, 1, o) for o in sizes[1:]]
    x = torch.randn(5, 2000, 24)

    def forward():
        with torch.no_grad():
            h = x
            for w, b in zip(weights[:-1], biases[:-1]):
                h = F.silu(torch.baddbmm(b, h, w))
            return torch.baddbmm(biases[-1], h, weights[-1])

    return forward


def fused_product():
    """The operator that LibTorch uses inside compiled graphs; refused if it disagrees."""
    x, w, b = torch.randn(2048, 2048), torch.randn(2048, 2048), torch.zeros(2048)
    operator = torch.ops.mkldnn._linear_pointwise

    def product():
        return operator(x, w, b, "none", [], "")

    error = (product() - torch.addmm(b, x, w.t())).abs().max().item()
    if error > 1e-2:
        raise RuntimeError(f"mkldnn::_linear_pointwise differs from addmm by {error}")
    return product


def plain_product():
    x, w, b = torch.randn(2048, 2048), torch.randn(2048, 2048), torch.zeros(2048)
    return lambda: torch.addmm(b, x, w)


def work():
    return {
        "version": torch.__version__, "regression": regression, "ensemble": ensemble,
        "fused-product": fused_product, "plain-product": plain_product,
    }
