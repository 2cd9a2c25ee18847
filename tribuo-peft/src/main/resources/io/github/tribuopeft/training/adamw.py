# AdamW (Loshchilov and Hutter 2019) with the formula and the order of operations of torch.optim.AdamW. Clips the
# gradients by their global norm first, like torch.nn.utils.clip_grad_norm_. One call updates all parameters.
from typing import List

import torch
from torch import Tensor
from torch.nn import Module


class AdamW(Module):
    training: bool

    # settings, float64 [6 + n]: step number from 1, beta1, beta2, epsilon, weight decay, largest norm (0: no
    # clipping), and the learning rate of each of the n parameters. first, second: the moments of the gradients
    #
    # Returns the norm of the gradients before clipping. If the norm is not finite, no parameter changes. Clipping
    # overwrites the gradients.
    def step(
            self, settings, parameters: List[Tensor], gradients: List[Tensor], first: List[Tensor],
            second: List[Tensor]):
        t, beta1, beta2 = float(settings[0]), float(settings[1]), float(settings[2])
        epsilon, decay, largest = float(settings[3]), float(settings[4]), float(settings[5])
        squares: List[Tensor] = []
        for g in gradients:
            squares.append(g.square().sum())
        norm = torch.stack(squares).sum().sqrt()
        if bool(norm.isfinite()):
            if largest > 0.:
                scale = (largest * (norm + 1e-6).reciprocal()).clamp(None, 1.)
                for g in gradients:
                    g.mul_(scale)
            for i in range(len(parameters)):
                rate = float(settings[6 + i])
                parameters[i].mul_(1. - rate * decay)
                m = first[i].lerp_(gradients[i], 1. - beta1)
                v = second[i].mul_(beta2).addcmul_(gradients[i], gradients[i], value=1. - beta2)
                root = v.sqrt().div((1. - beta2 ** t) ** 0.5).add_(epsilon)
                parameters[i].addcdiv_(m, root, value=-(rate / (1. - beta1 ** t)))
        return norm
