# GPT-2 (Radford et al. 2019), pre-layer-norm decoder with learned positions, as transformers' GPT2Model computes it.
#
# Shapes and the entries of `adapter` are those of bert.py; rows of a prompt come before the text in the order of attention too.
# The checkpoint's fused map c_attn is three here: query, key and value.
class Backbone(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  layer_count : int
  head_width : int
  epsilon : float
  weights : Dict[str, Tensor]

  def norm(self: __torch__.Backbone,
    x: Tensor,
    name: str,
    adapter: Dict[str, Tensor]) -> Tensor:
    gain = (self).weight(name + ".weight", adapter)
    return torch.layer_norm(x, [torch.size(x, -1)], gain, (self).weight(name + ".bias", adapter), self.epsilon)

  def vocabulary(self: __torch__.Backbone,
    adapter: Dict[str, Tensor]) -> Tensor:
    return (self).weight("wte.weight", adapter)

  # ids, types (there are none), positions [B, T] -> [B, S, H]
  def embed(self: __torch__.Backbone,
    ids: Tensor,
    types: Tensor,
    positions: Tensor,
    adapter: Dict[str, Tensor]) -> Tensor:
    place = (self).weight("wpe.weight", adapter)
    x = torch.embedding((self).vocabulary(adapter), ids) + torch.embedding(place, positions)
    if torch.__contains__(adapter, "prompt"):
      prompt = torch.type_as(adapter["prompt"], x)
      if torch.__contains__(adapter, "prompt.positions"):
        prompt = prompt + torch.embedding(place, adapter["prompt.positions"])
      x = torch.cat([torch.expand(prompt, [torch.size(ids, 0), -1, -1]), x], 1)
    return x

  def surroundings(self: __torch__.Backbone,
    h: Tensor,
    positions: Tensor,
    adapter: Dict[str, Tensor]) -> Dict[str, Tensor]:
    found = annotate(Dict[str, Tensor], {})
    if (self).needs_mask(adapter):
      found["before"] = (self).score_mask(h, adapter)
    return found

  # what the attention sublayer takes
  def taken(self: __torch__.Backbone,
    h: Tensor,
    i: int,
    adapter: Dict[str, Tensor]) -> Tensor:
    return (self).norm(h, torch.format("h.{}.ln_1", i), adapter)

  def key(self: __torch__.Backbone,
    x: Tensor,
    surroundings: Dict[str, Tensor],
    i: int,
    adapter: Dict[str, Tensor]) -> Tensor:
    return (self).split_heads((self).linear(x, torch.format("h.{}.attn.key", i), adapter))

  def value(self: __torch__.Backbone,
    x: Tensor,
    i: int,
    adapter: Dict[str, Tensor]) -> Tensor:
    return (self).split_heads((self).linear(x, torch.format("h.{}.attn.value", i), adapter))

  def layer(self: __torch__.Backbone,
    h: Tensor,
    surroundings: Dict[str, Tensor],
    i: int,
    adapter: Dict[str, Tensor]) -> Tensor:
    name = torch.format("h.{}", i)
    x = (self).taken(h, i, adapter)
    q = (self).split_heads((self).linear(x, name + ".attn.query", adapter))
    k = (self).key(x, surroundings, i, adapter)
    v = (self).value(x, i, adapter)
    a = (self).attend_within(q, k, v, "before", surroundings, i, adapter)
    a = (self).linear(a, name + ".attn.c_proj", adapter)
    h = h + (self).adapted(a, a, i, "attention", adapter)
    x = (self).norm(h, name + ".ln_2", adapter)
    f = torch.gelu((self).linear(x, name + ".mlp.c_fc", adapter), approximate="tanh")
    f = (self).linear(f, name + ".mlp.c_proj", adapter)
    f = (self).adapted(f, f, i, "feedforward", adapter)
    h = h + (self).adapted(x, f, i, "parallel", adapter)
    return (self).adapted(h, h, i, "layer", adapter)

  def last_norm(self: __torch__.Backbone,
    h: Tensor,
    adapter: Dict[str, Tensor]) -> Tensor:
    return (self).norm(h, "ln_f", adapter)
