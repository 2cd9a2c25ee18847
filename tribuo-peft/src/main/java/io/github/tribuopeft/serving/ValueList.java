package io.github.tribuopeft.serving;

import ai.djl.ndarray.NDList;
import ai.djl.translate.Batchifier;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * What goes through a served model's block instead of arrays: whole texts in, whole answers out. Tokens and batches of similar length are the
 * tuned model's own affair, whoever asks it.
 */
final class ValueList extends NDList {

    private static final long serialVersionUID = 1L;

    private final transient List<?> values;

    private ValueList(List<?> values) {
        this.values = values;
    }

    /** Of nothing DJL makes a list of its own. */
    private static List<?> of(NDList list) {
        return list.isEmpty() ? List.of() : ((ValueList) list).values;
    }

    /** DJL asks no block about a list that is empty. */
    @Override
    public boolean isEmpty() {
        return values.isEmpty();
    }

    /** A block's answers to what a translator handed it. */
    @SuppressWarnings("unchecked") // the block and the translator are made for each other
    static <I, O> NDList answer(NDList questions, Function<List<I>, List<O>> model) {
        return new ValueList(model.apply((List<I>) of(questions)));
    }

    /** Hands over what is asked, and takes the answer. */
    static final class Passing<I, O> implements Translator<I, O> {

        @Override
        public NDList processInput(TranslatorContext context, I question) {
            return new ValueList(List.of(question));
        }

        @Override
        @SuppressWarnings("unchecked")
        public O processOutput(TranslatorContext context, NDList answers) {
            return (O) of(answers).get(0);
        }

        @Override
        public Batchifier getBatchifier() {
            return new Joining();
        }
    }

    /** All items of a batch as one list. */
    private static final class Joining implements Batchifier {

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
            return of(all).stream().map(item -> new ValueList(List.of(item))).toArray(NDList[]::new);
        }
    }
}
