package io.github.tribuopeft.evaluation.report;

import io.pebbletemplates.pebble.PebbleEngine;
import io.pebbletemplates.pebble.loader.ClasspathLoader;
import java.io.IOException;
import java.io.StringWriter;
import java.util.Locale;
import java.util.Map;

/** The templates of reports. HTML is escaped by the engine, Markdown by {@link #escapeMarkdown}. */
final class Templates {

    private static final String PLACE = "io/github/tribuopeft/evaluation/report/";

    private static final PebbleEngine ENGINE = new PebbleEngine.Builder()
            .loader(loader())
            .strictVariables(true)
            .autoEscaping(true)
            .addEscapingStrategy("markdown", Templates::escapeMarkdown)
            .defaultLocale(Locale.ROOT)
            .build();

    private Templates() {}

    private static ClasspathLoader loader() {
        ClasspathLoader loader = new ClasspathLoader(Templates.class.getClassLoader());
        loader.setPrefix(PLACE);
        return loader;
    }

    /** Fills a template in. */
    static String fill(String template, Map<String, Object> values) {
        StringWriter written = new StringWriter();
        try {
            ENGINE.getTemplate(template).evaluate(written, values);
        } catch (IOException e) {
            throw new IllegalStateException("Template '" + template + "' cannot be filled in", e);
        }
        return written.toString();
    }

    /** Text that means itself in Markdown, also in a table's cell. */
    static String escapeMarkdown(String text) {
        return text.replaceAll("\\s+", " ")
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replaceAll("([\\\\`*_\\[\\]|#~])", "\\\\$1");
    }
}
