# Keys and values that layers attend to in addition to those of their own rows. The letters of shapes are those of
# backbone.py.
from typing import Dict, List

import torch
from torch import Tensor


# A cache grows with the rows of each pass, with gradients, or consists of buffers with room for C rows. A pass writes
# its rows into the buffers, from row `begin` to row `end`. A buffer's row with a negative position is padding.
class Cache:
    keys: List[Tensor]
    values: List[Tensor]
    positions: Tensor
    buffered: bool
    padded: bool
    begin: int
    end: int

    def __init__(self, keys: List[Tensor], values: List[Tensor], positions: Tensor, padded: bool, begin: int,
                 end: int) -> None:
        self.keys = keys
        self.values = values
        self.positions = positions
        self.buffered = end > 0
        self.padded = padded
        self.begin = begin
        self.end = end

    # Number of rows before those of the pass
    def rows(self) -> int:
        if self.buffered:
            return self.begin
        if len(self.keys) > 0:
            return self.keys[0].size(2)
        return 0

    # Appends the position ids of the pass [B, n] and returns those of all rows that have one [B, m]
    def append_positions(self, positions):
        if self.buffered:
            return self.positions.narrow(1, 0, self.end)
        if len(self.keys) > 0:
            positions = torch.cat([self.positions, positions], 1)
        self.positions = positions
        return positions

    # Appends the keys and values of layer i [B, K, S, D] and returns those of all rows [B, K, R, D]
    def append(self, i: int, k, v):
        if self.buffered:
            count = self.end - self.begin
            self.keys[i].narrow(2, self.begin, count).copy_(k)
            self.values[i].narrow(2, self.begin, count).copy_(v)
            return self.keys[i].narrow(2, 0, self.end), self.values[i].narrow(2, 0, self.end)
        if i < len(self.keys):
            k = torch.cat([self.keys[i].type_as(k), k], 2)
            v = torch.cat([self.values[i].type_as(v), v], 2)
            self.keys[i] = k
            self.values[i] = v
        else:
            self.keys.append(k)
            self.values.append(v)
        return k, v

    # Repeats the rows of one text for B texts
    def expand(self, rows: int):
        for i in range(len(self.keys)):
            self.keys[i] = self.keys[i].expand(rows, -1, -1, -1)
            self.values[i] = self.values[i].expand(rows, -1, -1, -1)
        self.positions = self.positions.expand(rows, -1)

    # Added to the attention scores of the last S of R rows, each of which sees itself and the rows before it, without
    # padding: [B, 1, S, R]
    def mask(self, h):
        visible = (self.positions.narrow(1, 0, self.end) >= 0).type_as(h).unsqueeze(1)  # [B, 1, R]
        if h.size(1) > 1:
            visible = visible * h.new_ones([1, h.size(1), self.end]).tril(self.end - h.size(1))
        return ((visible - 1.) * 10000.).unsqueeze(1)


# A cache without rows, which grows
def new_cache(like):
    keys: List[Tensor] = []
    values: List[Tensor] = []
    return Cache(keys, values, like, False, 0, 0)


# The cache whose buffers are entries of a dictionary, for a pass that writes the rows span[0] to span[1]:
#   cache.buffers                    [2, layers, B, K, C, D]: keys and values
#   cache.positions                  [B, C]: position ids, -1 for padding, more than 10^12 for rows that are always near
#   cache.padded                     any shape: present if a row is padding
def buffered_cache(entries: Dict[str, Tensor], span):
    buffers = entries["cache.buffers"]
    return Cache(
        buffers[0].unbind(0), buffers[1].unbind(0), entries["cache.positions"], "cache.padded" in entries,
        int(span[0]), int(span[1]))
