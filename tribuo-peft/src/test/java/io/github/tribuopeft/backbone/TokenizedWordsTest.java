package io.github.tribuopeft.backbone;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tribuopeft.testing.TestDevice;
import io.github.tribuopeft.testing.TinyBert;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TokenizedWordsTest {

    @Test
    void alignsWordsAndSubwords() {
        try (Backbone backbone = Backbone.open(new TinyBert(), TestDevice.get(), Precision.FP32)) {
            BackboneTokenizer tokenizer = backbone.tokenizer();
            TokenizedWords tokenized = tokenizer.encodeWords(List.of("Films", "\u0001\u0002", "the", "zqx", " "));
            assertThat(tokenized.opening()).containsExactly(2);
            assertThat(tokenized.closing()).containsExactly(3);
            assertThat(tokenized.subwords()).hasSize(5);
            assertThat(tokenized.subwords().get(0))
                    .as("film ##s")
                    .containsExactly(tokenizer.encodeWithoutSpecialTokens("films"));
            assertThat(tokenized.subwords().get(1))
                    .as("control characters have no subwords")
                    .isEmpty();
            assertThat(tokenized.subwords().get(3)).hasSize(3);
            assertThat(tokenized.subwords().get(4)).isEmpty();
            TokenizedWords.Window window = tokenized.windows(48).get(0);
            assertThat(window.words()).containsExactly(0, 2, 3);
            assertThat(window.tokens().wordStarts()).containsExactly(1, 3, 4);
            assertThat(tokenizer.encodeWords(List.of()).windows(48)).isEmpty();
            assertThat(tokenizer.encodeWords(List.of("\u0001")).windows(48)).isEmpty();
        }
    }

    @Test
    void everyWordIsPredictedOnceAndEveryWindowFits() {
        SplittableRandom random = new SplittableRandom(3);
        for (int run = 0; run < 300; run++) {
            List<int[]> subwords = new ArrayList<>();
            int words = random.nextInt(1, 60);
            for (int word = 0; word < words; word++) {
                subwords.add(
                        IntStream.generate(() -> 7).limit(random.nextInt(0, 6)).toArray());
            }
            int maxLength = random.nextInt(3, 24);
            List<Integer> predicted = new ArrayList<>();
            for (TokenizedWords.Window window : new TokenizedWords(
                            new int[] {2}, subwords, Collections.nCopies(subwords.size(), LetterCase.LOWER), new int[] {
                                3
                            })
                    .windows(maxLength)) {
                assertThat(window.tokens().length()).isLessThanOrEqualTo(maxLength);
                assertThat(window.tokens().wordStarts()).hasSameSizeAs(window.words());
                for (int start : window.tokens().wordStarts()) {
                    assertThat(window.tokens().ids()[start]).as("a subword").isEqualTo(7);
                }
                IntStream.of(window.words()).forEach(predicted::add);
            }
            List<Integer> expected = IntStream.range(0, words)
                    .filter(word -> subwords.get(word).length > 0)
                    .boxed()
                    .toList();
            assertThat(predicted)
                    .as("%d words, maximum length %d", words, maxLength)
                    .isEqualTo(expected);
        }
    }

    @Test
    void wordsFarFromTheEndsHaveContextOnBothSides() {
        List<int[]> subwords = new ArrayList<>(Collections.nCopies(100, new int[] {7}));
        List<TokenizedWords.Window> windows = new TokenizedWords(
                        new int[] {2}, subwords, Collections.nCopies(subwords.size(), LetterCase.LOWER), new int[] {3})
                .windows(22);
        for (TokenizedWords.Window window : windows.subList(1, windows.size() - 1)) {
            assertThat(window.tokens().wordStarts()[0])
                    .as("tokens before the first prediction")
                    .isGreaterThanOrEqualTo(3);
            int last = window.tokens().wordStarts()[window.tokens().wordStarts().length - 1];
            assertThat(window.tokens().length() - last)
                    .as("tokens after the last prediction")
                    .isGreaterThanOrEqualTo(3);
        }
    }
}
