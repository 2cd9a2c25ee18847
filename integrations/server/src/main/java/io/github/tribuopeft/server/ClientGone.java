package io.github.tribuopeft.server;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import java.util.concurrent.CompletableFuture;

/**
 * Listener that waits for the client of a request to leave before it is answered. The server is told of it over HTTP/2
 * only: over HTTP/1.1 it does not read from a connection whose request is not answered.
 */
final class ClientGone implements AsyncListener {

    private final CompletableFuture<Void> gone = new CompletableFuture<>();

    private ClientGone() {}

    /** Returns a future that is completed when the client leaves. */
    static CompletableFuture<Void> of(AsyncContext request) {
        ClientGone listener = new ClientGone();
        request.addListener(listener);
        return listener.gone;
    }

    @Override
    public void onError(AsyncEvent event) {
        gone.complete(null);
    }

    @Override
    public void onComplete(AsyncEvent event) {}

    @Override
    public void onTimeout(AsyncEvent event) {}

    @Override
    public void onStartAsync(AsyncEvent event) {}
}
