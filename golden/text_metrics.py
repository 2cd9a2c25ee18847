"""Writes text-metrics.json: scores of generated texts by sacreBLEU and torchmetrics. Needs both of them installed."""
import json
import sys
from pathlib import Path

import sacrebleu
from torchmetrics.functional.text import squad
from torchmetrics.functional.text.rouge import rouge_score

CASES = {
    "equal": [("The cat sat on the mat.", "The cat sat on the mat.")],
    "different": [("yes", "no, never again")],
    "empty": [("", "Where are you?"), ("I am here.", "I am here, my friend.")],
    "chat": [
        ("I like to play video games, and you?", "I like video games a lot! Do you?"),
        ("I have two dogs; they're 3.5 years-old.", "My two dogs are 3.5 years old, and I love them."),
        ("Hello!", "Hi there! How are you doing today?"),
        ("the the the the", "The dog & the cat's <toys> cost $1,000.50 - that's a lot"),
    ],
    "unicode": [
        ("Ça va très bien, merci 😀", "Ça va bien 😀😀"),
        ("我喜歡貓", "我很喜歡貓"),
        ("e\u0301te\u0301 froid", "été chaud"),
        ("tab\tand\nline-\nbreak", "tab and line-break"),
    ],
}


def scores(pairs):
    generated, references = [p[0] for p in pairs], [p[1] for p in pairs]
    rouge = [rouge_score(g, r, rouge_keys="rougeL")["rougeL_fmeasure"].item() for g, r in pairs]
    f1 = squad(
        [{"prediction_text": g, "id": str(i)} for i, g in enumerate(generated)],
        [{"answers": {"answer_start": [0], "text": [r]}, "id": str(i)} for i, r in enumerate(references)])["f1"].item()
    return {
        "chrF": sacrebleu.corpus_chrf(generated, [references]).score,
        "bleu": sacrebleu.corpus_bleu(generated, [references]).score,
        "rougeL": 100 * sum(rouge) / len(rouge),
        "unigramF1": f1,
    }


target = Path(sys.argv[1]) if len(sys.argv) > 1 else (
    Path(__file__).parents[1] / "evaluation/src/test/resources/io/github/tribuopeft/text/text-metrics.json")
cases = [{"name": n, "generated": [p[0] for p in ps], "references": [p[1] for p in ps], **scores(ps)}
         for n, ps in CASES.items()]
target.write_text(json.dumps({"sacrebleu": sacrebleu.__version__, "cases": cases}, indent=1, ensure_ascii=False) + "\n")
