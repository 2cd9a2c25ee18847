# BERT (Devlin et al. 2019), post-layer-norm encoder, as transformers' BertModel computes it; and its relatives, where a weight says so:
# without token types (DistilBERT, MPNet), with embeddings of another width (ELECTRA), with a bias by distance (MPNet). RoBERTa, XLM-R and
# MPNet begin to count positions at `position_offset`.
#
# Shapes: B rows, T real tokens, P prompt rows, S = P + T, E embedding width (H in most), H hidden width, N heads, D = H / N, K heads of keys and
# values (here N), V prefix length.
# `adapter` holds what a method adds, by name; an absent entry costs nothing:
#   mask                   [B, T]          1 for real tokens, 0 for padding; absent: nothing is padded
#   prompt                 [1|B, P, E]     rows before the real tokens' word embeddings
#   prompt.positions       [1|B, P]        their position ids; absent: they get no position embedding
#   prompt.given           any             forward gives the states of the prompt's rows too, before those of the real tokens
#   prefix.<i>.key, .value [1|B, K, V, D]  keys and values that layer i attends to beside its own
#   <weight name>                          used in place of the frozen weight of that name
#   <linear map>.lora.A, .B                [r, in], [out, r]: the map gets B A added; [B, r, in], [B, out, r] for rows of their own
#   <linear map>.scale.in, .out            [in], [out]: factors of what the map takes and gives; [B, 1, in], [B, 1, out] likewise
#   adapter.<i>.<place>.{down,up}.{weight,bias}   a bottleneck H -> m -> H with ReLU. Places: attention and feedforward (what the
#                                          sublayer gives), parallel (beside the feed-forward sublayer), layer (what the layer gives)
# The text is in TorchScript's serialised dialect: what a .pt archive holds, so Java can hand it to libtorch as it is.
class Backbone(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  layer_count : int
  head_width : int
  position_offset : int
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
    return (self).weight("embeddings.word_embeddings.weight", adapter)

  # ids, types, positions [B, T] -> [B, S, H]
  def embed(self: __torch__.Backbone,
    ids: Tensor,
    types: Tensor,
    positions: Tensor,
    adapter: Dict[str, Tensor]) -> Tensor:
    types_table = "embeddings.token_type_embeddings.weight"
    place = (self).weight("embeddings.position_embeddings.weight", adapter)
    x = torch.embedding((self).vocabulary(adapter), ids)
    if torch.__contains__(self.weights, types_table):
      x = x + torch.embedding((self).weight(types_table, adapter), types)
    x = x + torch.embedding(place, positions + self.position_offset)
    if torch.__contains__(adapter, "prompt"):
      prompt = torch.type_as(adapter["prompt"], x)
      if torch.__contains__(self.weights, types_table):
        prompt = prompt + torch.select((self).weight(types_table, adapter), 0, 0)
      if torch.__contains__(adapter, "prompt.positions"):
        prompt = prompt + torch.embedding(place, adapter["prompt.positions"] + self.position_offset)
      x = torch.cat([torch.expand(prompt, [torch.size(ids, 0), -1, -1]), x], 1)
    h = (self).norm(x, "embeddings.LayerNorm", adapter)
    if torch.__contains__(self.weights, "embeddings_project.weight"):
      h = (self).linear(h, "embeddings_project", adapter)
    return h

  # what layers look up: `mask`, if there is any, is added to attention scores: [B, 1, 1, S], with a bias by distance [B, N, S, S]
  def surroundings(self: __torch__.Backbone,
    h: Tensor,
    positions: Tensor,
    adapter: Dict[str, Tensor]) -> Dict[str, Tensor]:
    found = annotate(Dict[str, Tensor], {})
    if torch.__contains__(adapter, "mask"):
      found["mask"] = (self).padding(h, adapter)
    if torch.__contains__(self.weights, "encoder.relative_attention_bias.weight"):
      bias = (self).distance_bias(h, positions, adapter)
      if torch.__contains__(adapter, "mask"):
        bias = bias + found["mask"]
      found["mask"] = bias
    return found

  # MPNet's bias of each pair of rows by the distance from query to key, [B, N, S, S], the same in all layers. Distances are in classes: 8
  # exact ones and 8 of growing width up to 128 and beyond, for each direction. Prompt rows without positions are at no distance: no bias.
  def distance_bias(self: __torch__.Backbone,
    h: Tensor,
    positions: Tensor,
    adapter: Dict[str, Tensor]) -> Tensor:
    if torch.__contains__(adapter, "prompt.positions"):
      positions = torch.cat([torch.expand(adapter["prompt.positions"], [torch.size(positions, 0), -1]), positions], 1)
    distance = torch.unsqueeze(positions, 1) - torch.unsqueeze(positions, 2)
    far = torch.abs(distance)
    growing = torch.log(torch.to(torch.clamp(far, 8), 6) / 8) / 2.772588722239781 * 8
    classes = torch.where(torch.lt(far, 8), far, torch.clamp(torch.to(growing, 4) + 8, None, 15))
    classes = classes + torch.gt(distance, 0) * 16
    bias = torch.permute(torch.embedding((self).weight("encoder.relative_attention_bias.weight", adapter), classes), [0, 3, 1, 2])
    unnumbered = torch.size(h, 1) - torch.size(positions, 1)
    return torch.pad(bias, [unnumbered, 0, unnumbered, 0])

  # what the attention sublayer takes; its norm comes behind it
  def taken(self: __torch__.Backbone,
    h: Tensor,
    i: int,
    adapter: Dict[str, Tensor]) -> Tensor:
    return h

  def key(self: __torch__.Backbone,
    x: Tensor,
    surroundings: Dict[str, Tensor],
    i: int,
    adapter: Dict[str, Tensor]) -> Tensor:
    return (self).split_heads((self).linear(x, torch.format("encoder.layer.{}.attention.self.key", i), adapter))

  def value(self: __torch__.Backbone,
    x: Tensor,
    i: int,
    adapter: Dict[str, Tensor]) -> Tensor:
    return (self).split_heads((self).linear(x, torch.format("encoder.layer.{}.attention.self.value", i), adapter))

  def layer(self: __torch__.Backbone,
    h: Tensor,
    surroundings: Dict[str, Tensor],
    i: int,
    adapter: Dict[str, Tensor]) -> Tensor:
    name = torch.format("encoder.layer.{}", i)
    q = (self).split_heads((self).linear(h, name + ".attention.self.query", adapter))
    k = (self).key(h, surroundings, i, adapter)
    a = (self).attend(q, k, (self).value(h, i, adapter), (self).found("mask", surroundings), i, adapter)
    a = torch.reshape(torch.transpose(a, 1, 2), torch.size(h))
    a = (self).linear(a, name + ".attention.output.dense", adapter)
    a = (self).adapted(a, a, i, "attention", adapter)
    h = (self).norm(a + h, name + ".attention.output.LayerNorm", adapter)
    f = torch.gelu((self).linear(h, name + ".intermediate.dense", adapter))
    f = (self).linear(f, name + ".output.dense", adapter)
    f = (self).adapted(f, f, i, "feedforward", adapter)
    f = (self).adapted(h, f, i, "parallel", adapter)
    h = (self).norm(f + h, name + ".output.LayerNorm", adapter)
    return (self).adapted(h, h, i, "layer", adapter)

  # the last layer ends with its norm
  def last_norm(self: __torch__.Backbone,
    h: Tensor,
    adapter: Dict[str, Tensor]) -> Tensor:
    return h
