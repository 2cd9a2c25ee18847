package io.github.tribuopeft.generation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StoppedTextTest {

    private final List<String> parts = new ArrayList<>();

    private Generation run(List<String> stop, int keep, String... received) {
        StoppedText text = new StoppedText(stop, part -> {
            parts.add(part);
            return parts.size() < keep;
        });
        for (String part : received) {
            text.append(part);
        }
        return text.end(List.of(1), 2, FinishReason.LENGTH);
    }

    @Test
    void stopStringsAreNotPassedOn() {
        Generation generation = run(List.of("END", "\n\n"), 99, "one E", "N", "two EN", "D three");
        assertThat(generation.text()).isEqualTo("one ENtwo ");
        assertThat(generation.finishReason()).isEqualTo(FinishReason.STOP);
        assertThat(parts).containsExactly("one ", "ENtwo ");
    }

    @Test
    void theBeginningOfAStopStringAtTheEndIsText() {
        Generation generation = run(List.of("END"), 99, "one EN");
        assertThat(generation.text()).isEqualTo("one EN");
        assertThat(generation.finishReason()).isEqualTo(FinishReason.LENGTH);
        assertThat(parts).containsExactly("one ", "EN");
    }

    @Test
    void theListenerCancels() {
        Generation generation = run(List.of(), 1, "one ", "two");
        assertThat(generation.finishReason()).isEqualTo(FinishReason.CANCELLED);
        assertThat(parts).containsExactly("one ");
    }
}
