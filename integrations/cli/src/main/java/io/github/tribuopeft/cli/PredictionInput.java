package io.github.tribuopeft.cli;

import io.github.tribuopeft.AdaptedModel;
import io.github.tribuopeft.data.Whitespace;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** Texts, or sentences of words, whose outputs are predicted. */
sealed interface PredictionInput {

    /** Returns the number of texts or sentences. */
    int size();

    /** Returns texts or sentences {@code [begin, end)}. */
    PredictionInput part(int begin, int end);

    /**
     * Predicts.
     *
     * @return one JSON object for each text or sentence; null for a blank text
     */
    <D, M extends AdaptedModel> List<Map<String, Object>> predict(TaskDefinition<D, M> task, M model);

    /**
     * Texts.
     *
     * @param texts the texts, of which some may be blank
     */
    record Texts(List<String> texts) implements PredictionInput {

        @Override
        public int size() {
            return texts.size();
        }

        @Override
        public PredictionInput part(int begin, int end) {
            return new Texts(texts.subList(begin, end));
        }

        @Override
        public <D, M extends AdaptedModel> List<Map<String, Object>> predict(TaskDefinition<D, M> task, M model) {
            List<String> visible =
                    texts.stream().filter(text -> !Whitespace.isBlank(text)).toList();
            Iterator<Map<String, Object>> predictions =
                    (visible.isEmpty() ? List.<Map<String, Object>>of() : task.predict(model, visible)).iterator();
            List<Map<String, Object>> objects = new ArrayList<>();
            for (String text : texts) {
                objects.add(Whitespace.isBlank(text) ? null : predictions.next());
            }
            return objects;
        }
    }

    /**
     * Sentences that are split into words.
     *
     * @param sentences the words of each sentence
     */
    record Sentences(List<List<String>> sentences) implements PredictionInput {

        @Override
        public int size() {
            return sentences.size();
        }

        @Override
        public PredictionInput part(int begin, int end) {
            return new Sentences(sentences.subList(begin, end));
        }

        @Override
        public <D, M extends AdaptedModel> List<Map<String, Object>> predict(TaskDefinition<D, M> task, M model) {
            return task.predictWords(model, sentences);
        }
    }
}
