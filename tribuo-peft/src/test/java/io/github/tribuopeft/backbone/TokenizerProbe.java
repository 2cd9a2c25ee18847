package io.github.tribuopeft.backbone;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Program that opens mutated tokenizers in a separate JVM. Arguments: {@code DIRECTORY SEED COUNT}, with valid
 * tokenizers in the directory. The current tokenizer is in the file {@code last.json} of the directory, where it can be
 * found after a crash.
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

    /** Prints the number of tokenizers that were accepted, and the longest time of one in ms. */
    public static void main(String[] arguments) throws IOException {
        Path directory = Path.of(arguments[0]);
        SplittableRandom random = new SplittableRandom(Long.parseLong(arguments[1]));
        List<byte[]> valid = new ArrayList<>();
        for (int i = 0; Files.exists(directory.resolve(i + ".json")); i++) {
            valid.add(Files.readAllBytes(directory.resolve(i + ".json")));
            run(valid.get(i));
        }
        int accepted = 0;
        long longest = 0;
        for (int i = 0; i < Integer.parseInt(arguments[2]); i++) {
            byte[] json = TokenizerMutations.mutate(valid.get(random.nextInt(valid.size())), random);
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
                tokenizer.decode(tokenizer.encodeWithoutSpecialTokens(text));
            }
            tokenizer.decode(IntStream.range(0, 300).toArray());
            tokenizer.encodeWords(TEXTS);
        }
    }

    private static void requireMessage(Exception e) {
        if (e.getMessage() == null || e.getMessage().isBlank() || e.getMessage().contains("NullPointerException")) {
            throw new IllegalStateException("No message", e);
        }
    }
}
