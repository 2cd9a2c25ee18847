package io.github.tribuopeft.backbone;

import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Finds the backbones of saved models. It searches the sources that the application has {@linkplain #register
 * registered}, the local directory that the model was trained on, and the sources on the class path ({@code
 * META-INF/services}), in this order. A source whose fingerprint differs is not used.
 */
public final class BackboneCatalog {

    private static final List<BackboneSource> REGISTERED = new CopyOnWriteArrayList<>();

    private BackboneCatalog() {}

    /**
     * Registers a source for models that open their backbones from now on. This is needed if a directory has moved, or
     * if models do not open the source of their training by themselves: a URL, or a TorchScript module, which is a
     * program.
     */
    public static void register(BackboneSource source) {
        REGISTERED.add(source);
    }

    /**
     * Finds the backbone of a reference.
     *
     * @return a source whose files have the reference's fingerprint
     * @throws BackboneException if no source has the fingerprint; the message names the backbone and the sources that
     *     were searched
     */
    public static BackboneSource find(BackboneReference reference) {
        List<BackboneSource> candidates = new ArrayList<>(REGISTERED);
        reference.source().ifPresent(candidates::add);
        ServiceLoader.load(BackboneSource.class).forEach(candidates::add);
        List<String> searched = new ArrayList<>();
        for (BackboneSource candidate : candidates) {
            try {
                Fingerprint found = candidate.fingerprint();
                if (found.equals(reference.fingerprint())) {
                    return candidate;
                }
                searched.add("'" + candidate.name() + "' (" + difference(reference.fingerprint(), found) + ")");
            } catch (BackboneException e) {
                searched.add("'" + candidate.name() + "' (" + e.getMessage() + ")");
            }
        }
        throw new BackboneException("This model was trained on backbone '" + reference.name() + "' (weights "
                + reference.fingerprint().shortForm() + "…), which was not found. Searched: "
                + (searched.isEmpty() ? "no source" : String.join(", ", searched))
                + ". Name the directory that contains it, or put its module on the class path"
                + reference
                        .reason()
                        .map(reason -> ". The source of the training was not opened: " + reason)
                        .orElse(""));
    }

    private static String difference(Fingerprint expected, Fingerprint found) {
        if (!expected.weights().equals(found.weights())) {
            return "weights " + found.shortForm() + "…";
        }
        return expected.config().equals(found.config())
                ? "same weights, another tokenizer"
                : "same weights, another configuration";
    }
}
