import torch
from peft import PeftModel
from transformers import AutoModelForSequenceClassification, AutoTokenizer

base = "{{base}}"  # a name on the Hugging Face hub, or a directory
adapter = "."  # this directory
labels = {{labels}}

tokenizer = AutoTokenizer.from_pretrained(base)
tokenizer.padding_side = "right"
tokenizer.pad_token = tokenizer.pad_token or tokenizer.eos_token  # decoders often have none
model = AutoModelForSequenceClassification.from_pretrained(base, num_labels=len(labels))
model = PeftModel.from_pretrained(model, adapter).eval()


def probabilities(texts):
    """A row for each text: the probability of each label."""
    batch = tokenizer(texts, padding=True, truncation=True, max_length={{length}}, return_tensors="pt")
    width = batch["input_ids"].shape[1]
{{positions}}    with torch.no_grad():
        return model(**batch).logits.softmax(-1)


for row in probabilities(["a first text", "and a second one"]):
    print(dict(zip(labels, row.tolist())))
