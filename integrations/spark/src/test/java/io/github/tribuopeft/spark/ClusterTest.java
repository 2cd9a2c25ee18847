package io.github.tribuopeft.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tribuopeft.PeftModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tribuo.classification.Label;

/** Predictions in an executor that is a process of its own. */
@Tag("large")
class ClusterTest {

    @TempDir
    private Path directory;

    @Test
    void executorsOpenModelAndBackboneThemselves() throws IOException {
        Files.createDirectories(Path.of(System.getenv("SPARK_HOME"), "jars"));
        Path file = directory.resolve("model.tribuo");
        List<String> texts = List.of("the film is good", "the book is bad", "the plot is poor");
        try (PeftModel<Label> model = TinyModels.classifier(1);
                SparkSession spark = SparkSession.builder()
                        .master("local-cluster[1,1,1024]")
                        .config("spark.ui.enabled", false)
                        .config("spark.driver.host", "localhost")
                        .config("spark.driver.bindAddress", "127.0.0.1")
                        .config("spark.executor.memory", "512m")
                        .config("spark.executor.extraClassPath", classPath())
                        .getOrCreate()) {
            model.serializeToFile(file);
            PeftTransformer transformer = PeftTransformer.fromFile(file).setDevice("cpu");
            List<Row> rows = transformer
                    .transform(spark.createDataset(texts, Encoders.STRING()).toDF("text"))
                    .collectAsList();
            assertThat(rows)
                    .extracting(row -> row.getStruct(1).getString(0))
                    .containsExactlyElementsOf(model.predictAll(texts).stream()
                            .map(prediction -> prediction.getOutput().getLabel())
                            .toList());
            assertThat(transformer.predictedRows()).isEqualTo(3);
        }
    }

    /** Returns the class path of this test, also where Surefire has put it into the manifest of a jar. */
    private static String classPath() {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }
}
