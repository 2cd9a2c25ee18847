"""Writes span-cases.json: generated gold and predicted tag sequences with their spans and scores in both schemes.

    python3 span_cases.py [--conlleval conlleval.pl] > span-cases.json

Two implementations compute all scores, and the script stops if they differ:

1. class Rules, written from the documentation of conlleval.pl and seqeval without their code;
2. seqeval, if Python can import it: its default mode, and mode="strict", scheme=IOB2.

With --conlleval, counts and percentages are also compared with those of the Perl script, except for sequences with E and S
tags, which the script does not fully support. "checkedAgainst" in the file names the implementations that were compared; the
scores do not depend on them.
"""

import argparse
import collections
import json
import random
import re
import subprocess

try:
    import seqeval
    from seqeval.metrics.sequence_labeling import accuracy_score, get_entities, precision_recall_fscore_support
    from seqeval.metrics.v1 import precision_recall_fscore_support as strict_precision_recall_fscore_support
    from seqeval.scheme import IOB2, Entities
except ImportError:
    seqeval = None

TYPES = ["PER", "LOC", "ORG", "MISC-x"]  # a hyphen in a type is allowed


class Rules:
    """The documented rules, independent of other implementations."""

    # pairs of tags of one type that end or start a span; "*" is any tag
    ENDS = {"BB", "BS", "BO", "IB", "IS", "IO", "E*", "S*"}
    STARTS = {"*B", "*S", "OI", "OE", "EI", "EE", "SI", "SE"}

    @staticmethod
    def _has(table, before, after):
        return before + after in table or before + "*" in table or "*" + after in table

    @staticmethod
    def _split(tag):
        prefix, _, type_ = tag.partition("-")
        return prefix, "" if prefix == "O" else type_ or "_"

    @classmethod
    def conlleval(cls, tags):
        spans, begin = [], None
        before, type_before = "O", ""
        for i, tag in enumerate(tags + ["O"]):
            now, type_now = cls._split(tag)
            changes = type_before != type_now
            if before != "O" and (changes or cls._has(cls.ENDS, before, now)):
                spans.append((type_before, begin, i))
            if now != "O" and (changes or cls._has(cls.STARTS, before, now)):
                begin = i
            before, type_before = now, type_now
        return spans

    @classmethod
    def strict(cls, tags):
        # a span is a B and all directly following I of the same type
        types = sorted({cls._split(tag)[1] for tag in tags} - {""})
        spans = []
        for type_ in types:
            letters = "".join(prefix if t == type_ else "." for prefix, t in map(cls._split, tags))
            spans += [(type_, m.start(), m.end()) for m in re.finditer("BI*", letters)]
        return sorted(spans, key=lambda span: span[1])


def scores(gold, predicted):
    """Returns counts and scores by type, micro and macro averages, from the spans of each sequence."""
    counts = collections.defaultdict(lambda: [0, 0, 0])
    for g, p in zip(gold, predicted):
        for span in set(g) & set(p):
            counts[span[0]][0] += 1
        for span in p:
            counts[span[0]][1] += 1
        for span in g:
            counts[span[0]][2] += 1

    def prf(correct, predicted, gold):
        precision = correct / predicted if predicted else 0.0
        recall = correct / gold if gold else 0.0
        return [precision, recall, 2 * precision * recall / (precision + recall) if correct else 0.0]

    types = {t: {"counts": c, "scores": prf(*c)} for t, c in sorted(counts.items())}
    total = [sum(column) for column in zip(*counts.values())]
    macro = [sum(t["scores"][i] for t in types.values()) / len(types) for i in range(3)]
    return {"types": types, "micro": {"counts": total, "scores": prf(*total)}, "macro": macro}


def check_seqeval(corpus, scheme, result, spans):
    gold, predicted = corpus["gold"], corpus["predicted"]
    if scheme == "CONLLEVAL":
        for side in ("gold", "predicted"):
            expected = [[(t, b, e + 1) for t, b, e in get_entities(tags)] for tags in corpus[side]]
            assert expected == spans[side], (expected, spans[side])
        evaluate = lambda average: precision_recall_fscore_support(gold, predicted, average=average)
    else:
        for side in ("gold", "predicted"):
            expected = [[(e.tag, e.start, e.end) for e in es] for es in Entities(corpus[side], IOB2).entities]
            assert expected == spans[side], (expected, spans[side])
        evaluate = lambda average: strict_precision_recall_fscore_support(gold, predicted, average=average, scheme=IOB2)
    close = lambda a, b: all(abs(x - y) < 1e-12 for x, y in zip(a, b))
    p, r, f, support = evaluate(None)
    for i, type_ in enumerate(sorted(result["types"])):
        entry = result["types"][type_]
        assert close(entry["scores"], (p[i], r[i], f[i])) and support[i] == entry["counts"][2], type_
    assert len(p) == len(result["types"])
    assert close(result["micro"]["scores"], evaluate("micro")[:3])
    assert close(result["macro"], evaluate("macro")[:3])
    assert abs(accuracy_score(gold, predicted) - corpus["accuracy"]) < 1e-12


def check_conlleval(script, corpus, result):
    lines = []
    for g, p in zip(corpus["gold"], corpus["predicted"]):
        lines += ["w %s %s" % pair for pair in zip(g, p)] + [""]
    text = "\n".join(lines) + "\n"
    out = subprocess.run(["perl", script], input=text, capture_output=True, text=True, check=True).stdout
    counts = re.search(r"with (\d+) phrases; found: (\d+) phrases; correct: (\d+)", out)
    gold, predicted, correct = map(int, counts.groups())
    assert [correct, predicted, gold] == result["micro"]["counts"], out
    rows = re.findall(r"^ *(\S*): precision: +([\d.]+)%; recall: +([\d.]+)%; FB1: +([\d.]+)  (\d+)$", out, re.M)
    assert len(set(rows)) == len(result["types"]), out  # the script lists the type of tags without types twice
    for type_, p, r, f, predicted in rows:
        entry = result["types"][type_ or "_"]
        assert int(predicted) == entry["counts"][1]
        assert all(abs(float(x) - 100 * y) < 0.00501 for x, y in zip((p, r, f), entry["scores"])), (type_, out)
    accuracy = float(re.search(r"accuracy: +([\d.]+)%", out).group(1))
    assert abs(accuracy - 100 * corpus["accuracy"]) < 0.00501


def generate(name, seed, sequences, prefixes, types, untyped=False):
    """Returns random tags with many illegal transitions; predictions equal the gold tags at random positions."""
    rng = random.Random(seed)

    def tag(previous):
        if rng.random() < 0.35:
            return "O"
        prefix = rng.choice(prefixes)
        if untyped:
            return prefix
        # repeats the type at random, so that spans have several tokens
        type_ = previous[2:] if len(previous) > 1 and rng.random() < 0.6 else rng.choice(types)
        return prefix + "-" + type_

    gold, predicted = [], []
    for _ in range(sequences):
        tags, previous = [], "O"
        for _ in range(rng.randint(1, 10)):
            previous = tag(previous)
            tags.append(previous)
        gold.append(tags)
        predicted.append([t if rng.random() < 0.75 else tag(t) for t in tags])
    same = sum(g == p for gs, ps in zip(gold, predicted) for g, p in zip(gs, ps))
    return {
        "name": name,
        "gold": gold,
        "predicted": predicted,
        "accuracy": same / sum(map(len, gold)),
    }


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--conlleval")
    perl = arguments.parse_args().conlleval
    corpora = [
        (generate("B and I", 1, 120, "BIII", TYPES), "plain"),
        (generate("few B, as in IOB1", 2, 60, "BIIIIIII", TYPES), "plain"),
        (generate("without types", 3, 20, "BII", TYPES, untyped=True), "plain"),
        (generate("IOBES", 4, 100, "BIIES", TYPES), "with E and S"),
    ]
    # types that occur on one side only
    one_side = {
        "name": "types of one side",
        "gold": [["B-PER", "O", "B-LOC"]],
        "predicted": [["B-PER", "B-ORG", "O"]],
        "accuracy": 1 / 3,
    }
    corpora.append((one_side, "plain"))
    written = []
    for corpus, kind in corpora:
        corpus["schemes"] = {}
        schemes = {"CONLLEVAL": Rules.conlleval}
        if kind == "plain":
            schemes["STRICT"] = Rules.strict
        for scheme, decode in schemes.items():
            spans = {side: [decode(tags) for tags in corpus[side]] for side in ("gold", "predicted")}
            result = scores(spans["gold"], spans["predicted"])
            if seqeval:
                check_seqeval(corpus, scheme, result, spans)
            if perl and kind == "plain" and scheme == "CONLLEVAL":
                check_conlleval(perl, corpus, result)
            text = lambda spans: " ".join("%s:%d:%d" % span for span in spans)
            result["spans"] = {side: [text(s) for s in spans[side]] for side in spans}
            corpus["schemes"][scheme] = result
        for side in ("gold", "predicted"):
            corpus[side] = [" ".join(tags) for tags in corpus[side]]
        written.append(corpus)
    print(json.dumps({
        "comment": [
            "Written by python3 span_cases.py > span-cases.json.",
            "counts: correct, predicted and gold spans. scores and macro: precision, recall, F1."
            " Spans: type:begin:end with exclusive end.",
        ],
        "checkedAgainst": {
            "seqeval": seqeval.__version__ if seqeval else None,
            "conlleval.pl": open(perl).readlines()[1].strip("# \n") if perl else None,  # the first line of its comment
        },
        "corpora": written,
    }, indent=1))


main()
