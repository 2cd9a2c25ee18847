package io.github.tribuopeft.huggingface.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.tribuopeft.backbone.VirtualTokens.Placement;
import io.github.tribuopeft.head.DenseLayer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Versions of the metadata in exported adapters. */
class AdapterMetadataTest {

    private static final Path FILE = Path.of("adapter_model.safetensors");
    private static final AdapterMetadata METADATA =
            new AdapterMetadata(List.of("bad", "good"), "CLS", DenseLayer.NONE, Placement.BEFORE, 48, null);

    private static Map<String, String> version(int version) {
        return Map.of(
                "tribuo_peft",
                METADATA.entries().get("tribuo_peft").replaceFirst("\\{", "{\"version\":" + version + ","));
    }

    @Test
    void writtenAndRead() {
        assertThat(AdapterMetadata.of(METADATA.entries(), FILE)).contains(METADATA);
    }

    @Test
    void newerVersionIsRefusedByName() {
        assertThatThrownBy(() -> AdapterMetadata.of(version(1), FILE))
                .isInstanceOf(AdapterException.class)
                .hasMessage(FILE + " was written by a newer version of this library: its metadata 'tribuo_peft' has"
                        + " version 1, but this library reads versions up to 0");
    }
}
