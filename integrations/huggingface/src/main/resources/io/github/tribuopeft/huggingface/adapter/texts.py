import torch
from peft import PeftModel
from transformers import AutoModelForSequenceClassification, AutoTokenizer

base = {{base}}  # a name on the Hugging Face hub, or a directory
adapter = "."  # this directory
labels = {{labels}}

tokenizer = AutoTokenizer.from_pretrained(base)
model = AutoModelForSequenceClassification.from_pretrained(base, num_labels=len(labels))
model = PeftModel.from_pretrained(model, adapter).eval()


def probabilities_of(text):
    """The probabilities of one text. Texts are not batched: with a prompt, transformers' decoders read padding."""
    batch = tokenizer(text, truncation=True, max_length={{length}}, return_tensors="pt")
    width = batch["input_ids"].shape[1]
{{positions}}    with torch.no_grad():
        return model(**batch).logits.softmax(-1)


def probabilities(texts):
    """The probabilities of the labels, one row per text."""
    return torch.cat([probabilities_of(text) for text in texts])


for row in probabilities(["a first text", "and a second one"]):
    print(dict(zip(labels, row.tolist())))
