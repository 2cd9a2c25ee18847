package io.github.tribuopeft.evaluation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.tribuo.Example;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.impl.ArrayExample;
import org.tribuo.provenance.SimpleDataSourceProvenance;
import org.tribuo.sequence.MutableSequenceDataset;
import org.tribuo.sequence.SequenceExample;

/** Generated sentences with names that a linear model can learn. */
final class Sentences {

    /** Metadata key of the number of the sentence; every token has it. */
    static final String NUMBER = "Number";

    private static final List<String> PLAIN = List.of("the", "train", "leaves", "at", "noon", "and", "comes", "back");
    private static final List<String> PERSONS = List.of("Ada", "Grace", "Alan", "Edsger");
    private static final List<String> SURNAMES = List.of("Lovelace", "Hopper", "Turing", "Dijkstra");
    private static final List<String> PLACES = List.of("Oslo", "Lima", "Kyoto", "Accra");

    private Sentences() {}

    /** Dataset of sentences that contain persons and places or nothing; one in ten contains an event. */
    static MutableSequenceDataset<Label> dataset(int size, long seed) {
        Random random = new Random(seed);
        List<SequenceExample<Label>> sentences = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            List<String> words = new ArrayList<>();
            List<String> tags = new ArrayList<>();
            for (int part = random.nextInt(3); part >= 0; part--) {
                add(words, tags, pick(PLAIN, random), "O");
                switch (random.nextInt(4)) {
                    case 0 -> {
                        add(words, tags, pick(PERSONS, random), "B-PER");
                        add(words, tags, pick(SURNAMES, random), "I-PER");
                    }
                    case 1 -> add(words, tags, pick(PLACES, random), "B-LOC");
                    default -> add(words, tags, pick(PLAIN, random), "O");
                }
            }
            if (i % 10 == 0) {
                add(words, tags, "Carnival", "B-EVENT");
            }
            sentences.add(sentence(i, words, tags));
        }
        return dataset(sentences);
    }

    static MutableSequenceDataset<Label> dataset(List<SequenceExample<Label>> sentences) {
        LabelFactory factory = new LabelFactory();
        return new MutableSequenceDataset<>(
                sentences, new SimpleDataSourceProvenance("Generated sentences", factory), factory);
    }

    static SequenceExample<Label> sentence(int number, List<String> words, List<String> tags) {
        List<Example<Label>> tokens = new ArrayList<>();
        for (int i = 0; i < words.size(); i++) {
            ArrayExample<Label> token = new ArrayExample<>(
                    new Label(tags.get(i)), Map.of(Example.NAME, words.get(i), NUMBER, String.valueOf(number)));
            token.add("BIAS", 1);
            token.add("W=" + words.get(i), 1);
            tokens.add(token);
        }
        return new SequenceExample<>(tokens);
    }

    /** Returns the number of a sentence. */
    static int number(SequenceExample<Label> sentence) {
        return Integer.parseInt(
                (String) sentence.get(0).getMetadataValue(NUMBER).orElseThrow());
    }

    static List<String> tags(SequenceExample<Label> sentence) {
        List<String> tags = new ArrayList<>();
        sentence.forEach(token -> tags.add(token.getOutput().getLabel()));
        return tags;
    }

    private static void add(List<String> words, List<String> tags, String word, String tag) {
        words.add(word);
        tags.add(tag);
    }

    private static String pick(List<String> words, Random random) {
        return words.get(random.nextInt(words.size()));
    }
}
