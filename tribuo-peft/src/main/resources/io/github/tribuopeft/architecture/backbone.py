# A frozen transformer with an adapter. The layers are those of a family: bert.py, modernbert.py, gpt2.py, llama.py.
#
# Shapes: B rows of a batch, T real tokens, P prompt rows, S = P + T, R = S and the rows in a cache, E embedding width
# (H in most families), H hidden width, N heads, D head width, K heads of keys and values (N in most families), V
# prefix length.
#
# `adapter` holds what a method adds, by name. An absent entry costs nothing. All rows of a batch share an entry of the
# first shape; with the second shape, each row has an entry of its own. `AdapterEntry` in Java declares the same names.
#   prompt                           [1, P, E] or [B, P, E]: rows before the word embeddings of the real tokens
#   case                             [4, E] or [B, 4, E]: added to the embedding of a token by the case of its word
#   prefix.<i>.key                   [1, K, V, D] or [B, K, V, D]: keys that layer i attends to in addition to its own
#   prefix.<i>.value                 [1, K, V, D] or [B, K, V, D]: values of these keys
#   <linear>.lora.A                  [r, in] or [B, r, in]: first factor A of a low-rank term B A
#   <linear>.lora.B                  [out, r] or [B, out, r]: second factor B of the low-rank term
#   <linear>.scale.in                [in] or [B, 1, in]: factors of the inputs
#   <linear>.scale.out               [out] or [B, 1, out]: factors of the outputs
#   adapter.<i>.<place>.down.weight  [m, H] or [B, m, H]: bottleneck H -> m -> H with ReLU at a place
#   adapter.<i>.<place>.down.bias    [m] or [B, 1, m]: bias before the ReLU
#   adapter.<i>.<place>.up.weight    [H, m] or [B, H, m]: weight after the ReLU
#   adapter.<i>.<place>.up.bias      [H] or [B, 1, H]: bias after the ReLU
#   <linear>.weight                  [out, in] or [B, out, in]: used in place of the frozen weight
#   <linear>.bias                    [out] or [B, 1, out]: used in place of the frozen bias or of none
# An entry with the name of any other frozen weight is used in its place, too: norms of [H] or [B, 1, H], embedding
# tables of [n, E] only. The places of bottlenecks are `attention` and `feedforward` (output of the sublayer),
# `parallel` (input of the feed-forward sublayer) and `layer` (output of the layer).
#
# The same dictionary has entries that describe the batch:
#   mask                             [B, T]: 1 for real tokens, 0 for padding; absent if nothing is padded
#   case.indicators                  [B, T, 4]: 1 for the case of each token's word; present if there is a `case`
#   text.embeddings                  [B, T, E]: in place of the word embeddings of the text's tokens
#   prompt.positions                 [1, P] or [B, P]: position ids of the prompt's rows; if absent, they have none
#   prompt.given                     any shape: if present, forward returns the states of the prompt's rows, too
#   cache.<name>                     the buffers of `decode`, see cache.py
#   attention.queries                [B, T]: weights of the queries; if present, layers record `attention.shares.<i>`
from typing import Dict, List, Optional

import torch
from torch import Tensor
from torch.nn import Module

from .adapted import Weights
from .cache import Cache, buffered_cache, new_cache
from .common import affine, cast_rows, is_shared_prompt, row_mask
from .family import Family
from .sampling import best_continuations, next_tokens


class Backbone(Module):
    training: bool
    layer_count: int
    family: Family
    weights: Dict[str, Tensor]

    # [B, T] -> hidden states of the real tokens after the final norm, [B, T, H]
    def forward(self, ids, types, positions, adapter: Dict[str, Tensor]):
        if self.family.causal() and ids.size(0) > 1 and is_shared_prompt(adapter):
            return self.forward_shared(ids, types, positions, adapter)
        weights = Weights(self.weights, adapter)
        h = self.family.embed(ids, types, positions, weights)
        h = self.run_layers(h, positions, 0, self.layer_count, None, weights)
        return self.select_states(self.family.final_norm(h, weights), ids, adapter)

    # forward of a decoder with a prompt that all rows share. The rows of the prompt see only themselves, so their keys
    # and values are the same for all texts and are computed once.
    def forward_shared(self, ids, types, positions, adapter: Dict[str, Tensor]):
        of_prompt: Dict[str, Tensor] = {}
        of_text: Dict[str, Tensor] = {}
        for name in adapter:
            if name != "mask" and name != "text.embeddings" and not name.startswith("case"):
                of_prompt[name] = adapter[name]
            if not name.startswith("prompt"):
                of_text[name] = adapter[name]
        no_ids = ids[:1, :0]
        cache = new_cache(no_ids)
        weights = Weights(self.weights, of_prompt)
        p = self.family.embed(no_ids, no_ids, no_ids, weights)  # [1, P, E]
        p = self.run_layers(p, no_ids, 0, self.layer_count, cache, weights)
        cache.expand(ids.size(0))
        weights = Weights(self.weights, of_text)
        h = self.family.embed(ids, types, positions, weights)  # [B, T, E]
        h = self.run_layers(h, positions, 0, self.layer_count, cache, weights)
        if "prompt.given" in adapter:
            h = torch.cat([p.expand(h.size(0), -1, -1), h], 1)
        return self.family.final_norm(h, weights).float()

    # Appends tokens ids [B, n] to texts whose keys and values are in buffers of `adapter`, see cache.py, and returns
    # the scores of the tokens after them, [B, vocabulary]. Rows begin with padding, which has negative positions. A
    # prompt is in the cache and not in `adapter`, and so is a prefix of all layers.
    def decode(self, ids, positions, span, adapter: Dict[str, Tensor]):
        cache = buffered_cache(adapter, span)
        cache.positions.narrow(1, cache.begin, ids.size(1)).copy_(positions)
        positions = positions.clamp(0)
        weights = Weights(self.weights, adapter)
        h = self.family.embed(ids, ids, positions, weights)
        h = self.run_layers(h, positions, 0, self.layer_count, cache, weights)
        h = self.family.final_norm(h.narrow(1, h.size(1) - 1, 1), weights)  # [B, 1, H]
        return self.logits(h, adapter).squeeze(1)

    # Buffers of zeros with extents [2, layers, B, K, C, D], see cache.py
    def new_buffers(self, extents, adapter: Dict[str, Tensor]):
        sizes: List[int] = []
        for extent in extents.unbind(0):
            sizes.append(int(extent))
        return self.weights[self.family.vocabulary()].new_zeros(sizes)

    # Writes the keys and values of virtual tokens into the buffers of some texts, from row start[0] on: those of a
    # prefix of all layers, then those of a prompt. `prefix.kept` means that the prefix stays in the adapter.
    def write_virtual(self, no_ids, texts, start, adapter: Dict[str, Tensor]):
        parts: List[Tensor] = []
        if "prefix.0.key" in adapter and "prefix.kept" not in adapter:
            rows: List[Tensor] = []
            for i in range(self.layer_count):
                rows.append(adapter["prefix.{}.key".format(i)])
                rows.append(adapter["prefix.{}.value".format(i)])
            parts.append(torch.stack(rows).float())
        if "prompt" in adapter:
            parts.append(self.keys_values(no_ids, no_ids, no_ids, adapter))
        made = torch.cat(parts, 3).expand(-1, texts.size(0), -1, -1, -1)  # [2 * layers, n, K, V + P, D]
        made = made.unflatten(0, [self.layer_count, 2]).transpose(0, 1)  # [2, layers, n, K, V + P, D]
        buffers = adapter["cache.buffers"]
        buffers.narrow(4, int(start[0]), made.size(4)).index_copy_(2, texts, made.type_as(buffers))
        return texts

    # Selects rows along a dimension
    def select(self, x, rows, dim, adapter: Dict[str, Tensor]):
        return x.index_select(int(dim[0]), rows)

    # The next tokens of texts, see sampling.py
    def choose(self, logits, selection: Dict[str, Tensor]):
        return next_tokens(logits, selection)

    # The best continuations of texts, see sampling.py
    def continuations(self, logits, scores, count, adapter: Dict[str, Tensor]):
        return best_continuations(logits, scores, count)

    # [B, T] -> [B, S, H]
    def embed(self, ids, types, positions, adapter: Dict[str, Tensor]):
        return self.family.embed(ids, types, positions, Weights(self.weights, adapter))

    # Layers span[0] (inclusive) to span[1] (exclusive): [B, S, H] -> [B, S, H]
    def layers(self, h, positions, span, adapter: Dict[str, Tensor]):
        return self.run_layers(h, positions, int(span[0]), int(span[1]), None, Weights(self.weights, adapter))

    # States before layer[0], which an adapter of this and later layers does not change: [B, T] -> [B, T, H] in fp32
    def layer_inputs(self, ids, types, positions, layer, adapter: Dict[str, Tensor]):
        weights = Weights(self.weights, adapter)
        h = self.family.embed(ids, types, positions, weights)
        return self.run_layers(h, positions, 0, int(layer[0]), None, weights).float()

    # The states that `forward` returns, from those before layer[0] on: [B, T, H] -> [B, T, H]
    def forward_from(self, h, positions, layer, adapter: Dict[str, Tensor]):
        weights = Weights(self.weights, adapter)
        h = h.type_as(self.weights[self.family.vocabulary()])
        h = self.run_layers(h, positions, int(layer[0]), self.layer_count, None, weights)
        return self.family.final_norm(h, weights).float()

    # [B, S, H] -> [B, S, H]
    def final_norm(self, h, adapter: Dict[str, Tensor]):
        return self.family.final_norm(h, Weights(self.weights, adapter))

    def run_layers(self, h, positions, first: int, end: int, cache: Optional[Cache], weights: Weights):
        inputs = self.family.attention_inputs(h, positions, cache, weights)
        for i in range(first, end):
            h = self.family.layer(h, inputs, i, cache, weights)
        return h

    # Selects the rows that a caller sees from the final states [B, S, H], in fp32 whatever the type of the weights
    def select_states(self, h, ids, adapter: Dict[str, Tensor]):
        if "prompt.given" in adapter:
            return h.float()
        return h[:, h.size(1) - ids.size(1):].float()

    # 1 for visible rows, 0 for padding, like transformers' attention_mask: [B, S] of int64
    def seen(self, ids, adapter: Dict[str, Tensor]):
        mask = torch.ones_like(ids)
        if "mask" in adapter:
            mask = adapter["mask"].long()
        if "prompt" in adapter:
            mask = row_mask(mask, adapter["prompt"].size(1) + mask.size(1))
        return mask

    # Keys and values of the text in every layer, as attention sees them: [2 * layers, B, K, S, D], key before value
    def keys_values(self, ids, types, positions, adapter: Dict[str, Tensor]):
        cache = new_cache(ids)
        weights = Weights(self.weights, adapter)
        h = self.family.embed(ids, types, positions, weights)
        self.run_layers(h, positions, 0, self.layer_count, cache, weights)
        rows: List[Tensor] = []
        for i in range(self.layer_count):
            rows.append(cache.keys[i])
            rows.append(cache.values[i])
        return torch.stack(rows).float()

    # The share of attention that each virtual token and each token of the text receives, averaged over the queries of
    # the text with the weights `attention.queries`: [layers, B, N, V + S]. Layers without a prefix have zeros for it.
    def attention(self, ids, types, positions, adapter: Dict[str, Tensor]):
        weights = Weights(self.weights, adapter)
        h = self.family.embed(ids, types, positions, weights)
        self.run_layers(h, positions, 0, self.layer_count, None, weights)
        columns = 0
        for i in range(self.layer_count):
            columns = max(columns, adapter["attention.shares.{}".format(i)].size(2))
        rows: List[Tensor] = []
        for i in range(self.layer_count):
            shares = adapter["attention.shares.{}".format(i)]
            rows.append(torch.constant_pad_nd(shares, [columns - shares.size(2), 0], 0.))
        return torch.stack(rows)

    # Scores of the language model for the token after each state: [.., H] -> [.., vocabulary]
    def logits(self, h, adapter: Dict[str, Tensor]):
        name = self.family.vocabulary()
        if "lm_head.weight" in self.weights:
            name = "lm_head.weight"
        head = Weights(self.weights, adapter).weight(name)
        return affine(h.type_as(head), head, None).float()

    # Word embeddings of tokens: [n] -> [n, E]
    def words(self, ids, adapter: Dict[str, Tensor]):
        return Weights(self.weights, adapter).embedding(self.family.vocabulary(), ids).float()

    # Copies weights, which may be on another device. `formats`, int64 [3]: type of the tensors, type of their bits,
    # type to keep them in. Returns 0, or NaN if a copy contains NaN or infinity.
    def load(self, formats, weights: Dict[str, Tensor]):
        check = formats.new_zeros([1]).float()
        for name in weights:
            self.weights[name], zero = cast_rows(weights[name], formats)
            check = check + zero
        return check

    # The frozen weights with these names in one row, in fp32
    def copy(self, like, names: Dict[str, Tensor]):
        rows: List[Tensor] = []
        for name in names:
            rows.append(self.weights[name].flatten().float())
        return torch.cat(rows)

    # All frozen weights in one row in the order in which they were loaded, in fp32
    def frozen(self, like, adapter: Dict[str, Tensor]):
        return self.copy(like, self.weights)
