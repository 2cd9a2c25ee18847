"""A tiny model of a family, its tokenizer and what transformers computes with them."""
import json
import tempfile
from pathlib import Path

import torch
from tokenizers import Tokenizer
from transformers import AutoConfig, AutoModel, AutoModelForCausalLM

from common import Noise, digits, require_close, require_different, write_json, write_tensors
from vocabularies import with_prefix_space

TEXTS = [
    "The small dog naïve 東 😀 €5.",
    "Rain again!",
    "After the meeting the old engineers walked slowly to town, didn't they?",
]
WORDS = ["Ada", "Lovelace", "visited", "São", "Paulo", "with", "Microsoft", "'s", "engineers", "in", "1843", "."]
PAIR = ("Where did the engineers walk?", "They walked slowly to the town.")

# Configurations under which the same weights are run once more: windows of attention and scaled positions.
VARIANTS = {
    "mistral": [dict(sliding_window=4)],
    "qwen2": [dict(use_sliding_window=True, sliding_window=4, max_window_layers=1, layer_types=None)],
    "qwen3": [dict(use_sliding_window=True, sliding_window=6, max_window_layers=0,
                   layer_types=["sliding_attention"] * 3)],
    "llama": [dict(rope_parameters=dict(rope_type="linear", factor=4.0, rope_theta=100.0)),
              dict(rope_parameters=dict(rope_type="default", rope_theta=500000.0))],
}


class Batch:
    """The texts as rows of token ids, padded on the right: [B, S]."""

    def __init__(self, tokenizer, pad, texts):
        self.encodings = [tokenizer.encode(text) for text in texts]
        width = max(len(encoding.ids) for encoding in self.encodings)
        pad = tokenizer.token_to_id(pad)
        self.ids = torch.tensor([e.ids + [pad] * (width - len(e.ids)) for e in self.encodings])
        self.mask = torch.tensor([[1] * len(e.ids) + [0] * (width - len(e.ids)) for e in self.encodings])
        self.lengths = self.mask.sum(1)

    def special(self):
        """True at special tokens and padding."""
        rows = [e.special_tokens_mask + [1] * (self.ids.shape[1] - len(e.ids)) for e in self.encodings]
        return torch.tensor(rows) == 1


def write(family, folder):
    """Writes model/, golden.json and golden.safetensors."""
    noise = Noise(family.name)
    tokenizer = family.tokenizer()
    model = new_model(family, tokenizer, noise)
    model.save_pretrained(folder / "model")
    (folder / "model" / "generation_config.json").unlink(missing_ok=True)
    tokenizer.save(str(folder / "model" / "tokenizer.json"), pretty=False)
    write_json(folder / "model" / "config.v4.json", config_of_transformers_4(folder / "model" / "config.json"))
    golden(family, folder, tokenizer, noise)


def new_model(family, tokenizer, noise):
    special = {name: tokenizer.token_to_id(token) for name, token in special_tokens(family).items()}
    config = family.saved.config_class(
        vocab_size=tokenizer.get_vocab_size() + family.spare_rows, **special | family.config)
    model = family.saved(config).eval()
    noise.fill(model)
    return model


def special_tokens(family):
    """Returns the tokens whose ids the configuration names and family.config does not."""
    return {
        "modernbert": dict(pad_token_id="[PAD]", cls_token_id="[CLS]", sep_token_id="[SEP]", bos_token_id="[CLS]",
                           eos_token_id="[SEP]"),
        "gpt2": dict(bos_token_id="<|endoftext|>", eos_token_id="<|endoftext|>"),
        "llama": dict(bos_token_id="<|begin_of_text|>", eos_token_id="<|end_of_text|>"),
        "llama3": dict(bos_token_id="<|begin_of_text|>", eos_token_id="<|end_of_text|>"),
        "mistral": dict(bos_token_id="<s>", eos_token_id="</s>"),
        "qwen2": dict(bos_token_id="<|endoftext|>", eos_token_id="<|im_end|>"),
        "qwen3": dict(bos_token_id="<|endoftext|>", eos_token_id="<|im_end|>"),
    }.get(family.name, {})


def config_of_transformers_4(path):
    """Returns the configuration in the spelling of transformers 4, as in most files on the Hub."""
    config = json.loads(path.read_text())
    config["torch_dtype"] = config.pop("dtype")
    config["transformers_version"] = "4.46.0"
    config.pop("layer_types", None)
    rope = config.pop("rope_parameters", None)
    if config["model_type"] == "modernbert":
        config["global_attn_every_n_layers"] = 3
        config["global_rope_theta"] = rope["full_attention"]["rope_theta"]
        config["local_rope_theta"] = rope["sliding_attention"]["rope_theta"]
    elif rope is not None:
        config["rope_theta"] = rope.pop("rope_theta")
        config["rope_scaling"] = None if rope["rope_type"] == "default" else rope
    return config


def load(folder, loader=AutoModel, **settings):
    """Loads a model of transformers from a local folder, to be run in fp32 with plain attention."""
    torch.manual_seed(0)  # layers that the checkpoint lacks, such as a pooler that nothing reads
    return loader.from_pretrained(folder, attn_implementation="eager", dtype=torch.float32, **settings).eval()


@torch.no_grad()
def golden(family, folder, tokenizer, noise):
    model = load(folder / "model")
    batch = Batch(tokenizer, family.pad, TEXTS)
    hidden = states(model, batch)
    check(folder, batch, hidden)
    tensors = {
        "input_ids": batch.ids,
        "attention_mask": batch.mask,
        "last_hidden_state": hidden,
        "mean_pooled": (hidden * batch.mask[..., None]).sum(1) / batch.lengths[:, None],
        "grad_weights": noise.normal(*hidden.shape),
    }
    described = {"texts": [
        dict(text=text, ids=e.ids, type_ids=e.type_ids, word_ids=e.word_ids, offsets=e.offsets)
        for text, e in zip(TEXTS, batch.encodings)]}
    sequences = {"words": tokenizer.encode(WORDS, is_pretokenized=True)}
    if family.name in ("roberta", "modernbert", "gpt2"):
        sequences["words_prefix_space"] = with_prefix_space(tokenizer).encode(WORDS, is_pretokenized=True)
    if not family.decoder:
        sequences["pair"] = tokenizer.encode(*PAIR)
    for name, encoding in sequences.items():
        described[name] = dict(ids=encoding.ids, type_ids=encoding.type_ids, word_ids=encoding.word_ids)
        if name != "pair":
            described[name]["words"] = WORDS
        types = {}
        if family.name in ("bert", "electra"):
            types["token_type_ids"] = torch.tensor([encoding.type_ids])
        tensors[name + ".last_hidden_state"] = model(torch.tensor([encoding.ids]), **types).last_hidden_state
    if family.decoder:
        logits = load(folder / "model", AutoModelForCausalLM)(batch.ids, attention_mask=batch.mask).logits
        tensors["next_token_logits"] = logits[torch.arange(len(TEXTS)), batch.lengths - 1]
        if "causal_lm" in family.tasks:
            tensors["logits"] = logits
    if family.name in VARIANTS:
        described["variants"] = [variant(folder, changes, batch, hidden) for changes in VARIANTS[family.name]]
    write_json(folder / "golden.json", described)
    write_tensors(folder / "golden.safetensors", tensors)


def states(model, batch):
    return model(batch.ids, attention_mask=batch.mask).last_hidden_state


def check(folder, batch, hidden):
    """Both spellings of the configuration, and each text alone in fp64, give the same states of real tokens."""
    real = batch.mask == 1
    config = AutoConfig.for_model(**json.loads((folder / "model" / "config.v4.json").read_text()))
    old = load(folder / "model", config=config)
    require_close(f"{folder}: config.v4.json", states(old, batch)[real], hidden[real], 1e-6)
    exact = load(folder / "model").double()
    for row, encoding in enumerate(batch.encodings):
        alone = exact(torch.tensor([encoding.ids])).last_hidden_state[0]
        require_close(f"{folder}: text {row} in fp64", alone, hidden[row, :len(encoding.ids)], 1e-5)


def variant(folder, changes, batch, hidden):
    """Returns the first four values of the first text's last token under a changed configuration."""
    config = json.loads((folder / "model" / "config.json").read_text()) | changes
    with tempfile.TemporaryDirectory() as changed:
        Path(changed, "config.json").write_text(json.dumps(config))
        Path(changed, "model.safetensors").write_bytes((folder / "model" / "model.safetensors").read_bytes())
        found = states(load(changed), batch)
    last = batch.lengths[0] - 1
    require_different(f"{folder}: {changes}", found[0, last], hidden[0, last])
    return dict(changes=changes, last_token=digits(found[0, last, :4].tolist()))
