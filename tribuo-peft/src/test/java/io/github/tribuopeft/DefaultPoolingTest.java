package io.github.tribuopeft;

import static org.assertj.core.api.Assertions.assertThat;

import com.oracle.labs.mlrg.olcut.config.ConfigurationManager;
import com.oracle.labs.mlrg.olcut.provenance.ProvenanceUtil;
import io.github.tribuopeft.backbone.BackboneSource;
import io.github.tribuopeft.backbone.TextPooling;
import io.github.tribuopeft.method.LinearProbe;
import io.github.tribuopeft.testing.Fixtures;
import io.github.tribuopeft.testing.StatedPooling;
import io.github.tribuopeft.testing.TinyBackbone;
import io.github.tribuopeft.testing.TinyBert;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tribuo.MutableDataset;
import org.tribuo.classification.Label;

/** Default pooling of the backbone, which the model and its file contain. */
class DefaultPoolingTest {

    private static final MutableDataset<Label> OPINIONS = Fixtures.opinions(8);

    @TempDir
    private Path folder;

    static Stream<Arguments> backbones() {
        return Stream.of(
                Arguments.of(new TinyBert(), TextPooling.MEAN),
                Arguments.of(new TinyBackbone("llama"), TextPooling.LAST),
                Arguments.of(new StatedPooling(new TinyBert(), TextPooling.CLS), TextPooling.CLS),
                Arguments.of(new StatedPooling(new TinyBackbone("gpt2"), TextPooling.MEAN), TextPooling.MEAN));
    }

    private static PeftTrainer.Builder<Label> trainer(BackboneSource backbone) {
        return Fixtures.trainer(new LinearProbe()).backbone(backbone);
    }

    @ParameterizedTest
    @MethodSource("backbones")
    void defaultIsThatOfTheBackbone(BackboneSource backbone, TextPooling expected) throws IOException {
        try (PeftModel<Label> model = trainer(backbone).build().train(OPINIONS);
                PeftModel<Label> explicit =
                        trainer(backbone).pooling(expected).build().train(OPINIONS)) {
            assertThat(model.session().state().pooling()).isEqualTo(expected);
            assertThat(Fixtures.scores(model, OPINIONS)).containsExactly(Fixtures.scores(explicit, OPINIONS));
            Path file = folder.resolve("model.tribuo");
            model.serializeToFile(file);
            try (PeftModel<?> loaded = PeftModel.load(file)) {
                assertThat(loaded.session().state().pooling()).isEqualTo(expected);
                assertThat(loaded.getProvenance()).isEqualTo(model.getProvenance());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("backbones")
    void settingOverridesTheBackbone(BackboneSource backbone, TextPooling own) {
        for (TextPooling pooling : TextPooling.values()) {
            try (PeftModel<Label> model =
                    trainer(backbone).pooling(pooling).build().train(OPINIONS)) {
                assertThat(model.session().state().pooling()).isEqualTo(pooling);
            }
        }
    }

    @Test
    void missingSettingIsKeptByConfigurationAndProvenance() throws IOException {
        PeftTrainer<Label> trainer = trainer(new TinyBackbone("llama")).build();
        assertThat(trainer).asString().contains("pooling=backbone's");
        File file = folder.resolve("trainer.xml").toFile();
        try (ConfigurationManager manager = new ConfigurationManager()) {
            manager.importConfigurable(trainer, "trainer");
            manager.save(file);
        }
        try (ConfigurationManager manager = new ConfigurationManager(file.toString())) {
            assertThat(manager.lookup("trainer")).hasToString(trainer.toString());
        }
        try (PeftModel<Label> model = trainer.train(OPINIONS);
                ConfigurationManager manager = new ConfigurationManager()) {
            manager.addConfiguration(
                    ProvenanceUtil.extractConfiguration(model.getProvenance().getTrainerProvenance()));
            assertThat(manager.lookupAll(PeftTrainer.class).get(0)).hasToString(trainer.toString());
        }
    }
}
