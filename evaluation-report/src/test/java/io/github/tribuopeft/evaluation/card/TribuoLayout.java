package io.github.tribuopeft.evaluation.card;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * Requirements of {@code org.tribuo.interop.modelcard.ModelCard.deserializeFromJson} of Tribuo 4.3, which casts without
 * checks. The module is not on Maven Central, so this class repeats its requirements.
 */
final class TribuoLayout {

    private TribuoLayout() {}

    static void assertReadable(JsonNode card) {
        JsonNode model = section(card, "ModelDetails");
        for (String text : new String[] {"model-type", "model-package", "tribuo-version", "java-version"}) {
            assertThat(model.path(text).isTextual()).as(text).isTrue();
        }
        assertThat(model.path("configured-parameters").isObject())
                .as("configured-parameters")
                .isTrue();

        JsonNode training = section(card, "TrainingDetails");
        assertThat(training.path("training-time").isTextual())
                .as("training-time")
                .isTrue();
        for (String number : new String[] {"training-set-size", "num-features", "num-outputs"}) {
            assertThat(training.path(number).isInt()).as(number).isTrue();
        }
        assertThat(training.path("features-list").isArray()).as("features-list").isTrue();
        training.get("features-list")
                .forEach(name ->
                        assertThat(name.isTextual()).as("feature " + name).isTrue());
        assertThat(training.path("outputs-distribution").isObject())
                .as("outputs-distribution")
                .isTrue();
        training.get("outputs-distribution")
                .forEach(count -> assertThat(count.canConvertToInt() && count.isIntegralNumber())
                        .as("count " + count)
                        .isTrue());

        JsonNode testing = section(card, "TestingDetails");
        assertThat(testing.path("testing-set-size").isInt())
                .as("testing-set-size")
                .isTrue();
        assertThat(testing.path("metrics").isObject()).as("metrics").isTrue();
        testing.get("metrics")
                .forEach(value ->
                        assertThat(value.isDouble()).as("metric " + value).isTrue());

        assertThat(card.has("UsageDetails")).as("UsageDetails, null at least").isTrue();
    }

    private static JsonNode section(JsonNode card, String name) {
        assertThat(card.path(name).isObject()).as(name).isTrue();
        assertThat(card.get(name).path("schema-version").textValue())
                .as("version of " + name)
                .isEqualTo("1.0");
        return card.get(name);
    }
}
