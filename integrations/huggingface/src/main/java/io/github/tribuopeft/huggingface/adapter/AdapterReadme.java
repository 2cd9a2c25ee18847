package io.github.tribuopeft.huggingface.adapter;

import io.github.tribuopeft.backbone.Precision;
import io.github.tribuopeft.backbone.VirtualTokens;
import io.github.tribuopeft.backbone.VirtualTokens.Placement;
import io.github.tribuopeft.engine.TorchScriptModule;
import io.github.tribuopeft.head.Decoding;
import io.github.tribuopeft.head.DenseLayer;
import io.github.tribuopeft.huggingface.files.Printable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * README.md of an exported adapter, with a Python program that computes the probabilities of the labels.
 *
 * @param baseModel name on the Hugging Face hub or path under which Python finds the backbone
 * @param codec codec of the adapter's type
 * @param task task of the adapter
 * @param metadata labels and settings of the head
 * @param virtual the virtual tokens
 * @param firstPosition position id of a text's first token in the checkpoint
 * @param precision precision of the model's backbone
 */
record AdapterReadme(
        String baseModel,
        AdapterCodec codec,
        TaskType task,
        AdapterMetadata metadata,
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
                + "(torch.nn.functional.linear("
                + "pooled, head[\"tribuo_head.dense.weight\"], head[\"tribuo_head.dense.bias\"]))";
    }

    /** Returns the contents of the file. */
    String text() {
        return resource("README.template.md")
                .fill(Map.of(
                        "program", program().strip(),
                        "type", codec.type(),
                        "task", task.name(),
                        "advice", advice().map(text -> text + "\n\n").orElse(""),
                        "base", Printable.literal(baseModel)));
    }

    private String program() {
        String name = (metadata.decoding() == null ? "texts" : "words") + (task.isBare() ? "_with_own_head.py" : ".py");
        return resource(name)
                .fill(Map.of(
                        "positions", needsPositionIds() ? positions() : "",
                        "pooled", POOLED.getOrDefault(metadata.readout(), ""),
                        "features", FEATURES.get(metadata.dense()),
                        "length", Integer.toString(metadata.maxLength()),
                        "labels",
                                metadata.labels().stream()
                                        .map(Printable::literal)
                                        .collect(Collectors.joining(",", "[", "]")),
                        "base", Printable.literal(baseModel)));
    }

    /** Returns whether PEFT would assign other position ids to the text's tokens than the model does. */
    private boolean needsPositionIds() {
        return virtual.count() > 0 && virtual.placement() != Placement.BEFORE;
    }

    /** Returns the statement that sets position ids. PEFT adds the number of virtual tokens to them. */
    private String positions() {
        String ids = "torch.arange(width)";
        if (virtual.placement() == Placement.AFTER_FIRST) {
            ids = "torch.where(torch.arange(width) == 0, 0, torch.arange(width) + " + virtual.count() + ")";
        }
        String first = firstPosition == 0 ? "" : " + " + firstPosition;
        return "    batch[\"position_ids\"] = (" + ids + first + " - " + virtual.count()
                + ").expand(len(batch[\"input_ids\"]), -1)\n";
    }

    /**
     * Returns what Python must do in addition to loading the adapter, and the properties of the model that PEFT does
     * not have; empty if there are none.
     */
    Optional<String> advice() {
        List<String> advice = new ArrayList<>();
        if (needsPositionIds()) {
            advice.add("The text's tokens need explicit position_ids, as in the program in README.md:"
                    + " this prefix was trained with placement " + virtual.placement()
                    + ", and PEFT would number the text from "
                    + virtual.count() + ".");
        }
        if (metadata.decoding() == Decoding.LEGAL
                && metadata.labels().stream().anyMatch(label -> label.startsWith("I-"))) {
            advice.add("The program computes the probabilities of each word's tags."
                    + " PEFT does not have the model's decoding LEGAL, which allows I-X only after B-X or I-X:"
                    + " the tag with the highest probability can"
                    + " differ.");
        }
        if (precision != Precision.FP32) {
            advice.add("The model computes in " + precision.name().toLowerCase(Locale.ROOT)
                    + ", the Python program in fp32: probabilities differ in the second decimal.");
        }
        return advice.isEmpty() ? Optional.empty() : Optional.of(String.join(" ", advice));
    }

    private static Template resource(String name) {
        return new Template(TorchScriptModule.source(AdapterReadme.class, name));
    }
}
