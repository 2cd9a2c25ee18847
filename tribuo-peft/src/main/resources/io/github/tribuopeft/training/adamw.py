# AdamW (Loshchilov and Hutter 2019) by torch.optim.AdamW's formula and order of operations, with the gradients first clipped by
# their global norm as torch.nn.utils.clip_grad_norm_ does: one call for all parameters.
class AdamW(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool

  # settings, float64 [6 + n]: step number from 1, beta1, beta2, epsilon, weight decay, largest norm (0: no clipping), and the
  #   learning rate of each of the n parameters
  # Returns the gradients' norm before clipping. A norm that is not finite leaves every parameter as it was. Clears the gradients.
  def step(self: __torch__.AdamW,
    settings: Tensor,
    parameters: List[Tensor],
    gradients: List[Tensor],
    first: List[Tensor],
    second: List[Tensor]) -> Tensor:
    t = annotate(float, torch.item(settings[0]))
    beta1 = annotate(float, torch.item(settings[1]))
    beta2 = annotate(float, torch.item(settings[2]))
    epsilon = annotate(float, torch.item(settings[3]))
    decay = annotate(float, torch.item(settings[4]))
    largest = annotate(float, torch.item(settings[5]))
    squares = annotate(List[Tensor], [])
    for i in range(torch.len(gradients)):
      square = torch.append(squares, torch.sum(torch.square(gradients[i])))
    norm = torch.sqrt(torch.sum(torch.stack(squares)))
    if bool(torch.isfinite(norm)):
      if largest > 0.:
        scale = torch.clamp(torch.mul(torch.reciprocal(norm + 9.9999999999999995e-07), largest), None, 1.)
        for i in range(torch.len(gradients)):
          g = torch.mul_(gradients[i], scale)
      for i in range(torch.len(parameters)):
        rate = annotate(float, torch.item(settings[6 + i]))
        p = torch.mul_(parameters[i], 1. - rate * decay)
        m = torch.lerp_(first[i], gradients[i], 1. - beta1)
        v = torch.addcmul_(torch.mul_(second[i], beta2), gradients[i], gradients[i], value=1. - beta2)
        root = torch.add_(torch.div(torch.sqrt(v), torch.pow(1. - torch.pow(beta2, t), 0.5)), epsilon)
        p = torch.addcdiv_(p, m, root, value=-(rate / (1. - torch.pow(beta1, t))))
    for i in range(torch.len(gradients)):
      z = torch.zero_(gradients[i])
    return norm
