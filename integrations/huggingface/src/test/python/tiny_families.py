"""Writes a tiny random model of each family of encoders and its hidden states in transformers as test resources.

python tiny_families.py ../resources/io/github/tribuopeft/huggingface/family     (transformers 5.18, torch 2.13)
"""
import sys
from pathlib import Path

import torch
import transformers
from safetensors.torch import save_file

SIZES = dict(vocab_size=40, hidden_size=8, num_hidden_layers=2, num_attention_heads=2, intermediate_size=12,
             max_position_embeddings=24)
OFFSET = SIZES | dict(max_position_embeddings=26, pad_token_id=1, bos_token_id=0, eos_token_id=2)
MODELS = {
    "bert": transformers.BertForMaskedLM(transformers.BertConfig(**SIZES)),
    "roberta": transformers.RobertaForMaskedLM(transformers.RobertaConfig(**OFFSET, type_vocab_size=1)),
    "xlm-roberta": transformers.XLMRobertaForMaskedLM(transformers.XLMRobertaConfig(**OFFSET, type_vocab_size=1)),
    "distilbert": transformers.DistilBertForMaskedLM(transformers.DistilBertConfig(
        vocab_size=40, dim=8, n_layers=2, n_heads=2, hidden_dim=12, max_position_embeddings=24)),
    "electra": transformers.ElectraForPreTraining(transformers.ElectraConfig(**SIZES, embedding_size=6)),
    "mpnet": transformers.MPNetForMaskedLM(transformers.MPNetConfig(**OFFSET)),
    "modernbert": transformers.ModernBertForMaskedLM(transformers.ModernBertConfig(
        **SIZES | dict(num_hidden_layers=4), global_attn_every_n_layers=3, local_attention=6,
        pad_token_id=0, cls_token_id=2, sep_token_id=3, bos_token_id=2, eos_token_id=3)),
}

noise = torch.Generator().manual_seed(1)


def normal(*shape):
    return torch.randn(*shape, generator=noise)


for family, model in MODELS.items():
    folder = Path(sys.argv[1]) / family
    model.eval()
    with torch.no_grad():
        for name, weight in model.named_parameters():
            norm = weight.dim() == 1 and name.endswith("weight")
            weight.copy_(1 + 0.25 * normal(*weight.shape) if norm else 0.4 * normal(*weight.shape))
        model.save_pretrained(folder)
        backbone = model.base_model
        lengths = [20, 9]
        mask = torch.stack([(torch.arange(20) < length).long() for length in lengths])
        pad = backbone.config.pad_token_id or 0
        ids = torch.where(mask == 1, torch.randint(4, 40, (2, 20), generator=noise), pad)
        words = backbone.get_input_embeddings()
        prompt = 0.6 * normal(1, 3, words.embedding_dim)
        prompted = torch.cat([prompt.expand(2, -1, -1), words(ids)], 1)
        prompted_mask = torch.cat([torch.ones(2, 3, dtype=torch.long), mask], 1)
        save_file({
            "input_ids": ids,
            "attention_mask": mask,
            "last_hidden_state": backbone(input_ids=ids, attention_mask=mask).last_hidden_state.contiguous(),
            "prompt": prompt,
            "prompted.last_hidden_state":
                backbone(inputs_embeds=prompted, attention_mask=prompted_mask).last_hidden_state.contiguous(),
        }, folder / "golden.safetensors")
