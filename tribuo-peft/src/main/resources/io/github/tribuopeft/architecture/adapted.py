# The frozen weights of a backbone together with what an adapter adds to them or uses in their place; see backbone.py
# for the adapter's entries.
from typing import Dict, Optional

import torch
from torch import Tensor

from .common import affine, get_optional


class Weights:
    frozen: Dict[str, Tensor]
    adapter: Dict[str, Tensor]

    def __init__(self, frozen: Dict[str, Tensor], adapter: Dict[str, Tensor]) -> None:
        self.frozen = frozen
        self.adapter = adapter

    # An entry of the adapter in the type of another tensor
    def entry(self, name: str, like):
        return self.adapter[name].type_as(like)

    # A weight of the adapter or, if it has none of that name, of the backbone
    def weight(self, name: str):
        weight = self.frozen[name]
        if name in self.adapter:
            return self.entry(name, weight)
        return weight

    # A bias, which the family or the adapter may have: [out], or [B, 1, out]
    def bias(self, name: str, like) -> Optional[Tensor]:
        if name in self.adapter:
            return self.entry(name, like)
        return get_optional(self.frozen, name)

    # Looks rows of an embedding table [n, E] up. All rows of a batch share the table.
    def embedding(self, name: str, ids):
        table = self.weight(name)
        message = "The adapter's '{}' must be one table [n, E] for all rows of a batch, but it has {} dimensions"
        assert table.dim() == 2, message.format(name, table.dim())
        return torch.embedding(table, ids)

    # Word embeddings of the text's tokens, or those given for them, with what the adapter adds for the case of their
    # words: [B, T] -> [B, T, E]
    def words(self, table: str, ids):
        x = self.embedding(table, ids)
        if "text.embeddings" in self.adapter:
            x = self.adapter["text.embeddings"].type_as(x)
        if "case" in self.adapter:
            x = x + self.adapter["case.indicators"].type_as(x) @ self.entry("case", x)
        return x

    # A linear layer with what the adapter does to it: x [B, S, in] -> [B, S, out]
    def linear(self, x, name: str):
        scaled = x
        if name + ".scale.in" in self.adapter:
            scaled = x * self.entry(name + ".scale.in", x)
        y = affine(scaled, self.weight(name + ".weight"), self.bias(name + ".bias", x))
        if name + ".lora.A" in self.adapter:
            A = self.entry(name + ".lora.A", x)  # [r, in] or [B, r, in]
            B = self.entry(name + ".lora.B", x)  # [out, r] or [B, out, r]
            y = y + x @ A.transpose(-2, -1) @ B.transpose(-2, -1)
        if name + ".scale.out" in self.adapter:
            y = y * self.entry(name + ".scale.out", y)
        return y

    # Layer norm over the last dimension of x [B, S, H]; gain and bias are [H], or [B, 1, H]
    def layer_norm(self, x, name: str, epsilon: float):
        gain, bias = self.weight(name + ".weight"), self.bias(name + ".bias", x)
        if gain.dim() == 1 and (bias is None or bias.dim() == 1):
            return torch.layer_norm(x, [x.size(-1)], gain, bias, epsilon)
        y = torch.layer_norm(x, [x.size(-1)], None, None, epsilon) * gain
        if bias is not None:
            y = y + bias
        return y

    # RMS norm over the last dimension (Zhang and Sennrich 2019), computed in fp32; the gain is [H], or [B, 1, H]
    def rms_norm(self, x, name: str, epsilon: float):
        wide = x.float()
        wide = wide * torch.rsqrt((wide * wide).mean([-1], True) + epsilon)
        gain = self.weight(name + ".weight")
        if gain.dim() == 3 and x.dim() == 4:
            gain = gain.unsqueeze(1)  # x [B, N, S, D] has heads
        return gain * wide.type_as(x)

    # y plus the bottleneck of layer i at a place, which takes x
    def add_bottleneck(self, x, y, i: int, place: str):
        name = "adapter.{}.{}".format(i, place)
        if name + ".down.weight" in self.adapter:
            down, down_bias = self.entry(name + ".down.weight", x), self.entry(name + ".down.bias", x)
            up, up_bias = self.entry(name + ".up.weight", x), self.entry(name + ".up.bias", x)
            y = y + affine(torch.relu(affine(x, down, down_bias)), up, up_bias)
        return y
