"""Writes a tiny BERT as a Hugging Face directory and as a TorchScript module, and small valid and faulty modules.

python torchscript_modules.py ../resources/io/github/tribuopeft/torchscript     (transformers 5.18, torch 2.13)
"""
import io
import sys
import zipfile
from pathlib import Path
from typing import Dict, Tuple

import torch
from safetensors.torch import save_file
from torch import Tensor, nn
from transformers import BertConfig, BertModel

WIDTH = 16
folder = Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
torch.manual_seed(1)


def save(name, module):
    """Writes a module without its debug records, which contain paths of this machine."""
    whole = io.BytesIO()
    torch.jit.save(module, whole)
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(folder / f"{name}.pt", "w") as target:
        for entry in source.infolist():
            if not entry.filename.endswith(".debug_pkl"):
                target.writestr(zipfile.ZipInfo(entry.filename), source.read(entry))


class States(nn.Module):
    """Module of a backbone: returns the hidden states of a transformers model."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, inputs_embeds, attention_mask):
        return self.model(inputs_embeds=inputs_embeds, attention_mask=attention_mask).last_hidden_state


bert = BertModel(BertConfig(vocab_size=145, hidden_size=WIDTH, num_hidden_layers=2, num_attention_heads=2,
                            intermediate_size=24, max_position_embeddings=48), add_pooling_layer=False).eval()
with torch.no_grad():
    for name, weight in bert.named_parameters():
        norm = weight.dim() == 1 and name.endswith("weight")
        weight.copy_(1 + 0.25 * torch.randn_like(weight) if norm else 0.4 * torch.randn_like(weight))
bert.save_pretrained(folder)
words = bert.get_input_embeddings().weight.detach().clone()
save_file({"weight": words}, folder / "embeddings.safetensors")
bert.embeddings.word_embeddings = nn.Identity()  # the embeddings are in a separate file
mask = torch.tensor([[1, 1, 1, 1], [1, 1, 1, 0]])
save("model", torch.jit.trace(States(bert), (words[torch.tensor([[5, 6, 7, 8], [9, 10, 11, 0]])], mask)))


class Mean(nn.Module):
    """Adds the mean of the unmasked rows to each row: [B, S, E] -> [B, S, H]."""

    def __init__(self, width: int = WIDTH):
        super().__init__()
        self.linear = nn.Linear(WIDTH, width)

    def forward(self, inputs_embeds: Tensor, attention_mask: Tensor) -> Tensor:
        unmasked = attention_mask.unsqueeze(2).to(inputs_embeds.dtype)
        mean = (inputs_embeds * unmasked).sum(1, keepdim=True) / unmasked.sum(1, keepdim=True)
        return self.linear(inputs_embeds + mean)


class Pair(Mean):
    def forward(self, inputs_embeds: Tensor, attention_mask: Tensor) -> Tuple[Tensor, Tensor]:
        states = self.linear(inputs_embeds)
        return states, states.sum(1)


class Named(Mean):
    def forward(self, inputs_embeds: Tensor, attention_mask: Tensor) -> Dict[str, Tensor]:
        states = self.linear(inputs_embeds)
        return {"pooler_output": states.sum(1), "last_hidden_state": states}


class Unnamed(Mean):
    def forward(self, inputs_embeds: Tensor, attention_mask: Tensor) -> Dict[str, Tensor]:
        states = self.linear(inputs_embeds)
        return {"pooler_output": states.sum(1), "states": states}


class Number(Mean):
    def forward(self, inputs_embeds: Tensor, attention_mask: Tensor) -> float:
        return 1.0


class Ids(Mean):
    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        return torch.embedding(self.linear.weight, input_ids)


class One(Mean):
    def forward(self, inputs_embeds: Tensor) -> Tensor:
        return self.linear(inputs_embeds)


class IgnoresMask(Mean):
    def forward(self, inputs_embeds: Tensor, attention_mask: Tensor) -> Tensor:
        return self.linear(inputs_embeds + inputs_embeds.mean(1, keepdim=True))


class Dropout(Mean):
    def forward(self, inputs_embeds: Tensor, attention_mask: Tensor) -> Tensor:
        return nn.functional.dropout(self.linear(inputs_embeds), 0.5, self.training)


class Half(Mean):
    def forward(self, inputs_embeds: Tensor, attention_mask: Tensor) -> Tensor:
        return nn.functional.linear(inputs_embeds.to(torch.bfloat16), self.linear.weight, self.linear.bias)


save("pair", torch.jit.script(Pair().eval()))
save("named", torch.jit.script(Named().eval()))
save("unnamed", torch.jit.script(Unnamed().eval()))
save("number", torch.jit.script(Number().eval()))
save("ids", torch.jit.script(Ids().eval()))
save("one", torch.jit.script(One().eval()))
save("ignores_mask", torch.jit.script(IgnoresMask().eval()))
save("training", torch.jit.trace(Dropout().train(), (words[:8].reshape(2, 4, WIDTH), mask), check_trace=False))
save("switchable", torch.jit.script(Dropout().train()))
save("bfloat16", torch.jit.script(Half().bfloat16().eval()))
save("narrow", torch.jit.script(Mean(12).eval()))
