package io.github.tribuopeft.backbone;

import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Where saved models look for their backbones: sources that the application has {@linkplain #register registered}, the local directory that the
 * model remembers, and the backbones embedded on the class path ({@code META-INF/services}), in this order. Nothing of a source but its fingerprint is
 * used unless the fingerprint is the one that is wanted.
 */
public final class BackboneCatalog {

    private static final List<BackboneSource> REGISTERED = new CopyOnWriteArrayList<>();

    private BackboneCatalog() {}

    /**
     * Makes a source known to models that look for their backbones from now on, as when a backbone's directory has moved, or when the place that a model
     * remembers is not looked at: a URL, or a TorchScript module, which is a program.
     */
    public static void register(BackboneSource source) {
        REGISTERED.add(source);
    }

    /**
     * Finds the backbone of a reference.
     *
     * @return a source whose files have the reference's fingerprint
     * @throws BackboneException if there is none; the message names the backbone that is wanted and those that were found
     */
    public static BackboneSource find(BackboneReference wanted) {
        List<BackboneSource> candidates = new ArrayList<>(REGISTERED);
        wanted.source().ifPresent(candidates::add);
        ServiceLoader.load(BackboneSource.class).forEach(candidates::add);
        List<String> others = new ArrayList<>();
        for (BackboneSource candidate : candidates) {
            try {
                Fingerprint found = candidate.fingerprint();
                if (found.equals(wanted.fingerprint())) {
                    return candidate;
                }
                others.add("'" + candidate.name() + "' (" + difference(wanted.fingerprint(), found) + ")");
            } catch (BackboneException e) {
                others.add("'" + candidate.name() + "' (" + e.getMessage() + ")");
            }
        }
        throw new BackboneException("This model was trained on backbone '" + wanted.name() + "' (weights "
                + wanted.fingerprint().shortForm() + "…), which was not found. Looked at: "
                + (others.isEmpty() ? "no backbone at all" : String.join(", ", others))
                + ". Name the directory that holds it, or put its module on the class path"
                + wanted.reason()
                        .map(reason -> ". The place of training time was not looked at: " + reason)
                        .orElse(""));
    }

    private static String difference(Fingerprint wanted, Fingerprint found) {
        if (!wanted.weights().equals(found.weights())) {
            return "weights " + found.shortForm() + "…";
        }
        return wanted.config().equals(found.config())
                ? "same weights, another tokenizer"
                : "same weights, another configuration";
    }
}
