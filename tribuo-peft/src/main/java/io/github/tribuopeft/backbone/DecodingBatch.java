package io.github.tribuopeft.backbone;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.tribuopeft.backbone.VirtualTokens.Placement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Texts that a decoder continues token by token in one batch, each with its own adapter. The keys and values of all
 * tokens are in buffers of a fixed size, in which all texts end at the same column: texts and virtual tokens that are
 * shorter than others begin with padding.
 *
 * <p>The backbone and the adapters must stay open. Run all methods without recording of gradients. Not safe for
 * concurrent use.
 */
public final class DecodingBatch implements AutoCloseable {

    /** Position of virtual tokens without position ids, which every window contains. */
    private static final long ALWAYS_NEAR = 1L << 41;

    private static final long PADDING = -1;

    /**
     * Text of a batch.
     *
     * @param adapter the adapter
     * @param prompt ids of the tokens that the text begins with, at least one
     */
    public record Row(UploadedAdapter adapter, int[] prompt) {}

    private final Backbone backbone;
    private final boolean sharedEntries;
    private final NDArray textDimension;
    private final NDArray bufferDimension;

    private NDManager memory;
    private Map<String, NDArray> entries = new HashMap<>();
    private List<VirtualTokens> virtual;
    private int[] lengths;
    private int end;

    /** Owner of the logits, which each step replaces. */
    private NDManager step;

    private NDArray logits;

    DecodingBatch(Backbone backbone, List<Row> rows, int newTokens) {
        rows.forEach(row -> requireSupported(row.adapter()));
        ModelDimensions dimensions = backbone.dimensions();
        this.backbone = backbone;
        this.virtual = rows.stream().map(row -> row.adapter().virtual()).toList();
        this.lengths = new int[rows.size()];
        this.sharedEntries =
                rows.stream().allMatch(row -> row.adapter() == rows.get(0).adapter());
        int virtualColumns = rows.stream()
                .mapToInt(row ->
                        row.adapter().cachedPrefix(dimensions) + row.adapter().promptRows())
                .max()
                .orElseThrow();
        int promptColumns =
                rows.stream().mapToInt(row -> row.prompt().length).max().orElseThrow();
        this.end = virtualColumns;
        this.memory = backbone.newManager();
        try {
            this.textDimension = memory.create(new long[] {0});
            this.bufferDimension = memory.create(new long[] {2});
            addEntries(rows);
            int columns = virtualColumns + promptColumns + newTokens;
            addBuffers(rows, columns);
            process(prompts(rows, promptColumns), promptColumns);
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    private static void requireSupported(UploadedAdapter adapter) {
        if (adapter.virtual().count() > 0 && adapter.virtual().placement() == Placement.AFTER_LAST) {
            throw new IllegalArgumentException(
                    "Virtual tokens with placement AFTER_LAST have the position ids after the"
                            + " text, whose length is not known during generation; use another placement");
        }
        if (adapter.tensors().containsKey(AdapterEntry.CASE.of())) {
            throw new IllegalArgumentException("A case embedding does not support language models");
        }
    }

    /** Adds the entries that each token needs: as they are if all rows share them, otherwise one for each row. */
    private void addEntries(List<Row> rows) {
        ModelDimensions dimensions = backbone.dimensions();
        rows.get(0).adapter().perToken(dimensions).forEach((name, first) -> {
            if (sharedEntries) {
                entries.put(name, first);
                return;
            }
            NDList each = new NDList(
                    rows.stream().map(row -> row.adapter().tensors().get(name)).toList());
            boolean batched = first.getShape().dimension() > 2; // [1, P, E] or [1, K, V, D]
            NDArray stacked = batched ? NDArrays.concat(each) : NDArrays.stack(each);
            stacked.attach(memory);
            entries.put(name, first.getShape().dimension() == 1 ? stacked.expandDims(1) : stacked);
        });
    }

    /** Adds the buffers and writes the virtual tokens of each adapter into the rows of its texts. */
    private void addBuffers(List<Row> rows, int columns) {
        ModelDimensions dimensions = backbone.dimensions();
        NDArray extents = memory.create(new long[] {
            2, dimensions.layers(), rows.size(), dimensions.keyValueHeads(), columns, dimensions.headWidth()
        });
        entries.put(BatchEntries.CACHE_BUFFERS, backbone.call("new_buffers", List.of(extents), Map.of()));
        long[] positions = new long[rows.size() * columns];
        Arrays.fill(positions, PADDING);
        Map<UploadedAdapter, List<Integer>> textsOf = new IdentityHashMap<>();
        boolean padded = false;
        for (int row = 0; row < rows.size(); row++) {
            UploadedAdapter adapter = rows.get(row).adapter();
            textsOf.computeIfAbsent(adapter, unused -> new ArrayList<>()).add(row);
            int count = adapter.cachedPrefix(dimensions) + adapter.promptRows();
            int first = row * columns + end - count;
            Arrays.fill(positions, first, first + count, ALWAYS_NEAR);
            if (adapter.promptRows() > 0 && adapter.virtual().positionsTaken() > 0) {
                System.arraycopy(
                        promptPositions(adapter),
                        0,
                        positions,
                        first + count - adapter.promptRows(),
                        adapter.promptRows());
            }
            padded |= count < end || rows.get(row).prompt().length < rows.get(0).prompt().length;
            padded |= rows.get(0).prompt().length < rows.get(row).prompt().length;
        }
        entries.put(BatchEntries.CACHE_POSITIONS, memory.create(positions, new Shape(rows.size(), columns)));
        if (padded) {
            entries.put(BatchEntries.CACHE_PADDED, memory.create(1f));
        }
        textsOf.forEach(this::writeVirtual);
    }

    private static long[] promptPositions(UploadedAdapter adapter) {
        Placement placement = adapter.virtual().placement();
        return IntStream.range(0, adapter.promptRows())
                .mapToLong(i -> placement.virtualPosition(i, 0))
                .toArray();
    }

    private void writeVirtual(UploadedAdapter adapter, List<Integer> texts) {
        int prefix = adapter.cachedPrefix(backbone.dimensions());
        int count = prefix + adapter.promptRows();
        if (count == 0) {
            return;
        }
        try (NDManager scope = backbone.newManager()) {
            Map<String, NDArray> dictionary = new HashMap<>(adapter.tensors());
            dictionary.put(BatchEntries.CACHE_BUFFERS, entries.get(BatchEntries.CACHE_BUFFERS));
            if (prefix == 0) {
                dictionary.put(BatchEntries.PREFIX_KEPT, scope.create(1f));
            }
            if (adapter.promptRows() > 0 && adapter.virtual().positionsTaken() > 0) {
                dictionary.put(
                        BatchEntries.PROMPT_POSITIONS,
                        scope.create(promptPositions(adapter), new Shape(1, adapter.promptRows())));
            }
            List<NDArray> arguments = List.of(
                    scope.create(new long[0], new Shape(1, 0)),
                    scope.create(texts.stream().mapToLong(Integer::longValue).toArray()),
                    scope.create(new long[] {end - count}));
            backbone.call("write_virtual", arguments, dictionary);
        }
    }

    /** Returns the ids of the prompts, padded on the left, [B, columns]. */
    private static long[] prompts(List<Row> rows, int columns) {
        long[] ids = new long[rows.size() * columns];
        Arrays.fill(ids, PADDING);
        for (int row = 0; row < rows.size(); row++) {
            int[] prompt = rows.get(row).prompt();
            for (int t = 0; t < prompt.length; t++) {
                ids[(row + 1) * columns - prompt.length + t] = prompt[t];
            }
        }
        return ids;
    }

    /** Returns the number of texts B. */
    public int size() {
        return lengths.length;
    }

    /** Returns the logits of the tokens to come next [B, vocabulary], which are valid until the next step. */
    public NDArray logits() {
        return logits;
    }

    /**
     * Selects the next tokens, which still have to be {@linkplain #append appended}.
     *
     * @param selection entries of the selection, see {@code sampling.py}; none for the most probable tokens
     * @return a token for each text
     * @throws ArithmeticException if a logit is NaN or infinite
     */
    public long[] choose(Map<String, NDArray> selection) {
        long[] ids = backbone.call("choose", List.of(logits), selection).toLongArray();
        for (long id : ids) {
            requireFinite(id >= 0);
        }
        return ids;
    }

    /**
     * Continuation of a text by one token.
     *
     * @param row index of the text
     * @param token the token
     * @param score log-probability of the text with the token
     */
    public record Continuation(int row, int token, double score) {}

    /**
     * Finds the continuations with the highest scores among those of all texts.
     *
     * @param scores log-probability of each text
     * @param count maximum number of continuations
     * @return the continuations, the best first
     * @throws ArithmeticException if a logit is NaN or infinite
     */
    public List<Continuation> continuations(double[] scores, int count) {
        float[] column = new float[scores.length];
        for (int row = 0; row < column.length; row++) {
            column[row] = (float) scores[row];
        }
        double[] found;
        try (NDManager scope = step.newSubManager()) {
            List<NDArray> arguments = List.of(
                    logits, scope.create(column, new Shape(column.length, 1)), scope.create(new long[] {count}));
            found = backbone.call("continuations", arguments, Map.of()).toDoubleArray();
        }
        long vocabulary = logits.getShape().get(1);
        List<Continuation> best = new ArrayList<>();
        for (int i = 0; i < found.length / 2; i++) {
            requireFinite(Double.isFinite(found[i]));
            long index = (long) found[found.length / 2 + i];
            best.add(new Continuation((int) (index / vocabulary), (int) (index % vocabulary), found[i]));
        }
        return best;
    }

    private static void requireFinite(boolean finite) {
        if (!finite) {
            throw new ArithmeticException("The model computes a logit that is NaN or infinite; its parameters or"
                    + " those of its backbone are too large for the precision");
        }
    }

    /**
     * Appends a token to each text.
     *
     * @param ids a token id for each text
     * @throws IllegalArgumentException if a text and its virtual tokens need more positions than the backbone has
     */
    public void append(long[] ids) {
        process(ids, 1);
    }

    /** Processes the next tokens [B, columns]; negative ids are padding. */
    private void process(long[] ids, int columns) {
        long[] positions = new long[ids.length];
        int[] after = lengths.clone();
        for (int i = 0; i < ids.length; i++) {
            int row = i / columns;
            VirtualTokens added = virtual.get(row);
            positions[i] = ids[i] < 0 ? PADDING : added.placement().realPosition(after[row]++, added.count());
            ids[i] = Math.max(0, ids[i]);
        }
        for (int row = 0; row < after.length; row++) {
            backbone.requirePositions(after[row], virtual.get(row));
        }
        NDManager next = backbone.newManager();
        try {
            Shape shape = new Shape(after.length, columns);
            List<NDArray> arguments = List.of(
                    next.create(ids, shape), next.create(positions, shape), next.create(new long[] {end, end + columns
                    }));
            logits = backbone.call("decode", arguments, entries);
        } catch (RuntimeException | Error e) {
            next.close();
            throw e;
        }
        replaceStep(next);
        lengths = after;
        end += columns;
    }

    private void replaceStep(NDManager next) {
        if (step != null) {
            step.close();
        }
        step = next;
    }

    /**
     * Replaces the texts by some of them.
     *
     * @param rows indices of the texts to go on with; a text may occur several times
     */
    public void select(int[] rows) {
        NDManager next = backbone.newManager();
        NDManager nextStep = backbone.newManager();
        try {
            NDArray indices = next.create(IntStream.of(rows).asLongStream().toArray());
            Map<String, NDArray> selected = new HashMap<>();
            entries.forEach((name, entry) -> selected.put(name, select(name, entry, indices, next)));
            NDArray chosen = backbone.call("select", List.of(logits, indices, textDimension), Map.of());
            chosen.attach(nextStep);
            entries = selected;
            logits = chosen;
        } catch (RuntimeException | Error e) {
            next.close();
            nextStep.close();
            throw e;
        }
        textDimension.attach(next);
        bufferDimension.attach(next);
        memory.close();
        memory = next;
        replaceStep(nextStep);
        lengths = IntStream.of(rows).map(row -> lengths[row]).toArray();
        List<VirtualTokens> before = virtual;
        virtual = IntStream.of(rows).mapToObj(before::get).toList();
    }

    private NDArray select(String name, NDArray entry, NDArray indices, NDManager owner) {
        boolean ofBatch = name.startsWith("cache.");
        if (name.equals(BatchEntries.CACHE_PADDED)) {
            entry.attach(owner);
            return entry;
        }
        if (sharedEntries && !ofBatch) {
            return entry;
        }
        NDArray dimension = name.equals(BatchEntries.CACHE_BUFFERS) ? bufferDimension : textDimension;
        NDArray selected = backbone.call("select", List.of(entry, indices, dimension), Map.of());
        selected.attach(owner);
        return selected;
    }

    /** Frees the buffers. */
    @Override
    public void close() {
        memory.close();
        if (step != null) {
            step.close();
        }
    }
}
