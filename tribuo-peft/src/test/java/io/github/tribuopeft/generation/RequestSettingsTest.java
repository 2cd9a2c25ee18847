package io.github.tribuopeft.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class RequestSettingsTest {

    @Test
    void eachSettingChangesItsComponentOnly() {
        assertThat(GenerationRequest.greedy("a")
                        .withPrompt("b")
                        .withMaxTokens(2)
                        .withTemperature(0.3)
                        .withTopK(4)
                        .withTopP(0.5)
                        .withMinP(0.06)
                        .withRepetitionPenalty(1.7)
                        .withSeed(8)
                        .withStop(List.of("nine")))
                .isEqualTo(new GenerationRequest("b", 2, 0.3, 4, 0.5, 0.06, 1.7, 8, List.of("nine")));
    }

    @Test
    void settingsOutOfRange() {
        GenerationRequest request = GenerationRequest.greedy("a");
        assertThatThrownBy(() -> request.withTopK(-1)).hasMessage("topK must be at least 0, but is -1");
        assertThatThrownBy(() -> request.withMinP(1)).hasMessage("minP must be in [0, 1), but is 1.0");
    }
}
