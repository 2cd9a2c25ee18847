package io.github.tribuopeft.backbone;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.tribuopeft.engine.NativeLibraries;
import io.github.tribuopeft.engine.TorchRuntime;
import io.github.tribuopeft.engine.TorchScriptModule;
import java.io.IOException;
import java.util.OptionalInt;
import java.util.function.Supplier;

/**
 * Loads backbones into memory.
 *
 * @param source where the files are
 * @param device the device of the weights
 * @param precision the number format of the weights
 */
record BackboneLoader(BackboneSource source, Device device, Precision precision) {

    /**
     * Loads the backbone. Nothing stays open if that fails.
     *
     * @param fingerprint called when the weights are in memory
     * @throws BackboneException if files are missing, damaged or do not fit each other
     */
    LoadedBackbone load(Supplier<Fingerprint> fingerprint) {
        NativeLibraries.tokenizers();
        NDManager manager = TorchRuntime.newManager(device);
        try (Checkpoint checkpoint = source.open()) {
            BackboneTokenizer tokenizer = tokenizer(checkpoint);
            try {
                return load(manager, checkpoint, tokenizer, fingerprint);
            } catch (RuntimeException | Error e) {
                tokenizer.close();
                throw e;
            }
        } catch (OutOfMemoryError e) {
            manager.close();
            throw new BackboneException(
                    "Backbone " + source.name() + " does not fit into the Java heap of "
                            + Runtime.getRuntime().maxMemory() + " bytes; set a larger one with -Xmx",
                    e);
        } catch (RuntimeException | Error e) {
            manager.close();
            throw e;
        }
    }

    private BackboneTokenizer tokenizer(Checkpoint checkpoint) {
        try {
            return new BackboneTokenizer(checkpoint.tokenizer());
        } catch (IOException e) {
            throw BackboneException.unreadable("Backbone " + source.name() + ": its tokenizer", e);
        }
    }

    private LoadedBackbone load(
            NDManager manager, Checkpoint checkpoint, BackboneTokenizer tokenizer, Supplier<Fingerprint> fingerprint) {
        Architecture architecture = checkpoint.architecture();
        requireEmbeddings(architecture, tokenizer);
        TorchScriptModule program = TorchScriptModule.load(manager, architecture.program(), architecture.constants());
        boolean lmHead = new WeightLoader(source.name(), architecture, program, manager, precision).load(checkpoint);
        return new LoadedBackbone(
                new LoadedBackbone.Key(fingerprint.get(), device, precision),
                architecture,
                checkpoint.pooling().orElse(architecture.causal() ? TextPooling.LAST : TextPooling.MEAN),
                lmHead,
                endToken(checkpoint, architecture),
                manager,
                program,
                pass(checkpoint, manager, program),
                tokenizer);
    }

    private OptionalInt endToken(Checkpoint checkpoint, Architecture architecture) {
        OptionalInt end = checkpoint.endToken();
        int vocabulary = architecture.dimensions().vocabulary();
        if (end.isPresent() && end.getAsInt() >= vocabulary) {
            throw new BackboneException("Backbone " + source.name() + ": its end token has id " + end.getAsInt()
                    + ", but its word embeddings have only " + vocabulary + " rows");
        }
        return end;
    }

    /** Refuses a tokenizer of another model, and one that has more tokens than the embeddings have rows. */
    private void requireEmbeddings(Architecture architecture, BackboneTokenizer tokenizer) {
        int vocabulary = architecture.dimensions().vocabulary();
        if (tokenizer.largestId() >= vocabulary) {
            throw new BackboneException("Backbone " + source.name() + ": its tokenizer has ids up to "
                    + tokenizer.largestId() + ", but its word embeddings have only " + vocabulary
                    + " rows. Use the tokenizer that belongs to it, or resize the embeddings");
        }
        Shape types = architecture.weights().get(Architecture.TOKEN_TYPES);
        if (types != null && tokenizer.largestTypeId() >= types.get(0)) {
            throw new BackboneException("Backbone " + source.name() + ": its tokenizer has token types up to "
                    + tokenizer.largestTypeId() + ", but its token type embeddings have only " + types.get(0)
                    + " rows");
        }
    }

    private ForwardPass pass(Checkpoint checkpoint, NDManager manager, TorchScriptModule program) {
        return checkpoint
                .module()
                .<ForwardPass>map(file ->
                        TracedBackbone.load(file, checkpoint.architecture().dimensions(), manager, program, precision))
                .orElse((inputs, adapter) -> program.call("forward", inputs, adapter));
    }
}
