package io.github.tribuopeft.generation;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class GenerationRequestTest {

    @Test
    void settingsOutOfRange() {
        assertThatThrownBy(() -> new GenerationRequest("", 1, 1, 0, 0, 0, 1, 7, List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("topP must be in (0, 1], but is 0.0");
        assertThatThrownBy(() -> GenerationRequest.greedy("a").withMaxTokens(0))
                .hasMessage("maxTokens must be at least 1, but is 0");
        assertThatThrownBy(() -> GenerationRequest.greedy("a").withStop(List.of("")))
                .hasMessage("A stop string must not be empty");
    }
}
