package io.github.tribuopeft.huggingface.files;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Texts for tests of escaping. */
public final class HostileTexts {

    private HostileTexts() {}

    /** Returns texts that could end a literal, a comment, a code block or front matter, or control a terminal. */
    public static List<String> samples() {
        List<String> texts = new ArrayList<>(List.of(
                "google-bert/bert-base-uncased",
                "größe 好 😀",
                "",
                "\"",
                "'",
                "\\",
                "\\\"",
                "\"\\",
                "a\nb",
                "a\r\n---\nb: c",
                "```\n# title",
                "`",
                "\u001b[31mred",
                "\u0000",
                "\u0085\u2028\u2029",
                "\u202egnp.exe",
                "\u00a0\u3000",
                "\ud83d\ude00",
                "\ud83d",
                "\ude00\ud83d",
                "\udbff\udfff",
                "\ue000",
                "{{base}} {{labels}} {adapter} %s $1",
                "\"; import os; os.system('true') #",
                "\\x41\\u0041\\N{DIGIT ONE}",
                "C:\\Users\\name"));
        SplittableRandom random = new SplittableRandom(20251126);
        String letters = "\"'\\`\n\r\t{}#$ab\u0000\u007f\u0085\u2028\u202e\ud83d\ude00é好";
        for (int i = 0; i < 200; i++) {
            StringBuilder text = new StringBuilder();
            random.ints(random.nextInt(12), 0, letters.length()).forEach(at -> text.append(letters.charAt(at)));
            texts.add(text.toString());
        }
        return texts;
    }
}
