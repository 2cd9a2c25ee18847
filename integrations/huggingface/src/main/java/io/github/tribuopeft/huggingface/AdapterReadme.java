package io.github.tribuopeft.huggingface;

import io.github.tribuopeft.backbone.Precision;
import io.github.tribuopeft.backbone.VirtualTokens;
import io.github.tribuopeft.backbone.VirtualTokens.Placement;
import io.github.tribuopeft.engine.TorchScriptModule;
import io.github.tribuopeft.head.Decoding;
import io.github.tribuopeft.head.DenseLayer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What stands beside an exported adapter: which model it is, and a program that gives the labels' probabilities in Python.
 *
 * @param baseModel how Python finds the backbone
 * @param kind the kind of adapter
 * @param task what the adapter is for
 * @param memo the labels, and what is read
 * @param virtual the virtual tokens
 * @param firstPosition the position id of a text's first token in the checkpoint's own counting
 * @param precision what the backbone of the model computes in
 */
record AdapterReadme(
        String baseModel,
        AdapterCodec kind,
        TaskType task,
        AdapterMetadata memo,
        VirtualTokens virtual,
        int firstPosition,
        Precision precision) {

    private static final Map<String, String> POOLED = Map.of(
            "MEAN", "(states * mask).sum(1) / mask.sum(1)",
            "CLS", "states[:, 0]",
            "LAST", "states[torch.arange(len(states)), mask.sum(1)[:, 0] - 1]",
            "FIRST_VIRTUAL", "rows[:, 0]");

    private static final Map<DenseLayer, String> FEATURES = Map.of(
            DenseLayer.NONE, "pooled",
            DenseLayer.TANH, dense("torch.tanh"),
            DenseLayer.GELU, dense("torch.nn.functional.gelu"),
            DenseLayer.RELU, dense("torch.relu"));

    private static String dense(String activation) {
        return activation
                + "(torch.nn.functional.linear(pooled, head[\"tribuo_head.dense.weight\"], head[\"tribuo_head.dense.bias\"]))";
    }

    /** The text. */
    String text() {
        return resource("README.template.md")
                .fill(Map.of(
                        "program", program().strip(),
                        "kind", kind.type(),
                        "task", task.name(),
                        "caution", caution().map(text -> text + "\n\n").orElse(""),
                        "base", Printable.literal(baseModel)));
    }

    private String program() {
        String name = (memo.decoding() == null ? "texts" : "words") + (task.isBare() ? "_with_own_head.py" : ".py");
        return resource(name)
                .fill(Map.of(
                        "positions", numbersItself() ? positions() : "",
                        "pooled", POOLED.getOrDefault(memo.readout(), ""),
                        "features", FEATURES.get(memo.dense()),
                        "length", Integer.toString(memo.maxLength()),
                        "labels",
                                memo.labels().stream()
                                        .map(Printable::literal)
                                        .collect(Collectors.joining(",", "[", "]")),
                        "base", Printable.literal(baseModel)));
    }

    /** Whether PEFT numbers the text's tokens as the model does. */
    private boolean numbersItself() {
        return virtual.count() > 0 && virtual.placement() != Placement.BEFORE;
    }

    /** PEFT adds the number of virtual tokens to what it is given. */
    private String positions() {
        String numbers = "torch.arange(width)";
        if (virtual.placement() == Placement.AFTER_FIRST) {
            numbers = "torch.where(torch.arange(width) == 0, 0, torch.arange(width) + " + virtual.count() + ")";
        }
        String first = firstPosition == 0 ? "" : " + " + firstPosition;
        return "    batch[\"position_ids\"] = (" + numbers + first + " - " + virtual.count()
                + ").expand(len(batch[\"input_ids\"]), -1)\n";
    }

    /** What Python must do beside loading the adapter, and what of the model PEFT has no place for. */
    Optional<String> caution() {
        List<String> cautions = new ArrayList<>();
        if (numbersItself()) {
            cautions.add(
                    "The text's tokens must be given their position_ids, as the program in README.md does: this prefix was trained with placement "
                            + virtual.placement() + ", and PEFT would number the text from " + virtual.count() + ".");
        }
        if (memo.decoding() == Decoding.LEGAL && memo.labels().stream().anyMatch(label -> label.startsWith("I-"))) {
            cautions.add(
                    "The program gives the probabilities of each word's tags. PEFT has no place for the model's decoding"
                            + " LEGAL, which allows I-X only after B-X or I-X: the tag of highest probability can differ.");
        }
        if (precision != Precision.FP32) {
            cautions.add("The model computes in " + precision.name().toLowerCase(Locale.ROOT)
                    + ", the program in Python in fp32: probabilities differ in the second decimal.");
        }
        return cautions.isEmpty() ? Optional.empty() : Optional.of(String.join(" ", cautions));
    }

    private static Template resource(String name) {
        return new Template(TorchScriptModule.source(AdapterReadme.class, name));
    }
}
