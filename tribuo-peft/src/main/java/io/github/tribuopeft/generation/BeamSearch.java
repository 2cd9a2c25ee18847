package io.github.tribuopeft.generation;

import io.github.tribuopeft.backbone.DecodingBatch;
import io.github.tribuopeft.backbone.DecodingBatch.Continuation;
import io.github.tribuopeft.generation.BeamRequest.EarlyStopping;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/** Beam search of one text, with the steps of transformers' {@code generate(num_beams=k)}. */
final class BeamSearch {

    private final BeamRequest request;
    private final OptionalInt endToken;
    /** Complete texts, the best first, as many as beams at most. */
    private final List<Beam> complete = new ArrayList<>();

    private List<Beam> running = List.of(new Beam(new int[0], 0));

    /**
     * Tokens with their score.
     *
     * @param ids the new tokens
     * @param score log-probability of a running text; divided by the length penalty if the text is complete
     */
    private record Beam(int[] ids, double score) {}

    BeamSearch(BeamRequest request, OptionalInt endToken) {
        this.request = request;
        this.endToken = endToken;
    }

    /**
     * Searches.
     *
     * @param batch a batch with the prompt
     * @return the tokens of the best text, end token included
     */
    int[] run(DecodingBatch batch) {
        for (int length = 1; ; length++) {
            double[] scores = running.stream().mapToDouble(Beam::score).toArray();
            List<Continuation> best = batch.continuations(scores, 2 * request.beams());
            complete(best, length);
            List<Continuation> open = open(best, length);
            if (open.isEmpty()) {
                return complete.get(0).ids();
            }
            running = open.stream().map(this::continued).toList();
            if (!isContinued(length)) {
                return complete.get(0).ids();
            }
            reorder(batch, open);
            batch.append(open.stream().mapToLong(Continuation::token).toArray());
        }
    }

    private boolean isComplete(Continuation continuation, int length) {
        return length == request.maxTokens() || endToken.isPresent() && continuation.token() == endToken.getAsInt();
    }

    private Beam continued(Continuation continuation) {
        int[] before = running.get(continuation.row()).ids();
        int[] ids = IntStream.concat(IntStream.of(before), IntStream.of(continuation.token()))
                .toArray();
        return new Beam(ids, continuation.score());
    }

    /** Adds the complete texts among the best continuations, one for each beam. */
    private void complete(List<Continuation> best, int length) {
        if (request.earlyStopping() == EarlyStopping.FIRST_COMPLETE && isFull()) {
            return;
        }
        best.stream()
                .limit(request.beams())
                .filter(continuation -> isComplete(continuation, length))
                .map(this::continued)
                .map(beam -> new Beam(beam.ids(), normalized(beam.score(), length)))
                .forEach(complete::add);
        complete.sort(Comparator.comparingDouble(Beam::score).reversed());
        while (complete.size() > request.beams()) {
            complete.remove(complete.size() - 1);
        }
    }

    private double normalized(double score, int length) {
        return score / Math.pow(length, request.lengthPenalty());
    }

    private boolean isFull() {
        return complete.size() == request.beams();
    }

    private List<Continuation> open(List<Continuation> best, int length) {
        return best.stream()
                .filter(continuation -> !isComplete(continuation, length))
                .limit(request.beams())
                .toList();
    }

    private boolean isContinued(int length) {
        if (!isFull()) {
            return true;
        }
        if (request.earlyStopping() == EarlyStopping.FIRST_COMPLETE) {
            return false;
        }
        boolean longest = request.earlyStopping() == EarlyStopping.CANNOT_IMPROVE && request.lengthPenalty() > 0;
        double possible = normalized(running.get(0).score(), longest ? request.maxTokens() : length);
        return possible > complete.get(complete.size() - 1).score();
    }

    /** Replaces the rows of the batch by those that the continuations belong to. */
    private static void reorder(DecodingBatch batch, List<Continuation> continuations) {
        int[] rows = continuations.stream().mapToInt(Continuation::row).toArray();
        boolean same =
                rows.length == batch.size() && IntStream.range(0, rows.length).allMatch(i -> rows[i] == i);
        if (!same) {
            batch.select(rows);
        }
    }
}
