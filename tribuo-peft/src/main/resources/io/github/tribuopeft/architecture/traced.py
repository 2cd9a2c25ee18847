# The embeddings of a backbone whose layers are a TorchScript module that runs outside this program. The module adds
# position embeddings and token types itself. Of the entries of the adapter, mask, prompt and prompt.given apply.
from typing import Dict, Optional

from torch import Tensor

from .adapted import Weights
from .cache import Cache
from .common import prepend


class Traced:
    def causal(self) -> bool:
        return False

    def vocabulary(self) -> str:
        return "words.weight"

    def embed(self, ids, types, positions, weights: Weights):
        x = weights.words("words.weight", ids)  # [B, T, E]
        if "prompt" in weights.adapter:
            x = prepend(weights.adapter["prompt"], x)  # [B, S, E]
        return x

    def attention_inputs(self, h, positions, cache: Optional[Cache], weights: Weights):
        inputs: Dict[str, Tensor] = {}
        return inputs

    def layer(self, h, inputs: Dict[str, Tensor], i: int, cache: Optional[Cache], weights: Weights):
        return h

    def final_norm(self, h, weights: Weights):
        return h
