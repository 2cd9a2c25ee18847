# Selection of the next token from the scores of the vocabulary: logits [B, n], one row for each text.
from typing import Dict

import torch
from torch import Tensor, ops


# The next token of each text, [B]; -1 where a score is NaN or infinite. Without entries in `selection`, each token is
# the most probable one. The entries are:
#   settings                         [B, 5] of float64: temperature (0 for the most probable token), top-k (0 for all),
#                                    top-p, min-p, repetition penalty
#   random                           [B, 1] of float64: random numbers of [0, 1)
#   occurred                         [B, m]: ids of the tokens of each text, to which the repetition penalty applies
def next_tokens(logits, selection: Dict[str, Tensor]):
    finite = logits.isfinite().all(-1)  # [B]
    if "occurred" in selection:
        penalty = selection["settings"][:, 4:].type_as(logits)
        changed = logits * torch.where(logits < 0, penalty, torch.reciprocal(penalty))
        ids = selection["occurred"]
        logits = logits.scatter(1, ids, changed.gather(1, ids))
    tokens = logits.argmax(-1)
    if "random" in selection:
        tokens = torch.where(selection["settings"][:, 0] > 0, sampled(logits, selection), tokens)
    return torch.where(finite, tokens, -1)


# Samples a token for each text from those that top-k, top-p and min-p keep, by the inverse of the distribution: [B]
def sampled(logits, selection: Dict[str, Tensor]):
    settings = selection["settings"].unsqueeze(-1)  # [B, 5, 1]
    limit = torch.where(settings[:, 1] > 0, settings[:, 1], float(logits.size(1)))  # [B, 1]
    count = min(int(limit.max()), logits.size(1))
    if count < logits.size(1):
        best, order = logits.topk(count)
    else:
        best, order = ops.aten.sort(logits, stable=True, dim=-1, descending=True)
    best = best.double()
    # probabilities relative to that of the best token, in descending order
    weights = torch.exp((best - best[:, :1]) / settings[:, 0].clamp(1e-30))
    weights = weights * (torch.arange(count, device=logits.device) < limit)
    before = weights.cumsum(-1) - weights
    keep = (before < settings[:, 2] * weights.sum(-1, True)) & (weights >= settings[:, 3]) & (weights > 0)
    weights = weights * keep
    sums = weights.cumsum(-1)
    index = (sums <= selection["random"] * weights.sum(-1, True)).sum(-1)
    index = torch.minimum(index, keep.sum(-1) - 1).clamp(0)  # no token is kept where a score is not finite
    return order.gather(1, index.unsqueeze(1)).squeeze(1)


# The continuations of texts by one token with the highest scores, the best first: log-probabilities and indices in [B
# * n], [2, count] of float64. `scores` [B, 1] are the log-probabilities of the texts.
def best_continuations(logits, scores, count):
    total = (torch.log_softmax(logits, -1) + scores).flatten()
    best, index = total.topk(min(int(count[0]), total.numel()))
    return torch.stack([best.double(), index.double()])
