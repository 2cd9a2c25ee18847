package io.github.tribuopeft.backbone;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Tries tokenizers in a JVM of its own: {@code DIRECTORY SEED COUNT}, with sound tokenizers in the directory. What is
 * tried is in the directory's file {@code last.json}, so it can be found if the JVM does not survive.
 */
final class TokenizerProbe {

    static final String LAST = "last.json";

    private static final List<String> TEXTS = List.of(
            "",
            " ",
            "a good film, b 12",
            "é ﷺ\uFB01\uFF21 \u0000\u0007 \ud83d\ude00\ud83d\udc68\u200d\ud83d\udc67 漢字 e\u0301\u0301 \u00a0x İıſK",
            "\ud800 half \udc00",
            "<s>  [CLS]<mask>   a<s>  \n\n a\u0301b",
            "a".repeat(2_000),
            " ".repeat(2_000) + "a",
            "\n".repeat(2_000),
            "a b".repeat(1_000),
            "▁a ## <0x41>",
            "\u0301".repeat(1_000),
            "AbA bAB 1234567 'S 'll");

    private TokenizerProbe() {}

    /** Tries tokenizers and prints how many were accepted and the longest time that one took, in ms. */
    public static void main(String[] arguments) throws IOException {
        Path directory = Path.of(arguments[0]);
        SplittableRandom random = new SplittableRandom(Long.parseLong(arguments[1]));
        List<byte[]> sound = new ArrayList<>();
        for (int i = 0; Files.exists(directory.resolve(i + ".json")); i++) {
            sound.add(Files.readAllBytes(directory.resolve(i + ".json")));
            run(sound.get(i));
        }
        int accepted = 0;
        long longest = 0;
        for (int i = 0; i < Integer.parseInt(arguments[2]); i++) {
            byte[] json = TokenizerMutations.mutate(sound.get(random.nextInt(sound.size())), random);
            Files.write(directory.resolve(LAST), json);
            long start = System.nanoTime();
            try {
                run(json);
                accepted++;
            } catch (IOException | BackboneException e) {
                requireMessage(e);
            }
            longest = Math.max(longest, System.nanoTime() - start);
        }
        System.out.println("accepted " + accepted + " longest " + longest / 1_000_000);
    }

    private static void run(byte[] json) throws IOException {
        try (BackboneTokenizer tokenizer = new BackboneTokenizer(new ByteArrayInputStream(json))) {
            for (String text : TEXTS) {
                tokenizer.encode(text, 50);
                tokenizer.encodeWithoutSpecialTokens(text);
            }
            tokenizer.encodeWords(TEXTS);
        }
    }

    private static void requireMessage(Exception e) {
        if (e.getMessage() == null || e.getMessage().isBlank() || e.getMessage().contains("NullPointerException")) {
            throw new IllegalStateException("No message", e);
        }
    }
}
