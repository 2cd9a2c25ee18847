package io.github.tribuopeft.spark;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.util.DefaultParamsWriter;
import org.apache.spark.ml.util.MLWriter;
import scala.Option;

/** Writes the parameters of a transformer as Spark does, and its model file next to them. */
final class TransformerWriter extends MLWriter {

    static final String MODEL = "model.tribuo";

    private final PeftTransformer transformer;

    TransformerWriter(PeftTransformer transformer) {
        this.transformer = transformer;
    }

    @Override
    public void saveImpl(String path) {
        DefaultParamsWriter.saveMetadata(transformer, path, sc(), Option.empty(), Option.empty());
        Path file = new Path(path, MODEL);
        try (OutputStream out = file.getFileSystem(sc().hadoopConfiguration()).create(file)) {
            out.write(transformer.model().bytes());
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write " + file + ": " + e.getMessage(), e);
        }
    }
}
