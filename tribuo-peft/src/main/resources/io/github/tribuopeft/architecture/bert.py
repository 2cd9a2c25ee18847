# BERT (Devlin et al. 2019): encoder with a norm after each sublayer, like transformers' BertModel. Some weights
# select its variants: no token types (DistilBERT, MPNet), embeddings of another width (ELECTRA), a bias by distance
# (MPNet). RoBERTa, XLM-R and MPNet begin to count positions at `position_offset`.
from typing import Dict, Optional

import torch
from torch import Tensor, ops

from .adapted import Weights
from .cache import Cache
from .common import attend, get_optional, numbered_positions, padding_mask, prepend, split_heads


class Bert:
    head_width: int
    position_offset: int
    epsilon: float

    def causal(self) -> bool:
        return False

    def vocabulary(self) -> str:
        return "embeddings.word_embeddings.weight"

    def embed(self, ids, types, positions, weights: Weights):
        token_types = "embeddings.token_type_embeddings.weight"
        position_table = "embeddings.position_embeddings.weight"
        x = weights.words(self.vocabulary(), ids)  # [B, T, E]
        if token_types in weights.frozen:
            x = x + weights.embedding(token_types, types)
        x = x + weights.embedding(position_table, positions + self.position_offset)
        if "prompt" in weights.adapter:
            prompt = weights.adapter["prompt"].type_as(x)  # [1|B, P, E]
            if token_types in weights.frozen:
                prompt = prompt + weights.weight(token_types)[0]
            if "prompt.positions" in weights.adapter:
                places = weights.adapter["prompt.positions"] + self.position_offset
                prompt = prompt + weights.embedding(position_table, places)
            x = prepend(prompt, x)  # [B, S, E]
        h = weights.layer_norm(x, "embeddings.LayerNorm", self.epsilon)
        if "embeddings_project.weight" in weights.frozen:
            h = weights.linear(h, "embeddings_project")
        return h  # [B, S, H]

    # `mask`, where there is padding or a bias by distance: added to the attention scores, [B, 1, 1, S] or [B, N, S,
    # S]
    def attention_inputs(self, h, positions, cache: Optional[Cache], weights: Weights):
        inputs: Dict[str, Tensor] = {}
        if "mask" in weights.adapter:
            inputs["mask"] = padding_mask(h, weights.adapter)
        if "encoder.relative_attention_bias.weight" in weights.frozen:
            bias = self.distance_bias(h, numbered_positions(positions, weights.adapter), weights)
            if "mask" in weights.adapter:
                bias = bias + inputs["mask"]
            inputs["mask"] = bias
        return inputs

    # MPNet's bias for each pair of rows by the distance from query to key, the same in all layers: [B, N, S, S]. For
    # each direction there are 16 buckets: 8 for exact distances and 8 of growing width up to 128 and beyond. Prompt
    # rows without positions have no bias.
    def distance_bias(self, h, positions, weights: Weights):
        distance = positions.unsqueeze(1) - positions.unsqueeze(2)  # [B, n, n]
        far = distance.abs()
        growing = torch.log(far.clamp(8).float() / 8) / 2.772588722239781 * 8  # log(128 / 8)
        bucket = torch.where(far < 8, far, (growing.long() + 8).clamp(None, 15)) + (distance > 0) * 16
        bias = weights.embedding("encoder.relative_attention_bias.weight", bucket).permute(0, 3, 1, 2)  # [B, N, n, n]
        unnumbered = h.size(1) - positions.size(1)
        return torch.constant_pad_nd(bias, [unnumbered, 0, unnumbered, 0], 0.)

    def layer(self, h, inputs: Dict[str, Tensor], i: int, cache: Optional[Cache], weights: Weights):
        name = "encoder.layer.{}.".format(i)
        q = split_heads(weights.linear(h, name + "attention.self.query"), self.head_width)  # [B, N, S, D]
        k = split_heads(weights.linear(h, name + "attention.self.key"), self.head_width)
        v = split_heads(weights.linear(h, name + "attention.self.value"), self.head_width)
        if cache is not None:
            k, v = cache.append(i, k, v)
        a = attend(q, k, v, get_optional(inputs, "mask"), False, i, weights.adapter)  # [B, S, H]
        a = weights.linear(a, name + "attention.output.dense")
        a = weights.add_bottleneck(a, a, i, "attention")
        h = weights.layer_norm(a + h, name + "attention.output.LayerNorm", self.epsilon)
        f = ops.aten.gelu(weights.linear(h, name + "intermediate.dense"))  # [B, S, 4 H]
        f = weights.linear(f, name + "output.dense")
        f = weights.add_bottleneck(f, f, i, "feedforward")
        f = weights.add_bottleneck(h, f, i, "parallel")
        h = weights.layer_norm(f + h, name + "output.LayerNorm", self.epsilon)
        return weights.add_bottleneck(h, h, i, "layer")

    # The last layer ends with its norm.
    def final_norm(self, h, weights: Weights):
        return h
