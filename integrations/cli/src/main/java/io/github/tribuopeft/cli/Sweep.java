package io.github.tribuopeft.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A setting whose values are compared, such as {@code virtual-tokens=1,5,20}.
 *
 * @param name the setting: of the method, or else of the training; {@code component.field} for any other
 * @param values what it is set to
 */
record Sweep(String name, List<String> values) {

    private static final Pattern SYNTAX = Pattern.compile("([\\w.-]+)=([^=]+)");

    /**
     * One value of a sweep.
     *
     * @param name the sweep's setting
     * @param value what it is set to
     */
    record Choice(String name, String value) {

        /** Sets it. */
        void applyTo(TrainerConfiguration configuration) {
            if (name.equals("layers")) {
                TrainerOptions.setLayers(configuration, "--sweep layers", value);
            } else {
                String[] place = place(configuration, name);
                configuration.set(place[0], place[1], value);
            }
        }

        @Override
        public String toString() {
            return name + "=" + value;
        }
    }

    /** Reads an option. */
    static Sweep parse(String option) {
        Matcher parts = SYNTAX.matcher(option);
        if (!parts.matches()) {
            throw new UsageException(
                    "--sweep: expected setting=value,value as in virtual-tokens=1,5,20, but found '" + option + "'");
        }
        return new Sweep(
                parts.group(1),
                Arrays.stream(parts.group(2).split(",")).map(String::strip).toList());
    }

    /** Whether a configuration has this setting. */
    boolean fits(TrainerConfiguration configuration) {
        if (name.equals("layers")) {
            return configuration.has("method", "firstLayer");
        }
        String[] place = place(configuration, name);
        return configuration.has(place[0], place[1]);
    }

    /** All ways to choose one value of each sweep; a single empty one if there are none. */
    static List<List<Choice>> choices(List<Sweep> sweeps) {
        List<List<Choice>> all = List.of(List.of());
        for (Sweep sweep : sweeps) {
            List<List<Choice>> longer = new ArrayList<>();
            for (List<Choice> chosen : all) {
                for (String value : sweep.values) {
                    List<Choice> more = new ArrayList<>(chosen);
                    more.add(new Choice(sweep.name, value));
                    longer.add(more);
                }
            }
            all = longer;
        }
        return all;
    }

    /** Component and field: a method's setting goes before a training's. */
    private static String[] place(TrainerConfiguration configuration, String name) {
        if (name.contains(".")) {
            return name.split("\\.", 2);
        }
        String field = camel(name);
        return new String[] {
            configuration.has("training", field) && !configuration.has("method", field) ? "training" : "method", field
        };
    }

    private static String camel(String name) {
        StringBuilder camel = new StringBuilder();
        for (String part : name.split("-")) {
            camel.append(
                    camel.isEmpty() || part.isEmpty()
                            ? part
                            : part.substring(0, 1).toUpperCase(Locale.ROOT) + part.substring(1));
        }
        return camel.toString();
    }
}
