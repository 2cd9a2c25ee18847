# The way through the layers of families whose norms come before the sublayers. A family's file gives `vocabulary` (the word embeddings),
# `embed`, `surroundings` (what all layers look up: masks, rotations), `taken` (what attention takes), `key`, `value`, `layer` and `last_norm`.
#
  # layers first (inclusive) to last (exclusive) of [B, S, H]
  def layers(self: __torch__.Backbone,
    h: Tensor,
    positions: Tensor,
    span: Tensor,
    adapter: Dict[str, Tensor]) -> Tensor:
    surroundings = (self).surroundings(h, positions, adapter)
    first = annotate(int, torch.item(span[0]))
    last = annotate(int, torch.item(span[1]))
    for n in range(last - first):
      h = (self).layer(h, surroundings, first + n, adapter)
    return h

  # the whole way: [B, T] -> hidden states of the real tokens after the last norm, [B, T, H]
  def forward(self: __torch__.Backbone,
    ids: Tensor,
    types: Tensor,
    positions: Tensor,
    adapter: Dict[str, Tensor]) -> Tensor:
    h = (self).embed(ids, types, positions, adapter)
    surroundings = (self).surroundings(h, positions, adapter)
    for i in range(self.layer_count):
      h = (self).layer(h, surroundings, i, adapter)
    return (self).given((self).last_norm(h, adapter), ids, adapter)

  # keys and values that the text itself makes in every layer, as attention sees them: [2 * layers, B, K, T, D], key before value
  def keys_values(self: __torch__.Backbone,
    ids: Tensor,
    types: Tensor,
    positions: Tensor,
    adapter: Dict[str, Tensor]) -> Tensor:
    made = annotate(List[Tensor], [])
    h = (self).embed(ids, types, positions, adapter)
    surroundings = (self).surroundings(h, positions, adapter)
    for i in range(self.layer_count):
      x = (self).taken(h, i, adapter)
      k = torch.append(made, (self).key(x, surroundings, i, adapter))
      v = torch.append(made, (self).value(x, i, adapter))
      h = (self).layer(h, surroundings, i, adapter)
    return torch.to(torch.stack(made), 6)

  # rows of the word embedding: [n] -> [n, H]
  def words(self: __torch__.Backbone,
    ids: Tensor,
    adapter: Dict[str, Tensor]) -> Tensor:
    return torch.to(torch.embedding((self).vocabulary(adapter), ids), 6)
