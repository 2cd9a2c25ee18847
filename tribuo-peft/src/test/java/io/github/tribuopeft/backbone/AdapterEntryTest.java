package io.github.tribuopeft.backbone;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tribuopeft.backbone.LinearLayer.Role;
import io.github.tribuopeft.testing.TinyBert;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AdapterEntryTest {

    private static final LinearLayer QUERY = new LinearLayer("layer.0.query", Role.QUERY, 0, 16, 16);

    private static String name(AdapterEntry entry) {
        if (entry.isOfLinearLayer()) {
            return entry.of(QUERY);
        }
        if (entry.template().contains("<place>")) {
            return entry.of(3, BottleneckPlace.PARALLEL);
        }
        return entry.isOfLayer() ? entry.of(3) : entry.of();
    }

    @ParameterizedTest
    @EnumSource
    void namesAreFoundAgain(AdapterEntry entry) {
        AdapterEntry.Match match = AdapterEntry.find(name(entry)).orElseThrow();
        assertThat(match.entry()).isEqualTo(entry);
        assertThat(match.name(entry)).isEqualTo(name(entry)).doesNotContain("<");
        assertThat(entry.matches(name(entry))).isTrue();
    }

    @Test
    void namesOfModelFilesStay() {
        assertThat(Arrays.stream(AdapterEntry.values()).map(AdapterEntryTest::name))
                .containsExactly(
                        "prompt",
                        "case",
                        "prefix.3.key",
                        "prefix.3.value",
                        "layer.0.query.lora.A",
                        "layer.0.query.lora.B",
                        "layer.0.query.scale.in",
                        "layer.0.query.scale.out",
                        "adapter.3.parallel.down.weight",
                        "adapter.3.parallel.down.bias",
                        "adapter.3.parallel.up.weight",
                        "adapter.3.parallel.up.bias",
                        "layer.0.query.weight",
                        "layer.0.query.bias");
        assertThat(AdapterEntry.find("prefix.x.key")).isEmpty();
    }

    /** The table at the top of {@code backbone.py}: shapes by name, shared by all rows and for each row. */
    private static Map<String, List<String>> documented() {
        String program = new TinyBert().open().architecture().program().files().get("backbone");
        Map<String, List<String>> shapes = new TreeMap<>();
        Pattern.compile("(?m)^# {3}(\\S+) +(\\[.*?\\])(?: or (\\[B.*?\\]))?: ")
                .matcher(program)
                .results()
                .forEach(line -> shapes.put(line.group(1), Arrays.asList(line.group(2), line.group(3))));
        return shapes;
    }

    @ParameterizedTest
    @EnumSource
    void programsDocumentTheEntry(AdapterEntry entry) {
        assertThat(documented())
                .containsEntry(
                        entry.template(),
                        List.of(entry.shape().toString(), entry.rowShape().toString()));
    }

    @Test
    void programsDocumentNothingElse() {
        assertThat(documented().keySet())
                .isEqualTo(Stream.concat(
                                Arrays.stream(AdapterEntry.values()).map(AdapterEntry::template),
                                Stream.of(
                                        BatchEntries.MASK,
                                        BatchEntries.TEXT_EMBEDDINGS,
                                        BatchEntries.CASE_INDICATORS,
                                        BatchEntries.ATTENTION_QUERIES,
                                        BatchEntries.PROMPT_POSITIONS))
                        .collect(Collectors.toSet()));
    }
}
