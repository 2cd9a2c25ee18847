package io.github.tribuopeft.spark;

import io.github.tribuopeft.AdaptedModel;
import io.github.tribuopeft.Entity;
import io.github.tribuopeft.PeftModel;
import io.github.tribuopeft.PeftSequenceModel;
import io.github.tribuopeft.TaggedText;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.tribuo.Prediction;
import org.tribuo.classification.Label;
import org.tribuo.multilabel.MultiLabel;
import org.tribuo.regression.Regressor;
import scala.collection.JavaConverters;

/**
 * Predictions of a model as rows of Spark.
 *
 * @param type the type of a prediction
 * @param predict returns the predictions for texts, in their order
 */
record TextPredictor(StructType type, Function<List<String>, List<Row>> predict) {

    private static final String SCORES = "scores";

    private static final StructType LABEL = new StructType()
            .add("label", DataTypes.StringType, false)
            .add(SCORES, DataTypes.createMapType(DataTypes.StringType, DataTypes.DoubleType, false), false);

    private static final StructType LABELS = new StructType()
            .add("labels", DataTypes.createArrayType(DataTypes.StringType, false), false)
            .add(SCORES, DataTypes.createMapType(DataTypes.StringType, DataTypes.DoubleType, false), false);

    private static final StructType VALUES = new StructType()
            .add("values", DataTypes.createMapType(DataTypes.StringType, DataTypes.DoubleType, false), false);

    private static final StructType ENTITY = new StructType()
            .add("type", DataTypes.StringType, false)
            .add("begin", DataTypes.IntegerType, false)
            .add("end", DataTypes.IntegerType, false)
            .add("text", DataTypes.StringType, false)
            .add("score", DataTypes.DoubleType, false);

    private static final StructType ENTITIES =
            new StructType().add("entities", DataTypes.createArrayType(ENTITY, false), false);

    /** Predictors of models for texts, by the class of their outputs. */
    private static final Map<Class<?>, Function<PeftModel<?>, TextPredictor>> BY_OUTPUT = Map.of(
            Label.class, model -> of(LABEL, model.castModel(Label.class), TextPredictor::label),
            MultiLabel.class, model -> of(LABELS, model.castModel(MultiLabel.class), TextPredictor::labels),
            Regressor.class, model -> of(VALUES, model.castModel(Regressor.class), TextPredictor::values));

    /**
     * Returns the predictor of a model.
     *
     * @throws IllegalArgumentException if the model is not a classifier, a regression model or a tagger
     */
    static TextPredictor of(AdaptedModel model) {
        if (model instanceof PeftSequenceModel tagger) {
            return new TextPredictor(ENTITIES, texts -> tagger.tagAll(texts).stream()
                    .map(TextPredictor::entities)
                    .toList());
        }
        Class<?> output = model.state().head().unknown().getClass();
        if (model instanceof PeftModel<?> texts && BY_OUTPUT.containsKey(output)) {
            return BY_OUTPUT.get(output).apply(texts);
        }
        throw new IllegalArgumentException("The model is a " + model.getClass().getSimpleName() + " with outputs of"
                + " type " + output.getSimpleName() + "; expected a classifier, a regression model or a tagger");
    }

    private static <T extends org.tribuo.Output<T>> TextPredictor of(
            StructType type, PeftModel<T> model, Function<Prediction<T>, Row> row) {
        return new TextPredictor(
                type, texts -> model.predictAll(texts).stream().map(row).toList());
    }

    private static Row label(Prediction<Label> prediction) {
        Map<String, Double> scores = new LinkedHashMap<>();
        prediction.getOutputScores().forEach((name, label) -> scores.put(name, label.getScore()));
        return RowFactory.create(prediction.getOutput().getLabel(), JavaConverters.mapAsScalaMap(scores));
    }

    private static Row labels(Prediction<MultiLabel> prediction) {
        Map<String, Double> scores = new LinkedHashMap<>();
        prediction
                .getOutputScores()
                .forEach((name, label) ->
                        scores.put(name, label.getLabelScore(new Label(name)).orElseThrow()));
        String[] names = new TreeSet<>(prediction.getOutput().getNameSet()).toArray(String[]::new);
        return RowFactory.create(names, JavaConverters.mapAsScalaMap(scores));
    }

    private static Row values(Prediction<Regressor> prediction) {
        Map<String, Double> values = new LinkedHashMap<>();
        prediction.getOutput().forEach(dimension -> values.put(dimension.getName(), dimension.getValue()));
        return RowFactory.create(JavaConverters.mapAsScalaMap(values));
    }

    private static Row entities(TaggedText tagged) {
        Object entities = tagged.entities().stream().map(TextPredictor::entity).toArray(Row[]::new);
        return RowFactory.create(entities);
    }

    private static Row entity(Entity entity) {
        return RowFactory.create(entity.type(), entity.begin(), entity.end(), entity.text(), entity.score());
    }
}
