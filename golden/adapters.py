"""Adapters that PEFT saves, and what PEFT computes with them."""
import json

import torch
from peft import (IA3Config, LoraConfig, PeftModel, PrefixTuningConfig, PromptEncoderConfig, PromptTuningConfig,
                  get_peft_model)
from safetensors.torch import load_file
from torch.nn.functional import cross_entropy
from transformers import (AutoModel, AutoModelForCausalLM, AutoModelForSequenceClassification,
                          AutoModelForTokenClassification)

from common import Noise, digits, require_close, require_different, write_json, write_tensors
from families import PROMPTS
from models import TEXTS, Batch, load, states

VIRTUAL_TOKENS = 5
TEXT_LABELS = 3
TOKEN_LABELS = 5
IGNORED = -100


def write(family, folder):
    """Writes adapters/<method>_<task>/ for all methods and tasks of a family."""
    batch = Batch(family.tokenizer(), family.pad, TEXTS)
    for task in family.tasks:
        for method in family.methods:
            place = folder / "adapters" / f"{method}_{task}"
            model = save(family, method, task, folder / "model", place)
            OUTPUTS[task](model, method, batch, place)
            with torch.no_grad():
                again = output(load_adapter(task, folder / "model", place), batch)
                require_close(place, again, output(model, batch), 1e-6)


def base(task, folder):
    loader, settings = {
        "feature_extraction": (AutoModel, {}),
        "seq_cls": (AutoModelForSequenceClassification, dict(num_labels=TEXT_LABELS)),
        "token_cls": (AutoModelForTokenClassification, dict(num_labels=TOKEN_LABELS)),
        "causal_lm": (AutoModelForCausalLM, {}),
    }[task]
    return load(folder, loader, **settings)


def config(family, method, task):
    task = task.upper()
    prompt = dict(task_type=task, num_virtual_tokens=VIRTUAL_TOKENS, **family.prompt)
    fused = "c_attn" in family.lora
    if method == "prompt_tuning":
        return PromptTuningConfig(**prompt)
    if method == "p_tuning":
        return PromptEncoderConfig(**prompt, encoder_hidden_size=9)
    if method == "prefix_tuning":
        # the prefixes of ELECTRA are as wide as its layers, unlike its prompts
        return PrefixTuningConfig(task_type=task, num_virtual_tokens=VIRTUAL_TOKENS)
    if method == "lora":
        return LoraConfig(task_type=task, r=2, lora_alpha=4, target_modules=list(family.lora), fan_in_fan_out=fused)
    return IA3Config(task_type=task, target_modules=list(family.ia3), feedforward_modules=list(family.feedforward),
                     fan_in_fan_out=fused)


def save(family, method, task, model_folder, place):
    """Saves a random adapter and, where the task has one, a random head."""
    model = get_peft_model(base(task, model_folder), config(family, method, task)).eval()
    Noise(f"{family.name}/{method}_{task}").fill(model)
    model.peft_config["default"].base_model_name_or_path = f"golden/{family.name}"
    model.save_pretrained(place)
    (place / "README.md").unlink()
    # PEFT writes sets in an order that changes from run to run
    file = place / "adapter_config.json"
    saved = json.loads(file.read_text())
    saved = {key: sorted(value) if isinstance(value, list) else value for key, value in saved.items()}
    file.write_text(json.dumps(saved, indent=2) + "\n")
    return model


def load_adapter(task, model_folder, place):
    return PeftModel.from_pretrained(base(task, model_folder), place).eval()


def output(model, batch):
    """Returns states or logits, with the rows of virtual tokens first where the method has such rows."""
    found = model(input_ids=batch.ids, attention_mask=batch.mask)
    return found.logits if "logits" in found else found.last_hidden_state


def feature_extraction(model, method, batch, place):
    """States [B, S, H], with the rows of virtual tokens first, and gradients of sum(R * states of real tokens)."""
    hidden = output(model, batch)
    tensors = {"last_hidden_state": hidden}
    real = hidden[:, hidden.shape[1] - batch.ids.shape[1]:]
    with torch.no_grad():
        plain = states(load(place.parent.parent / "model"), batch)
    require_different(place, real[batch.mask == 1], plain[batch.mask == 1])
    if method != "p_tuning":
        weights = load_file(place.parent.parent / "golden.safetensors")["grad_weights"]
        (real * weights * batch.mask[..., None]).sum().backward()
        for name, parameter in model.named_parameters():
            if parameter.requires_grad:
                tensors["grad." + saved_name(name)] = parameter.grad
    write_tensors(place / "golden.safetensors", tensors)


def saved_name(name):
    """Returns the name under which PEFT saves a trained parameter."""
    return "prompt_embeddings" if name.startswith("prompt_encoder") else name.replace(".default", "")


@torch.no_grad()
def seq_cls(model, method, batch, place):
    """Logits [B, C]. Behind a prompt PEFT pools the first virtual token; logits_real_first_token pool the text's."""
    tensors = {"logits": output(model, batch)}
    if method in PROMPTS:
        hidden = states_behind_prompt(model, batch)[:, VIRTUAL_TOKENS:]
        classifier = model.base_model
        if hasattr(classifier, "bert"):
            hidden = classifier.bert.pooler(hidden)
        tensors["logits_real_first_token"] = classifier.classifier(hidden)
        require_different(place, tensors["logits_real_first_token"], tensors["logits"])
    write_tensors(place / "golden.safetensors", tensors)


def states_behind_prompt(model, batch):
    rows = len(batch.ids)
    embeddings = torch.cat([model.get_prompt(rows), model.word_embeddings(batch.ids)], 1)
    mask = torch.cat([torch.ones(rows, VIRTUAL_TOKENS, dtype=torch.long), batch.mask], 1)
    backbone = getattr(model.base_model, model.base_model.base_model_prefix)
    return backbone(inputs_embeds=embeddings, attention_mask=mask).last_hidden_state


@torch.no_grad()
def token_cls(model, method, batch, place):
    """Logits [B, S, C] with the rows of virtual tokens first, labels [B, S], and the mean loss of labelled tokens."""
    labels = Noise(str(place.name)).integers(0, TOKEN_LABELS, batch.ids.shape)
    labels[batch.special()] = IGNORED
    logits = output(model, batch)
    if method in PROMPTS:  # PEFT fails when it is given labels
        real = logits[:, VIRTUAL_TOKENS:]
        described = {"loss_real_tokens": cross_entropy(real.flatten(0, 1), labels.flatten(), ignore_index=IGNORED)}
    else:
        described = {"loss": model(input_ids=batch.ids, attention_mask=batch.mask, labels=labels).loss}
    write_json(place / "golden.json", {name: digits([loss.item()])[0] for name, loss in described.items()})
    write_tensors(place / "golden.safetensors", {"logits": logits, "labels": labels})


@torch.no_grad()
def causal_lm(model, method, batch, place):
    """Logits [B, S, vocabulary] with the rows of virtual tokens first."""
    logits = output(model, batch)
    write_tensors(place / "golden.safetensors", {"logits": logits})


OUTPUTS = dict(feature_extraction=feature_extraction, seq_cls=seq_cls, token_cls=token_cls, causal_lm=causal_lm)
