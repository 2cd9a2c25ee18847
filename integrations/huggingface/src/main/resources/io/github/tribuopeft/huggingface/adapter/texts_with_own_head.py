import torch
from peft import PeftModel
from safetensors.torch import load_file
from transformers import AutoModel, AutoTokenizer

base = {{base}}  # a name on the Hugging Face hub, or a directory
adapter = "."  # this directory
labels = {{labels}}

tokenizer = AutoTokenizer.from_pretrained(base)
tokenizer.padding_side = "right"
tokenizer.pad_token = tokenizer.pad_token or tokenizer.eos_token  # many decoders have no padding token
model = PeftModel.from_pretrained(AutoModel.from_pretrained(base), adapter).eval()
head = load_file(f"{adapter}/adapter_model.safetensors")  # also contains the classifier, which PEFT ignores


def probabilities(texts):
    """The probabilities of the labels, one row per text."""
    batch = tokenizer(texts, padding=True, truncation=True, max_length={{length}}, return_tensors="pt")
    width = batch["input_ids"].shape[1]
    mask = batch["attention_mask"].unsqueeze(-1)
{{positions}}    with torch.no_grad():
        rows = model(**batch).last_hidden_state
        states = rows[:, -width:]  # the rows of a prompt come first
        pooled = {{pooled}}
        features = {{features}}
        logits = torch.nn.functional.linear(features, head["tribuo_head.weight"], head["tribuo_head.bias"])
        return logits.softmax(-1)


for row in probabilities(["a first text", "and a second one"]):
    print(dict(zip(labels, row.tolist())))
