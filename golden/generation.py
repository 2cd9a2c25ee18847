"""Greedy generation by a model of transformers, alone and with PEFT's adapters."""
import torch

from adapters import base, load_adapter
from common import Noise, digits, write_json, write_tensors

ADAPTERS = ("prefix_tuning_causal_lm", "prompt_tuning_causal_lm", "lora_causal_lm")
NEW_TOKENS = 20
PROMPT_TOKENS = (8, 5)  # lengths of the prompts
DISTINCT = 5  # distinct new tokens, so that a text does not repeat one token
MARGIN = 4e-3  # smallest difference of the two largest logits, so that rounding cannot change the choice


def write(family, folder):
    """Writes generation/: 20 new tokens for each of two prompts of different lengths; the end token does not stop it."""
    runs = {"base": base("causal_lm", folder / "model")}
    for name in ADAPTERS:
        runs[name] = load_adapter("causal_lm", folder / "model", folder / "adapters" / name)
    tokenizer = family.tokenizer()
    noise = Noise(family.name + "/generation")
    found = []
    while len(found) < len(PROMPT_TOKENS):
        prompt = noise.integers(0, tokenizer.get_vocab_size(), (PROMPT_TOKENS[len(found)],)).tolist()
        results = {name: generate(model, prompt) for name, model in runs.items()}
        if all(margin(logits) >= MARGIN and len(set(new)) >= DISTINCT for new, logits in results.values()):
            found.append((prompt, results))
    described = {name: [] for name in runs}
    tensors = {}
    for i, (prompt, results) in enumerate(found):
        for name, (tokens, logits) in results.items():
            described[name].append(dict(
                prompt_ids=prompt, new_ids=tokens, text=tokenizer.decode(tokens), margin=digits([margin(logits)])[0]))
            tensors[f"{name}.prompt{i}.step_logits"] = logits
    write_json(folder / "generation" / "golden.json", {"runs": described})
    write_tensors(folder / "generation" / "golden.safetensors", tensors)


@torch.no_grad()
def generate(model, prompt):
    """Returns the new tokens and their logits [tokens, vocabulary], each step computed without a cache."""
    ids = list(prompt)
    logits = []
    for _ in range(NEW_TOKENS):
        row = torch.tensor([ids])
        logits.append(model(input_ids=row, attention_mask=torch.ones_like(row)).logits[0, -1])
        ids.append(logits[-1].argmax().item())
    model.generation_config.eos_token_id = None
    row = torch.tensor([prompt])
    cached = model.generate(
        input_ids=row, attention_mask=torch.ones_like(row), max_new_tokens=NEW_TOKENS, do_sample=False, pad_token_id=0)
    if cached[0].tolist() != ids:
        raise AssertionError(f"generate() returns {cached[0].tolist()}; expected {ids}")
    return ids[len(prompt):], torch.stack(logits)


def margin(logits):
    best = logits.topk(2).values
    return (best[:, 0] - best[:, 1]).min().item()
