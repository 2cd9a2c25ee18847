package io.github.tribuopeft.serving;

import ai.djl.ndarray.NDList;
import ai.djl.translate.Batchifier;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * List of Java objects that DJL passes through a block like arrays: texts in, predictions out. The adapted model
 * tokenizes and batches the texts itself.
 */
final class ValueList extends NDList {

    private static final long serialVersionUID = 1L;

    private final transient List<?> values;

    private ValueList(List<?> values) {
        this.values = values;
    }

    /** Returns the objects of a list. For an empty batch, DJL creates the list itself. */
    private static List<?> of(NDList list) {
        return list.isEmpty() ? List.of() : ((ValueList) list).values;
    }

    /** DJL does not call a block with an empty list. */
    @Override
    public boolean isEmpty() {
        return values.isEmpty();
    }

    /** Applies a model to the objects of a list. */
    @SuppressWarnings("unchecked") // the block and the translator have the same types
    static <I, O> NDList apply(NDList inputs, Function<List<I>, List<O>> model) {
        return new ValueList(model.apply((List<I>) of(inputs)));
    }

    /** Translator that passes inputs and outputs without changing them. */
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

    /** Batchifier that concatenates lists. */
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
