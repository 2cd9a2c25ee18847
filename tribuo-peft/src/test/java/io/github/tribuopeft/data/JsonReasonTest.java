package io.github.tribuopeft.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class JsonReasonTest {

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    static Stream<Arguments> invalid() {
        return Stream.of(
                Arguments.of("{\"a\": NaN}", "Non-standard token 'NaN'"),
                Arguments.of("{\"a\": -Infinity}", "Infinity"),
                Arguments.of("{\"a\": +1}", "plus sign"),
                Arguments.of("{\"a\": .5}", "'.'"),
                Arguments.of("{\"a\": 1} // b", "comment"),
                Arguments.of("{'a': 1}", "double-quote"),
                Arguments.of("{\"a\": 1} {}", "found text after the value"),
                Arguments.of("[".repeat(2000), "nesting depth (1001) exceeds the maximum allowed (1000)"),
                Arguments.of("{\"a\": " + "1".repeat(1001) + "}", "length (1001) exceeds the maximum allowed (1000)"));
    }

    @ParameterizedTest
    @MethodSource("invalid")
    void namesNoOptionOfTheParser(String text, String expected) {
        JsonProcessingException error = catchThrowableOfType(
                JsonProcessingException.class, () -> JSON.readTree(text).toString());
        assertThat(JsonReason.of(error))
                .contains(expected)
                .doesNotContain("Feature", "FAIL_", "ALLOW_", "StreamReadConstraints", "`", "enable");
    }
}
