package io.github.tribuopeft.backbone;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.github.tribuopeft.engine.TorchRuntime;
import io.github.tribuopeft.engine.TorchScriptModule;
import java.util.OptionalInt;

/**
 * The native parts of a backbone, which all its handles share.
 *
 * @param key what identifies the backbone
 * @param architecture the architecture
 * @param defaultPooling the pooling where a trainer sets none
 * @param hasLmHead whether all weights of the language-model head are loaded
 * @param endToken the token that ends a text; empty if it is not known
 * @param manager the owner of the native memory
 * @param program the program with the weights
 * @param pass how the hidden states are computed
 * @param tokenizer the tokenizer
 */
record LoadedBackbone(
        Key key,
        Architecture architecture,
        TextPooling defaultPooling,
        boolean hasLmHead,
        OptionalInt endToken,
        NDManager manager,
        TorchScriptModule program,
        ForwardPass pass,
        BackboneTokenizer tokenizer)
        implements AutoCloseable {

    /**
     * Identity of a backbone in memory.
     *
     * @param fingerprint hashes of its files
     * @param device the device of its weights
     * @param precision the number format of its weights
     */
    record Key(Fingerprint fingerprint, Device device, Precision precision) {}

    /** Returns a new manager on the backbone's device. The caller closes it. */
    NDManager newManager() {
        return TorchRuntime.newManager(key.device());
    }

    @Override
    public void close() {
        tokenizer.close();
        pass.close();
        program.close();
        manager.close();
    }
}
