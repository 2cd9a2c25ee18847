package io.github.tribuopeft.benchmarks;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.tribuo.Prediction;
import org.tribuo.classification.Label;

/** Texts per second of calls with 64 questions from some tasks. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 4)
@Measurement(iterations = 5, time = 4)
public class PromptBankBenchmark {

    /** Number of tasks. */
    @Param({"1", "8", "64", "512", "2000"})
    private int tasks;

    /** File of questions, see {@link Questions#read}. */
    @Param("")
    private String file;

    private BankOfTasks bank;

    /** Puts the models into a bank. */
    @Setup
    public void open() throws IOException {
        bank = new BankOfTasks(tasks, file);
    }

    /** Frees the bank. */
    @TearDown
    public void close() {
        bank.close();
    }

    /** All questions in one call. */
    @Benchmark
    @OperationsPerInvocation(BankOfTasks.ROWS)
    public List<Prediction<?>> mixed() {
        return bank.mixed(tasks);
    }

    /** A call for the questions of each task. */
    @Benchmark
    @OperationsPerInvocation(BankOfTasks.ROWS)
    public List<Prediction<?>> taskByTask() {
        return bank.taskByTask(tasks);
    }

    /** The same texts for one model without a bank; does not depend on the number of tasks. */
    @Benchmark
    @OperationsPerInvocation(BankOfTasks.ROWS)
    public List<Prediction<Label>> withoutBank() {
        return bank.withoutBank();
    }
}
