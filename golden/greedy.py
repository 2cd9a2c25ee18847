"""Greedy continuations of texts by transformers. Arguments: folder of a model, output file.

Writes prompts, ids of the new tokens and their text: greedy/<model>.json of the test resources of
integrations/huggingface.
"""
import json
import sys

import torch
from transformers import AutoModelForCausalLM, PreTrainedTokenizerFast

PROMPTS = ["Once upon a time", "Lily and Tom went to the park.", "The dog said, \"I am"]
NEW_TOKENS = 100

model = AutoModelForCausalLM.from_pretrained(sys.argv[1], dtype=torch.float32).eval()
tokenizer = PreTrainedTokenizerFast(tokenizer_file=sys.argv[1] + "/tokenizer.json")
rows = []
for prompt in PROMPTS:
    ids = tokenizer(prompt)["input_ids"]
    out = model.generate(
        torch.tensor([ids]), attention_mask=torch.ones(1, len(ids), dtype=torch.long), do_sample=False,
        max_new_tokens=NEW_TOKENS, pad_token_id=0)[0].tolist()
    new = out[len(ids):]
    rows.append(dict(prompt=prompt, promptIds=ids, ids=new, text=tokenizer.decode(new, skip_special_tokens=True)))
json.dump(rows, open(sys.argv[2], "w"), ensure_ascii=False, indent=0)
