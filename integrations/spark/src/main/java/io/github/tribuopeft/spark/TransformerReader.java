package io.github.tribuopeft.spark;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.MLReader;
import scala.Option;

/** Reads a transformer that a {@link TransformerWriter} wrote. */
final class TransformerReader extends MLReader<PeftTransformer> {

    @Override
    public PeftTransformer load(String path) {
        DefaultParamsReader.Metadata metadata =
                DefaultParamsReader.loadMetadata(path, sc(), PeftTransformer.class.getName());
        Path file = new Path(path, TransformerWriter.MODEL);
        try (InputStream in = file.getFileSystem(sc().hadoopConfiguration()).open(file)) {
            PeftTransformer transformer = new PeftTransformer(metadata.uid(), ModelContent.of(in.readAllBytes()));
            metadata.getAndSetParams(transformer, Option.empty());
            return transformer;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the model of " + file + ": " + e.getMessage(), e);
        }
    }
}
