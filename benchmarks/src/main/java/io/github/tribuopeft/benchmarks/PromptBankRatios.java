package io.github.tribuopeft.benchmarks;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Prints the throughput of mixed calls relative to that of one task, in one process whose calls alternate, so that other
 * work on the machine affects all of them. Measures the processor time of the calling thread, which computes the only
 * batch of a call.
 */
final class PromptBankRatios {

    private static final int[] TASKS = {1, 8, 64, 512, 2000};
    private static final int WARM_UP = 2;

    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();

    private PromptBankRatios() {}

    /**
     * Runs all kinds of calls in turn.
     *
     * @param arguments the number of rounds, and optionally a file of questions, see {@link Questions#read}
     * @throws IOException if the file cannot be read
     */
    public static void main(String[] arguments) throws IOException {
        int rounds = Integer.parseInt(arguments[0]);
        String file = arguments.length > 1 ? arguments[1] : "";
        try (BankOfTasks bank = new BankOfTasks(TASKS[TASKS.length - 1], file)) {
            Map<String, Runnable> calls = new LinkedHashMap<>();
            for (int tasks : TASKS) {
                calls.put("mixed, tasks: " + tasks, () -> bank.mixed(tasks));
            }
            calls.put("task by task, tasks: 8", () -> bank.taskByTask(8));
            calls.put("task by task, tasks: 64", () -> bank.taskByTask(64));
            calls.put("without a bank", bank::withoutBank);
            new PromptBankRatios().print(calls, rounds);
        }
    }

    private void print(Map<String, Runnable> calls, int rounds) {
        Map<String, double[]> milliseconds = new LinkedHashMap<>();
        calls.keySet().forEach(name -> milliseconds.put(name, new double[rounds]));
        for (int round = -WARM_UP; round < rounds; round++) {
            for (Map.Entry<String, Runnable> call : calls.entrySet()) {
                double measured = measure(call.getValue());
                if (round >= 0) {
                    milliseconds.get(call.getKey())[round] = measured;
                }
            }
        }
        double[] oneTask = milliseconds.values().iterator().next();
        System.out.println("call | median ms of processor time | throughput relative to one task: quartiles");
        milliseconds.forEach((name, times) -> {
            double[] ratios = new double[rounds];
            Arrays.setAll(ratios, round -> oneTask[round] / times[round]);
            System.out.printf(
                    Locale.ROOT,
                    "%s | %.0f | %.2f %.2f %.2f%n",
                    name,
                    quantile(times, 0.5),
                    quantile(ratios, 0.25),
                    quantile(ratios, 0.5),
                    quantile(ratios, 0.75));
        });
    }

    private double measure(Runnable call) {
        long start = threads.getCurrentThreadCpuTime();
        call.run();
        return (threads.getCurrentThreadCpuTime() - start) / 1e6;
    }

    private static double quantile(double[] values, double share) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[(int) Math.round(share * (sorted.length - 1))];
    }
}
