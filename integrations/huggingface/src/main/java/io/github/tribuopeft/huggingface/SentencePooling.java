package io.github.tribuopeft.huggingface;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.tribuopeft.backbone.BackboneException;
import io.github.tribuopeft.backbone.TextPooling;
import io.github.tribuopeft.huggingface.files.ConfigFile;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Logger;
import java.util.stream.Stream;

/**
 * Pooling settings of sentence-transformers: {@code modules.json} names the folder of the pooling, and the
 * {@code config.json} there its mode.
 */
final class SentencePooling {

    private static final Logger logger = Logger.getLogger(SentencePooling.class.getName());

    private static final String MODULES = "modules.json";
    private static final String DEFAULT_FOLDER = "1_Pooling";
    private static final String FLAG = "pooling_mode_";

    /**
     * Modes as earlier versions write them, with a flag for each mode, and as later versions write them, with a name.
     */
    private static final Map<String, TextPooling> MODES = Map.of(
            "cls_token", TextPooling.CLS,
            "cls", TextPooling.CLS,
            "mean_tokens", TextPooling.MEAN,
            "mean", TextPooling.MEAN,
            "lasttoken", TextPooling.LAST);

    private SentencePooling() {}

    /**
     * Reads the settings of a directory.
     *
     * @return empty if there are no settings, or the mode is not supported, which is logged
     * @throws BackboneException if a file is not valid JSON, or the folder of the pooling is not in the directory
     */
    static Optional<TextPooling> in(Path directory) {
        Path file = directory.resolve(folder(directory)).resolve(HuggingFaceDirectory.CONFIG);
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        List<String> modes = modes(ConfigFile.read(file).json());
        if (modes.size() == 1 && MODES.containsKey(modes.get(0))) {
            return Optional.of(MODES.get(modes.get(0)));
        }
        if (!modes.isEmpty()) {
            logger.warning(() -> file + " names the pooling modes " + modes
                    + ", which are not supported: the architecture's default pooling is used unless another is set");
        }
        return Optional.empty();
    }

    /** Returns the settings files that a directory has. */
    static Stream<Path> files(Path directory) {
        return Stream.of(
                        directory.resolve(MODULES),
                        directory.resolve(folder(directory)).resolve(HuggingFaceDirectory.CONFIG))
                .filter(Files::isRegularFile);
    }

    private static String folder(Path directory) {
        Path file = directory.resolve(MODULES);
        if (!Files.isRegularFile(file)) {
            return DEFAULT_FOLDER;
        }
        for (JsonNode module : ConfigFile.read(file).json()) {
            if (module.path("type").asText().endsWith(".Pooling")) {
                return inside(directory, module.path("path").asText(), file);
            }
        }
        return DEFAULT_FOLDER;
    }

    private static String inside(Path directory, String path, Path file) {
        try {
            if (directory.resolve(path).normalize().startsWith(directory.normalize())) {
                return path;
            }
        } catch (InvalidPathException e) {
            throw new BackboneException(file + " names an invalid folder: '" + path + "'", e);
        }
        throw new BackboneException(file + " names a folder outside its directory: '" + path + "'");
    }

    private static List<String> modes(JsonNode config) {
        List<String> modes = new ArrayList<>();
        config.fields().forEachRemaining(setting -> {
            if (setting.getKey().startsWith(FLAG) && setting.getValue().asBoolean()) {
                modes.add(setting.getKey().substring(FLAG.length()));
            }
        });
        if (config.path("pooling_mode").isTextual()) {
            modes.add(config.path("pooling_mode").asText());
        }
        return modes;
    }
}
