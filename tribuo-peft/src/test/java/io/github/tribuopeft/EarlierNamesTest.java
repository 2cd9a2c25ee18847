package io.github.tribuopeft;

import static org.assertj.core.api.Assertions.assertThat;

import com.oracle.labs.mlrg.olcut.config.protobuf.protos.SimpleProvenanceProto;
import io.github.tribuopeft.backbone.TextPooling;
import io.github.tribuopeft.head.SpanF1;
import io.github.tribuopeft.method.LinearProbe;
import io.github.tribuopeft.testing.Fixtures;
import io.github.tribuopeft.testing.ForgedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tribuo.MutableDataset;
import org.tribuo.classification.Label;

/** Models whose provenance contains the name of an earlier version load with the present one. */
class EarlierNamesTest {

    private static final MutableDataset<Label> OPINIONS = Fixtures.opinions(8);

    @ParameterizedTest
    @CsvSource({
        "io.github.tribuopeft.head.Pooling, CLS",
        "io.github.tribuopeft.backbone.TextSummary, FIRST",
        "io.github.tribuopeft.backbone.DefaultPooling, FIRST"
    })
    void poolingOfEarlierVersions(String type, String constant, @TempDir Path folder) throws IOException {
        try (PeftModel<Label> model = Fixtures.trainer(new LinearProbe())
                .pooling(TextPooling.CLS)
                .build()
                .train(OPINIONS)) {
            byte[] earlier = new ForgedModel(model.serialize()).metadata(data -> {
                SimpleProvenanceProto.Builder pooling = data.getProvenanceBuilder().getSmpBuilderList().stream()
                        .filter(value -> value.getAdditional().equals(TextPooling.class.getName()))
                        .findFirst()
                        .orElseThrow();
                pooling.setAdditional(type).setValue(constant);
            });
            try (PeftModel<?> loaded = PeftModel.load(Files.write(folder.resolve("earlier.tribuo"), earlier))) {
                assertThat(loaded.getProvenance()).isEqualTo(model.getProvenance());
            }
        }
    }

    @Test
    void metricOfTheCommandLineIsInTheLibrary() {
        assertThat(EarlierNames.type("io.github.tribuopeft.cli.SpanF1")).isEqualTo(SpanF1.class.getName());
    }
}
