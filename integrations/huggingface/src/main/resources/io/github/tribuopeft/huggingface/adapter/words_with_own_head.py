import torch
from peft import PeftModel
from safetensors.torch import load_file
from transformers import AutoModel, AutoTokenizer

base = {{base}}  # a name on the Hugging Face hub, or a directory
adapter = "."  # this directory
labels = {{labels}}

tokenizer = AutoTokenizer.from_pretrained(base, add_prefix_space=True)
lead = " " if tokenizer.tokenize(" a")[0].startswith("\u0120") else ""  # for byte-level tokenizers
model = PeftModel.from_pretrained(AutoModel.from_pretrained(base), adapter).eval()
head = load_file(f"{adapter}/adapter_model.safetensors")  # also contains the classifier, which PEFT ignores


def probabilities(words):
    """The probabilities of the tags, one row per word of a sentence, from the first subword of each word."""
    batch = tokenizer(
        [[lead + word for word in words]],
        is_split_into_words=True,
        truncation=True,
        max_length={{length}},
        return_tensors="pt",
    )
    width = batch["input_ids"].shape[1]
    ids = batch.word_ids()
    first = [ids.index(word) for word in range(len(words)) if word in ids]
{{positions}}    with torch.no_grad():
        pooled = model(**batch).last_hidden_state[0, -width:][first]  # the rows of a prompt come first
        features = {{features}}
        logits = torch.nn.functional.linear(features, head["tribuo_head.weight"], head["tribuo_head.bias"])
        return logits.softmax(-1)


for row in probabilities(["Ada", "lives", "in", "Oslo", "."]):
    print(dict(zip(labels, row.tolist())))
