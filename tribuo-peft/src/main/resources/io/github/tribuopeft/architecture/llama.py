# Llama (Touvron et al. 2023) and its kin (Mistral, Qwen2, Qwen3): pre-norm decoders with RMS norms, rotary positions, grouped-query
# attention and a gated feed-forward sublayer, as transformers' LlamaModel computes them.
#
# Shapes and the entries of `adapter` are those of bert.py; N heads share K keys and values; rows of a prompt come before the text in the
# order of attention too. A prefix's keys enter as they are, after the rotation. Biases and the norms of heads are used where there are such weights.
class Backbone(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  layer_count : int
  head_width : int
  epsilon : float
  rotary_base : float
  rotary_factor : float
  rotary_low : float
  rotary_high : float
  rotary_positions : float
  window : int
  first_windowed : int
  weights : Dict[str, Tensor]

  # over the last dimension (Zhang and Sennrich 2019), in fp32
  def norm(self: __torch__.Backbone,
    x: Tensor,
    name: str,
    adapter: Dict[str, Tensor]) -> Tensor:
    wide = torch.to(x, 6)
    wide = wide * torch.rsqrt(torch.mean(wide * wide, [-1], True) + self.epsilon)
    return (self).weight(name + ".weight", adapter) * torch.type_as(wide, x)

  def vocabulary(self: __torch__.Backbone,
    adapter: Dict[str, Tensor]) -> Tensor:
    return (self).weight("embed_tokens.weight", adapter)

  # ids, types (there are none), positions (the layers') [B, T] -> [B, S, H]
  def embed(self: __torch__.Backbone,
    ids: Tensor,
    types: Tensor,
    positions: Tensor,
    adapter: Dict[str, Tensor]) -> Tensor:
    x = torch.embedding((self).vocabulary(adapter), ids)
    if torch.__contains__(adapter, "prompt"):
      prompt = torch.type_as(adapter["prompt"], x)
      x = torch.cat([torch.expand(prompt, [torch.size(ids, 0), -1, -1]), x], 1)
    return x

  # radians for each position, [D / 2], in fp32 as transformers has them: frequencies that turn less than `low` times in the positions of the
  # original training are divided by the factor, those that turn more than `high` times stay, in between both mix (Llama 3.1)
  def frequencies(self: __torch__.Backbone,
    h: Tensor) -> Tensor:
    D = self.head_width
    exponents = torch.to(torch.arange(0, D, 2, dtype=6, layout=None, device=ops.prim.device(h)), 6) / D
    plain = torch.reciprocal(torch.pow(self.rotary_base, exponents))
    if torch.eq(self.rotary_factor, 1.):
      return plain
    turns = plain * self.rotary_positions / 6.283185307179586
    kept = torch.clamp((turns - self.rotary_low) / (self.rotary_high - self.rotary_low), 0., 1.)
    return (1. - kept) * plain / self.rotary_factor + kept * plain

  # the window's part of what is added to attention scores, [B, 1, S, S]; rows of a prompt that have no positions are seen from anywhere
  def window_mask(self: __torch__.Backbone,
    h: Tensor,
    places: Tensor) -> Tensor:
    distance = torch.unsqueeze(places, 2) - torch.unsqueeze(places, 1)
    free = torch.size(h, 1) - torch.size(places, 1)
    seen = torch.pad(torch.type_as(torch.lt(distance, self.window), h), [free, 0, free, 0], "constant", 1.)
    return torch.unsqueeze((seen - 1.) * 10000., 1)

  # cosines and sines [B, 1, S, D / 2], and what masks are needed; rows of a prompt that have no positions are not rotated
  def surroundings(self: __torch__.Backbone,
    h: Tensor,
    positions: Tensor,
    adapter: Dict[str, Tensor]) -> Dict[str, Tensor]:
    found = annotate(Dict[str, Tensor], {})
    places = positions
    if torch.__contains__(adapter, "prompt.positions"):
      places = torch.cat([torch.expand(adapter["prompt.positions"], [torch.size(h, 0), -1]), positions], 1)
    turned = torch.pad(torch.to(places, 6), [torch.size(h, 1) - torch.size(places, 1), 0])
    angles = torch.unsqueeze(torch.unsqueeze(turned, -1) * (self).frequencies(h), 1)
    found["cos"] = torch.type_as(torch.cos(angles), h)
    found["sin"] = torch.type_as(torch.sin(angles), h)
    if (self).needs_mask(adapter):
      found["before"] = (self).score_mask(h, adapter)
    if torch.gt(self.window, 0):
      found["near"] = (self).score_mask(h, adapter) + (self).window_mask(h, places)
    return found

  # [B, S, N * D] -> [B, N, S, D] at their positions: the first half of each head with the second (Su et al. 2021)
  def rotated(self: __torch__.Backbone,
    x: Tensor,
    norm: str,
    surroundings: Dict[str, Tensor],
    adapter: Dict[str, Tensor]) -> Tensor:
    x = (self).split_heads(x)
    if torch.__contains__(self.weights, norm + ".weight"):
      x = (self).norm(x, norm, adapter)
    cos = surroundings["cos"]
    sin = surroundings["sin"]
    halves = torch.chunk(x, 2, -1)
    return torch.cat([halves[0] * cos - halves[1] * sin, halves[1] * cos + halves[0] * sin], -1)

  # what the attention sublayer takes
  def taken(self: __torch__.Backbone,
    h: Tensor,
    i: int,
    adapter: Dict[str, Tensor]) -> Tensor:
    return (self).norm(h, torch.format("layers.{}.input_layernorm", i), adapter)

  def key(self: __torch__.Backbone,
    x: Tensor,
    surroundings: Dict[str, Tensor],
    i: int,
    adapter: Dict[str, Tensor]) -> Tensor:
    name = torch.format("layers.{}.self_attn", i)
    return (self).rotated((self).linear(x, name + ".k_proj", adapter), name + ".k_norm", surroundings, adapter)

  def value(self: __torch__.Backbone,
    x: Tensor,
    i: int,
    adapter: Dict[str, Tensor]) -> Tensor:
    return (self).split_heads((self).linear(x, torch.format("layers.{}.self_attn.v_proj", i), adapter))

  def layer(self: __torch__.Backbone,
    h: Tensor,
    surroundings: Dict[str, Tensor],
    i: int,
    adapter: Dict[str, Tensor]) -> Tensor:
    name = torch.format("layers.{}", i)
    mask = "before"
    if torch.__and__(torch.gt(self.window, 0), torch.ge(i, self.first_windowed)):
      mask = "near"
    x = (self).taken(h, i, adapter)
    q = (self).linear(x, name + ".self_attn.q_proj", adapter)
    q = (self).rotated(q, name + ".self_attn.q_norm", surroundings, adapter)
    k = (self).key(x, surroundings, i, adapter)
    v = (self).value(x, i, adapter)
    a = (self).attend_within(q, k, v, mask, surroundings, i, adapter)
    a = (self).linear(a, name + ".self_attn.o_proj", adapter)
    h = h + (self).adapted(a, a, i, "attention", adapter)
    x = (self).norm(h, name + ".post_attention_layernorm", adapter)
    f = torch.silu((self).linear(x, name + ".mlp.gate_proj", adapter)) * (self).linear(x, name + ".mlp.up_proj", adapter)
    f = (self).linear(f, name + ".mlp.down_proj", adapter)
    f = (self).adapted(f, f, i, "feedforward", adapter)
    h = h + (self).adapted(x, f, i, "parallel", adapter)
    return (self).adapted(h, h, i, "layer", adapter)

  def last_norm(self: __torch__.Backbone,
    h: Tensor,
    adapter: Dict[str, Tensor]) -> Tensor:
    return (self).norm(h, "norm", adapter)
