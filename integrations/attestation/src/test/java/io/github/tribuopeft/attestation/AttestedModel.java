package io.github.tribuopeft.attestation;

import io.github.tribuopeft.PeftModel;
import io.github.tribuopeft.PeftTrainer;
import io.github.tribuopeft.data.TextFileSource;
import io.github.tribuopeft.head.LabelHead;
import io.github.tribuopeft.method.PrefixTuning;
import io.github.tribuopeft.testing.TinyBert;
import io.github.tribuopeft.training.TrainingOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.tribuo.MutableDataset;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;

/**
 * Tiny model with its attestation and the files of its training.
 *
 * @param model the model's file
 * @param train the training data
 * @param development the development data
 * @param files the files of the attestation
 */
record AttestedModel(Path model, Path train, Path development, AttestationFiles files) {

    static AttestedModel in(Path folder, Optional<SigningKey> key) throws IOException {
        Path file = folder.resolve("model.tribuo");
        Path train = data(folder.resolve("train.tsv"), 6);
        Path development = data(folder.resolve("dev.tsv"), 2);
        try (PeftModel<Label> model = PeftTrainer.builder(new LabelHead())
                .backbone(new TinyBert())
                .method(PrefixTuning.builder().virtualTokens(2).build())
                .options(TrainingOptions.builder().epochs(1).batchSize(4).build())
                .build()
                .train(read(train), read(development))) {
            model.serializeToFile(file);
            Attestation attestation = Attestation.of(model, "classification", file, CodeVersion.ofJar(), key);
            attestation.write();
            return new AttestedModel(file, train, development, attestation.files());
        }
    }

    private static Path data(Path file, int rows) throws IOException {
        return Files.writeString(
                file,
                IntStream.range(0, rows)
                        .mapToObj(i -> (i % 2 == 0 ? "good\ta fine film " : "bad\tan awful film ") + i + "\n")
                        .collect(Collectors.joining("", "label\ttext\n", "")));
    }

    private static MutableDataset<Label> read(Path file) throws IOException {
        return new MutableDataset<>(new TextFileSource<>(file, new LabelFactory()));
    }

    Verification verify(Optional<VerificationKey> key) throws IOException {
        return Verification.of(new Verification.Request(model, key, Optional.empty(), Optional.empty()));
    }

    Verification verify(Path dataRoot) throws IOException {
        return Verification.of(
                new Verification.Request(model, Optional.empty(), Optional.of(dataRoot), Optional.empty()));
    }
}
