package io.github.tribuopeft.huggingface;

import io.github.tribuopeft.backbone.BackboneException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Errors about directories whose weights are missing or in a format that is not read, such as pickles, which can run
 * code.
 */
final class UnsupportedWeights {

    /**
     * Format that is not read.
     *
     * @param suffix suffix of the names of its files
     * @param remedy advice for the user; %1$s is the name of the file
     */
    private record Format(String suffix, String remedy) {}

    private static final String RESAVE = "python -c \"from transformers import AutoModel; "
            + "AutoModel.from_pretrained('.'%s).save_pretrained('.')\"";

    private static final String UNPICKLE = "python -c \"import torch; from safetensors.torch import save_file; "
            + "save_file({k: v.clone().contiguous() for k, v in torch.load('%1$s', map_location='cpu', "
            + "weights_only=True).items()}, 'model.safetensors')\"";

    /** The formats in the order in which a directory is searched for them. */
    private static final List<Format> FORMATS = List.of(
            new Format(".bin.index.json", "Convert them once, in that directory: " + RESAVE.formatted("")),
            new Format(".bin", "Convert it once, in that directory: " + UNPICKLE),
            new Format(
                    ".pt", "If it contains a dictionary of weights, convert it once, in that directory: " + UNPICKLE),
            new Format(
                    ".pth", "If it contains a dictionary of weights, convert it once, in that directory: " + UNPICKLE),
            new Format(
                    ".h5",
                    "Convert it once, with transformers 4, in that directory: " + RESAVE.formatted(", from_tf=True")),
            new Format(
                    ".msgpack",
                    "Convert it once, with transformers 4, in that directory: " + RESAVE.formatted(", from_flax=True")),
            new Format(
                    ".gguf", "Its weights are quantized for another engine; download the original's model.safetensors"),
            new Format(".onnx", "It contains a graph with its weights; download the original's model.safetensors"));

    private UnsupportedWeights() {}

    /** Returns the error for a directory without readable weights. */
    static BackboneException in(Path directory) {
        List<String> files;
        try (Stream<Path> all = Files.list(directory)) {
            files = all.map(file -> file.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            return BackboneException.unreadable(directory, e);
        }
        String without = "The backbone directory " + directory + " has no " + WeightFiles.WHOLE;
        for (Format format : FORMATS) {
            for (String file : files) {
                if (file.endsWith(format.suffix())) {
                    return new BackboneException(without + " but " + file + ", which is not read. "
                            + format.remedy().formatted(file));
                }
            }
        }
        return new BackboneException(without + " and no " + WeightFiles.INDEX
                + ". It needs one of them in addition to config.json and tokenizer.json");
    }
}
