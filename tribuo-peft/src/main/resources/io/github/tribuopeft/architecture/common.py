# What every family's program has beside its own methods; the body of one class, which a family's file begins. A family gives `vocabulary`
# (the word embeddings), `embed`, `surroundings` (what all layers look up: masks, rotations), `taken` (what attention takes), `key`, `value`,
# `layer` and `last_norm`; here is the way through the layers, and what all of them are made of. What programs without layers have too is in
# `weights.py`.
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

  # y = W x + b, and what the adapter does to this map; many families have maps without a bias
  def linear(self: __torch__.Backbone,
    x: Tensor,
    name: str,
    adapter: Dict[str, Tensor]) -> Tensor:
    taken = x
    if torch.__contains__(adapter, name + ".scale.in"):
      taken = x * torch.type_as(adapter[name + ".scale.in"], x)
    bias = annotate(Optional[Tensor], None)
    if torch.__contains__(adapter, name + ".bias"):
      bias = torch.type_as(adapter[name + ".bias"], x)
    else:
      if torch.__contains__(self.weights, name + ".bias"):
        bias = self.weights[name + ".bias"]
    y = torch.linear(taken, (self).weight(name + ".weight", adapter), bias)
    if torch.__contains__(adapter, name + ".lora.A"):
      low = torch.matmul(x, torch.transpose(torch.type_as(adapter[name + ".lora.A"], x), -2, -1))
      y = y + torch.matmul(low, torch.transpose(torch.type_as(adapter[name + ".lora.B"], x), -2, -1))
    if torch.__contains__(adapter, name + ".scale.out"):
      y = y * torch.type_as(adapter[name + ".scale.out"], y)
    return y

  # y, and beside it what the bottleneck at a place makes of x
  def adapted(self: __torch__.Backbone,
    x: Tensor,
    y: Tensor,
    i: int,
    place: str,
    adapter: Dict[str, Tensor]) -> Tensor:
    name = torch.format("adapter.{}.{}", i, place)
    if torch.__contains__(adapter, name + ".down.weight"):
      down = torch.linear(x, torch.type_as(adapter[name + ".down.weight"], x), torch.type_as(adapter[name + ".down.bias"], x))
      up = torch.type_as(adapter[name + ".up.weight"], x)
      y = y + torch.linear(torch.relu(down), up, torch.type_as(adapter[name + ".up.bias"], x))
    return y

  # [B, S, H] -> [B, N, S, D]
  def split_heads(self: __torch__.Backbone,
    x: Tensor) -> Tensor:
    return torch.transpose(torch.view(x, [torch.size(x, 0), torch.size(x, 1), -1, self.head_width]), 1, 2)

  # what is added to attention scores where there is padding, [B, 1, 1, S]; prompt rows are always seen
  def padding(self: __torch__.Backbone,
    h: Tensor,
    adapter: Dict[str, Tensor]) -> Tensor:
    mask = torch.type_as(adapter["mask"], h)
    seen = torch.pad(mask, [torch.size(h, 1) - torch.size(mask, 1), 0], "constant", 1.)
    return torch.unsqueeze(torch.unsqueeze((seen - 1.) * 10000., 1), 1)

  # an entry of the surroundings, if it is there
  def found(self: __torch__.Backbone,
    name: str,
    surroundings: Dict[str, Tensor]) -> Optional[Tensor]:
    entry = annotate(Optional[Tensor], None)
    if torch.__contains__(surroundings, name):
      entry = surroundings[name]
    return entry

  # what queries [B, N, S, D] get of keys and values [B, K, S, D] and of the layer's prefix, which all of them see
  def attend(self: __torch__.Backbone,
    q: Tensor,
    k: Tensor,
    v: Tensor,
    mask: Optional[Tensor],
    i: int,
    adapter: Dict[str, Tensor]) -> Tensor:
    seen = mask
    if torch.__contains__(adapter, torch.format("prefix.{}.key", i)):
      B = torch.size(q, 0)
      k = torch.cat([torch.expand(torch.type_as(adapter[torch.format("prefix.{}.key", i)], k), [B, -1, -1, -1]), k], 2)
      v = torch.cat([torch.expand(torch.type_as(adapter[torch.format("prefix.{}.value", i)], v), [B, -1, -1, -1]), v], 2)
      if torch.__isnot__(mask, None):
        own = unchecked_cast(Tensor, mask)
        seen = torch.pad(own, [torch.size(k, 2) - torch.size(own, 3), 0])
    k = (self).for_each_query(k, q)
    return torch.scaled_dot_product_attention(q, k, (self).for_each_query(v, q), seen)

  # keys or values [B, K, S, D] for the N heads of queries, which may share them in groups (Ainslie et al. 2023): [B, N, S, D]
  def for_each_query(self: __torch__.Backbone,
    x: Tensor,
    q: Tensor) -> Tensor:
    group = torch.floordiv(torch.size(q, 1), torch.size(x, 1))
    if torch.gt(group, 1):
      return torch.repeat_interleave(x, group, 1)
    return x
