package io.github.tribuopeft.huggingface.adapter;

import ai.djl.ndarray.types.Shape;
import io.github.tribuopeft.backbone.Checkpoint;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.head.DenseLayer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the head of an adapter.
 *
 * @param adapter the adapter
 * @param target the backbone
 * @param realFirstToken whether a text classifier reads the text's first token instead of the first virtual token
 */
record HeadReader(OpenedAdapter adapter, AdapterTarget target, boolean realFirstToken) {

    /**
     * Takes the tensors of the head.
     *
     * @param metadata metadata of an adapter that this library wrote
     * @throws AdapterException if the adapter does not have a head, or a tensor is missing or has a wrong shape
     */
    AdapterHead read(AdapterTensors tensors, Optional<AdapterMetadata> metadata, Checkpoint checkpoint) {
        return tensors.find(AdapterHead.OWN_PREFIX + "weight").isPresent()
                ? own(tensors, metadata.orElseThrow(this::noHead))
                : ofTransformers(tensors, checkpoint);
    }

    /**
     * Returns whether a tensor belongs to a head: it is outside the backbone, or it is the classifier's pretrained
     * layer.
     */
    boolean owns(String tensor) {
        if (tensor.startsWith(AdapterHead.OWN_PREFIX)) {
            return true;
        }
        String prefix = adapter.codec().headPrefix();
        if (!adapter.task().isClassifier() || !tensor.startsWith(prefix)) {
            return false;
        }
        String name = tensor.substring(prefix.length());
        String bare = target.family().withoutPrefix(name);
        return bare.equals(name)
                || target.classifiers().stream()
                        .anyMatch(layout -> layout.task() == adapter.task()
                                && layout.pretrained()
                                && bare.startsWith(layout.dense() + "."));
    }

    private AdapterHead own(AdapterTensors tensors, AdapterMetadata metadata) {
        int hidden = target.shape().hidden();
        int count = metadata.labels().size();
        if (count < 2) {
            throw new AdapterException("The adapter's metadata names " + count + " labels; expected at least two");
        }
        Map<String, Tensor> head = new HashMap<>();
        head.put("weight", tensors.take(AdapterHead.OWN_PREFIX + "weight", count, hidden));
        head.put("bias", tensors.take(AdapterHead.OWN_PREFIX + "bias", count));
        if (metadata.dense() != DenseLayer.NONE) {
            head.put("dense.weight", tensors.take(AdapterHead.OWN_PREFIX + "dense.weight", hidden, hidden));
            head.put("dense.bias", tensors.take(AdapterHead.OWN_PREFIX + "dense.bias", hidden));
        }
        return new AdapterHead(metadata.task(), metadata.pooling(), metadata.dense(), head);
    }

    private AdapterHead ofTransformers(AdapterTensors tensors, Checkpoint checkpoint) {
        ClassifierLayout layout = target.classifiers().stream()
                .filter(known -> known.task() == adapter.task())
                .findFirst()
                .orElseThrow(this::noHead);
        int hidden = target.shape().hidden();
        String output = adapter.codec().headPrefix() + layout.output();
        int count = labels(tensors, output + ".weight");
        Map<String, Tensor> head = new HashMap<>();
        head.put("weight", tensors.take(output + ".weight", count, hidden));
        head.put("bias", layout.biased() ? tensors.take(output + ".bias", count) : Tensor.zeros(count));
        if (layout.hasDense()) {
            putDense(layout, tensors, checkpoint, head);
        }
        return new AdapterHead(
                adapter.task(),
                realFirstToken ? layout.pooling() : adapter.codec().pooling(layout.pooling()),
                layout.activation(),
                head);
    }

    private int labels(AdapterTensors tensors, String weight) {
        String expected = "[labels, " + target.shape().hidden() + "]";
        Shape shape = tensors.find(weight).orElseThrow(() -> tensors.missing(weight, expected));
        if (shape.dimension() != 2 || shape.get(0) < 2) {
            throw new AdapterException(
                    "Tensor '" + weight + "' in " + adapter.files().directory() + " has shape " + shape + "; expected "
                            + expected + " with at least two labels."
                            + " A single row is a regression in transformers, not a classifier");
        }
        return Math.toIntExact(shape.get(0));
    }

    private void putDense(
            ClassifierLayout layout, AdapterTensors tensors, Checkpoint checkpoint, Map<String, Tensor> head) {
        int hidden = target.shape().hidden();
        String dense = adapter.codec().headPrefix()
                + (layout.pretrained() ? target.prefix(adapter.task()) : "")
                + layout.dense();
        if (layout.pretrained() && tensors.find(dense + ".weight").isEmpty()) {
            head.put("dense.weight", pretrained(checkpoint, layout.dense() + ".weight", new Shape(hidden, hidden)));
            head.put("dense.bias", pretrained(checkpoint, layout.dense() + ".bias", new Shape(hidden)));
        } else {
            head.put("dense.weight", tensors.take(dense + ".weight", hidden, hidden));
            head.put("dense.bias", tensors.take(dense + ".bias", hidden));
        }
    }

    private Tensor pretrained(Checkpoint checkpoint, String name, Shape shape) {
        return checkpoint
                .find(name)
                .filter(tensor -> tensor.shape().equals(shape))
                .orElseThrow(() -> new AdapterException("The backbone has no tensor '" + name + "' " + shape
                        + ", which transformers' text classifier uses; expected the checkpoint that "
                        + adapter.files().directory() + " was trained on, including its pooler"));
    }

    private AdapterException noHead() {
        return new AdapterException(adapter.config().file() + ": 'task_type' is " + adapter.task()
                + ", for which this backbone's family has no classifier here;"
                + " only the adapter can be used, in Java with PeftAdapterDirectory.adapter");
    }
}
