package io.github.tribuopeft.backbone;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.tribuopeft.backbone.VirtualTokens.Placement;
import io.github.tribuopeft.engine.TorchRuntime;
import io.github.tribuopeft.engine.TorchScriptModule;
import io.github.tribuopeft.engine.TracedModule;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Forward pass with the layers of a TorchScript module: the program computes the embeddings, the module the hidden
 * states.
 */
final class TracedBackbone implements ForwardPass {

    private static final String STATES = "last_hidden_state";
    private static final Set<String> ENTRIES = Set.of(
            AdapterEntry.PROMPT.of(),
            AdapterEntry.CASE.of(),
            BatchEntries.CASE_INDICATORS,
            BatchEntries.TEXT_EMBEDDINGS,
            BatchEntries.MASK,
            BatchEntries.PROMPT_POSITIONS,
            BatchEntries.PROMPT_GIVEN);

    private final Path file;
    private final ModelDimensions dimensions;
    private final TorchScriptModule program;
    private final TracedModule module;

    private TracedBackbone(Path file, ModelDimensions dimensions, TorchScriptModule program, TracedModule module) {
        this.file = file;
        this.dimensions = dimensions;
        this.program = program;
        this.module = module;
    }

    /**
     * Loads and validates a module.
     *
     * @param manager a manager on the device
     * @param program the program with the word embeddings
     * @throws BackboneException if the module cannot be loaded, has parameters that are not finite, fails on a small batch,
     *     or computes different states for a text when its padding changes
     */
    static TracedBackbone load(
            Path file, ModelDimensions dimensions, NDManager manager, TorchScriptModule program, Precision precision) {
        if (precision != Precision.FP32) {
            throw new BackboneException(file
                    + " computes in the number format that it was saved with, so the only precision supported is fp32");
        }
        TracedBackbone layers = new TracedBackbone(file, dimensions, program, open(file, manager));
        try {
            TorchRuntime.withoutGradients(() -> {
                layers.requireFinite();
                layers.requireMaskIsUsed(manager);
                return null;
            });
            return layers;
        } catch (RuntimeException | Error e) {
            layers.close();
            throw e;
        }
    }

    private void requireFinite() {
        module.notFinite().ifPresent(name -> {
            throw new BackboneException(
                    file + ": parameter '" + name + "' contains NaN or infinity; expected finite numbers");
        });
    }

    private static TracedModule open(Path file, NDManager manager) {
        try {
            return TracedModule.load(manager, file);
        } catch (EngineException e) {
            throw new BackboneException(
                    file
                            + " is not a TorchScript module that this libtorch loads; expected a file from "
                            + "torch.jit.trace(...).save(...): "
                            + TorchScriptModule.reason(e),
                    e);
        }
    }

    /**
     * Checks that a text has the same states twice with different padding. This finds a module that ignores its mask,
     * and dropout.
     */
    private void requireMaskIsUsed(NDManager manager) {
        try (NDManager scope = manager.newSubManager()) {
            NDArray ids = scope.create(new long[] {0, 1, 0, 0, 1, dimensions.vocabulary() - 1}, new Shape(2, 3));
            NDArray mask = scope.create(new float[] {1, 1, 0, 1, 1, 0}, new Shape(2, 3));
            NDArray states = states(List.of(ids, ids.zerosLike(), ids.zerosLike()), Map.of(BatchEntries.MASK, mask));
            NDArray real = states.get(":, :2");
            if (!real.get(0).allClose(real.get(1), 1e-3, 1e-4, false)) {
                throw new BackboneException(
                        file + " computes different states for a text when its padding changes: either it ignores "
                                + "attention_mask, or it was traced with dropout; call eval() before tracing");
            }
        }
    }

    @Override
    public NDArray states(List<NDArray> inputs, Map<String, NDArray> adapter) {
        for (String entry : adapter.keySet()) {
            if (!ENTRIES.contains(entry)) {
                throw new IllegalArgumentException(
                        "'" + entry
                                + "' cannot be added to layers that are a TorchScript module; only a prompt or a case embedding can");
            }
        }
        NDArray ids = inputs.get(0);
        NDArray embedded = program.call("embed", inputs, adapter);
        NDArray seen = program.call("seen", List.of(ids), adapter);
        return program.call("select_states", List.of(layers(embedded, seen), ids), adapter);
    }

    private NDArray layers(NDArray embedded, NDArray seen) {
        NDArray states;
        try {
            states = module.forward(List.of(embedded, seen), STATES);
        } catch (EngineException | UnsupportedOperationException e) {
            throw new BackboneException(
                    file + ": forward(inputs_embeds float32 " + embedded.getShape() + ", attention_mask int64 "
                            + seen.getShape() + ") should return hidden states, alone, first in a tuple or as '"
                            + STATES
                            + "' of a dictionary, but: " + TorchScriptModule.reason(e),
                    e);
        }
        Shape expected = seen.getShape().add(dimensions.hidden());
        if (!states.getShape().equals(expected)) {
            throw new BackboneException(
                    file + " computes states of shape " + states.getShape() + "; expected " + expected);
        }
        return states;
    }

    /** The module counts positions itself, so a prompt can only come before the text. */
    @Override
    public void require(VirtualTokens virtual) {
        if (virtual.count() > 0 && virtual.placement() != Placement.BEFORE) {
            throw new IllegalArgumentException("Placement " + virtual.placement()
                    + " is not supported by a backbone that is a TorchScript module, which counts positions itself. Use "
                    + Placement.BEFORE);
        }
    }

    @Override
    public NDList parameters(NDManager scope) {
        return module.parameters(scope);
    }

    @Override
    public long size() {
        return module.size();
    }

    @Override
    public void close() {
        module.close();
    }
}
