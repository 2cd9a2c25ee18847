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
 * A file of weights in memory, mapped by libtorch and not by Java, whose buffers end at 2 GiB. Nothing is read before it is looked at. What keeps the file
 * mapped is the arrays alone; it must not be written to meanwhile.
 */
public final class MappedFile {

    /** Made once, at the first file, and kept: it holds nothing of any file. */
    private static final class Reader {
        private static final NDManager MANAGER = TorchRuntime.newManager(Device.cpu());
        private static final TorchScriptModule PROGRAM =
                TorchScriptModule.load(MANAGER, ProgramSource.of(MappedFile.class, "mapped"), Map.of());
    }

    /** In UTF-8, whatever the JVM makes of text that it hands to libtorch. */
    private final long[] path;

    /** Names a file, which is mapped when a first array of it is wanted. */
    public MappedFile(Path file) {
        byte[] name = file.toAbsolutePath().toString().getBytes(StandardCharsets.UTF_8);
        path = new long[name.length];
        for (int i = 0; i < path.length; i++) {
            path[i] = Byte.toUnsignedLong(name[i]);
        }
    }

    /**
     * Numbers as they lie in the file: a view of it, whatever its size. Only numbers that begin at no multiple of their width are copied.
     *
     * @param owner the owner of the array, which is in the computer's memory even if the owner's device is another
     * @param begin the first byte
     * @param shape the shape, which says where the numbers end
     * @return an array of the format's {@link FloatFormat#transportType}
     * @throws IOException if the file is gone or too short, or the system does not map it
     */
    public NDArray view(NDManager owner, long begin, Shape shape, FloatFormat format) throws IOException {
        NativeLibraries.torch(); // before the reader, which would hide why it cannot be made
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
