package io.github.tribuopeft.evaluation.reproduction;

import com.oracle.labs.mlrg.olcut.config.Configurable;
import com.oracle.labs.mlrg.olcut.config.ConfigurationData;
import com.oracle.labs.mlrg.olcut.config.ConfigurationManager;
import com.oracle.labs.mlrg.olcut.config.property.Property;
import com.oracle.labs.mlrg.olcut.config.property.SimpleProperty;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.ProvenanceUtil;
import com.oracle.labs.mlrg.olcut.provenance.primitives.FileProvenance;
import com.oracle.labs.mlrg.olcut.provenance.primitives.HashProvenance;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.tribuo.provenance.ConfiguredDataSourceProvenance;
import org.tribuo.provenance.DataSourceProvenance;

/**
 * Data source that is rebuilt from its provenance. A provenance may come from a file, which is not trusted: OLCUT
 * creates objects of allowed classes only, and a data file is read only if its hash is that of the provenance.
 *
 * @param provenance the provenance of the source
 */
record RecordedSource(ConfiguredDataSourceProvenance provenance) {

    /**
     * Opens the source.
     *
     * @param allowed names of the classes that may be created
     * @param roots directories in which the data file is searched
     * @throws RecordedDataException if a class is not allowed, the file is missing or changed, or cannot be read
     */
    <S> S open(Set<String> allowed, List<Path> roots, Class<S> type) {
        List<ConfigurationData> configuration = ProvenanceUtil.extractConfiguration(provenance);
        configuration.forEach(component -> requireAllowed(component, allowed));
        ConfigurationData source = configuration.get(0);
        files().forEach((setting, file) ->
                source.add(setting, new SimpleProperty(file.find(roots).toString())));
        try (ConfigurationManager manager = new ConfigurationManager()) {
            configuration.forEach(manager::addConfiguration);
            Configurable opened = manager.lookup(source.getName());
            if (!type.isInstance(opened)) {
                throw new RecordedDataException("The data of the model comes from a " + provenance.getClassName()
                        + ", but a " + type.getSimpleName() + " is expected");
            }
            return type.cast(opened);
        } catch (RecordedDataException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new RecordedDataException(
                    "The data source " + provenance.getClassName() + " cannot be opened: " + e.getMessage(), e);
        }
    }

    private static void requireAllowed(ConfigurationData component, Set<String> allowed) {
        if (!allowed.contains(component.getClassName())) {
            throw new RecordedDataException("The data of the model comes from a " + component.getClassName()
                    + ", which is not among the allowed classes. If it is yours, call RecordedData.Builder.allow");
        }
        for (Map.Entry<String, Property> setting : component.getProperties().entrySet()) {
            if (setting.getValue().toString().contains("${")) {
                throw new RecordedDataException("Setting '" + setting.getKey() + "' of " + component.getClassName()
                        + " contains a variable such as ${name}, which is not supported");
            }
        }
    }

    /**
     * Returns the data files by setting.
     *
     * @throws RecordedDataException if there is more than one file or the file has no hash
     */
    private Map<String, RecordedFile> files() {
        Map<String, FileProvenance> paths = files(provenance);
        if (paths.isEmpty()) {
            return Map.of();
        }
        if (paths.size() > 1
                || !(provenance.getInstanceValues().get(DataSourceProvenance.RESOURCE_HASH)
                        instanceof HashProvenance hash)) {
            throw new RecordedDataException("The provenance of " + provenance.getClassName() + " has "
                    + paths.size() + (paths.size() == 1 ? " file" : " files") + " without hashes; expected one file "
                    + "with a hash");
        }
        return paths.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey,
                        path -> new RecordedFile(
                                path.getValue().getValue().toString(), hash.getType(), hash.getValue())));
    }

    private static Map<String, FileProvenance> files(ConfiguredObjectProvenance object) {
        return object.getConfiguredParameters().entrySet().stream()
                .filter(setting -> setting.getValue() instanceof FileProvenance)
                .collect(Collectors.toMap(Map.Entry::getKey, setting -> (FileProvenance) setting.getValue()));
    }
}
