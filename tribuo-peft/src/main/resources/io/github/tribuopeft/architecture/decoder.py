# What the programs of decoders share: what a state may see, and the vocabulary's logits.
#
  # what is added to attention scores, [1|B, 1, S, S]: a state sees itself and those before it, without padding
  def score_mask(self: __torch__.Backbone,
    h: Tensor,
    adapter: Dict[str, Tensor]) -> Tensor:
    S = torch.size(h, 1)
    seen = torch.tril(torch.new_ones(h, [1, S, S]))
    if torch.__contains__(adapter, "mask"):
      mask = torch.type_as(adapter["mask"], h)
      seen = seen * torch.unsqueeze(torch.pad(mask, [S - torch.size(mask, 1), 0], "constant", 1.), 1)
    return torch.unsqueeze((seen - 1.) * 10000., 1)

  # whether something else than the order of the states decides what is seen: padding, or a prefix
  def needs_mask(self: __torch__.Backbone,
    adapter: Dict[str, Tensor]) -> bool:
    needed = torch.__contains__(adapter, "mask")
    for name in adapter:
      if torch.startswith(name, "prefix."):
        needed = True
    return needed

  # attention to what a mask of the surroundings allows; where there is no such mask, to all that came before
  def attend_within(self: __torch__.Backbone,
    q: Tensor,
    k: Tensor,
    v: Tensor,
    mask: str,
    surroundings: Dict[str, Tensor],
    i: int,
    adapter: Dict[str, Tensor]) -> Tensor:
    if torch.__contains__(surroundings, mask):
      a = (self).attend(q, k, v, surroundings[mask], i, adapter)
    else:
      k = (self).for_each_query(k, q)
      a = torch.scaled_dot_product_attention(q, k, (self).for_each_query(v, q), None, 0., True)
    return torch.reshape(torch.transpose(a, 1, 2), [torch.size(q, 0), torch.size(q, 2), -1])

  # what the language model makes of states that forward gives: [.., H] -> [.., vocabulary]
  def logits(self: __torch__.Backbone,
    h: Tensor,
    adapter: Dict[str, Tensor]) -> Tensor:
    if torch.__contains__(self.weights, "lm_head.weight"):
      head = (self).weight("lm_head.weight", adapter)
    else:
      head = (self).vocabulary(adapter)
    return torch.to(torch.linear(torch.type_as(h, head), head), 6)
