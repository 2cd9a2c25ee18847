package io.github.tribuopeft;

import com.google.protobuf.InvalidProtocolBufferException;
import io.github.tribuopeft.protos.BestEpochProto;
import io.github.tribuopeft.protos.EpochProto;
import io.github.tribuopeft.protos.TrainingCheckpointProto;
import io.github.tribuopeft.training.BestEpoch;
import io.github.tribuopeft.training.TrainingListener.TrainingEpoch;
import io.github.tribuopeft.training.TrainingSnapshot;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tribuo.protos.core.ModelProto;

/**
 * File with the state of a training run, in the format of model files: a protobuf with a SHA-256 over its content.
 *
 * @param identity the run
 * @param snapshot its state
 */
record CheckpointFile(RunIdentity identity, TrainingSnapshot snapshot) {

    /** Version of the format. */
    static final int CURRENT_VERSION = 0;

    private static final String CLASS_NAME = "io.github.tribuopeft.TrainingCheckpoint";
    private static final String KIND = "checkpoint of a training run";

    /** A file of a later version, which must neither be read nor replaced. */
    static final class LaterVersionException extends IOException {
        private static final long serialVersionUID = 1L;

        LaterVersionException(Path file, int version) {
            super(file + " was written by a newer version of this library: it has format version " + version
                    + ", but this library reads versions up to " + CURRENT_VERSION);
        }
    }

    /**
     * Reads a file.
     *
     * @throws IOException if the file is not a checkpoint, is truncated or altered, or cannot be read
     */
    static CheckpointFile read(Path file) throws IOException {
        if (!ModelFile.className(file, KIND).equals(CLASS_NAME)) {
            throw new IOException(file + " is not a " + KIND);
        }
        try {
            ModelProto proto = ModelFile.read(file, KIND);
            if (proto.getVersion() > CURRENT_VERSION) {
                throw new LaterVersionException(file, proto.getVersion());
            }
            return read(
                    ModelFile.parse(ModelFiles.unseal(proto.getSerializedData()), TrainingCheckpointProto.parser()));
        } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
            throw new IOException(file + " cannot be read as a " + KIND + ": " + e.getMessage(), e);
        } catch (OutOfMemoryError e) {
            throw ModelFile.tooLarge(file, e);
        }
    }

    private static CheckpointFile read(TrainingCheckpointProto proto) throws InvalidProtocolBufferException {
        List<TrainingEpoch> epochs = new ArrayList<>();
        for (EpochProto epoch : proto.getEpochsList()) {
            epochs.add(new TrainingEpoch(
                    epoch.getNumber(),
                    epoch.getPlanned(),
                    epoch.getSeconds(),
                    epoch.getTrainLoss(),
                    epoch.getDevelopmentMetric(),
                    epoch.getBest()));
        }
        return new CheckpointFile(
                new RunIdentity(proto.getSettingsMap(), proto.getDataMap()),
                new TrainingSnapshot(
                        ModelFiles.read(proto.getState()),
                        epochs,
                        proto.getSteps(),
                        proto.getLossSum(),
                        proto.getRows(),
                        proto.getSeconds(),
                        proto.hasBest() ? Optional.of(read(proto.getBest())) : Optional.empty()));
    }

    private static BestEpoch read(BestEpochProto proto) throws InvalidProtocolBufferException {
        return new BestEpoch(
                proto.getEpoch(),
                proto.getMetric(),
                ModelFiles.read(proto.getParameters()),
                proto.hasState() ? Optional.of(ModelFiles.read(proto.getState())) : Optional.empty());
    }

    /**
     * Writes the file. An existing file is kept until the new one is complete.
     *
     * @throws IOException if the file cannot be written; the message contains its path
     */
    void write(Path file) throws IOException {
        ModelFile.write(file, CLASS_NAME, CURRENT_VERSION, this::body);
    }

    private TrainingCheckpointProto body() {
        TrainingCheckpointProto.Builder proto = TrainingCheckpointProto.newBuilder()
                .putAllSettings(identity.settings())
                .putAllData(identity.data())
                .setState(ModelFiles.write(snapshot.state()))
                .setSteps(snapshot.steps())
                .setLossSum(snapshot.lossSum())
                .setRows(snapshot.rows())
                .setSeconds(snapshot.seconds());
        for (TrainingEpoch epoch : snapshot.epochs()) {
            proto.addEpochs(EpochProto.newBuilder()
                    .setNumber(epoch.epoch())
                    .setPlanned(epoch.epochs())
                    .setSeconds(epoch.seconds())
                    .setTrainLoss(epoch.trainLoss())
                    .setDevelopmentMetric(epoch.developmentMetric())
                    .setBest(epoch.best()));
        }
        snapshot.best().ifPresent(best -> proto.setBest(write(best)));
        return proto.build();
    }

    private static BestEpochProto write(BestEpoch best) {
        BestEpochProto.Builder proto = BestEpochProto.newBuilder()
                .setEpoch(best.epoch())
                .setMetric(best.metric())
                .setParameters(ModelFiles.write(best.parameters()));
        best.state().ifPresent(state -> proto.setState(ModelFiles.write(state)));
        return proto.build();
    }
}
