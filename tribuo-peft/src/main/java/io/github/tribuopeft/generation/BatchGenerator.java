package io.github.tribuopeft.generation;

import io.github.tribuopeft.backbone.Backbone;
import io.github.tribuopeft.backbone.DecodingBatch;
import io.github.tribuopeft.backbone.UploadedAdapter;
import io.github.tribuopeft.engine.TorchRuntime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * Generates texts of several requests at the same time, each with its own adapter on one backbone. A text does not
 * depend on the other texts of its batch, except for rounding. A prompt that several requests of an adapter share is
 * processed once. Texts that are complete leave the batch.
 *
 * @param backbone the language model
 */
public record BatchGenerator(Backbone backbone) {

    /**
     * Request with its adapter.
     *
     * @param adapter the adapter, the same object for all requests of a model
     * @param request the request
     * @param listener receives the text in parts of whole characters, without stop strings, and returns whether to
     *     continue
     */
    public record Item(UploadedAdapter adapter, GenerationRequest request, Predicate<String> listener) {}

    /**
     * Generates a text for each request.
     *
     * @param items the requests
     * @param batchSize maximum number of texts in a batch, at least 1
     * @return the texts in the order of the requests
     * @throws IllegalArgumentException if a prompt has no tokens, or prompt and new text need more tokens than the
     *     backbone takes
     */
    public List<Generation> generate(List<Item> items, int batchSize) {
        if (batchSize < 1) {
            throw new IllegalArgumentException("The batch size must be at least 1, but is " + batchSize);
        }
        List<GrowingText> texts = items.stream().map(this::begin).toList();
        Map<Object, List<Integer>> groups = new LinkedHashMap<>();
        Map<UploadedAdapter, Object> keys = new LinkedHashMap<>();
        for (int i = 0; i < items.size(); i++) {
            Object key =
                    keys.computeIfAbsent(items.get(i).adapter(), adapter -> adapter.batchKey(backbone.architecture()));
            groups.computeIfAbsent(key, unused -> new ArrayList<>()).add(i);
        }
        TorchRuntime.withoutGradients(() -> {
            groups.values().forEach(group -> {
                for (int first = 0; first < group.size(); first += batchSize) {
                    List<Integer> some = group.subList(first, Math.min(group.size(), first + batchSize));
                    complete(
                            some.stream().map(i -> items.get(i).adapter()).toList(),
                            some.stream().map(texts::get).toList());
                }
            });
            return null;
        });
        return texts.stream().map(GrowingText::end).toList();
    }

    private GrowingText begin(Item item) {
        GenerationRequest request = item.request();
        int[] prompt = prompt(request.prompt(), request.maxTokens(), item.adapter());
        return new GrowingText(request, prompt, backbone.tokenizer(), backbone.endToken(), item.listener());
    }

    /** Returns the tokens of a prompt. */
    private int[] prompt(String text, int maxTokens, UploadedAdapter adapter) {
        int[] prompt = backbone.tokenizer().encodeBeginning(text);
        int maxTextTokens = backbone.maxTextTokens(adapter.virtual());
        if (prompt.length == 0) {
            throw new IllegalArgumentException("The prompt has no tokens, and the tokenizer has no token that begins a"
                    + " text; expected a prompt");
        }
        // the last token is not processed by the model
        if (prompt.length + maxTokens - 1L > maxTextTokens) {
            throw new IllegalArgumentException("A prompt of " + prompt.length + " tokens with " + maxTokens
                    + " new tokens is too long: in addition to the virtual tokens, the backbone has "
                    + maxTextTokens + " positions. Use a shorter prompt or fewer new tokens");
        }
        return prompt;
    }

    /**
     * Finds the best text by beam search.
     *
     * @param adapter the adapter
     * @throws IllegalArgumentException if the prompt has no tokens, or prompt and new text need more tokens than the
     *     backbone takes
     */
    public Generation generate(UploadedAdapter adapter, BeamRequest request) {
        int[] prompt = prompt(request.prompt(), request.maxTokens(), adapter);
        int[] ids = TorchRuntime.withoutGradients(() -> {
            List<DecodingBatch.Row> rows = List.of(new DecodingBatch.Row(adapter, prompt));
            try (DecodingBatch batch = backbone.newTexts(rows, request.maxTokens() - 1)) {
                return new BeamSearch(request, backbone.endToken()).run(batch);
            }
        });
        GrowingText text = new GrowingText(
                GenerationRequest.greedy(request.prompt()).withMaxTokens(request.maxTokens()),
                prompt,
                backbone.tokenizer(),
                backbone.endToken(),
                part -> true);
        IntStream.of(ids).forEach(text::append);
        return text.end();
    }

    /** Completes the texts of a batch. */
    private void complete(List<UploadedAdapter> adapters, List<GrowingText> all) {
        List<DecodingBatch.Row> rows = new ArrayList<>();
        int[] rowOf = new int[all.size()];
        for (int i = 0; i < rowOf.length; i++) {
            rowOf[i] = rowOf(rows, adapters.get(i), all.get(i).prompt());
        }
        int newTokens =
                all.stream().mapToInt(text -> text.request().maxTokens()).max().orElseThrow() - 1;
        try (DecodingBatch batch = backbone.newTexts(rows, newTokens)) {
            if (rows.size() < all.size()) {
                batch.select(rowOf);
            }
            List<GrowingText> texts = all;
            while (true) {
                long[] ids = TokenSelection.choose(batch, texts);
                for (int i = 0; i < ids.length; i++) {
                    texts.get(i).append(Math.toIntExact(ids[i]));
                }
                List<GrowingText> grown = texts;
                int[] open = IntStream.range(0, grown.size())
                        .filter(i -> !grown.get(i).isComplete())
                        .toArray();
                if (open.length == 0) {
                    return;
                }
                if (open.length < grown.size()) {
                    batch.select(open);
                    texts = IntStream.of(open).mapToObj(grown::get).toList();
                    ids = IntStream.of(open).mapToLong(i -> ids(grown, i)).toArray();
                }
                batch.append(ids);
            }
        }
    }

    /** Returns the id of the last token of a text. */
    private static long ids(List<GrowingText> texts, int i) {
        return texts.get(i).token(texts.get(i).length() - 1);
    }

    /** Returns the index of the row with an adapter and a prompt, which is added if it is new. */
    private static int rowOf(List<DecodingBatch.Row> rows, UploadedAdapter adapter, int[] prompt) {
        for (int i = 0; i < rows.size(); i++) {
            if (rows.get(i).adapter() == adapter && Arrays.equals(rows.get(i).prompt(), prompt)) {
                return i;
            }
        }
        rows.add(new DecodingBatch.Row(adapter, prompt));
        return rows.size() - 1;
    }
}
