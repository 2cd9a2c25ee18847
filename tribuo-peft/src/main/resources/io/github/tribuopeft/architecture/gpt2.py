# GPT-2 (Radford et al. 2019): decoder with a norm before each sublayer and learned positions, like transformers'
# GPT2Model. Three linear layers, query, key and value, replace the checkpoint's c_attn.
from typing import Dict, Optional

from torch import Tensor, ops

from .adapted import Weights
from .common import append_to_cache, attend, cached_rows, causal_mask, get_optional, needs_causal_mask, prepend
from .common import split_heads


class Gpt2:
    head_width: int
    epsilon: float

    def causal(self) -> bool:
        return True

    def vocabulary(self) -> str:
        return "wte.weight"

    def embed(self, ids, types, positions, weights: Weights):
        x = weights.words(self.vocabulary(), ids) + weights.embedding("wpe.weight", positions)  # [B, T, H]
        if "prompt" in weights.adapter:
            prompt = weights.adapter["prompt"].type_as(x)
            if "prompt.positions" in weights.adapter:
                prompt = prompt + weights.embedding("wpe.weight", weights.adapter["prompt.positions"])
            x = prepend(prompt, x)  # [B, S, H]
        return x

    # `mask`, where the order of the rows is not enough: added to the attention scores, [1|B, 1, S, R]
    def attention_inputs(self, h, positions, cache: Optional[Dict[str, Tensor]], weights: Weights):
        inputs: Dict[str, Tensor] = {}
        rows = cached_rows(cache) + h.size(1)
        if needs_causal_mask(h, rows, weights.adapter):
            inputs["mask"] = causal_mask(h, rows, weights.adapter)
        return inputs

    def layer(self, h, inputs: Dict[str, Tensor], i: int, cache: Optional[Dict[str, Tensor]], weights: Weights):
        name = "h.{}.".format(i)
        x = weights.layer_norm(h, name + "ln_1", self.epsilon)
        q = split_heads(weights.linear(x, name + "attn.query"), self.head_width)  # [B, N, S, D]
        k = split_heads(weights.linear(x, name + "attn.key"), self.head_width)
        v = split_heads(weights.linear(x, name + "attn.value"), self.head_width)
        k = append_to_cache(cache, "past.{}.key".format(i), k, 2)  # [B, N, R, D]
        v = append_to_cache(cache, "past.{}.value".format(i), v, 2)
        a = attend(q, k, v, get_optional(inputs, "mask"), True, i, weights.adapter)  # [B, S, H]
        a = weights.linear(a, name + "attn.c_proj")
        h = h + weights.add_bottleneck(a, a, i, "attention")
        x = weights.layer_norm(h, name + "ln_2", self.epsilon)
        f = ops.aten.gelu(weights.linear(x, name + "mlp.c_fc"), approximate="tanh")  # [B, S, 4 H]
        f = weights.linear(f, name + "mlp.c_proj")
        f = weights.add_bottleneck(f, f, i, "feedforward")
        h = h + weights.add_bottleneck(x, f, i, "parallel")
        return weights.add_bottleneck(h, h, i, "layer")

    def final_norm(self, h, weights: Weights):
        return weights.layer_norm(h, "ln_f", self.epsilon)
