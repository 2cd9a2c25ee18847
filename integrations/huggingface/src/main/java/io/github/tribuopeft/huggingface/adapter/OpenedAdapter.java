package io.github.tribuopeft.huggingface.adapter;

import io.github.tribuopeft.backbone.BackboneSource;
import io.github.tribuopeft.huggingface.files.Printable;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Configuration of an adapter directory.
 *
 * @param files the files of the directory
 * @param config the contents of {@code adapter_config.json}
 * @param codec codec of the adapter's type
 * @param task task of the adapter
 */
record OpenedAdapter(AdapterFiles files, AdapterConfig config, AdapterCodec codec, TaskType task) {

    private static final int SHOWN_KEYS = 10;

    /**
     * Reads the configuration in a directory and logs unknown keys as a warning.
     *
     * @throws AdapterException if a file is missing, unreadable or damaged, or the type or the task is not supported
     */
    static OpenedAdapter open(Path directory) {
        AdapterFiles files = AdapterFiles.in(directory);
        AdapterConfig config = AdapterConfig.read(files.config());
        OpenedAdapter adapter = new OpenedAdapter(files, config, AdapterCodec.of(config), TaskType.of(config));
        adapter.warnOfUnknownKeys();
        return adapter;
    }

    private void warnOfUnknownKeys() {
        List<String> unknown = config.unknownKeys(codec.keys());
        if (!unknown.isEmpty()) {
            PeftAdapterDirectory.LOGGER.warning(
                    () -> Printable.text(config.file() + " has keys that are unknown for " + codec.type()
                            + " and are ignored: "
                            + unknown.stream().limit(SHOWN_KEYS).toList()
                            + (unknown.size() > SHOWN_KEYS ? " and " + (unknown.size() - SHOWN_KEYS) + " more" : "")
                            + ". If a newer PEFT wrote them, it may compute something else"));
        }
    }

    /** Returns the base model that the configuration names; empty if it names none. */
    String baseModel() {
        return config.text("base_model_name_or_path", "");
    }

    /** Logs a warning if the backbone is obviously not the base model. */
    void warnOfOtherBackbone(BackboneSource backbone) {
        if (!baseModel().isEmpty() && !mayBeBaseModel(backbone)) {
            PeftAdapterDirectory.LOGGER.warning(
                    () -> Printable.text(config.file() + " names the base model '" + baseModel()
                            + "', but the backbone is '" + backbone.hubName()
                            + "'; the results are right only if both have the same weights"));
        }
    }

    /**
     * Compares the last parts of names and the folders of the hub's cache; a directory does not contain its model's
     * name.
     */
    private boolean mayBeBaseModel(BackboneSource backbone) {
        return lastPart(baseModel()).equals(lastPart(backbone.hubName()))
                || lastPart(baseModel()).equals(lastPart(backbone.name()))
                || backbone.hubName().contains("models--" + baseModel().replace("/", "--"));
    }

    private static String lastPart(String name) {
        String[] parts = name.split("[/\\\\]+");
        return parts.length == 0 ? "" : parts[parts.length - 1].toLowerCase(Locale.ROOT);
    }
}
