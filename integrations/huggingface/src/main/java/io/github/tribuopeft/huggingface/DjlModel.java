package io.github.tribuopeft.huggingface;

import ai.djl.repository.Artifact;
import ai.djl.repository.MRL;
import ai.djl.repository.Repository;
import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import io.github.tribuopeft.backbone.BackboneException;
import io.github.tribuopeft.backbone.BackboneSource;
import io.github.tribuopeft.backbone.Checkpoint;
import io.github.tribuopeft.backbone.Fingerprint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Hugging Face directory that DJL fetches from a URL. All URLs of {@code Criteria.optModelUrls} are supported, such
 * as {@code file:///models/bert}, {@code file:///models/bert.zip}, {@code https://host/bert.tar.gz}, and
 * {@code jar:///bert.zip} for the class path. DJL caches the files. The fingerprint is computed from the fetched
 * files, so a model rejects the URL if its files have changed.
 *
 * <p>DJL unpacks archives of any size, so a malicious archive can fill the disk. Use only URLs that you trust.
 */
public final class DjlModel implements BackboneSource {

    @Config(mandatory = true, description = "The URL of a directory or archive.")
    private String url;

    private HuggingFaceDirectory fetched;

    /** For OLCUT. */
    private DjlModel() {}

    /** Creates a source for a URL without fetching it. */
    public DjlModel(String url) {
        this.url = url;
    }

    @Override
    public String name() {
        return url.substring(url.lastIndexOf('/') + 1);
    }

    @Override
    public Fingerprint fingerprint() {
        return directory().fingerprint();
    }

    @Override
    public String fileState() {
        return directory().fileState();
    }

    @Override
    public Checkpoint open() {
        return directory().open();
    }

    private synchronized HuggingFaceDirectory directory() {
        if (fetched == null) {
            fetched = new HuggingFaceDirectory(root(fetch()));
        }
        return fetched;
    }

    private Path fetch() {
        try {
            Repository repository = Repository.newInstance("backbone", url);
            List<MRL> resources = repository.getResources();
            if (resources.isEmpty()) {
                throw new BackboneException("There is no model at " + url);
            }
            Artifact artifact = resources.get(0).getDefaultArtifact();
            repository.prepare(artifact);
            return repository.getResourceDirectory(artifact);
        } catch (IOException | IllegalArgumentException e) {
            throw new BackboneException(url + " cannot be fetched: " + e.getMessage(), e);
        }
    }

    /** Returns the directory with the files, which in an archive may be in a folder. */
    private static Path root(Path fetched) {
        try (Stream<Path> paths = Files.walk(fetched, 2)) {
            return paths.filter(file -> file.endsWith(HuggingFaceDirectory.CONFIG))
                    .map(Path::getParent)
                    .min(Comparator.comparingInt(Path::getNameCount))
                    .orElse(fetched);
        } catch (IOException e) {
            throw BackboneException.unreadable(fetched, e);
        }
    }

    @Override
    public ConfiguredObjectProvenance getProvenance() {
        return new ConfiguredObjectProvenanceImpl(this, "BackboneSource");
    }

    @Override
    public String toString() {
        return "DjlModel(" + url + ")";
    }
}
