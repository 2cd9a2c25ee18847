# Functions on tensors that the programs share. The letters of shapes are those of backbone.py.
from typing import Dict, Optional

import torch
from torch import Tensor, ops

from .cache import Cache


# y = x W^T + b. W is [out, in] and b is [out]; [B, out, in] and [B, 1, out] where each row has its own.
def affine(x, weight, bias: Optional[Tensor]):
    if weight.dim() == 2 and (bias is None or bias.dim() == 1):
        return ops.aten.linear(x, weight, bias)
    y = x @ weight.transpose(-2, -1)
    if bias is not None:
        y = y + bias
    return y


# [B, S, N * D] -> [B, N, S, D]
def split_heads(x, head_width: int):
    return x.view(x.size(0), x.size(1), -1, head_width).transpose(1, 2)


# [B, N, S, D] -> [B, S, N * D]
def merge_heads(x):
    return x.transpose(1, 2).reshape(x.size(0), x.size(2), -1)


# Shares each of K heads of keys or values among N / K heads of queries (Ainslie et al. 2023): [B, K, R, D] -> [B, N,
# R, D]
def repeat_kv(x, heads: int):
    group = heads // x.size(1)
    if group > 1:
        return x.repeat_interleave(group, 1)
    return x


# Rotates the first half of each head with the second half (Su et al. 2021): x [B, N, S, D], cos and sin [B, 1, S, D /
# 2]
def rotated(x, cos, sin):
    halves = x.chunk(2, -1)
    return torch.cat([halves[0] * cos - halves[1] * sin, halves[1] * cos + halves[0] * sin], -1)


# Extends the mask of the text's tokens, 1 where a token is visible, to R rows: the rows before the text are visible.
# [B, R]
def row_mask(mask, rows: int):
    return torch.constant_pad_nd(mask, [rows - mask.size(1), 0], 1.)


# Added to the attention scores to hide padding: [B, 1, 1, S]
def padding_mask(h, adapter: Dict[str, Tensor]):
    visible = row_mask(adapter["mask"].type_as(h), h.size(1))
    return ((visible - 1.) * 10000.).unsqueeze(1).unsqueeze(1)


# Added to the attention scores of the last S of R rows, each of which sees itself and the rows before it, without
# padding: [1|B, 1, S, R]
def causal_mask(h, cache: Optional[Cache], adapter: Dict[str, Tensor]):
    S = h.size(1)
    rows = S
    if cache is not None:
        if cache.buffered:
            return cache.mask(h)
        rows = rows + cache.rows()
    visible = h.new_ones([1, S, rows]).tril(rows - S)
    if "mask" in adapter:
        visible = visible * row_mask(adapter["mask"].type_as(h), rows).unsqueeze(1)
    return ((visible - 1.) * 10000.).unsqueeze(1)


# The causal mask, or None if the order of the rows alone decides what they see
def attention_mask(h, cache: Optional[Cache], adapter: Dict[str, Tensor]) -> Optional[Tensor]:
    needed = "mask" in adapter
    if cache is not None:
        needed = needed or cache.padded or (h.size(1) > 1 and cache.rows() > 0)
    for name in adapter:
        needed = needed or (name.startswith("prefix.") and h.size(1) > 1)
    if needed:
        return causal_mask(h, cache, adapter)
    return None


# The positions of the rows that have one, [B, n]: those of the prompt, if they are numbered, and those of the text
def numbered_positions(positions, adapter: Dict[str, Tensor]):
    if "prompt.positions" in adapter:
        return torch.cat([adapter["prompt.positions"].expand(positions.size(0), -1), positions], 1)
    return positions


# Whether there is a prompt whose states are the same for all rows of a batch: neither the prompt nor its positions nor
# another entry of the adapter is a row's own
def is_shared_prompt(adapter: Dict[str, Tensor]) -> bool:
    if "prompt" not in adapter:
        return False
    for name in adapter:
        if name == "prompt" or name == "prompt.positions" or name.startswith("prefix."):
            if adapter[name].size(0) > 1:
                return False
        elif adapter[name].dim() > 2:
            return False
    return True


# Puts the rows of the prompt before the text's embeddings x: [B, T, E] -> [B, S, E]
def prepend(prompt, x):
    return torch.cat([prompt.expand(x.size(0), -1, -1), x], 1)


# Attention of layer i: queries [B, N, S, D], keys and values [B, K, R, D] -> [B, S, N * D]. The layer's prefix comes
# before the keys and values; every query sees it. `mask` [1|B, 1|N, 1|S, R] is added to the scores. Without a mask, a
# query sees all keys or, if `causal`, those up to its own row.
def attend(q, k, v, mask: Optional[Tensor], causal: bool, i: int, adapter: Dict[str, Tensor]):
    key, value = "prefix.{}.key".format(i), "prefix.{}.value".format(i)
    if key in adapter:
        B = q.size(0)
        k = torch.cat([adapter[key].type_as(k).expand(B, -1, -1, -1), k], 2)  # [B, K, V + R, D]
        v = torch.cat([adapter[value].type_as(v).expand(B, -1, -1, -1), v], 2)
        if mask is not None:
            mask = torch.constant_pad_nd(mask, [k.size(2) - mask.size(3), 0], 0.)
    if "attention.queries" in adapter:
        adapter["attention.shares.{}".format(i)] = attention_shares(q, k, mask, causal, adapter["attention.queries"])
    if q.size(2) == 1 and k.size(1) < q.size(1):
        # the queries that share a head of keys are rows of one head, so nothing is copied
        q = q.reshape(q.size(0), k.size(1), -1, q.size(3))  # [B, K, N / K, D]
        return ops.aten.scaled_dot_product_attention(q, k, v, mask, 0., False).reshape(q.size(0), 1, -1)
    k, v = repeat_kv(k, q.size(1)), repeat_kv(v, q.size(1))  # [B, N, V + R, D]
    causal = causal and mask is None and q.size(2) > 1
    return merge_heads(ops.aten.scaled_dot_product_attention(q, k, v, mask, 0., causal))  # [B, S, N * D]


# The share of attention that each key receives, averaged over the queries of the text with their weights [B, T]:
# queries [B, N, S, D], keys [B, K, R, D] -> [B, N, R]. The scores are those of scaled_dot_product_attention.
def attention_shares(q, k, mask: Optional[Tensor], causal: bool, query_weights):
    T, R = query_weights.size(1), k.size(2)
    q = q[:, :, q.size(2) - T:]  # [B, N, T, D]
    scores = q.float() @ repeat_kv(k, q.size(1)).float().transpose(-2, -1) * (q.size(3) ** -0.5)  # [B, N, T, R]
    if mask is not None:
        scores = scores + (mask[:, :, mask.size(2) - T:] if mask.size(2) > 1 else mask).float()
    elif causal:
        scores = scores + (scores.new_ones([T, R]).tril(R - T) - 1.) * 10000.
    return (torch.softmax(scores, -1) * query_weights.unsqueeze(1).unsqueeze(3)).sum(2)


# The value of a dictionary, or None
def get_optional(entries: Dict[str, Tensor], name: str) -> Optional[Tensor]:
    if name in entries:
        return entries[name]
    return None


# A copy of a weight on the device of `formats` [3], which are numbers of c10/core/ScalarType.h: the type of the
# tensor, the type of its bits, and the type of the copy. Converts some rows at a time, whose intermediate values stay
# in the processor's cache. Also returns the sum of the copy times 0, which is NaN if the copy contains NaN or infinity.
def cast_rows(weight, formats):
    tensor_type, bits_type, copy_type = int(formats[0]), int(formats[1]), int(formats[2])
    copy = ops.aten.empty_like(weight, dtype=copy_type, device=formats.device)
    zero = formats.new_zeros([1]).float()
    rows = 262144 // (weight.numel() // weight.size(0) + 1) + 1
    for i in range((weight.size(0) - 1) // rows + 1):
        piece = weight[i * rows:(i + 1) * rows]
        if bits_type != tensor_type:
            piece = ops.aten.view_copy(piece, dtype=bits_type)
        if bits_type == 5:
            piece = piece.float()
        copied = copy[i * rows:(i + 1) * rows].copy_(piece)
        zero = zero + (copied * 0).sum().float()
    return copy, zero
