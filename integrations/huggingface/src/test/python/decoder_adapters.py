"""Writes tiny random decoders, PEFT adapters for their classifiers, and the logits as test resources.

python decoder_adapters.py ../resources/io/github/tribuopeft/huggingface/adapter/decoders

Written with peft 0.21, transformers 5.18, torch 2.13. Texts are not batched: with a prompt, transformers uses the
last position of a batch as the last token of each text.
"""
import sys
from pathlib import Path

import torch
import transformers
from peft import IA3Config, LoraConfig, PrefixTuningConfig, PromptTuningConfig, get_peft_model
from safetensors.torch import save_file

SIZES = dict(vocab_size=40, hidden_size=8, num_hidden_layers=2, num_attention_heads=2, intermediate_size=12,
             max_position_embeddings=24)
SPECIAL = dict(bos_token_id=0, eos_token_id=0, pad_token_id=0)
FAMILIES = {
    "gpt2": ("GPT2", transformers.GPT2Config(vocab_size=40, n_positions=24, n_embd=8, n_layer=2, n_head=2, n_inner=12,
                                             **SPECIAL),
             ["c_attn"], ["c_attn", "mlp.c_proj"], ["mlp.c_proj"]),
    "qwen2": ("Qwen2", transformers.Qwen2Config(**SIZES, num_key_value_heads=1, **SPECIAL),
              ["q_proj", "v_proj"], ["k_proj", "v_proj", "down_proj"], ["down_proj"]),
}
TASKS = {"seq_cls": "ForSequenceClassification", "token_cls": "ForTokenClassification"}

noise = torch.Generator().manual_seed(1)


def normal(*shape):
    return torch.randn(*shape, generator=noise)


def fill(parameters):
    with torch.no_grad():
        for name, weight in parameters:
            norm = weight.dim() == 1 and name.endswith("weight") or name.endswith("ia3_l.default")
            weight.copy_(1 + 0.25 * normal(*weight.shape) if norm else 0.4 * normal(*weight.shape))


def adapters(lora, ia3, forward):
    return {
        "prompt_tuning": lambda task: PromptTuningConfig(task_type=task, num_virtual_tokens=3),
        "prefix_tuning": lambda task: PrefixTuningConfig(task_type=task, num_virtual_tokens=3),
        "lora": lambda task: LoraConfig(task_type=task, r=2, lora_alpha=6, target_modules=lora,
                                        fan_in_fan_out=lora == ["c_attn"]),
        "ia3": lambda task: IA3Config(task_type=task, target_modules=ia3, feedforward_modules=forward,
                                      fan_in_fan_out=lora == ["c_attn"]),
    }


for family, (name, config, *modules) in FAMILIES.items():
    folder = Path(sys.argv[1]) / family
    base = getattr(transformers, f"{name}Model")(config).eval()
    fill(base.named_parameters())
    base.save_pretrained(folder)
    texts = [torch.randint(1, 40, (1, length), generator=noise) for length in (14, 5)]
    for task, ending in TASKS.items():
        for method, settings in adapters(*modules).items():
            model = getattr(transformers, name + ending).from_pretrained(folder, num_labels=3)
            model = get_peft_model(model, settings(task.upper())).eval()
            fill((n, p) for n, p in model.named_parameters() if p.requires_grad)
            directory = folder / f"{method}_{task}"
            model.peft_config["default"].base_model_name_or_path = family
            model.save_pretrained(directory)
            (directory / "README.md").unlink()
            with torch.no_grad():
                logits = [model(input_ids=ids, attention_mask=torch.ones_like(ids)).logits for ids in texts]
            tensors = {
                "input_ids": torch.cat([texts[0], torch.nn.functional.pad(texts[1], (0, 9))]),
                "attention_mask": torch.cat([torch.ones(1, 14, dtype=torch.long), torch.arange(14)[None].lt(5).long()]),
            }
            for i, (ids, row) in enumerate(zip(texts, logits)):  # the rows of a prompt come first
                tensors[f"logits.{i}"] = (row if task == "seq_cls" else row[0, -ids.shape[1]:]).contiguous()
            save_file(tensors, directory / "golden.safetensors")
