# ModernBERT (Warner et al. 2024): encoder with a norm before each sublayer and rotary positions, like transformers'
# ModernBertModel. In every `global_every`-th layer, beginning with the first, each token sees all tokens; in the
# layers in between it sees those within `window` positions to either side.
#
# Where attention is local or rotary, the adapter's entries have these meanings:
#   prompt rows with positions     tokens like others: rotated, and visible within the window
#   prompt rows without positions  not rotated; they see, and are visible from, every row in every layer
#   prefix.<i>.key                 not rotated; visible from every row in every layer
#   adapter.<i>.parallel           takes the input of the feed-forward sublayer after its norm
from typing import Dict, Optional

import torch
from torch import Tensor, ops

from .adapted import Weights
from .cache import Cache
from .common import attend, get_optional, numbered_positions, padding_mask, prepend, rotated
from .common import split_heads


class ModernBert:
    head_width: int
    global_every: int
    window: int
    global_base: float
    local_base: float
    epsilon: float

    def causal(self) -> bool:
        return False

    def vocabulary(self) -> str:
        return "embeddings.tok_embeddings.weight"

    def embed(self, ids, types, positions, weights: Weights):
        x = weights.words(self.vocabulary(), ids)  # [B, T, H]
        if "prompt" in weights.adapter:
            x = prepend(weights.adapter["prompt"].type_as(x), x)  # [B, S, H]
        return weights.layer_norm(x, "embeddings.norm", self.epsilon)

    # For each kind of layer, `global` and `local`: <kind>.mask [B, 1, 1|S, S], where there is any, is added to the
    # attention scores; <kind>.cos and .sin [B, 1, S, D / 2] are those of the rotation. A padded row may see nothing
    # in a local layer; its softmax is still finite because the mask is.
    def attention_inputs(self, h, positions, cache: Optional[Cache], weights: Weights):
        inputs: Dict[str, Tensor] = {}
        positions = numbered_positions(positions, weights.adapter)  # [B, n]
        unnumbered = h.size(1) - positions.size(1)
        far = (positions.unsqueeze(1) - positions.unsqueeze(2)).abs() > self.window  # [B, n, n]
        hidden = torch.constant_pad_nd(far.type_as(h) * -10000., [unnumbered, 0, unnumbered, 0], 0.).unsqueeze(1)
        if "mask" in weights.adapter:
            inputs["global.mask"] = padding_mask(h, weights.adapter)
            hidden = hidden + inputs["global.mask"]
        inputs["local.mask"] = hidden  # [B, 1, S, S]
        # rows without a position are at 0, where the rotation changes nothing
        places = torch.constant_pad_nd(positions.float(), [unnumbered, 0], 0.).unsqueeze(-1)  # [B, S, 1]
        exponents = torch.arange(0, self.head_width, 2, device=h.device).float() / self.head_width  # [D / 2]
        bases = {"global": self.global_base, "local": self.local_base}
        for kind in bases:
            angles = (places / torch.pow(bases[kind], exponents)).unsqueeze(1)
            inputs[kind + ".cos"] = angles.cos()
            inputs[kind + ".sin"] = angles.sin()
        return inputs

    def kind(self, i: int) -> str:
        if i % self.global_every == 0:
            return "global"
        return "local"

    # Heads of queries or keys at their positions, rotated in fp32: [B, S, H] -> [B, N, S, D]
    def rotated_heads(self, x, i: int, inputs: Dict[str, Tensor]):
        kind = self.kind(i)
        heads = split_heads(x, self.head_width).float()
        return rotated(heads, inputs[kind + ".cos"], inputs[kind + ".sin"]).type_as(x)

    # The input of the attention sublayer. The first layer has no norm because the embeddings end with one.
    def pre_attention(self, h, i: int, weights: Weights):
        if i == 0:
            return h
        return weights.layer_norm(h, "layers.{}.attn_norm".format(i), self.epsilon)

    def layer(self, h, inputs: Dict[str, Tensor], i: int, cache: Optional[Cache], weights: Weights):
        name = "layers.{}.".format(i)
        x = self.pre_attention(h, i, weights)
        q = self.rotated_heads(weights.linear(x, name + "attn.query"), i, inputs)  # [B, N, S, D]
        k = self.rotated_heads(weights.linear(x, name + "attn.key"), i, inputs)
        v = split_heads(weights.linear(x, name + "attn.value"), self.head_width)
        if cache is not None:
            k, v = cache.append(i, k, v)
        a = attend(q, k, v, get_optional(inputs, self.kind(i) + ".mask"), False, i, weights.adapter)  # [B, S, H]
        a = weights.linear(a, name + "attn.Wo")
        h = h + weights.add_bottleneck(a, a, i, "attention")
        x = weights.layer_norm(h, name + "mlp_norm", self.epsilon)
        f = ops.aten.gelu(weights.linear(x, name + "mlp.gate")) * weights.linear(x, name + "mlp.up")
        f = weights.linear(f, name + "mlp.Wo")
        f = weights.add_bottleneck(f, f, i, "feedforward")
        h = h + weights.add_bottleneck(x, f, i, "parallel")
        return weights.add_bottleneck(h, h, i, "layer")

    def final_norm(self, h, weights: Weights):
        return weights.layer_norm(h, "final_norm", self.epsilon)
