package io.github.tribuopeft.cli;

import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/** Options of the report of a comparison. */
final class ReportOptions {

    @Option(
            names = "--report",
            required = true,
            paramLabel = "DIR",
            description = "Output directory of the report: report.html, report.md, results.json and results.csv.")
    Path directory;

    @Option(
            names = "--note",
            paramLabel = "TEXT",
            description = "Note to print in the report, such as the load of the machine. May be repeated.")
    List<String> notes = List.of();
}
