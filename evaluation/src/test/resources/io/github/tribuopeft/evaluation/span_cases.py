"""Writes span-cases.json: generated gold and predicted tag sequences, the spans that they hold in both readings, and their scores.

    python3 span_cases.py [--conlleval conlleval.pl] > span-cases.json

Two sources give every figure and must agree, or the script stops:

1. the rules as written down here, from the documentation of conlleval.pl and seqeval, sharing no code with either (class Rules);
2. seqeval itself, where Python can import it: its default mode, and mode="strict", scheme=IOB2.

With --conlleval, counts and percentages of the sequences without E and S (which the script does not know well) are checked against the
Perl script too. What was there to check against stands in the file under "checkedAgainst"; without it, the figures are the same.
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
    """The documented rules, apart from any implementation of them."""

    # between two tags of one type: what ends a chunk, what starts one; "*" is any tag
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
        # a span is a B of a type and every I of that type that follows without a gap
        types = sorted({cls._split(tag)[1] for tag in tags} - {""})
        spans = []
        for type_ in types:
            letters = "".join(prefix if t == type_ else "." for prefix, t in map(cls._split, tags))
            spans += [(type_, m.start(), m.end()) for m in re.finditer("BI*", letters)]
        return sorted(spans, key=lambda span: span[1])


def scores(gold, predicted):
    """Counts and figures for each type, micro and macro, from lists of spans for each sequence."""
    counts = collections.defaultdict(lambda: [0, 0, 0])
    for g, p in zip(gold, predicted):
        for span in set(g) & set(p):
            counts[span[0]][0] += 1
        for span in p:
            counts[span[0]][1] += 1
        for span in g:
            counts[span[0]][2] += 1

    def figures(correct, found, wanted):
        precision = correct / found if found else 0.0
        recall = correct / wanted if wanted else 0.0
        return [precision, recall, 2 * precision * recall / (precision + recall) if correct else 0.0]

    types = {t: {"counts": c, "figures": figures(*c)} for t, c in sorted(counts.items())}
    total = [sum(column) for column in zip(*counts.values())]
    macro = [sum(t["figures"][i] for t in types.values()) / len(types) for i in range(3)]
    return {"types": types, "micro": {"counts": total, "figures": figures(*total)}, "macro": macro}


def check_seqeval(corpus, reading, result, spans):
    gold, predicted = corpus["gold"], corpus["predicted"]
    if reading == "CONLLEVAL":
        for side in ("gold", "predicted"):
            found = [[(t, b, e + 1) for t, b, e in get_entities(tags)] for tags in corpus[side]]
            assert found == spans[side], (found, spans[side])
        measure = lambda average: precision_recall_fscore_support(gold, predicted, average=average)
    else:
        for side in ("gold", "predicted"):
            found = [[(e.tag, e.start, e.end) for e in es] for es in Entities(corpus[side], IOB2).entities]
            assert found == spans[side], (found, spans[side])
        measure = lambda average: strict_precision_recall_fscore_support(gold, predicted, average=average, scheme=IOB2)
    close = lambda a, b: all(abs(x - y) < 1e-12 for x, y in zip(a, b))
    p, r, f, support = measure(None)
    for i, type_ in enumerate(sorted(result["types"])):
        entry = result["types"][type_]
        assert close(entry["figures"], (p[i], r[i], f[i])) and support[i] == entry["counts"][2], type_
    assert len(p) == len(result["types"])
    assert close(result["micro"]["figures"], measure("micro")[:3])
    assert close(result["macro"], measure("macro")[:3])
    assert abs(accuracy_score(gold, predicted) - corpus["accuracy"]) < 1e-12


def check_conlleval(script, corpus, result):
    lines = []
    for g, p in zip(corpus["gold"], corpus["predicted"]):
        lines += ["w %s %s" % pair for pair in zip(g, p)] + [""]
    out = subprocess.run(["perl", script], input="\n".join(lines) + "\n", capture_output=True, text=True, check=True).stdout
    wanted, found, correct = map(int, re.search(r"with (\d+) phrases; found: (\d+) phrases; correct: (\d+)", out).groups())
    assert [correct, found, wanted] == result["micro"]["counts"], out
    rows = re.findall(r"^ *(\S*): precision: +([\d.]+)%; recall: +([\d.]+)%; FB1: +([\d.]+)  (\d+)$", out, re.M)
    assert len(set(rows)) == len(result["types"]), out  # the script lists the type of bare tags twice
    for type_, p, r, f, guessed in rows:
        entry = result["types"][type_ or "_"]
        assert int(guessed) == entry["counts"][1]
        assert all(abs(float(x) - 100 * y) < 0.00501 for x, y in zip((p, r, f), entry["figures"])), (type_, out)
    accuracy = float(re.search(r"accuracy: +([\d.]+)%", out).group(1))
    assert abs(accuracy - 100 * corpus["accuracy"]) < 0.00501


def generate(name, seed, sequences, prefixes, types, bare=False):
    """Tags drawn at random, so most transitions are illegal somewhere; predictions repeat a part of the gold tags."""
    rng = random.Random(seed)

    def tag(before):
        if rng.random() < 0.35:
            return "O"
        prefix = rng.choice(prefixes)
        if bare:
            return prefix
        # half of the time the type goes on, so that spans grow
        type_ = before[2:] if len(before) > 1 and rng.random() < 0.6 else rng.choice(types)
        return prefix + "-" + type_

    gold, predicted = [], []
    for _ in range(sequences):
        tags, before = [], "O"
        for _ in range(rng.randint(1, 10)):
            before = tag(before)
            tags.append(before)
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
        (generate("without types", 3, 20, "BII", TYPES, bare=True), "plain"),
        (generate("IOBES", 4, 100, "BIIES", TYPES), "with E and S"),
    ]
    # types that only one side has
    corpora.append(({"name": "types of one side", "gold": [["B-PER", "O", "B-LOC"]], "predicted": [["B-PER", "B-ORG", "O"]],
                     "accuracy": 1 / 3}, "plain"))
    written = []
    for corpus, kind in corpora:
        corpus["readings"] = {}
        readings = {"CONLLEVAL": Rules.conlleval}
        if kind == "plain":
            readings["STRICT"] = Rules.strict
        for reading, decode in readings.items():
            spans = {side: [decode(tags) for tags in corpus[side]] for side in ("gold", "predicted")}
            result = scores(spans["gold"], spans["predicted"])
            if seqeval:
                check_seqeval(corpus, reading, result, spans)
            if perl and kind == "plain" and reading == "CONLLEVAL":
                check_conlleval(perl, corpus, result)
            text = lambda spans: " ".join("%s:%d:%d" % span for span in spans)
            result["spans"] = {side: [text(s) for s in spans[side]] for side in spans}
            corpus["readings"][reading] = result
        for side in ("gold", "predicted"):
            corpus[side] = [" ".join(tags) for tags in corpus[side]]
        written.append(corpus)
    print(json.dumps({
        "comment": [
            "Made by span_cases.py beside this file, which says how; python3 span_cases.py > span-cases.json writes it again.",
            "counts: correct, predicted, gold spans. figures and macro: precision, recall, F1. A span: type:begin:end, end exclusive.",
        ],
        "checkedAgainst": {
            "seqeval": seqeval.__version__ if seqeval else None,
            "conlleval.pl": open(perl).readlines()[1].strip("# \n") if perl else None,  # its first line of comment
        },
        "corpora": written,
    }, indent=1))


main()
