package io.github.tribuopeft.langchain4j;

import dev.langchain4j.model.chat.response.StreamingHandle;

/** Handle by which any thread cancels a response. */
final class Cancellation implements StreamingHandle {

    private volatile boolean cancelled;

    @Override
    public void cancel() {
        cancelled = true;
    }

    @Override
    public boolean isCancelled() {
        return cancelled;
    }
}
