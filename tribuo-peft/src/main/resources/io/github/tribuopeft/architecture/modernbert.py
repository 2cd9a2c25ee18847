# ModernBERT (Warner et al. 2024), pre-layer-norm encoder with rotary positions, as transformers' ModernBertModel computes it. Every
# `global_every`-th layer, the first one included, lets each token see all others; the layers between see no farther than `window` positions.
#
# Shapes and the entries of `adapter` are those of bert.py, with these choices where attention is local or rotary:
#   prompt rows with positions   are tokens like others: seen by, and seeing, what lies within the window
#   prompt rows without          are not turned, see everything and are seen by everything, in every layer
#   prefix.<i>.key               enters after the rotation, as it is; seen by everything in every layer
#   adapter.<i>.parallel         takes what the feed-forward sublayer takes, after its norm
class Backbone(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  layer_count : int
  head_width : int
  global_every : int
  window : int
  global_base : float
  local_base : float
  epsilon : float
  weights : Dict[str, Tensor]

  def norm(self: __torch__.Backbone,
    x: Tensor,
    name: str,
    adapter: Dict[str, Tensor]) -> Tensor:
    return torch.layer_norm(x, [torch.size(x, -1)], (self).weight(name + ".weight", adapter), None, self.epsilon)

  def vocabulary(self: __torch__.Backbone,
    adapter: Dict[str, Tensor]) -> Tensor:
    return (self).weight("embeddings.tok_embeddings.weight", adapter)

  # ids, types (there are none), positions (the layers') [B, T] -> [B, S, H]
  def embed(self: __torch__.Backbone,
    ids: Tensor,
    types: Tensor,
    positions: Tensor,
    adapter: Dict[str, Tensor]) -> Tensor:
    x = torch.embedding((self).vocabulary(adapter), ids)
    if torch.__contains__(adapter, "prompt"):
      prompt = torch.expand(torch.type_as(adapter["prompt"], x), [torch.size(ids, 0), -1, -1])
      x = torch.cat([prompt, x], 1)
    return (self).norm(x, "embeddings.norm", adapter)

  # what layers look up, by their kind, `global` or `local`: <kind>.mask [B, 1, 1|S, S] added to scores, if there is any; <kind>.cos, .sin
  # [B, 1, S, D / 2] of the rotation. A padded row may see nothing in a local layer: a finite number keeps its softmax a number.
  def surroundings(self: __torch__.Backbone,
    h: Tensor,
    positions: Tensor,
    adapter: Dict[str, Tensor]) -> Dict[str, Tensor]:
    found = annotate(Dict[str, Tensor], {})
    if torch.__contains__(adapter, "prompt.positions"):
      positions = torch.cat([torch.expand(adapter["prompt.positions"], [torch.size(positions, 0), -1]), positions], 1)
    unnumbered = torch.size(h, 1) - torch.size(positions, 1)
    far = torch.gt(torch.abs(torch.unsqueeze(positions, 1) - torch.unsqueeze(positions, 2)), self.window)
    hidden = torch.unsqueeze(torch.pad(torch.type_as(far, h) * -10000., [unnumbered, 0, unnumbered, 0]), 1)
    if torch.__contains__(adapter, "mask"):
      found["global.mask"] = (self).padding(h, adapter)
      hidden = hidden + found["global.mask"]
    found["local.mask"] = hidden
    # rows without a position stand at 0, where nothing is turned
    places = torch.unsqueeze(torch.pad(torch.to(positions, 6), [unnumbered, 0]), -1)
    exponents = torch.to(torch.arange(0, self.head_width, 2, dtype=6, layout=None, device=ops.prim.device(h)), 6) / self.head_width
    bases = {"global": self.global_base, "local": self.local_base}
    for kind in bases:
      angles = torch.unsqueeze(places / torch.pow(bases[kind], exponents), 1)
      found[kind + ".cos"] = torch.cos(angles)
      found[kind + ".sin"] = torch.sin(angles)
    return found

  def kind(self: __torch__.Backbone,
    i: int) -> str:
    if torch.eq(torch.remainder(i, self.global_every), 0):
      return "global"
    return "local"

  # [B, S, H] -> [B, N, S, D] at their positions: the first half of each head with the second (Su et al. 2021); in fp32, as angles need
  def rotated(self: __torch__.Backbone,
    x: Tensor,
    surroundings: Dict[str, Tensor],
    i: int) -> Tensor:
    cos = surroundings[(self).kind(i) + ".cos"]
    sin = surroundings[(self).kind(i) + ".sin"]
    halves = torch.chunk(torch.to((self).split_heads(x), 6), 2, -1)
    turned = torch.cat([halves[0] * cos - halves[1] * sin, halves[1] * cos + halves[0] * sin], -1)
    return torch.type_as(turned, x)

  # what the attention sublayer takes; the first one takes what comes from a norm already
  def taken(self: __torch__.Backbone,
    h: Tensor,
    i: int,
    adapter: Dict[str, Tensor]) -> Tensor:
    if torch.eq(i, 0):
      return h
    return (self).norm(h, torch.format("layers.{}.attn_norm", i), adapter)

  def key(self: __torch__.Backbone,
    x: Tensor,
    surroundings: Dict[str, Tensor],
    i: int,
    adapter: Dict[str, Tensor]) -> Tensor:
    return (self).rotated((self).linear(x, torch.format("layers.{}.attn.key", i), adapter), surroundings, i)

  def value(self: __torch__.Backbone,
    x: Tensor,
    i: int,
    adapter: Dict[str, Tensor]) -> Tensor:
    return (self).split_heads((self).linear(x, torch.format("layers.{}.attn.value", i), adapter))

  def layer(self: __torch__.Backbone,
    h: Tensor,
    surroundings: Dict[str, Tensor],
    i: int,
    adapter: Dict[str, Tensor]) -> Tensor:
    name = torch.format("layers.{}", i)
    mask = (self).found((self).kind(i) + ".mask", surroundings)
    x = (self).taken(h, i, adapter)
    q = (self).rotated((self).linear(x, name + ".attn.query", adapter), surroundings, i)
    a = (self).attend(q, (self).key(x, surroundings, i, adapter), (self).value(x, i, adapter), mask, i, adapter)
    a = torch.reshape(torch.transpose(a, 1, 2), torch.size(h))
    a = (self).linear(a, name + ".attn.Wo", adapter)
    h = h + (self).adapted(a, a, i, "attention", adapter)
    x = (self).norm(h, name + ".mlp_norm", adapter)
    f = torch.gelu((self).linear(x, name + ".mlp.gate", adapter)) * (self).linear(x, name + ".mlp.up", adapter)
    f = (self).linear(f, name + ".mlp.Wo", adapter)
    f = (self).adapted(f, f, i, "feedforward", adapter)
    h = h + (self).adapted(x, f, i, "parallel", adapter)
    return (self).adapted(h, h, i, "layer", adapter)

  def last_norm(self: __torch__.Backbone,
    h: Tensor,
    adapter: Dict[str, Tensor]) -> Tensor:
    return (self).norm(h, "final_norm", adapter)
