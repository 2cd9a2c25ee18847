package io.github.tribuopeft.spark;

import io.github.tribuopeft.AdaptedModel;
import io.github.tribuopeft.InferenceOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Transformer of Spark ML that predicts for a column of texts with an adapted model.
 *
 * <pre>{@code
 * PeftTransformer transformer = PeftTransformer.fromFile(Path.of("model.tribuo")).setInputCol("body");
 * Dataset<Row> predictions = transformer.transform(texts); // columns of texts, prediction, prediction_error
 * predictions.select("body", "prediction.label").show();
 * }</pre>
 *
 * <p>The type of the prediction depends on the model:
 *
 * <ul>
 *   <li>classifier of one label: {@code struct<label: string, scores: map<string, double>>}
 *   <li>classifier of several labels: {@code struct<labels: array<string>, scores: map<string, double>>}
 *   <li>regression model: {@code struct<values: map<string, double>>}
 *   <li>tagger: {@code struct<entities: array<struct<type: string, begin: int, end: int, text: string, score: double>>>},
 *       with offsets in {@code char}s of the text; a tagger whose tags do not mark entities finds none
 * </ul>
 *
 * <p>A row whose text is null or blank has a null prediction and the reason in the error column; all other rows have a
 * null error. Rows keep their order and partitions. Predictions are those of the model itself.
 *
 * <p>Executors receive the content of the model file and open the backbone themselves, once for each JVM: from their
 * class path, or from the directory of the training, which must exist on each machine. A backbone that cannot be opened
 * fails the job.
 */
public final class PeftTransformer extends Transformer implements MLWritable {

    private static final long serialVersionUID = 1L;

    private final String uid;
    private final ModelContent model;
    private final StructType predictionType;
    private final Param<String> inputCol;
    private final Param<String> outputCol;
    private final Param<String> errorCol;
    private final Param<String> device;
    private final IntParam batchRows;
    private final IntParam batchTokens;

    private transient SparkContext countedContext;
    private transient RowCounts counts;

    /**
     * Creates a transformer.
     *
     * @throws IOException if the content is not that of a model file
     * @throws IllegalArgumentException if the model is not a classifier, a regression model or a tagger
     */
    PeftTransformer(String uid, ModelContent model) throws IOException {
        this(uid, model, predictionType(model));
    }

    private PeftTransformer(String uid, ModelContent model, StructType predictionType) {
        this.uid = uid;
        this.model = model;
        this.predictionType = predictionType;
        inputCol = new Param<>(this, "inputCol", "column with texts");
        outputCol = new Param<>(this, "outputCol", "new column for predictions");
        errorCol = new Param<>(this, "errorCol", "new column for the reasons why rows have no prediction");
        device = new Param<>(this, "device", "auto, cpu or cuda:N");
        batchRows = new IntParam(
                this, "batchRows", "number of rows for which one call predicts (>= 1)", ParamValidators.gtEq(1));
        batchTokens = new IntParam(
                this, "batchTokens", "maximum number of tokens in a batch (>= 1)", ParamValidators.gtEq(1));
        setDefault(inputCol, "text");
        setDefault(outputCol, "prediction");
        setDefault(errorCol, "prediction_error");
        setDefault(device, InferenceOptions.DEFAULT.device());
        setDefault(batchRows, 256);
        setDefault(batchTokens, InferenceOptions.DEFAULT.batchTokens());
    }

    private static StructType predictionType(ModelContent content) throws IOException {
        try (AdaptedModel model = content.load(InferenceOptions.DEFAULT)) {
            return TextPredictor.of(model).type();
        }
    }

    /**
     * Creates a transformer with the model of a local file.
     *
     * @throws IOException if the file cannot be read, is not a model file, or was altered
     * @throws IllegalArgumentException if the model is not a classifier, a regression model or a tagger
     */
    public static PeftTransformer fromFile(Path file) throws IOException {
        // Checks the file first, so that messages contain its name and not that of a copy.
        AdaptedModel.load(file).close();
        return new PeftTransformer(Identifiable$.MODULE$.randomUID("peft"), ModelContent.of(Files.readAllBytes(file)));
    }

    /** Returns the reader of transformers that {@link #write} saved. */
    public static MLReader<PeftTransformer> read() {
        return new TransformerReader();
    }

    /** Reads a transformer that was saved in a directory of any file system that Spark knows. */
    public static PeftTransformer load(String path) {
        return read().load(path);
    }

    /** Returns a writer of the parameters and the model file. */
    @Override
    public MLWriter write() {
        return new TransformerWriter(this);
    }

    @Override
    public String uid() {
        return uid;
    }

    ModelContent model() {
        return model;
    }

    /** Returns the SHA-256 of the model file, in lower-case hex. */
    public String modelSha256() {
        return model.sha256();
    }

    /** Returns the parameter of the column with texts; {@code text} by default. */
    public Param<String> inputCol() {
        return inputCol;
    }

    /** Returns the parameter of the column for predictions; {@code prediction} by default. */
    public Param<String> outputCol() {
        return outputCol;
    }

    /** Returns the parameter of the column for errors; {@code prediction_error} by default. */
    public Param<String> errorCol() {
        return errorCol;
    }

    /** Returns the parameter of the device, see {@link InferenceOptions#device}; {@code auto} by default. */
    public Param<String> device() {
        return device;
    }

    /** Returns the parameter of the number of rows for which one call predicts; 256 by default. */
    public IntParam batchRows() {
        return batchRows;
    }

    /** Returns the parameter of the maximum number of tokens in a batch, see {@link InferenceOptions#batchTokens}. */
    public IntParam batchTokens() {
        return batchTokens;
    }

    /** Sets the column with texts. */
    public PeftTransformer setInputCol(String column) {
        return (PeftTransformer) set(inputCol, column);
    }

    /** Sets the column for predictions. */
    public PeftTransformer setOutputCol(String column) {
        return (PeftTransformer) set(outputCol, column);
    }

    /** Sets the column for errors. */
    public PeftTransformer setErrorCol(String column) {
        return (PeftTransformer) set(errorCol, column);
    }

    /**
     * Sets the device of the executors.
     *
     * @throws IllegalArgumentException if it has no valid name
     */
    public PeftTransformer setDevice(String name) {
        return (PeftTransformer)
                set(device, InferenceOptions.DEFAULT.withDevice(name).device());
    }

    /**
     * Sets the number of rows for which one call predicts. They are in memory at the same time, and are divided into
     * batches of texts of similar length.
     *
     * @throws IllegalArgumentException if it is smaller than 1
     */
    public PeftTransformer setBatchRows(int rows) {
        return (PeftTransformer) set(batchRows, rows);
    }

    /**
     * Sets the maximum number of tokens in a batch.
     *
     * @throws IllegalArgumentException if it is smaller than 1
     */
    public PeftTransformer setBatchTokens(int tokens) {
        return (PeftTransformer) set(batchTokens, tokens);
    }

    /**
     * Returns the number of rows for which this transformer has predicted, in all actions of this process so far. As
     * always with accumulators, rows of repeated tasks count again.
     */
    public long predictedRows() {
        return counts == null ? 0 : counts.predicted().value();
    }

    /** Returns the number of rows with an error, see {@link #predictedRows}. */
    public long failedRows() {
        return counts == null ? 0 : counts.failed().value();
    }

    /**
     * Returns the schema of transformed data.
     *
     * @throws IllegalArgumentException if the schema has no column of texts, or already has one of the new columns
     */
    @Override
    public StructType transformSchema(StructType schema) {
        String text = getOrDefault(inputCol);
        List<String> names = Arrays.asList(schema.fieldNames());
        if (!names.contains(text)) {
            throw new IllegalArgumentException("inputCol: there is no column '" + text + "'; the columns are " + names);
        }
        DataType type = schema.apply(text).dataType();
        if (!type.equals(DataTypes.StringType)) {
            throw new IllegalArgumentException("inputCol: column '" + text + "' has type " + type.simpleString()
                    + "; expected " + DataTypes.StringType.simpleString());
        }
        return with(with(schema, outputCol, predictionType), errorCol, DataTypes.StringType);
    }

    private StructType with(StructType schema, Param<String> column, DataType type) {
        String name = getOrDefault(column);
        if (Arrays.asList(schema.fieldNames()).contains(name)) {
            throw new IllegalArgumentException(
                    column.name() + ": there is already a column '" + name + "'; expected a new name");
        }
        return schema.add(name, type, true);
    }

    /** {@inheritDoc} Predicts when an action reads the result. */
    @Override
    public Dataset<Row> transform(Dataset<?> dataset) {
        StructType schema = transformSchema(dataset.schema());
        SparkContext context = dataset.sparkSession().sparkContext();
        Broadcast<ModelContent> content =
                JavaSparkContext.fromSparkContext(context).broadcast(model);
        PartitionFunction function = new PartitionFunction(
                content,
                getOrDefault(device),
                (int) getOrDefault(batchTokens),
                dataset.schema().fieldIndex(getOrDefault(inputCol)),
                (int) getOrDefault(batchRows),
                counts(context));
        return dataset.toDF().mapPartitions(function, Encoders.row(schema));
    }

    private synchronized RowCounts counts(SparkContext context) {
        if (countedContext != context) {
            countedContext = context;
            counts = RowCounts.register(context, uid);
        }
        return counts;
    }

    @Override
    public PeftTransformer copy(ParamMap extra) {
        return copyValues(new PeftTransformer(uid, model, predictionType), extra);
    }
}
