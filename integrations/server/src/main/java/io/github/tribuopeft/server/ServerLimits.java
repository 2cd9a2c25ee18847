package io.github.tribuopeft.server;

import java.time.Duration;

/**
 * Limits of a server.
 *
 * @param cacheBytes maximum number of bytes of the classifiers and regression models of one backbone in memory
 * @param requestBytes maximum number of bytes of a request's body
 * @param requestTexts maximum number of texts in a request
 * @param textCharacters maximum number of characters of a text
 * @param queuedTexts maximum number of texts that wait; further requests are refused
 * @param batchTexts number of texts that are predicted together
 * @param batchWait time that a request waits for others to share its batch
 * @param deadline time after which a waiting request fails, unless the request has its own
 * @param generations maximum number of texts that are generated at the same time
 */
public record ServerLimits(
        long cacheBytes,
        int requestBytes,
        int requestTexts,
        int textCharacters,
        int queuedTexts,
        int batchTexts,
        Duration batchWait,
        Duration deadline,
        int generations) {

    /** The default limits. */
    public static final ServerLimits DEFAULT = new ServerLimits(
            1L << 30, 1 << 20, 256, 20_000, 1_024, 64, Duration.ofMillis(2), Duration.ofSeconds(30), 2);

    /**
     * @throws IllegalArgumentException if a limit is not above 0, or if a request may have more texts than can wait
     */
    public ServerLimits {
        require(cacheBytes > 0, "cacheBytes", cacheBytes);
        require(requestBytes > 0, "requestBytes", requestBytes);
        require(requestTexts > 0, "requestTexts", requestTexts);
        require(textCharacters > 0, "textCharacters", textCharacters);
        require(queuedTexts >= requestTexts, "queuedTexts", queuedTexts);
        require(batchTexts > 0, "batchTexts", batchTexts);
        require(!batchWait.isNegative(), "batchWait", batchWait);
        require(!deadline.isNegative() && !deadline.isZero(), "deadline", deadline);
        require(generations > 0, "generations", generations);
    }

    private static void require(boolean holds, String name, Object value) {
        if (!holds) {
            throw new IllegalArgumentException(
                    name + " is " + value + "; expected a value above 0, and queuedTexts not below requestTexts");
        }
    }

    /** Returns these limits with another size of the cache. */
    public ServerLimits withCacheBytes(long bytes) {
        return new ServerLimits(
                bytes,
                requestBytes,
                requestTexts,
                textCharacters,
                queuedTexts,
                batchTexts,
                batchWait,
                deadline,
                generations);
    }

    /** Returns these limits with another number of waiting texts and of texts in a request. */
    public ServerLimits withTexts(int queued, int ofRequest) {
        return new ServerLimits(
                cacheBytes,
                requestBytes,
                ofRequest,
                textCharacters,
                queued,
                batchTexts,
                batchWait,
                deadline,
                generations);
    }

    /** Returns these limits with another batch. */
    public ServerLimits withBatch(int texts, Duration wait) {
        return new ServerLimits(
                cacheBytes,
                requestBytes,
                requestTexts,
                textCharacters,
                queuedTexts,
                texts,
                wait,
                deadline,
                generations);
    }
}
