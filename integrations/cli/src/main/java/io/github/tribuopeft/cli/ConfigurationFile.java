package io.github.tribuopeft.cli;

import com.oracle.labs.mlrg.olcut.config.ConfigurationData;
import com.oracle.labs.mlrg.olcut.config.property.ListProperty;
import com.oracle.labs.mlrg.olcut.config.property.Property;
import com.oracle.labs.mlrg.olcut.config.property.SimpleProperty;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * Reader of OLCUT configuration files. It replaces OLCUT's own reader, which resolves document types, includes other
 * files, deserializes Java objects and opens URLs. This reader accepts the elements {@code config}, {@code component},
 * {@code property}, {@code propertylist} and {@code item}, and the classes of {@link ComponentClasses}. All else is an
 * error with file and line.
 */
final class ConfigurationFile {

    /** Maximum size of a file in bytes. Typical files have a few hundred. */
    private static final int MAX_BYTES = 1 << 20;

    private static final String COMPONENT = "component";
    private static final String PROPERTY = "property";
    private static final String LIST = "propertylist";
    private static final String ITEM = "item";
    private static final String NAME = "name";
    private static final String TYPE = "type";
    private static final String VALUE = "value";

    private final Path file;
    private final XMLStreamReader xml;
    private final Map<String, ConfigurationData> components = new LinkedHashMap<>();

    private ConfigurationFile(Path file, XMLStreamReader xml) {
        this.file = file;
        this.xml = xml;
    }

    /**
     * Returns the components of a file by name.
     *
     * @throws UsageException if the file is not XML, or contains anything except components of known classes and
     *     their settings
     */
    static Map<String, ConfigurationData> read(Path file) throws IOException {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MAX_BYTES + 1);
        }
        if (bytes.length > MAX_BYTES) {
            throw new UsageException(file + ": the file is too large; expected at most " + MAX_BYTES + " bytes");
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            if (text.stripLeading().startsWith("{")) {
                throw new UsageException(file + ": this is not a configuration in XML but JSON, which the command line"
                        + " does not read");
            }
            XMLStreamReader xml = parsers().createXMLStreamReader(new StringReader(text));
            try {
                return new ConfigurationFile(file, xml).components();
            } finally {
                xml.close();
            }
        } catch (CharacterCodingException e) {
            throw new UsageException(file + ": the file is not UTF-8 text", e);
        } catch (XMLStreamException e) {
            String line = e.getLocation() == null ? "" : ":" + e.getLocation().getLineNumber();
            throw new UsageException(
                    file + line + ": this is not a configuration in XML: "
                            + e.getMessage().replaceFirst("(?s).*\nMessage: ", ""),
                    e);
        }
    }

    private static XMLInputFactory parsers() {
        XMLInputFactory parsers = XMLInputFactory.newDefaultFactory();
        parsers.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        parsers.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        parsers.setProperty(XMLInputFactory.IS_COALESCING, true);
        return parsers;
    }

    private Map<String, ConfigurationData> components() throws XMLStreamException {
        next();
        require("config", Set.of());
        while (next() == XMLStreamConstants.START_ELEMENT) {
            component();
        }
        while (xml.hasNext()) {
            xml.next();
        }
        return components;
    }

    private void component() throws XMLStreamException {
        require(COMPONENT, Set.of(NAME, TYPE));
        String name = attribute(NAME);
        Class<?> type = type(name, attribute(TYPE));
        Map<String, Class<?>> settings = ConfiguredFields.of(type.getName());
        Map<String, Property> properties = new LinkedHashMap<>();
        while (next() == XMLStreamConstants.START_ELEMENT) {
            boolean list = xml.getLocalName().equals(LIST);
            require(list ? LIST : PROPERTY, list ? Set.of(NAME) : Set.of(NAME, VALUE));
            String setting = attribute(NAME);
            if (!settings.containsKey(setting)) {
                throw error(ConfiguredFields.unknown(type.getName(), setting));
            }
            if (List.class.isAssignableFrom(settings.get(setting)) != list) {
                throw error("setting '" + setting + "' is in <" + (list ? LIST : PROPERTY) + ">; expected <"
                        + (list ? PROPERTY : LIST) + ">");
            }
            Property value = list ? items() : value(setting, settings.get(setting));
            if (properties.putIfAbsent(setting, value) != null) {
                throw error("component '" + name + "' sets '" + setting + "' twice");
            }
        }
        if (components.putIfAbsent(name, new ConfigurationData(name, type.getName(), properties)) != null) {
            throw error("two components are named '" + name + "'");
        }
    }

    private Class<?> type(String name, String className) {
        return ComponentClasses.named(className)
                .orElseThrow(() -> error("component '" + name + "' is of class " + className
                        + (ComponentClasses.runsProgram(className)
                                ? ", which runs a program; remove the component and name the backbone with --backbone"
                                : ", which a configuration file may not name")));
    }

    private Property value(String setting, Class<?> type) throws XMLStreamException {
        String value = attribute(VALUE);
        ConfiguredFields.invalid(type, value).ifPresent(reason -> {
            throw error(setting + ": " + reason);
        });
        requireEnd();
        return new SimpleProperty(value);
    }

    private Property items() throws XMLStreamException {
        List<SimpleProperty> items = new ArrayList<>();
        while (next() == XMLStreamConstants.START_ELEMENT) {
            require(ITEM, Set.of());
            items.add(new SimpleProperty(xml.getElementText().strip()));
        }
        return new ListProperty(items);
    }

    /** Moves to the next tag. */
    private int next() throws XMLStreamException {
        while (true) {
            switch (xml.next()) {
                case XMLStreamConstants.START_ELEMENT, XMLStreamConstants.END_ELEMENT -> {
                    return xml.getEventType();
                }
                case XMLStreamConstants.COMMENT, XMLStreamConstants.SPACE -> {
                    // skipped
                }
                case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> {
                    if (!xml.isWhiteSpace()) {
                        throw error("expected text in attributes and <item> only, but found '"
                                + xml.getText().strip() + "'");
                    }
                }
                case XMLStreamConstants.DTD -> throw error("document types (<!DOCTYPE) are not supported");
                case XMLStreamConstants.ENTITY_REFERENCE -> throw error("entities are not supported");
                case XMLStreamConstants.PROCESSING_INSTRUCTION ->
                    throw error("processing instructions are not supported");
                default -> throw error("this is not a configuration of components");
            }
        }
    }

    private void requireEnd() throws XMLStreamException {
        if (next() != XMLStreamConstants.END_ELEMENT) {
            throw error("<" + xml.getLocalName() + "> is not allowed here");
        }
    }

    private void require(String element, Set<String> attributes) {
        if (!xml.getLocalName().equals(element)) {
            throw error("expected <" + element + ">, but found <" + xml.getLocalName() + ">");
        }
        Set<String> found = IntStream.range(0, xml.getAttributeCount())
                .mapToObj(xml::getAttributeLocalName)
                .collect(Collectors.toSet());
        for (String attribute : found) {
            if (!attributes.contains(attribute)) {
                throw error("<" + element + "> has an attribute '" + attribute + "', which is not supported");
            }
        }
    }

    private String attribute(String name) {
        String value = xml.getAttributeValue(null, name);
        if (value == null) {
            throw error("<" + xml.getLocalName() + "> has no attribute '" + name + "'");
        }
        return value;
    }

    private UsageException error(String message) {
        return new UsageException(file + ":" + xml.getLocation().getLineNumber() + ": " + message);
    }
}
