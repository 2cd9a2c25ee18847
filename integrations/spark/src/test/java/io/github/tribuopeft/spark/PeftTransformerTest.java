package io.github.tribuopeft.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.tribuopeft.AdaptedModel;
import io.github.tribuopeft.Entity;
import io.github.tribuopeft.InferenceOptions;
import io.github.tribuopeft.PeftModel;
import io.github.tribuopeft.PeftSequenceModel;
import io.github.tribuopeft.PeftTextModel;
import io.github.tribuopeft.PeftTextTrainer;
import io.github.tribuopeft.data.ReplyExamples;
import io.github.tribuopeft.method.PrefixTuning;
import io.github.tribuopeft.testing.Fixtures;
import io.github.tribuopeft.testing.TinyBackbone;
import io.github.tribuopeft.text.Text;
import io.github.tribuopeft.text.TextFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tribuo.MutableDataset;
import org.tribuo.Prediction;
import org.tribuo.classification.Label;
import org.tribuo.datasource.ListDataSource;
import org.tribuo.multilabel.MultiLabel;
import org.tribuo.provenance.SimpleDataSourceProvenance;
import org.tribuo.regression.Regressor;
import scala.collection.JavaConverters;

/** Predictions in Spark are those of the model. */
class PeftTransformerTest {

    private static final StructType SCHEMA =
            new StructType().add("id", DataTypes.IntegerType).add("text", DataTypes.StringType);

    @TempDir
    private static Path directory;

    private static SparkSession spark;

    @BeforeAll
    static void start() {
        spark = SparkSession.builder()
                .master("local[2]")
                .config("spark.ui.enabled", false)
                .config("spark.driver.host", "localhost")
                .config("spark.driver.bindAddress", "127.0.0.1")
                .config("spark.sql.codegen.wholeStage", false)
                .getOrCreate();
    }

    @AfterAll
    static void stop() {
        spark.stop();
        ExecutorModels.closeUnused(0);
    }

    private static Path save(AdaptedModel model, String name) throws IOException {
        Path file = directory.resolve(name + ".tribuo");
        model.serializeToFile(file);
        return file;
    }

    private static PeftTransformer transformer(AdaptedModel model, String name) throws IOException {
        return PeftTransformer.fromFile(save(model, name)).setDevice("cpu");
    }

    private static Dataset<Row> data(List<String> texts) {
        List<Row> rows = new ArrayList<>();
        for (String text : texts) {
            rows.add(RowFactory.create(rows.size(), text));
        }
        return spark.createDataFrame(rows, SCHEMA).coalesce(1);
    }

    /** Texts of different lengths, so that batches have another order than rows. */
    private static List<String> texts() {
        List<String> texts = new ArrayList<>();
        Fixtures.opinions(23)
                .forEach(example ->
                        texts.add(example.getMetadataValue("text").orElseThrow().toString()));
        return texts;
    }

    private static Map<String, Double> scores(Row prediction, String field) {
        return prediction.getJavaMap(prediction.fieldIndex(field));
    }

    @Test
    void predictsLabelsInTheOrderOfRows() throws IOException {
        try (PeftModel<Label> model = TinyModels.classifier(1)) {
            PeftTransformer transformer = transformer(model, "labels").setBatchRows(7);
            Dataset<Row> predictions = transformer.transform(data(texts()));

            assertThat(predictions.schema().simpleString())
                    .isEqualTo("struct<id:int,text:string,prediction:struct<label:string,scores:map<string,double>>,"
                            + "prediction_error:string>");
            List<Row> rows = predictions.collectAsList();
            List<Prediction<Label>> expected = model.predictAll(texts());
            assertThat(rows).hasSameSizeAs(expected);
            for (int i = 0; i < rows.size(); i++) {
                assertThat(rows.get(i).getInt(0)).isEqualTo(i);
                assertThat(rows.get(i).getString(1)).isEqualTo(texts().get(i));
                assertThat(rows.get(i).getStruct(2).getString(0))
                        .isEqualTo(expected.get(i).getOutput().getLabel());
                Map<String, Double> scores = scores(rows.get(i).getStruct(2), "scores");
                assertThat(scores).hasSize(2);
                expected.get(i).getOutputScores().forEach((name, label) -> assertThat(scores.get(name))
                        .isCloseTo(label.getScore(), within(1e-6)));
                assertThat(rows.get(i).isNullAt(3)).isTrue();
            }
            assertThat(transformer.predictedRows()).isEqualTo(23);
            assertThat(transformer.failedRows()).isZero();
        }
    }

    @Test
    void rowsWithoutTextHaveAnError() throws IOException {
        List<String> texts = new ArrayList<>(List.of("the film is good", " ", "the book is bad"));
        texts.add(1, null);
        try (PeftModel<Label> model = TinyModels.classifier(1)) {
            PeftTransformer transformer = transformer(model, "errors");
            List<Row> rows = transformer.transform(data(texts)).collectAsList();
            assertThat(rows)
                    .extracting(row -> row.getString(3))
                    .containsExactly(null, "The text is null", "The text is blank", null);
            assertThat(rows).extracting(row -> row.isNullAt(2)).containsExactly(false, true, true, false);
            assertThat(rows.get(3).getStruct(2).getString(0))
                    .isEqualTo(model.predict("the book is bad").getOutput().getLabel());
            assertThat(transformer.predictedRows()).isEqualTo(2);
            assertThat(transformer.failedRows()).isEqualTo(2);
        }
    }

    @Test
    void rowsThatAreNotReadLeaveNoModelInUse() throws IOException {
        try (PeftModel<Label> model = TinyModels.classifier(1)) {
            PeftTransformer transformer = transformer(model, "limit").setBatchRows(1);
            assertThat(transformer.transform(data(texts())).takeAsList(2)).hasSize(2);
            assertThat(transformer.predictedRows()).isBetween(2L, 3L);

            ExecutorModels.Lease lease =
                    ExecutorModels.open(transformer.model(), InferenceOptions.DEFAULT.withDevice("cpu"));
            lease.close();
            ExecutorModels.closeUnused(0);
            assertThat(ExecutorModelsTest.isOpen(lease.model())).isFalse();
        }
    }

    @Test
    void predictsSeveralLabels() throws IOException {
        try (PeftModel<MultiLabel> model = TinyModels.topics()) {
            Row prediction = onlyPrediction(transformer(model, "topics"), "the film is good");
            Prediction<MultiLabel> expected = model.predict("the film is good");
            assertThat(JavaConverters.seqAsJavaList(prediction.<String>getSeq(0)))
                    .containsExactlyElementsOf(
                            new TreeSet<>(expected.getOutput().getNameSet()));
            assertThat(scores(prediction, "scores")).containsOnlyKeys("text", "good", "bad");
        }
    }

    @Test
    void predictsNumbers() throws IOException {
        try (PeftModel<Regressor> model = TinyModels.ratings()) {
            Row prediction = onlyPrediction(transformer(model, "ratings"), "the film is good");
            assertThat(scores(prediction, "values"))
                    .isEqualTo(Map.of(
                            "rating",
                            model.predict("the film is good").getOutput().getValues()[0]));
        }
    }

    @Test
    void findsEntities() throws IOException {
        String text = "the  new film of the city is good .";
        try (PeftSequenceModel model = TinyModels.tagger()) {
            List<Entity> expected = model.tag(text).entities();
            assertThat(expected).isNotEmpty();
            Row prediction = onlyPrediction(transformer(model, "entities"), text);
            List<Row> entities = prediction.getList(0);
            assertThat(entities)
                    .extracting(row ->
                            List.of(row.getString(0), row.getInt(1), row.getInt(2), row.getString(3), row.getDouble(4)))
                    .isEqualTo(expected.stream()
                            .map(entity -> List.<Object>of(
                                    entity.type(), entity.begin(), entity.end(), entity.text(), entity.score()))
                            .toList());
        }
    }

    private static Row onlyPrediction(PeftTransformer transformer, String text) {
        return transformer.transform(data(List.of(text))).first().getStruct(2);
    }

    @Test
    void isSavedAndReadInAPipeline() throws IOException {
        Path saved = directory.resolve("pipeline");
        try (PeftModel<Label> model = TinyModels.classifier(2)) {
            PeftTransformer transformer = transformer(model, "saved")
                    .setOutputCol("opinion")
                    .setErrorCol("reason")
                    .setBatchRows(5);
            PipelineModel pipeline =
                    new Pipeline().setStages(new PipelineStage[] {transformer}).fit(data(texts()));
            pipeline.save(saved.toString());

            PipelineModel read = PipelineModel.load(saved.toString());
            PeftTransformer stage = (PeftTransformer) read.stages()[0];
            assertThat(stage.uid()).isEqualTo(transformer.uid());
            assertThat(stage.modelSha256()).isEqualTo(transformer.modelSha256());
            assertThat(stage.explainParams()).isEqualTo(transformer.explainParams());
            assertThat(read.transform(data(texts())).collectAsList())
                    .isEqualTo(pipeline.transform(data(texts())).collectAsList());
            assertThat(read.transform(data(texts())).columns()).containsExactly("id", "text", "opinion", "reason");
        }
        try (var files = Files.walk(saved)) {
            Path model = files.filter(file -> file.endsWith("model.tribuo"))
                    .findFirst()
                    .orElseThrow();
            Files.write(model, new byte[] {1, 2, 3});
        }
        assertThatThrownBy(() -> PipelineModel.load(saved.toString())).hasMessageContaining("model.tribuo");
    }

    @Test
    void unusableColumnsAreRejected() throws IOException {
        try (PeftModel<Label> model = TinyModels.classifier(1)) {
            PeftTransformer transformer = transformer(model, "columns");
            assertThatThrownBy(() -> transformer
                            .copy(transformer.extractParamMap())
                            .setInputCol("body")
                            .transformSchema(SCHEMA))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("inputCol: there is no column 'body'; the columns are [id, text]");
            assertThatThrownBy(() -> transformer
                            .copy(transformer.extractParamMap())
                            .setInputCol("id")
                            .transformSchema(SCHEMA))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("inputCol: column 'id' has type int; expected string");
            assertThatThrownBy(() -> transformer
                            .copy(transformer.extractParamMap())
                            .setOutputCol("text")
                            .transformSchema(SCHEMA))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("outputCol: there is already a column 'text'; expected a new name");
            assertThatThrownBy(() -> transformer.setBatchRows(0)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> transformer.setBatchTokens(0)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> transformer.setDevice("gpu")).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void otherFilesAreRejected() throws IOException {
        Path file = directory.resolve("notes.txt");
        Files.writeString(file, "notes");
        assertThatThrownBy(() -> PeftTransformer.fromFile(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(file.toString());

        TextFactory factory = new TextFactory();
        MutableDataset<Text> replies = new MutableDataset<>(new ListDataSource<>(
                List.of(ReplyExamples.reply("who are you ? ", "i am good")),
                factory,
                new SimpleDataSourceProvenance("replies", factory)));
        try (PeftTextModel model = PeftTextTrainer.builder()
                .developmentFraction(0)
                .backbone(new TinyBackbone("llama"))
                .method(PrefixTuning.builder().virtualTokens(2).build())
                .options(Fixtures.options().epochs(1).build())
                .device("cpu")
                .build()
                .train(replies)) {
            Path persona = save(model, "persona");
            assertThatThrownBy(() -> PeftTransformer.fromFile(persona))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("The model is a PeftTextModel with outputs of type Text; expected a classifier, a"
                            + " regression model or a tagger");
        }
    }
}
