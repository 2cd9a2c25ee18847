# Llama (Touvron et al. 2023) and its relatives Mistral, Qwen2 and Qwen3: decoders with RMS norms before each
# sublayer, rotary positions, grouped-query attention and a gated feed-forward sublayer, like transformers'
# LlamaModel. Biases and the norms of heads are used where there are such weights. The keys of a prefix are not
# rotated.
from typing import Dict, Optional

import torch
from torch import Tensor, ops

from .adapted import Weights
from .cache import Cache
from .common import attend, attention_mask, causal_mask, get_optional, numbered_positions, prepend, rotated
from .common import split_heads


class Llama:
    head_width: int
    epsilon: float
    rotary_base: float
    rotary_factor: float
    rotary_low: float
    rotary_high: float
    rotary_positions: float
    window: int
    first_windowed: int

    def causal(self) -> bool:
        return True

    def vocabulary(self) -> str:
        return "embed_tokens.weight"

    def embed(self, ids, types, positions, weights: Weights):
        x = weights.words(self.vocabulary(), ids)  # [B, T, H]
        if "prompt" in weights.adapter:
            x = prepend(weights.adapter["prompt"].type_as(x), x)  # [B, S, H]
        return x

    # `cos` and `sin` of the rotation [B, 1, S, D / 2], and masks that are added to the attention scores [1|B, 1, S,
    # R]: `mask`, where the order of the rows is not enough, and `window_mask`, where there is a window. Prompt rows
    # without positions are not rotated.
    def attention_inputs(self, h, positions, cache: Optional[Cache], weights: Weights):
        inputs: Dict[str, Tensor] = {}
        positions = numbered_positions(positions, weights.adapter)  # [B, n]
        places = torch.constant_pad_nd(positions.float(), [h.size(1) - positions.size(1), 0], 0.)  # [B, S]
        angles = (places.unsqueeze(-1) * self.frequencies(h)).unsqueeze(1)  # [B, 1, S, D / 2]
        inputs["cos"] = angles.cos().type_as(h)
        inputs["sin"] = angles.sin().type_as(h)
        mask = attention_mask(h, cache, weights.adapter)
        if mask is not None:
            inputs["mask"] = mask
        key_positions = positions
        if cache is not None:
            key_positions = cache.append_positions(positions)
        if self.window > 0:
            whole = causal_mask(h, cache, weights.adapter)
            inputs["window_mask"] = whole + self.window_mask(h, whole.size(3), positions, key_positions)
        return inputs

    # Radians for each position, in fp32 like transformers: [D / 2]. Frequencies with fewer than `low` turns in the
    # positions of the original training are divided by the factor, those with more than `high` turns are kept, those
    # in between are interpolated (Llama 3.1).
    def frequencies(self, h):
        D = self.head_width
        exponents = torch.arange(0, D, 2, device=h.device).float() / D
        plain = torch.reciprocal(torch.pow(self.rotary_base, exponents))
        if self.rotary_factor == 1.:
            return plain
        turns = plain * self.rotary_positions / 6.283185307179586
        share = ((turns - self.rotary_low) / (self.rotary_high - self.rotary_low)).clamp(0., 1.)
        return (1. - share) * plain / self.rotary_factor + share * plain

    # Hides keys outside the window: [B, 1, S, R]. Prompt rows without positions, which come first, see everything and
    # are visible from everywhere.
    def window_mask(self, h, rows: int, positions, key_positions):
        near = positions.unsqueeze(2) - key_positions.unsqueeze(1) < self.window  # [B, n, m]
        unnumbered = [rows - near.size(2), 0, h.size(1) - near.size(1), 0]
        return ((torch.constant_pad_nd(near.type_as(h), unnumbered, 1.) - 1.) * 10000.).unsqueeze(1)

    # Heads of queries or keys at their positions: [B, S, N * D] -> [B, N, S, D]
    def rotated_heads(self, x, norm: str, inputs: Dict[str, Tensor], weights: Weights):
        x = split_heads(x, self.head_width)
        if norm + ".weight" in weights.frozen:
            x = weights.rms_norm(x, norm, self.epsilon)
        return rotated(x, inputs["cos"], inputs["sin"])

    def layer(self, h, inputs: Dict[str, Tensor], i: int, cache: Optional[Cache], weights: Weights):
        name = "layers.{}.".format(i)
        mask = get_optional(inputs, "mask")
        if self.window > 0 and i >= self.first_windowed:
            mask = inputs["window_mask"]
        x = weights.rms_norm(h, name + "input_layernorm", self.epsilon)
        q = weights.linear(x, name + "self_attn.q_proj")  # [B, S, N * D]
        k = weights.linear(x, name + "self_attn.k_proj")  # [B, S, K * D]
        v = weights.linear(x, name + "self_attn.v_proj")
        q = self.rotated_heads(q, name + "self_attn.q_norm", inputs, weights)  # [B, N, S, D]
        k = self.rotated_heads(k, name + "self_attn.k_norm", inputs, weights)  # [B, K, S, D]
        v = split_heads(v, self.head_width)
        if cache is not None:
            k, v = cache.append(i, k, v)  # [B, K, R, D]
        a = attend(q, k, v, mask, True, i, weights.adapter)  # [B, S, N * D]
        a = weights.linear(a, name + "self_attn.o_proj")
        h = h + weights.add_bottleneck(a, a, i, "attention")
        x = weights.rms_norm(h, name + "post_attention_layernorm", self.epsilon)
        f = ops.aten.silu(weights.linear(x, name + "mlp.gate_proj")) * weights.linear(x, name + "mlp.up_proj")
        f = weights.linear(f, name + "mlp.down_proj")
        f = weights.add_bottleneck(f, f, i, "feedforward")
        h = h + weights.add_bottleneck(x, f, i, "parallel")
        return weights.add_bottleneck(h, h, i, "layer")

    def final_norm(self, h, weights: Weights):
        return weights.rms_norm(h, "norm", self.epsilon)
