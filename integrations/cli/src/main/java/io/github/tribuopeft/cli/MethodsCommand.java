package io.github.tribuopeft.cli;

import io.github.tribuopeft.cli.ConfiguredFields.Setting;
import io.github.tribuopeft.method.PeftMethod;
import io.github.tribuopeft.method.PeftMethods;
import io.github.tribuopeft.training.TrainingOptions;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Column;
import picocli.CommandLine.Help.Column.Overflow;
import picocli.CommandLine.Help.TextTable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Command that lists the methods, or the settings of one of them. */
@Command(
        name = "methods",
        description = "Lists the methods, or all settings of one method with their defaults.",
        sortOptions = false,
        customSynopsis = "peft methods [NAME] [--task=NAME]",
        mixinStandardHelpOptions = true)
final class MethodsCommand implements Callable<Integer> {

    private static final int NAME_WIDTH = 42;

    /** Components for which the command line has options. */
    private static final Set<String> OPTIONS =
            Set.of("trainer.backbone", "trainer.method", "trainer.options", "trainer.head", "trainer.start");

    @Parameters(arity = "0..1", paramLabel = "NAME", description = "Method whose settings are printed.")
    private String name;

    @Option(
            names = "--task",
            paramLabel = "NAME",
            description = "Task whose head and trainer are described (default: ${DEFAULT-VALUE}).")
    private Task task = Task.CLASSIFICATION;

    @Spec
    private CommandSpec command;

    @Override
    public Integer call() {
        if (name == null) {
            list().forEach(System.out::println);
        } else {
            describe(MethodNames.find(name));
        }
        return 0;
    }

    /** Returns a line for each method. */
    static List<String> list() {
        return PeftMethods.names().stream()
                .map(name -> String.format(
                        Locale.ROOT,
                        "  %-14s  %s",
                        name,
                        PeftMethods.named(name).description()))
                .toList();
    }

    private void describe(PeftMethod method) {
        System.out.println(method.name() + ": " + method.description());
        System.out.println();
        System.out.println("Settings for --set, with their defaults. Default learning rate of the method: "
                + method.defaultLearningRate());
        print("method", method.getClass());
        print("training", TrainingOptions.class);
        print("trainer", task.definition().components().trainer());
        task.definition().components().others().forEach(this::print);
    }

    private void print(String component, Class<?> type) {
        TextTable table = TextTable.forColumns(
                command.commandLine().getColorScheme(),
                new Column(NAME_WIDTH, 2, Overflow.SPAN),
                new Column(Peft.HELP_WIDTH - NAME_WIDTH, 2, Overflow.WRAP));
        for (Setting setting : ConfiguredFields.settings(type)) {
            if (OPTIONS.contains(component + "." + setting.name())) {
                continue;
            }
            table.addRowValues(
                    component + "." + setting.name() + (setting.value().isEmpty() ? "" : "=" + setting.value()),
                    setting.description());
        }
        System.out.println();
        System.out.print(table);
    }
}
