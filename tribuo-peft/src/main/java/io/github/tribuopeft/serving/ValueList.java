package io.github.tribuopeft.serving;

import ai.djl.ndarray.NDList;
import ai.djl.translate.Batchifier;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * {@link NDList} that contains Java objects instead of arrays: the texts that DJL passes to a block, or the predictions
 * that the block returns. The adapted model tokenizes and batches the texts itself.
 */
final class ValueList extends NDList {

    private static final long serialVersionUID = 1L;

    private final transient List<?> values;

    private ValueList(List<?> values) {
        this.values = values;
    }

    /** Returns the objects of a list. DJL represents an empty batch by an empty {@code NDList} of its own. */
    private static List<?> of(NDList list) {
        return list.isEmpty() ? List.of() : ((ValueList) list).values;
    }

    /** Returns whether the list contains no objects. DJL does not call a block with an empty list. */
    @Override
    public boolean isEmpty() {
        return values.isEmpty();
    }

    /** Applies a function to the objects of a list and returns its results as a list. */
    @SuppressWarnings("unchecked") // the block and the translator have the same types
    static <I, O> NDList apply(NDList inputs, Function<List<I>, List<O>> predict) {
        return new ValueList(predict.apply((List<I>) of(inputs)));
    }

    /** Translator that passes inputs and outputs on unchanged. */
    static final class PassThroughTranslator<I, O> implements Translator<I, O> {

        @Override
        public NDList processInput(TranslatorContext context, I input) {
            return new ValueList(List.of(input));
        }

        @Override
        @SuppressWarnings("unchecked")
        public O processOutput(TranslatorContext context, NDList outputs) {
            return (O) of(outputs).get(0);
        }

        @Override
        public Batchifier getBatchifier() {
            return new Concatenation();
        }
    }

    /** Batchifier that concatenates the objects of single lists and splits a batch into lists of one object. */
    private static final class Concatenation implements Batchifier {

        private static final long serialVersionUID = 1L;

        @Override
        public NDList batchify(NDList[] single) {
            List<Object> all = new ArrayList<>();
            for (NDList list : single) {
                all.addAll(of(list));
            }
            return new ValueList(all);
        }

        @Override
        public NDList[] unbatchify(NDList all) {
            return of(all).stream().map(value -> new ValueList(List.of(value))).toArray(NDList[]::new);
        }
    }
}
