package io.github.tribuopeft.evaluation.report;

import io.pebbletemplates.pebble.PebbleEngine;
import io.pebbletemplates.pebble.loader.ClasspathLoader;
import java.io.IOException;
import java.io.StringWriter;
import java.util.Locale;
import java.util.Map;

/** Templates of reports. The engine escapes HTML, and {@link #escapeMarkdown} escapes Markdown. */
final class Templates {

    private static final String DIRECTORY = "io/github/tribuopeft/evaluation/report/";

    private static final PebbleEngine ENGINE = new PebbleEngine.Builder()
            .loader(loader())
            .strictVariables(true)
            .autoEscaping(true)
            .addEscapingStrategy("markdown", Templates::escapeMarkdown)
            .extension(new WordsExtension())
            .defaultLocale(Locale.ROOT)
            .build();

    private Templates() {}

    private static ClasspathLoader loader() {
        ClasspathLoader loader = new ClasspathLoader(Templates.class.getClassLoader());
        loader.setPrefix(DIRECTORY);
        return loader;
    }

    /** Renders a template. */
    static String render(String template, Map<String, Object> values) {
        StringWriter written = new StringWriter();
        try {
            ENGINE.getTemplate(template).evaluate(written, values);
        } catch (IOException e) {
            throw new IllegalStateException("Template '" + template + "' cannot be rendered", e);
        }
        return written.toString();
    }

    /** Escapes text for Markdown, including cells of tables. */
    static String escapeMarkdown(String text) {
        return text.replaceAll("\\s+", " ")
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replaceAll("([\\\\`*_\\[\\]|#~])", "\\\\$1");
    }
}
