"""Files of BERT alone: the same model in other formats, a whole training, and networks that make prompts."""
import shutil

import torch
from peft import PrefixTuningConfig, PromptEncoderConfig, get_peft_model
from peft.tuners import PrefixEncoder, PromptEncoder
from safetensors.torch import load_file, save_file
from torch.nn.functional import cross_entropy
from transformers import AutoModel, BertForPreTraining, GPT2Model

from adapters import VIRTUAL_TOKENS
from common import Noise, digits, require_close, write_json, write_tensors
from families import FAMILIES
from models import TEXTS, Batch, load, states

FAMILY = next(family for family in FAMILIES if family.name == "bert")
SENTENCES = [
    "the film was a joy", "a dull story", "it was shown at eight", "I loved the captain", "the jokes were painful",
    "tickets cost five", "warm pictures", "nobody laughed once", "it begins on friday", "a happy ending",
    "boring and loud", "the hall has seats", "great fun for all", "I walked out", "doors open at seven",
    "her best work",
]
CLASSES = 3
STEPS = 10
RATE = 1e-2


def write(folder):
    other_formats(folder)
    training(folder)
    prompt_networks(folder / "reparam")


def add_tokenizer(source, target):
    shutil.copy(source / "tokenizer.json", target / "tokenizer.json")


@torch.no_grad()
def other_formats(folder):
    """Writes model-bf16/, model-sharded/, model-prefixed/ and model-legacy/."""
    source = folder / "model"
    batch = Batch(FAMILY.tokenizer(), FAMILY.pad, TEXTS)
    hidden = states(load(source), batch)
    real = batch.mask == 1

    load(source).to(torch.bfloat16).save_pretrained(folder / "model-bf16")
    half = AutoModel.from_pretrained(folder / "model-bf16", attn_implementation="eager", dtype=torch.bfloat16).eval()
    write_tensors(folder / "golden_bf16.safetensors", {
        "bf16_weights_fp32_math.last_hidden_state": states(load(folder / "model-bf16"), batch),
        "bf16_weights_bf16_math.last_hidden_state": states(half, batch).float(),
    })

    load(source).save_pretrained(folder / "model-sharded", max_shard_size="30KB")

    whole = load(source, BertForPreTraining)
    heads = Noise("bert/heads")
    for name, weight in whole.named_parameters():
        if name.startswith("cls.") and "decoder.weight" not in name:
            weight.copy_(heads.weight(name, weight))
    whole.save_pretrained(folder / "model-prefixed")

    # names that checkpoints of 2018 have, and a buffer that transformers saved until version 4.30
    tensors = load_file(folder / "model-prefixed" / "model.safetensors")
    legacy = {
        name.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta"): tensor
        for name, tensor in tensors.items()}
    legacy["bert.embeddings.position_ids"] = torch.arange(whole.config.max_position_embeddings)[None]
    (folder / "model-legacy").mkdir()
    save_file(legacy, folder / "model-legacy" / "model.safetensors", {"format": "pt"})
    shutil.copy(folder / "model-prefixed" / "config.json", folder / "model-legacy")

    for name in ("model-bf16", "model-sharded", "model-prefixed", "model-legacy"):
        add_tokenizer(source, folder / name)
        if name != "model-bf16":
            require_close(f"bert/{name}", states(load(folder / name), batch)[real], hidden[real], 0)


def write_bare_gpt2(folder):
    """Writes model-bare/: names without a prefix and masks of causal attention, as in the Hub's file of GPT-2."""
    model = load(folder / "model", GPT2Model)
    model.save_pretrained(folder / "model-bare")
    file = folder / "model-bare" / "model.safetensors"
    tensors = load_file(file)
    positions = model.config.n_positions
    for layer in range(model.config.n_layer):
        tensors[f"h.{layer}.attn.bias"] = torch.ones(positions, positions).tril().view(1, 1, positions, positions)
    save_file(tensors, file, {"format": "pt"})
    add_tokenizer(folder / "model", folder / "model-bare")


def training(folder):
    """Writes training_golden/: prefix tuning of a classifier for ten steps of AdamW over one batch, without dropout."""
    batch = Batch(FAMILY.tokenizer(), FAMILY.pad, SENTENCES)
    labels = torch.arange(len(SENTENCES)) % CLASSES
    model = get_peft_model(load(folder / "model"), PrefixTuningConfig(
        task_type="FEATURE_EXTRACTION", num_virtual_tokens=VIRTUAL_TOKENS)).eval()
    noise = Noise("bert/training")
    noise.fill(model)
    head = torch.nn.Linear(model.config.hidden_size, CLASSES)
    noise.fill(head)
    prompt = next(parameter for parameter in model.parameters() if parameter.requires_grad)
    trained = {"prompt_embeddings": prompt, "head.weight": head.weight, "head.bias": head.bias}
    tensors = {"input_ids": batch.ids, "attention_mask": batch.mask, "labels": labels}
    tensors |= {"initial." + name: weight.detach().clone() for name, weight in trained.items()}
    optimizer = torch.optim.AdamW(trained.values(), lr=RATE, weight_decay=0.0)
    losses = []
    for _ in range(STEPS):
        optimizer.zero_grad()
        hidden = model(input_ids=batch.ids, attention_mask=batch.mask).last_hidden_state
        mean = (hidden * batch.mask[..., None]).sum(1) / batch.lengths[:, None]
        loss = cross_entropy(head(mean), labels)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    tensors |= {"final." + name: weight for name, weight in trained.items()}
    write_json(folder / "training_golden" / "golden.json", {"loss_at_step": digits(losses)})
    write_tensors(folder / "training_golden" / "golden.safetensors", tensors)


def prompt_networks(folder):
    """Writes the raw weights of PEFT's prompt networks, which it does not save, their output and their gradients."""
    hidden = 9
    sizes = dict(task_type="FEATURE_EXTRACTION", num_virtual_tokens=VIRTUAL_TOKENS, token_dim=24, num_layers=3,
                 num_attention_heads=4, num_transformer_submodules=1, encoder_hidden_size=hidden)
    networks = {
        "p_tuning_mlp": PromptEncoder(PromptEncoderConfig(**sizes, encoder_reparameterization_type="MLP")),
        "p_tuning_lstm": PromptEncoder(PromptEncoderConfig(**sizes, encoder_reparameterization_type="LSTM")),
        "prefix_projection": PrefixEncoder(PrefixTuningConfig(**sizes, prefix_projection=True)),
    }
    described = {}
    tensors = {}
    for name, network in networks.items():
        network.eval()
        noise = Noise(name)
        noise.fill(network)
        output = network(torch.arange(VIRTUAL_TOKENS)[None])[0]
        weights = noise.normal(*output.shape)
        (output * weights).sum().backward()
        described[name] = dict(config=dict(encoder_hidden_size=hidden), parameters={})
        for parameter, weight in network.named_parameters():
            described[name]["parameters"][parameter] = list(weight.shape)
            tensors[f"{name}.{parameter}"] = weight
            tensors[f"{name}.grad.{parameter}"] = weight.grad
        tensors[f"{name}.output"] = output
        tensors[f"{name}.output_weights"] = weights
    write_json(folder / "golden.json", {"cases": described})
    write_tensors(folder / "golden.safetensors", tensors)
