"""Renders the chat templates of a directory with transformers' apply_chat_template.

Usage: python chats.py DIRECTORY. Needs transformers. Writes chats.json into the directory, for ChatTemplateTest.
"""
import json
import pathlib
import sys

from tokenizers import Tokenizer, models
from transformers import PreTrainedTokenizerFast

CONVERSATIONS = [
    [("user", "Who are you?")],
    [("system", "  You are a cook.\n"), ("user", "Who are you?")],
    [("user", "Hello"), ("assistant", " Good day! "), ("user", "And 'you' \"there\"\n<b>&amp; {{ no }} {% x %}")],
    [("system", "Ship's cook"), ("user", "é 日本 😀"), ("assistant", "Aye"), ("user", "More\\n?"), ("assistant", "Soup")],
    [("user", "2+2"), ("assistant", "<think>\nadd\n</think>\n\nfour"), ("user", "3+3")],
    [("user", "2+2"), ("assistant", "<think>\nadd\n</think>\n\nfour")],
    [("user", "a"), ("user", "b")],
    [("assistant", "a")],
]

folder = pathlib.Path(sys.argv[1])
rows = []
for template in sorted(folder.glob("*.jinja")):
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=Tokenizer(models.WordLevel({"<s>": 0, "</s>": 1}, "<s>")), bos_token="<s>", eos_token="</s>")
    tokenizer.chat_template = template.read_text()
    for conversation in CONVERSATIONS:
        messages = [{"role": role, "content": content} for role, content in conversation]
        for generation in (False, True):
            row = {"template": template.name, "messages": messages, "generationPrompt": generation}
            try:
                row["text"] = tokenizer.apply_chat_template(
                    messages, tokenize=False, add_generation_prompt=generation)
            except Exception as error:
                row["error"] = str(error)
            rows.append(row)
(folder / "chats.json").write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n")
