# GPT-2 (Radford et al. 2019): decoder with a norm before each sublayer and learned positions, like transformers'
# GPT2Model. Three linear layers, query, key and value, replace the checkpoint's c_attn.
from typing import Dict, Optional

from torch import Tensor, ops

from .adapted import Weights
from .cache import Cache
from .common import attend, attention_mask, get_optional, prepend, split_heads


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
    def attention_inputs(self, h, positions, cache: Optional[Cache], weights: Weights):
        inputs: Dict[str, Tensor] = {}
        mask = attention_mask(h, cache, weights.adapter)
        if mask is not None:
            inputs["mask"] = mask
        return inputs

    def layer(self, h, inputs: Dict[str, Tensor], i: int, cache: Optional[Cache], weights: Weights):
        name = "h.{}.".format(i)
        x = weights.layer_norm(h, name + "ln_1", self.epsilon)
        q = split_heads(weights.linear(x, name + "attn.query"), self.head_width)  # [B, N, S, D]
        k = split_heads(weights.linear(x, name + "attn.key"), self.head_width)
        v = split_heads(weights.linear(x, name + "attn.value"), self.head_width)
        if cache is not None:
            k, v = cache.append(i, k, v)  # [B, N, R, D]
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
