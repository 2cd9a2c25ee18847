package io.github.tribuopeft.chattemplate;

import com.hubspot.jinjava.interpret.JinjavaInterpreter;

/** Limit on the number of nodes that a template renders, so that nested loops end. */
final class StepLimit {

    /** Enough for a conversation of thousands of messages. */
    static final int MAX_STEPS = 100_000;

    /** Name of the variable that holds the limit of a rendering. */
    static final String NAME = "step_limit";

    private int steps;

    /** Counts a node of a rendering. */
    static void step(JinjavaInterpreter interpreter) {
        ((StepLimit) interpreter.getContext().get(NAME)).step();
    }

    /**
     * Counts a node.
     *
     * @throws TemplateException after {@value #MAX_STEPS} nodes
     */
    private void step() {
        if (++steps > MAX_STEPS) {
            throw new TemplateException("it has loops with more than " + MAX_STEPS + " steps");
        }
    }
}
