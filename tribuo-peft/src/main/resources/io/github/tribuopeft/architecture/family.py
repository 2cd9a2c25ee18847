# What a family of transformers computes.
from typing import Dict, Optional, Protocol as Interface

from torch import Tensor

from .adapted import Weights
from .cache import Cache


class Family(Interface):
    # Token ids, token types and positions [B, T] -> [B, S, H], the rows of a prompt first
    def embed(self, ids: Tensor, types: Tensor, positions: Tensor, weights: Weights) -> Tensor:
        pass

    # What the attention of all layers takes besides queries, keys and values, such as masks and rotations. h [B, S,
    # H] gives the size and the type. With a cache, appends the positions to it where later calls need them.
    def attention_inputs(
            self, h: Tensor, positions: Tensor, cache: Optional[Cache],
            weights: Weights) -> Dict[str, Tensor]:
        pass

    # Layer i: [B, S, H] -> [B, S, H]. With a cache, appends the layer's keys and values to it and attends to all of
    # them.
    def layer(
            self, h: Tensor, inputs: Dict[str, Tensor], i: int, cache: Optional[Cache],
            weights: Weights) -> Tensor:
        pass

    # The norm after the last layer, if there is one: [B, S, H] -> [B, S, H]
    def final_norm(self, h: Tensor, weights: Weights) -> Tensor:
        pass

    # Whether a row sees only itself and the rows before it
    def causal(self) -> bool:
        pass

    # The name of the table of word embeddings
    def vocabulary(self) -> str:
        pass
