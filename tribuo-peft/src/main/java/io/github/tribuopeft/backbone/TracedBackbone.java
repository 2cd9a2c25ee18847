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

/** Layers that are a module of the user's own, between what the program does before and behind them. */
final class TracedBackbone implements ForwardPass {

    private static final String STATES = "last_hidden_state";
    private static final Set<String> ENTRIES = Set.of(
            AdapterEntry.PROMPT.of(), BatchEntries.MASK, BatchEntries.PROMPT_POSITIONS, BatchEntries.PROMPT_GIVEN);

    private final Path file;
    private final ModelDimensions shape;
    private final TorchScriptModule program;
    private final TracedModule module;

    private TracedBackbone(Path file, ModelDimensions shape, TorchScriptModule program, TracedModule module) {
        this.file = file;
        this.shape = shape;
        this.program = program;
        this.module = module;
    }

    /**
     * Loads a module and tries it.
     *
     * @param manager lends its device
     * @param program embeds; its weights are loaded
     * @throws BackboneException if the module does not do what a backbone's has to
     */
    static TracedBackbone load(
            Path file, ModelDimensions shape, NDManager manager, TorchScriptModule program, Precision precision) {
        if (precision != Precision.FP32) {
            throw new BackboneException(file + " computes in the number format that it was saved with: of precisions, "
                    + "only fp32 can be asked for");
        }
        TracedBackbone layers = new TracedBackbone(file, shape, program, open(file, manager));
        try {
            TorchRuntime.withoutGradients(() -> {
                layers.requireFinite();
                layers.tryOut(manager);
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
                            + " is no TorchScript module that this libtorch loads, as torch.jit.trace(...).save(...) makes it: "
                            + TorchScriptModule.reason(e),
                    e);
        }
    }

    /** Two texts that differ where they are padded have the same states elsewhere, and what dropout is left shows as well. */
    private void tryOut(NDManager manager) {
        try (NDManager scope = manager.newSubManager()) {
            NDArray ids = scope.create(new long[] {0, 1, 0, 0, 1, shape.vocabulary() - 1}, new Shape(2, 3));
            NDArray mask = scope.create(new float[] {1, 1, 0, 1, 1, 0}, new Shape(2, 3));
            NDArray made = states(List.of(ids, ids.zerosLike(), ids.zerosLike()), Map.of(BatchEntries.MASK, mask));
            NDArray real = made.get(":, :2");
            if (!real.get(0).allClose(real.get(1), 1e-3, 1e-4, false)) {
                throw new BackboneException(
                        file + " gives a text other states when its padding changes: either it does "
                                + "not heed attention_mask, or dropout was traced into it; call eval() before tracing");
            }
        }
    }

    @Override
    public NDArray states(List<NDArray> inputs, Map<String, NDArray> adapter) {
        for (String entry : adapter.keySet()) {
            if (!ENTRIES.contains(entry)) {
                throw new IllegalArgumentException(
                        "'" + entry + "' is of no use to layers that are a TorchScript module: "
                                + "a prompt is all that can be added to them");
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
                            + seen.getShape() + ") should give hidden states, alone, first of a tuple or as '" + STATES
                            + "' of a dictionary, but: " + TorchScriptModule.reason(e),
                    e);
        }
        Shape expected = seen.getShape().add(shape.hidden());
        if (!states.getShape().equals(expected)) {
            throw new BackboneException(
                    file + " gives states of shape " + states.getShape() + " where " + expected + " were expected");
        }
        return states;
    }

    /** The rows come to the module in one piece, a prompt's first, and it numbers them itself. */
    @Override
    public void require(VirtualTokens virtual) {
        if (virtual.count() > 0 && virtual.placement() != Placement.BEFORE) {
            throw new IllegalArgumentException("Placement " + virtual.placement()
                    + " is not possible in a backbone that is a TorchScript module: it numbers positions itself. Use "
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
