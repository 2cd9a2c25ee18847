package io.github.tribuopeft.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Short texts: the questions of a file, or random ones of 5 to 14 words. */
final class Questions {

    private static final String[] WORDS = ("what who where when how many far much is was did does do the a of in for to"
                    + " city country river president name first last year film book author team player capital state"
                    + " company word mean called invented discovered born die largest highest population language"
                    + " color animal food king queen war world series baseball ocean moon planet")
            .split(" ");

    private Questions() {}

    /**
     * Returns the questions of a file, or random ones.
     *
     * @param file a file with a header and with the text in the last column, divided by tabs; empty for random questions
     * @throws IOException if the file cannot be read
     */
    static List<String> read(String file) throws IOException {
        return file.isEmpty()
                ? random(500)
                : Files.readAllLines(Path.of(file)).stream()
                        .skip(1)
                        .map(line -> line.substring(line.lastIndexOf('\t') + 1))
                        .toList();
    }

    private static List<String> random(int count) {
        SplittableRandom random = new SplittableRandom(1);
        List<String> questions = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            List<String> words = new ArrayList<>();
            for (int length = random.nextInt(5, 15); length > 0; length--) {
                words.add(WORDS[random.nextInt(WORDS.length)]);
            }
            questions.add(String.join(" ", words) + " ?");
        }
        return questions;
    }
}
