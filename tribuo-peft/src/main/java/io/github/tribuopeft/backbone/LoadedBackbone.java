package io.github.tribuopeft.backbone;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.tribuopeft.engine.Program;
import io.github.tribuopeft.engine.TorchRuntime;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/** The weights, program and tokenizer that all handles of one backbone share. */
final class LoadedBackbone implements AutoCloseable {

    /** What makes two backbones the same in memory. */
    record Key(Fingerprint fingerprint, Device device, Precision precision) {}

    private final Key key;
    private final Architecture architecture;
    private final TextSummary summary;
    private final boolean vocabularyHead;
    private final NDManager manager;
    private final Program program;
    private final ForwardPass pass;
    private final BackboneTokenizer tokenizer;

    private LoadedBackbone(
            Key key,
            Architecture architecture,
            TextSummary summary,
            boolean vocabularyHead,
            NDManager manager,
            Program program,
            ForwardPass pass,
            BackboneTokenizer tokenizer) {
        this.key = key;
        this.architecture = architecture;
        this.summary = summary;
        this.vocabularyHead = vocabularyHead;
        this.manager = manager;
        this.program = program;
        this.pass = pass;
        this.tokenizer = tokenizer;
    }

    /**
     * Loads a backbone.
     *
     * @param fingerprint says what was loaded; asked for when the weights are in memory
     */
    static LoadedBackbone load(
            BackboneSource source, Device device, Precision precision, Supplier<Fingerprint> fingerprint) {
        NDManager manager = TorchRuntime.newManager(device);
        try (Checkpoint checkpoint = source.open()) {
            Architecture architecture = checkpoint.architecture();
            Program program = Program.load(manager, architecture.program(), architecture.constants());
            boolean vocabularyHead = fill(program, manager, source, checkpoint, precision);
            return new LoadedBackbone(
                    new Key(fingerprint.get(), device, precision),
                    architecture,
                    checkpoint.pooling().orElse(architecture.causal() ? TextSummary.LAST : TextSummary.MEAN),
                    vocabularyHead,
                    manager,
                    program,
                    pass(checkpoint, manager, program, precision),
                    new BackboneTokenizer(checkpoint.tokenizer()));
        } catch (IOException e) {
            manager.close();
            throw new BackboneException(
                    "Backbone " + source.name() + ": its tokenizer cannot be read: " + e.getMessage(), e);
        } catch (RuntimeException e) {
            manager.close();
            throw e;
        }
    }

    private static ForwardPass pass(Checkpoint checkpoint, NDManager manager, Program program, Precision precision) {
        return checkpoint
                .module()
                .<ForwardPass>map(file ->
                        ModuleLayers.load(file, checkpoint.architecture().shape(), manager, program, precision))
                .orElse((inputs, adapter) -> program.call("forward", inputs, adapter));
    }

    /**
     * Hands weights over one by one, each checked against what the architecture expects.
     *
     * @return whether there are all that a language model's head reads
     */
    private static boolean fill(
            Program program, NDManager manager, BackboneSource source, Checkpoint checkpoint, Precision precision) {
        Architecture architecture = checkpoint.architecture();
        Map<String, Shape> missing = new TreeMap<>(architecture.weights());
        missing.putAll(architecture.vocabularyHead());
        TorchRuntime.withoutGradients(() -> {
            checkpoint.read(manager, (name, values, format) -> {
                try (values;
                        NDManager scope = manager.newSubManager()) {
                    Shape expected = missing.remove(name);
                    if (!values.getShape().equals(expected)) {
                        throw new BackboneException("Backbone " + source.name() + ": weight '" + name + "' has shape "
                                + values.getShape() + ", but its configuration makes it " + expected);
                    }
                    NDArray formats = scope.create(new long[] {
                        format.carrier().torchCode(),
                        format.torchCode(),
                        precision.format().torchCode()
                    });
                    program.call("load", List.of(formats), Map.of(name, values));
                }
            });
            return null;
        });
        boolean vocabularyHead = architecture.causal();
        for (Map.Entry<String, Shape> weight : missing.entrySet()) {
            if (!architecture.vocabularyHead().containsKey(weight.getKey())) {
                throw new BackboneException("Backbone " + source.name() + " has no weight '" + weight.getKey() + "' "
                        + weight.getValue() + ", which its architecture needs");
            }
            vocabularyHead = false;
        }
        return vocabularyHead;
    }

    Key key() {
        return key;
    }

    Architecture architecture() {
        return architecture;
    }

    TextSummary summary() {
        return summary;
    }

    /** Whether the program can make logits of the vocabulary. */
    boolean hasVocabularyHead() {
        return vocabularyHead;
    }

    Program program() {
        return program;
    }

    ForwardPass pass() {
        return pass;
    }

    BackboneTokenizer tokenizer() {
        return tokenizer;
    }

    NDManager newManager() {
        return TorchRuntime.newManager(key.device());
    }

    @Override
    public void close() {
        tokenizer.close();
        pass.close();
        program.close();
        manager.close();
    }
}
