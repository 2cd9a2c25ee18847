package io.github.tribuopeft.backbone;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.tribuopeft.engine.NativeCleaner;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.engine.TorchRuntime;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Function;

/**
 * Handle to a frozen transformer in memory. Handles of the same fingerprint, device and precision share the weights,
 * which are freed when the last of these handles is closed. A handle that becomes unreachable before it is closed is
 * closed after garbage collection. Objects that it returned, such as the tokenizer, must not be used after that, so
 * keep a reference to the handle while you use them.
 *
 * <p>Safe for concurrent use. Closing twice is harmless; using a closed handle throws {@link IllegalStateException}.
 */
public final class Backbone implements AutoCloseable {

    private final LoadedBackbone loaded;
    private final Cleaner.Cleanable handle;
    private boolean closed;

    private Backbone(LoadedBackbone loaded) {
        this.loaded = loaded;
        this.handle = NativeCleaner.register(this, () -> BackbonePool.release(loaded));
    }

    /**
     * Opens a handle. The backbone is loaded if it is not in memory.
     *
     * @param source source of the files
     * @param device the device to run on
     * @param precision number format of the weights and the computation
     * @throws BackboneException if files are missing, damaged or of an unknown architecture
     */
    public static Backbone open(BackboneSource source, Device device, Precision precision) {
        return new Backbone(BackbonePool.acquire(source, device, precision));
    }

    /** Returns the hashes of the files that the backbone was loaded from. */
    public Fingerprint fingerprint() {
        return loaded().key().fingerprint();
    }

    /** Returns whether another handle shares the weights of this one. */
    public boolean sharesWeights(Backbone other) {
        return loaded() == other.loaded();
    }

    /** Returns the architecture. */
    public Architecture architecture() {
        return loaded().architecture();
    }

    /** Returns the dimensions that methods need. */
    public ModelDimensions dimensions() {
        return architecture().dimensions();
    }

    /**
     * Returns the pooling to use where a trainer sets none: that of the checkpoint if it has one, otherwise the last
     * token for causal backbones and the mean for others.
     */
    public TextPooling defaultPooling() {
        return loaded().defaultPooling();
    }

    /** Returns the device of the backbone. */
    public Device device() {
        return loaded().key().device();
    }

    /** Returns the tokenizer. It is closed with the backbone, so keep a reference to this handle while you use it. */
    public BackboneTokenizer tokenizer() {
        return loaded().tokenizer();
    }

    /** Returns a new manager on the backbone's device. The caller closes it. */
    public NDManager newManager() {
        return loaded().newManager();
    }

    /**
     * Computes hidden states.
     *
     * @param scope the owner of all arrays that are created; the caller closes it
     * @param batch B rows of T tokens
     * @param adapter the adapter's entries by name
     * @param virtual the virtual tokens in {@code adapter}
     * @return hidden states of the P rows of a prompt, 0 without one, and of the real tokens [B, P + T, H]; states of
     *     padding are undefined
     * @throws IllegalArgumentException if the text and the virtual tokens need more positions than the backbone has
     */
    public NDArray forward(NDManager scope, TokenBatch batch, Map<String, NDArray> adapter, VirtualTokens virtual) {
        Map<String, NDArray> dictionary = withPositions(scope, batch, adapter, virtual);
        if (dictionary.containsKey(AdapterEntry.PROMPT.of())) {
            dictionary.put(BatchEntries.PROMPT_GIVEN, scope.create(1f)); // the program returns the prompt's rows, too
        }
        return use(used -> used.pass().states(inputs(scope, batch, dictionary, virtual), dictionary));
    }

    /**
     * Computes hidden states of texts whose word embeddings are given, so that they can be differentiated with respect
     * to these.
     *
     * @param embeddings embeddings in place of the word embeddings of the tokens in {@code batch} [B, T, E]
     * @see #forward(NDManager, TokenBatch, Map, VirtualTokens)
     */
    public NDArray forward(
            NDManager scope,
            TokenBatch batch,
            NDArray embeddings,
            Map<String, NDArray> adapter,
            VirtualTokens virtual) {
        Map<String, NDArray> dictionary = new HashMap<>(adapter);
        dictionary.put(BatchEntries.TEXT_EMBEDDINGS, embeddings);
        return forward(scope, batch, dictionary, virtual);
    }

    /**
     * Computes the states of the text before a layer. An adapter of this and later layers without a prompt does not
     * change them.
     *
     * @param scope the owner of all arrays that are created; the caller closes it
     * @param batch B rows of T tokens
     * @param layer number of the layer, from 0
     * @param virtual the virtual tokens of the adapter, which determine the positions of the text
     * @return states [B, T, H]; those of padding are undefined
     */
    public NDArray layerInputs(NDManager scope, TokenBatch batch, int layer, VirtualTokens virtual) {
        Map<String, NDArray> dictionary = new HashMap<>();
        List<NDArray> inputs = new ArrayList<>(inputs(scope, batch, dictionary, virtual));
        inputs.add(scope.create(new long[] {layer}));
        return call("layer_inputs", inputs, dictionary);
    }

    /**
     * Computes hidden states from the states before a layer.
     *
     * @param scope the owner of all arrays that are created; the caller closes it
     * @param states the states [B, T, H] that {@link #layerInputs} returned for each text
     * @param batch the B rows of T tokens
     * @param layer number of the layer, from 0
     * @param adapter entries of this and later layers by name
     * @param virtual the virtual tokens in {@code adapter}
     * @return hidden states [B, T, H], as {@link #forward} returns them
     */
    public NDArray forwardFrom(
            NDManager scope,
            NDArray states,
            TokenBatch batch,
            int layer,
            Map<String, NDArray> adapter,
            VirtualTokens virtual) {
        Map<String, NDArray> dictionary = new HashMap<>(adapter);
        NDArray positions = inputs(scope, batch, dictionary, virtual).get(2);
        return call("forward_from", List.of(states, positions, scope.create(new long[] {layer})), dictionary);
    }

    /** Returns a copy of an adapter's entries with the position ids of its prompt, if they have any. */
    private static Map<String, NDArray> withPositions(
            NDManager scope, TokenBatch batch, Map<String, NDArray> adapter, VirtualTokens virtual) {
        Map<String, NDArray> dictionary = new HashMap<>(adapter);
        if (dictionary.containsKey(AdapterEntry.PROMPT.of()) && virtual.positionsTaken() > 0) {
            dictionary.put(BatchEntries.PROMPT_POSITIONS, batch.virtualPositions(scope, virtual));
        }
        return dictionary;
    }

    /**
     * Computes the share of attention that each virtual token and each token of the text receives, averaged over the
     * queries of all real tokens of the text. Predictions use fused attention and do not compute it.
     *
     * @param scope the owner of all arrays that are created; the caller closes it
     * @param batch B rows of T tokens
     * @param adapter the adapter's entries by name
     * @param virtual the virtual tokens in {@code adapter}
     * @return shares [layers, B, N, R] in N heads, which sum to 1 over R. The first columns are those of a prefix, 0 in
     *     layers without one, then those of a prompt; the last T columns are those of the text
     * @throws IllegalArgumentException if the layers are a traced module, which does not expose its attention
     */
    public NDArray attention(NDManager scope, TokenBatch batch, Map<String, NDArray> adapter, VirtualTokens virtual) {
        requireLayers("attention");
        Map<String, NDArray> dictionary = withPositions(scope, batch, adapter, virtual);
        List<NDArray> inputs = inputs(scope, batch, dictionary, virtual);
        dictionary.put(BatchEntries.ATTENTION_QUERIES, batch.perToken(scope, (length, t) -> 1f / length));
        return use(used -> used.program().call("attention", inputs, dictionary));
    }

    private void requireLayers(String exposed) {
        if (dimensions().layers() == 0) {
            throw new IllegalArgumentException("A backbone of family "
                    + architecture().family() + " does not expose the " + exposed + " of its layers");
        }
    }

    /**
     * Applies the language-model head: computes the scores of all tokens of the vocabulary to come next.
     *
     * @param hidden hidden states [.., H]; their manager owns the result
     * @param adapter the adapter's entries by name, which may replace the head's weights
     * @return logits [.., vocabulary]
     * @throws IllegalArgumentException if the backbone is not a language model, or its checkpoint lacks the head
     */
    public NDArray lmLogits(NDArray hidden, Map<String, NDArray> adapter) {
        requireLmHead();
        return use(used -> used.program().call("logits", List.of(hidden), adapter));
    }

    /**
     * Begins texts that the language model continues token by token, and computes the logits after their prompts.
     *
     * @param rows the texts; their adapters have the same {@linkplain UploadedAdapter#batchKey key}
     * @param newTokens maximum number of tokens to {@linkplain DecodingBatch#append append}
     * @throws IllegalArgumentException if the backbone is not a language model, or its checkpoint lacks the head, if
     *     virtual tokens are placed after the text, if an adapter has a case embedding, or if a prompt and its virtual
     *     tokens need more positions than the backbone has
     */
    public DecodingBatch newTexts(List<DecodingBatch.Row> rows, int newTokens) {
        requireLmHead();
        rows.forEach(row -> loaded().pass().require(row.adapter().virtual()));
        return new DecodingBatch(this, rows, newTokens);
    }

    /** Calls a method of the program. */
    NDArray call(String method, List<NDArray> arguments, Map<String, NDArray> dictionary) {
        return use(used -> used.program().call(method, arguments, dictionary));
    }

    /** Returns the id of the token that ends a text; empty if the backbone does not define one. */
    public OptionalInt endToken() {
        return loaded().endToken();
    }

    /**
     * Checks that this is a language model.
     *
     * @throws IllegalArgumentException if the backbone is not a language model, or its checkpoint lacks the head
     */
    public void requireLmHead() {
        if (!loaded().hasLmHead()) {
            throw new IllegalArgumentException(
                    architecture().causal()
                            ? "The checkpoint of the backbone lacks the language-model head; it needs "
                                    + String.join(", ", architecture().lmHead().keySet())
                            : "A backbone of family " + architecture().family()
                                    + " is not a language model: its tokens attend to tokens after them");
        }
    }

    /**
     * Computes the keys and values of texts in every layer, from which a prefix can be initialized.
     *
     * @return [2 * layers, B, K, T, D] with K heads of keys and values; the key of each layer comes before its value
     * @throws IllegalArgumentException if the layers are a traced module, which does not expose its keys and values
     */
    public NDArray keysAndValues(NDManager scope, TokenBatch batch) {
        requireLayers("keys and values");
        Map<String, NDArray> dictionary = new HashMap<>();
        List<NDArray> inputs = inputs(scope, batch, dictionary, VirtualTokens.NONE);
        return use(used -> used.program().call("keys_values", inputs, dictionary));
    }

    /**
     * Returns word embeddings, from which a prompt can be initialized.
     *
     * @param ids n token ids
     * @return the embeddings [n, E]
     */
    public Tensor wordEmbeddings(int[] ids) {
        return TorchRuntime.withoutGradients(() -> {
            try (NDManager scope = newManager()) {
                return Tensor.of(wordEmbeddings(scope, ids, Map.of()));
            }
        });
    }

    /**
     * Returns word embeddings of an adapter that may replace the table.
     *
     * @param scope the owner of the result
     * @param ids n token ids
     * @param adapter the adapter's entries by name
     * @return the embeddings [n, E]
     */
    public NDArray wordEmbeddings(NDManager scope, int[] ids, Map<String, NDArray> adapter) {
        NDArray indices = scope.create(ids).toType(DataType.INT64, false);
        return use(used -> used.program().call("words", List.of(indices), adapter));
    }

    /**
     * Returns a copy of a frozen weight in float32.
     *
     * @param name one of {@link Architecture#weights}
     * @throws IllegalArgumentException if the backbone has no such weight
     */
    public Tensor weight(String name) {
        Shape shape = architecture().weights().get(name);
        if (shape == null) {
            throw new IllegalArgumentException("The backbone has no weight '" + name + "'");
        }
        return use(used -> TorchRuntime.withoutGradients(() -> {
            try (NDManager scope = newManager()) {
                NDArray row = used.program().call("copy", List.of(scope.create(0f)), Map.of(name, scope.create(0f)));
                return new Tensor(shape, row.toFloatArray());
            }
        }));
    }

    /**
     * Merges the low-rank terms and factors of an adapter into copies of the weights that they change. The merged
     * adapter is as fast as the backbone alone, but as large as these weights.
     */
    public Adapter merge(Adapter adapter) {
        return AdapterMerger.merge(this, adapter);
    }

    /**
     * Checks that the backbone uses all tensors of an adapter and that their shapes are right.
     *
     * @throws IllegalArgumentException if a tensor is not used or has a wrong shape; the message names it
     */
    public void checkAdapter(Adapter adapter) {
        AdapterCheck.fits(adapter, architecture());
    }

    /** Returns the number of frozen values. */
    public long parameters() {
        return use(used -> used.architecture().parameters() + used.pass().size());
    }

    /**
     * Hashes the weights in memory in float32, to show that training does not change them.
     *
     * @return SHA-256 in lower-case hex; not comparable with the hash of a file
     */
    public String weightsHash() {
        return use(used -> TorchRuntime.withoutGradients(() -> {
            try (NDManager scope = newManager()) {
                NDList rows = new NDList(used.program().call("frozen", List.of(scope.create(0f)), Map.of()));
                used.pass().parameters(scope).forEach(parameter -> rows.add(parameter.flatten()));
                NDArray all = NDArrays.concat(rows);
                byte[] bytes = new byte[Math.toIntExact(all.size() * Float.BYTES)];
                all.toByteBuffer().get(bytes);
                return Fingerprint.sha256(bytes);
            }
        }));
    }

    /**
     * Returns the maximum number of tokens of a text, special tokens included, in addition to virtual tokens.
     *
     * @throws IllegalArgumentException if the virtual tokens leave fewer than 3 positions for a text, or the backbone
     *     does not support their placement
     */
    public int maxTextTokens(VirtualTokens virtual) {
        loaded().pass().require(virtual);
        int positions = dimensions().positions();
        int tokens = positions - virtual.positionsTaken();
        if (tokens < 3) {
            throw new IllegalArgumentException(
                    virtual.count() + " virtual tokens leave no room for a text: the backbone has " + positions
                            + " positions. Use fewer virtual tokens, or placement NO_POSITION_IDS");
        }
        return tokens;
    }

    /** Returns the arguments of a forward pass and adds the entries that describe the batch to the
     * dictionary. */
    private List<NDArray> inputs(
            NDManager scope, TokenBatch batch, Map<String, NDArray> dictionary, VirtualTokens virtual) {
        loaded().pass().require(virtual);
        requirePositions(batch.width(), virtual);
        if (batch.isPadded()) {
            dictionary.put(BatchEntries.MASK, batch.perToken(scope, (length, t) -> 1f));
        }
        if (dictionary.containsKey(AdapterEntry.CASE.of())) {
            dictionary.put(BatchEntries.CASE_INDICATORS, batch.caseIndicators(scope));
        }
        return List.of(batch.ids(scope), batch.types(scope), batch.positions(scope, virtual));
    }

    /**
     * Checks the number of tokens of a text.
     *
     * @throws IllegalArgumentException if the text and the virtual tokens need more positions than the backbone has
     */
    void requirePositions(int tokens, VirtualTokens virtual) {
        int needed = tokens + virtual.positionsTaken();
        if (needed > dimensions().positions()) {
            throw new IllegalArgumentException("A text of " + tokens + " tokens with " + virtual.positionsTaken()
                    + " virtual tokens needs " + needed + " positions, but the backbone has "
                    + dimensions().positions());
        }
    }

    /** Uses the native parts. The cleaner must not close the handle meanwhile. */
    private <V> V use(Function<LoadedBackbone, V> work) {
        try {
            return work.apply(loaded());
        } finally {
            Reference.reachabilityFence(this);
        }
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
            handle.clean();
        }
    }
}
