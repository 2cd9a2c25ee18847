"""Adapters with settings that change how PEFT computes or stores them, with PEFT's own logits.

    python adapter_settings.py golden/files DIRECTORY

golden/files contains the golden files; the backbone is bert/model. For each case PEFT trains an adapter for five steps
and saves it to DIRECTORY/<case>, with the logits of the five texts in golden.safetensors. DIRECTORY is
../resources/io/github/tribuopeft/huggingface/adapter/settings. 
Written with peft 0.21.0, transformers 5.18.0, torch 2.13.0.
"""

import json
import shutil
import sys
from pathlib import Path

import torch
from peft import IA3Config, LoraConfig, PrefixTuningConfig, PromptTuningConfig, get_peft_model
from safetensors.torch import load_file, save_file
from transformers import AutoModelForSequenceClassification

PARITY, DIRECTORY = Path(sys.argv[1]), Path(sys.argv[2])
FILE = "adapter_model.safetensors"
GOLDEN = load_file(PARITY / "bert/golden.safetensors")
BATCH = {name: GOLDEN[name] for name in ("input_ids", "attention_mask")}
LABELS = torch.arange(len(BATCH["input_ids"])) % 3


def lora(**settings):
    defaults = {"task_type": "SEQ_CLS", "target_modules": ["query", "value"], "r": 4, "lora_alpha": 8}
    return LoraConfig(**{**defaults, **settings})


CASES = {
    "lora_eva": lora(init_lora_weights="eva"),
    "lora_gaussian": lora(init_lora_weights="gaussian"),
    "lora_mica": lora(init_lora_weights="MiCA"),
    "lora_orthogonal": lora(init_lora_weights="orthogonal"),
    "lora_patterns": lora(use_rslora=True, exclude_modules=["layer.2.attention.self.query"],
                          alpha_pattern={"(query|key)": 3.5},
                          rank_pattern={"layer.0.attention.self.query": 2, "^bert.encoder.layer.1.*value": 6}),
    "lora_layers": lora(layers_to_transform=[0, 2], layers_pattern="layer"),
    "lora_regex": lora(target_modules=r".*\.layer\.[01]\.(?P<where>attention\.self\.(query|key)|output\.dense)"),
    "lora_pooler": lora(modules_to_save=["classifier", "pooler"]),
    "ia3_suffixes": IA3Config(task_type="SEQ_CLS", target_modules=["key", "dense"], feedforward_modules=["dense"],
                              exclude_modules=["pooler.dense"]),
    "prefix_projection": PrefixTuningConfig(task_type="SEQ_CLS", num_virtual_tokens=4, prefix_projection=True,
                                            encoder_hidden_size=16),
    "prompt_vocabulary": PromptTuningConfig(task_type="SEQ_CLS", num_virtual_tokens=4,
                                            prompt_tuning_init="SAMPLE_VOCAB"),
}


def fresh():
    torch.manual_seed(7)
    return AutoModelForSequenceClassification.from_pretrained(PARITY / "bert/model", num_labels=3).eval()


def train(model):
    optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=2e-2)
    model.train()
    for _ in range(5):
        optimizer.zero_grad()
        model(**BATCH, labels=LABELS).loss.backward()
        optimizer.step()
    model.eval()


def save(model, directory, **options):
    with torch.no_grad():
        logits = model(**BATCH).logits
    model.save_pretrained(directory, **options)
    save_file({"logits": logits}, directory / "golden.safetensors")
    (directory / "README.md").unlink()
    config = json.loads((directory / "adapter_config.json").read_text())
    config["base_model_name_or_path"] = "parity/bert"
    (directory / "adapter_config.json").write_text(json.dumps(config, indent=2, sort_keys=True) + "\n")


def converted_from_pissa():
    """Saves an adapter whose initialization changed the backbone, and its conversion as in docs/interop.md."""
    model = get_peft_model(fresh(), lora(init_lora_weights="pissa"))
    trained, initial, converted = (DIRECTORY / f"lora_pissa{end}" for end in ("", "_initial", "_converted"))
    model.peft_config["default"].init_lora_weights = True
    model.save_pretrained(initial)
    model.peft_config["default"].init_lora_weights = "pissa"
    train(model)
    save(model, trained)
    save(model, converted, path_initial_model_for_weight_conversion=str(initial))
    head = {name: tensor for name, tensor in load_file(trained / FILE).items() if ".lora_" not in name}
    save_file({**head, **load_file(converted / FILE)}, converted / FILE, metadata={"format": "pt"})
    shutil.rmtree(initial)


for name, config in CASES.items():
    model = get_peft_model(fresh(), config)
    train(model)
    save(model, DIRECTORY / name)
converted_from_pissa()
