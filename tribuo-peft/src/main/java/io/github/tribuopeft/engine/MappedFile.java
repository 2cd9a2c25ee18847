package io.github.tribuopeft.engine;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Memory-mapped file of weights. libtorch maps it, since Java's buffers are limited to 2 GiB. Values are read from the
 * disk on first access. The file stays mapped as long as its arrays are open, and must not be written to until then.
 */
public final class MappedFile {

    /** Program that maps files. It is compiled once and shared by all files. */
    private static final class Reader {
        private static final NDManager MANAGER = TorchRuntime.newManager(Device.cpu());
        private static final TorchScriptModule PROGRAM =
                TorchScriptModule.load(MANAGER, ProgramSource.of(MappedFile.class, "mapped"), Map.of());
    }

    /** Bytes of the path in UTF-8; the encoding of strings that the JVM passes to libtorch depends on the locale. */
    private final long[] path;

    /** Creates a reference to a file, which is mapped by {@link #view}. */
    public MappedFile(Path file) {
        byte[] name = file.toAbsolutePath().toString().getBytes(StandardCharsets.UTF_8);
        path = new long[name.length];
        for (int i = 0; i < path.length; i++) {
            path[i] = Byte.toUnsignedLong(name[i]);
        }
    }

    /**
     * Returns numbers of the file as a view of it, which may be larger than 2 GiB. Numbers whose offset is not a
     * multiple of their width are copied.
     *
     * @param owner the owner of the array, which is in main memory whatever the owner's device
     * @param begin offset of the first byte
     * @param shape the shape of the array
     * @return an array of the format's {@link FloatFormat#transportType}
     * @throws IOException if the file is missing or too short, or cannot be mapped
     */
    public NDArray view(NDManager owner, long begin, Shape shape, FloatFormat format) throws IOException {
        NativeLibraries.torch(); // before the reader is initialized, which would hide the reason of an error
        try (NDManager scope = Reader.MANAGER.newSubManager()) {
            NDArray numbers =
                    scope.create(new long[] {format.transportType().torchCode(), begin, shape.size(), format.bytes()});
            NDArray view = Reader.PROGRAM
                    .call("read", List.of(scope.create(path)), Map.of("numbers", numbers))
                    .reshape(shape);
            view.attach(owner);
            return view;
        } catch (EngineException e) {
            throw new IOException("it cannot be mapped into memory: " + TorchScriptModule.reason(e), e);
        }
    }
}
