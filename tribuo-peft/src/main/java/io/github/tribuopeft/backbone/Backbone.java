package io.github.tribuopeft.backbone;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.engine.TorchRuntime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A frozen transformer, ready to run. Every {@link #open} gives a handle of its own; the weights behind handles of the same
 * fingerprint, device and precision are one, and are freed when the last handle is closed.
 *
 * <p>Safe for concurrent use. Closing twice is harmless; using a closed handle throws {@link IllegalStateException}.
 */
public final class Backbone implements AutoCloseable {

    private final LoadedBackbone loaded;
    private boolean closed;

    private Backbone(LoadedBackbone loaded) {
        this.loaded = loaded;
    }

    /**
     * Opens a backbone, loading it if this JVM has not yet.
     *
     * @param source where its files are
     * @param device where it runs
     * @param precision what it computes in
     * @throws BackboneException if the source's files are missing, damaged or of an unknown architecture
     */
    public static Backbone open(BackboneSource source, Device device, Precision precision) {
        return new Backbone(BackbonePool.acquire(source, device, precision));
    }

    /** Which bytes the backbone was made of. */
    public Fingerprint fingerprint() {
        return loaded().key().fingerprint();
    }

    /** What the backbone computes. */
    public Architecture architecture() {
        return loaded().architecture();
    }

    /** The sizes that methods need. */
    public ModelDimensions dimensions() {
        return architecture().dimensions();
    }

    /** Which states stand for a whole text: what the checkpoint says, else the last in causal backbones and the mean in others. */
    public DefaultPooling defaultPooling() {
        return loaded().defaultPooling();
    }

    /** Where it runs. */
    public Device device() {
        return loaded().key().device();
    }

    /** Its tokenizer; closed with the backbone. */
    public BackboneTokenizer tokenizer() {
        return loaded().tokenizer();
    }

    /** A manager on the backbone's device, for the arrays of a call or of a model. The caller closes it. */
    public NDManager newManager() {
        return loaded().newManager();
    }

    /**
     * Runs the frozen layers.
     *
     * @param scope owns every array that is made; the caller closes it
     * @param batch B rows of T tokens
     * @param adapter what a method adds, by name
     * @param virtual the virtual tokens in {@code adapter}
     * @return hidden states of the real tokens [B, T, H]; states at padded tokens mean nothing
     * @throws IllegalArgumentException if the text and the virtual tokens need more positions than there are
     */
    public NDArray forward(NDManager scope, TokenBatch batch, Map<String, NDArray> adapter, VirtualTokens virtual) {
        return forward(scope, batch, virtual, new HashMap<>(adapter));
    }

    /**
     * Runs the frozen layers and gives the states of a prompt's rows too, for those who read a text's answer off them.
     *
     * @return hidden states of the P rows of a prompt, 0 if there is none, and of the real tokens [B, P + T, H]
     * @throws IllegalArgumentException if the text and the virtual tokens need more positions than there are
     */
    public NDArray forwardWithPrompt(
            NDManager scope, TokenBatch batch, Map<String, NDArray> adapter, VirtualTokens virtual) {
        Map<String, NDArray> dictionary = new HashMap<>(adapter);
        dictionary.put(BatchEntries.PROMPT_GIVEN, scope.create(1f));
        return forward(scope, batch, virtual, dictionary);
    }

    private NDArray forward(NDManager scope, TokenBatch batch, VirtualTokens virtual, Map<String, NDArray> dictionary) {
        if (dictionary.containsKey(AdapterEntry.PROMPT.of()) && virtual.positionsTaken() > 0) {
            dictionary.put(BatchEntries.PROMPT_POSITIONS, batch.virtualPositions(scope, virtual));
        }
        return loaded().pass().states(inputs(scope, batch, dictionary, virtual), dictionary);
    }

    /**
     * What the backbone's own language model says of hidden states: how likely each token of the vocabulary is to come next.
     *
     * @param hidden states as {@link #forward} gives them [.., H]; their manager owns the result
     * @param adapter what a method adds, by name; a copy of the head's weights among it is used in their place
     * @return logits [.., vocabulary]
     * @throws IllegalArgumentException if the backbone is no language model, or its checkpoint came without the head
     */
    public NDArray lmLogits(NDArray hidden, Map<String, NDArray> adapter) {
        if (!loaded().hasLmHead()) {
            throw new IllegalArgumentException(
                    architecture().causal()
                            ? "The backbone's checkpoint holds no language-model head; it needs "
                                    + String.join(", ", architecture().lmHead().keySet())
                            : "A backbone of family " + architecture().family()
                                    + " is no language model: its tokens see those after them");
        }
        return loaded().program().call("logits", List.of(hidden), adapter);
    }

    /**
     * Keys and values that a text makes in every layer, as attention sees them: where a prefix may start from.
     *
     * @return [2 * layers, B, K, T, D] of K heads that have keys and values, key before value
     * @throws IllegalArgumentException if the backbone's layers are a module of the user's own
     */
    public NDArray keysAndValues(NDManager scope, TokenBatch batch) {
        if (dimensions().layers() == 0) {
            throw new IllegalArgumentException("A backbone of family "
                    + architecture().family() + " does not show its layers, and so no keys and values");
        }
        Map<String, NDArray> dictionary = new HashMap<>();
        List<NDArray> inputs = inputs(scope, batch, dictionary, VirtualTokens.NONE);
        return loaded().program().call("keys_values", inputs, dictionary);
    }

    /**
     * Rows of the word embedding: where a prompt may start from.
     *
     * @param ids vocabulary ids
     * @return [ids, E]
     */
    public Tensor wordEmbeddings(int[] ids) {
        return TorchRuntime.withoutGradients(() -> {
            try (NDManager scope = newManager()) {
                NDArray indices = scope.create(ids).toType(DataType.INT64, false);
                return Tensor.of(loaded().program().call("words", List.of(indices), Map.of()));
            }
        });
    }

    /**
     * A copy of a frozen weight, widened to float32.
     *
     * @param name one of {@link Architecture#weights}
     * @throws IllegalArgumentException if there is no such weight
     */
    public Tensor weight(String name) {
        Shape shape = architecture().weights().get(name);
        if (shape == null) {
            throw new IllegalArgumentException("The backbone has no weight '" + name + "'");
        }
        return TorchRuntime.withoutGradients(() -> {
            try (NDManager scope = newManager()) {
                NDArray row =
                        loaded().program().call("copy", List.of(scope.create(0f)), Map.of(name, scope.create(0f)));
                return new Tensor(shape, row.toFloatArray());
            }
        });
    }

    /**
     * The same adapter with its low-rank terms and factors of linear maps folded into copies of these maps' weights: as fast as the bare
     * backbone, but as large as the weights that it changes.
     */
    public Adapter merge(Adapter adapter) {
        return AdapterMerger.merge(this, adapter);
    }

    /**
     * Checks that an adapter fits this backbone: that its tensors are ones that the program looks up, and have the shapes that it expects.
     *
     * @throws IllegalArgumentException if not; the message names the tensor
     */
    public void checkAdapter(Adapter adapter) {
        AdapterCheck.fits(adapter, architecture());
    }

    /** Number of frozen values. */
    public long parameters() {
        return architecture().parameters() + loaded().pass().size();
    }

    /**
     * Hashes the weights as they are in memory now, widened to float32. The same before and after any training: no method writes to them.
     *
     * @return SHA-256, lower-case hex; of no use to compare with a file's
     */
    public String weightsHash() {
        return TorchRuntime.withoutGradients(() -> {
            try (NDManager scope = newManager()) {
                NDList rows = new NDList(loaded().program().call("frozen", List.of(scope.create(0f)), Map.of()));
                loaded().pass().parameters(scope).forEach(parameter -> rows.add(parameter.flatten()));
                NDArray all = NDArrays.concat(rows);
                byte[] bytes = new byte[Math.toIntExact(all.size() * Float.BYTES)];
                all.toByteBuffer().get(bytes);
                return Fingerprint.sha256(bytes);
            }
        });
    }

    /**
     * Number of tokens that a text may have beside virtual tokens.
     *
     * @throws IllegalArgumentException if the virtual tokens leave no room for a text, or cannot stand where they are to
     */
    public int maxTextTokens(VirtualTokens virtual) {
        loaded().pass().require(virtual);
        int positions = dimensions().positions();
        int room = positions - virtual.positionsTaken();
        if (room < 3) {
            throw new IllegalArgumentException(
                    virtual.count() + " virtual tokens leave no room for a text: the backbone has " + positions
                            + " positions. Use fewer virtual tokens, or placement NO_POSITION_IDS");
        }
        return room;
    }

    /** What every program takes; a mask, where there is padding, goes into the dictionary. */
    private List<NDArray> inputs(
            NDManager scope, TokenBatch batch, Map<String, NDArray> dictionary, VirtualTokens virtual) {
        loaded().pass().require(virtual);
        int needed = batch.width() + virtual.positionsTaken();
        if (needed > dimensions().positions()) {
            throw new IllegalArgumentException("A text of " + batch.width() + " tokens with " + virtual.positionsTaken()
                    + " virtual tokens needs " + needed + " positions, but the backbone has "
                    + dimensions().positions());
        }
        if (batch.isPadded()) {
            dictionary.put(BatchEntries.MASK, batch.perToken(scope, (length, t) -> 1f));
        }
        return List.of(batch.ids(scope), batch.types(scope), batch.positions(scope, virtual));
    }

    private synchronized LoadedBackbone loaded() {
        if (closed) {
            throw new IllegalStateException("This backbone is closed");
        }
        return loaded;
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            BackbonePool.release(loaded);
        }
    }
}
