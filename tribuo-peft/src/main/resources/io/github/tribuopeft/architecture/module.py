# What stands before and behind the layers where these are a module of the user's own: embeds words and the rows of a prompt, says which rows are
# seen, and gives a caller's states. Position numbers, token types and whatever else embeddings have are the module's.
#
# Shapes as in bert.py; of the entries of `adapter` there are mask, prompt and prompt.given.
class Backbone(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  weights : Dict[str, Tensor]

  def vocabulary(self: __torch__.Backbone,
    adapter: Dict[str, Tensor]) -> Tensor:
    return (self).weight("words.weight", adapter)

  # ids [B, T] -> [B, S, E]
  def embed(self: __torch__.Backbone,
    ids: Tensor,
    adapter: Dict[str, Tensor]) -> Tensor:
    x = torch.embedding((self).vocabulary(adapter), ids)
    if torch.__contains__(adapter, "prompt"):
      x = torch.cat([torch.expand(adapter["prompt"], [torch.size(ids, 0), -1, -1]), x], 1)
    return x

  # ids [B, T] -> 1 for rows that are seen, 0 for padding: [B, S] of int64, as transformers' attention_mask
  def seen(self: __torch__.Backbone,
    ids: Tensor,
    adapter: Dict[str, Tensor]) -> Tensor:
    mask = torch.ones_like(ids)
    if torch.__contains__(adapter, "mask"):
      mask = torch.to(adapter["mask"], 4)
    if torch.__contains__(adapter, "prompt"):
      mask = torch.pad(mask, [torch.size(adapter["prompt"], 1), 0], "constant", 1.)
    return mask
