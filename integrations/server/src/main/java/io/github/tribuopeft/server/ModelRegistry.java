package io.github.tribuopeft.server;

import io.github.tribuopeft.AdaptedModel;
import io.github.tribuopeft.PeftModel;
import io.github.tribuopeft.PeftSequenceModel;
import io.github.tribuopeft.PeftTextModel;
import io.github.tribuopeft.backbone.BackboneCatalog;
import io.github.tribuopeft.backbone.Fingerprint;
import io.github.tribuopeft.engine.TorchRuntime;
import io.github.tribuopeft.serving.PromptBank;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * Models of a server. A name stands for one file content from the request that loads it until it is loaded again or
 * removed: the tensors of a model are in memory under the hash of its file, so an answer cannot come from another
 * content than it says.
 */
final class ModelRegistry implements AutoCloseable {

    private final ModelDirectory directory;
    private final ServerOptions options;
    private final ServerMetrics metrics;
    private final Map<String, LoadedModel> models = new ConcurrentSkipListMap<>();
    private final Map<Fingerprint, BatchQueue> queues = new HashMap<>();
    private final Map<String, Path> files = new ConcurrentHashMap<>(); // by hash

    ModelRegistry(ServerOptions options, ServerMetrics metrics) {
        this.directory = new ModelDirectory(options.models());
        this.options = options;
        this.metrics = metrics;
    }

    /** Returns the names of the models in the directory. */
    List<String> names() throws IOException {
        return directory.names();
    }

    /** Returns the models that have been loaded. */
    Collection<LoadedModel> loaded() {
        return List.copyOf(models.values());
    }

    /**
     * Returns a model, and loads it at its first use.
     *
     * @throws ApiException if there is no such model, or it cannot be read or run
     */
    LoadedModel get(String name) {
        LoadedModel model = models.get(name); // models in memory are served while another one is loaded
        return model == null ? loadIfAbsent(name) : model;
    }

    private synchronized LoadedModel loadIfAbsent(String name) {
        LoadedModel model = models.get(name);
        return model == null ? load(name) : model;
    }

    /**
     * Loads a model from its file, in place of the content that was loaded before.
     *
     * @throws ApiException if there is no such model, or it cannot be read or run; the model that was loaded before
     *     stays
     */
    synchronized LoadedModel load(String name) {
        Path file = directory.find(name);
        LoadedModel model;
        try {
            model = read(name, file);
        } catch (IOException | RuntimeException e) {
            throw new ApiException(409, "Model '" + name + "' cannot be loaded: " + withoutPath(e, file));
        }
        LoadedModel before = models.put(name, model);
        if (before != null) {
            retire(before);
        }
        return model;
    }

    /** Removes a model from memory. Returns whether it was loaded. */
    synchronized boolean unload(String name) {
        directory.find(name);
        LoadedModel model = models.remove(name);
        if (model != null) {
            retire(model);
        }
        return model != null;
    }

    private LoadedModel read(String name, Path file) throws IOException {
        String sha256 = hash(file);
        AdaptedModel model = AdaptedModel.load(file, options.inference());
        try {
            requireUnchanged(file, sha256);
            long bytes = Files.size(file);
            if (model instanceof PeftModel<?> texts) {
                BatchQueue queue = queue(texts);
                files.put(sha256, file);
                queue.bank().put(sha256, texts);
                texts.close();
                return new LoadedModel.Banked(LoadedModel.Card.of(name, "text", texts, sha256, bytes, file), queue);
            }
            if (model instanceof PeftSequenceModel words) {
                words.tag("a"); // opens the backbone, so that a model that cannot run is refused now
                return new LoadedModel.Tagger(LoadedModel.Card.of(name, "words", words, sha256, bytes, file), words);
            }
            PeftTextModel generator = (PeftTextModel) model;
            generator.score("a", "a");
            return new LoadedModel.Generator(
                    LoadedModel.Card.of(name, "generation", generator, sha256, bytes, file), generator);
        } catch (IOException | RuntimeException e) {
            model.close();
            throw e;
        }
    }

    private BatchQueue queue(PeftModel<?> model) {
        Fingerprint fingerprint = model.backbone().fingerprint();
        BatchQueue queue = queues.get(fingerprint);
        if (queue == null) {
            PromptBank bank = PromptBank.builder(BackboneCatalog.find(model.backbone()))
                    .options(options.inference())
                    .maxBytes(options.limits().cacheBytes())
                    .loader(this::reload)
                    .open();
            int workers = bank.backbone().device().isGpu() ? 1 : TorchRuntime.workers();
            queue = new BatchQueue(bank, workers, options.limits(), metrics);
            queues.put(fingerprint, queue);
        }
        return queue;
    }

    /** Reads a model again that left memory. */
    private PeftModel<?> reload(String sha256) throws IOException {
        Path file = files.get(sha256);
        if (file == null) {
            throw new NoSuchElementException("The model was removed");
        }
        requireUnchanged(file, sha256);
        return PeftModel.load(file, options.inference());
    }

    private static void requireUnchanged(Path file, String sha256) throws IOException {
        if (!hash(file).equals(sha256)) {
            throw new IOException("the file has changed; load the model again with PUT");
        }
    }

    private static String hash(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return Fingerprint.sha256(in);
        }
    }

    /** Frees a model that no name stands for any more. */
    private void retire(LoadedModel model) {
        String sha256 = model.card().sha256();
        boolean used =
                models.values().stream().anyMatch(other -> other.card().sha256().equals(sha256));
        if (!used) {
            files.remove(sha256);
            queues.values().forEach(queue -> queue.bank().remove(sha256));
        }
        model.close();
    }

    private static String withoutPath(Exception e, Path file) {
        return String.valueOf(e.getMessage())
                .replace(file.toString(), file.getFileName().toString());
    }

    @Override
    public synchronized void close() {
        queues.values().forEach(BatchQueue::close);
        models.values().forEach(LoadedModel::close);
        models.clear();
    }
}
