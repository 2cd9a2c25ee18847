"""Random weights, text files and comparisons that all parts of the generator share."""
import json
import math
import zlib

import torch
from safetensors.torch import save_file


class Noise:
    """Random numbers that depend on a name only."""

    def __init__(self, name):
        self.generator = torch.Generator().manual_seed(zlib.crc32(name.encode()))

    def normal(self, *shape, scale=1.0):
        return scale * torch.randn(*shape, generator=self.generator)

    def integers(self, low, high, shape):
        return torch.randint(low, high, shape, generator=self.generator)

    @torch.no_grad()
    def fill(self, module):
        """Overwrites all parameters that are trained: a model's own, or those of an adapter."""
        for name, weight in module.named_parameters():
            if weight.requires_grad:
                weight.copy_(self.weight(name, weight))

    def weight(self, name, weight):
        if "ia3_" in name or weight.dim() == 1 and name.endswith("weight"):
            return 1 + self.normal(*weight.shape, scale=0.25)
        return self.normal(*weight.shape, scale=self.scale(name, weight))

    @staticmethod
    def scale(name, weight):
        if weight.dim() == 1:
            return 0.2
        if any(part in name for part in ("embed", "wte", "wpe", "relative_attention_bias")):
            return 0.6
        if "lora_" in name:
            return 0.3
        if ".c_" in name:
            # GPT-2 keeps weights as [in, out]. Smaller ones would make its greedy texts repeat one token.
            return 2.0 / math.sqrt(weight.shape[0])
        return 1.2 / math.sqrt(weight.shape[-1])


def write_json(path, values):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(values, ensure_ascii=False) + "\n")


def write_tensors(path, tensors):
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file({name: tensor.detach().clone().contiguous() for name, tensor in tensors.items()}, path)


def digits(values):
    """Rounds to seven significant digits."""
    return [float(f"{value:.7g}") for value in values]


def require_close(what, found, expected, tolerance):
    difference = (found - expected).abs().max().item()
    if not difference <= tolerance:
        raise AssertionError(f"{what}: largest difference is {difference}; expected at most {tolerance}")


def require_different(what, found, expected):
    difference = (found - expected).abs().max().item()
    if difference < 0.05:
        raise AssertionError(f"{what}: largest difference is {difference}; expected an effect of at least 0.05")
