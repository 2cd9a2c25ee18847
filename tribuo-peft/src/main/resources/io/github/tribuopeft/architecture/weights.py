# How a program holds its weights, of which it gives the word embeddings as `vocabulary`, and gives its states; every program ends with these lines.
#
  # Takes copies of weights, which may lie on another device. formats, int64 [3]: the type of the tensors, the type that their bits are, and the
  # one to keep them in. Returns 0, or NaN if a copy contains NaN or infinity.
  def load(self: __torch__.Backbone,
    formats: Tensor,
    weights: Dict[str, Tensor]) -> Tensor:
    check = torch.zeros([], dtype=6)
    for name in weights:
      whole, zero = (self).kept(weights[name], formats)
      self.weights[name] = whole
      check = check + torch.to(zero, check)
    return check

  # Copies a weight row by row, so that temporaries stay in the processor's cache. Returns the copy and the sum of its values times 0.
  def kept(self: __torch__.Backbone,
    weight: Tensor,
    formats: Tensor) -> Tuple[Tensor, Tensor]:
    carrier = annotate(int, torch.item(formats[0]))
    stored = annotate(int, torch.item(formats[1]))
    whole = torch.empty_like(weight, dtype=annotate(int, torch.item(formats[2])), device=ops.prim.device(formats))
    zero = torch.zeros([], dtype=6, device=ops.prim.device(formats))
    rows = torch.floordiv(262144, torch.floordiv(torch.numel(weight), torch.size(weight, 0)) + 1) + 1
    for i in range(torch.floordiv(torch.size(weight, 0) - 1, rows) + 1):
      piece = torch.slice(weight, 0, i * rows, (i + 1) * rows)
      if torch.ne(stored, carrier):
        piece = torch.view_copy(piece, dtype=stored)
      if torch.eq(stored, 5):
        piece = torch.to(piece, 6)
      row = torch.copy_(torch.slice(whole, 0, i * rows, (i + 1) * rows), piece)
      zero = zero + torch.sum(row * 0, dtype=6)
    return (whole, zero)

  def weight(self: __torch__.Backbone,
    name: str,
    adapter: Dict[str, Tensor]) -> Tensor:
    frozen = self.weights[name]
    if torch.__contains__(adapter, name):
      return torch.type_as(adapter[name], frozen)
    return frozen

  # rows of the word embedding: [n] -> [n, E]
  def words(self: __torch__.Backbone,
    ids: Tensor,
    adapter: Dict[str, Tensor]) -> Tensor:
    return torch.to(torch.embedding((self).vocabulary(adapter), ids), 6)

  # of the last states [B, S, H] those that a caller sees, in fp32 whatever the weights are
  def given(self: __torch__.Backbone,
    h: Tensor,
    ids: Tensor,
    adapter: Dict[str, Tensor]) -> Tensor:
    unseen = torch.size(h, 1) - torch.size(ids, 1)
    if torch.__contains__(adapter, "prompt.given"):
      unseen = 0
    return torch.to(torch.slice(h, 1, unseen), 6)

  # the frozen weights of the names in a dictionary, in one row
  def copy(self: __torch__.Backbone,
    like: Tensor,
    names: Dict[str, Tensor]) -> Tensor:
    rows = annotate(List[Tensor], [])
    for name in names:
      row = torch.append(rows, torch.to(torch.reshape(self.weights[name], [-1]), 6))
    return torch.cat(rows)

  # all weights in one row, in the order they were loaded
  def frozen(self: __torch__.Backbone,
    like: Tensor,
    adapter: Dict[str, Tensor]) -> Tensor:
    rows = annotate(List[Tensor], [])
    for name in self.weights:
      row = torch.append(rows, torch.to(torch.reshape(self.weights[name], [-1]), 6))
    return torch.cat(rows)
