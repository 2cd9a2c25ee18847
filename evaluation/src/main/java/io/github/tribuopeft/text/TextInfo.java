package io.github.tribuopeft.text;

import com.google.protobuf.Any;
import com.oracle.labs.mlrg.olcut.util.Pair;
import io.github.tribuopeft.text.protos.TextInfoProto;
import java.util.List;
import java.util.Set;
import org.tribuo.OutputInfo;
import org.tribuo.protos.core.OutputDomainProto;

/**
 * Number of observed texts. The domain of texts is not finite, so it has no members and no ids, and a model file does
 * not contain the replies that it was trained on.
 */
abstract sealed class TextInfo implements OutputInfo<Text> permits MutableTextInfo, ImmutableTextInfo {

    private static final long serialVersionUID = 1L;

    /** Number of observed texts, without unknown ones. */
    long count;

    int unknown;

    TextInfo(long count, int unknown) {
        this.count = count;
        this.unknown = unknown;
    }

    /** Returns an empty set. */
    @Override
    public Set<Text> getDomain() {
        return Set.of();
    }

    /** Returns 0. */
    @Override
    public int size() {
        return 0;
    }

    @Override
    public int getUnknownCount() {
        return unknown;
    }

    @Override
    public ImmutableTextInfo generateImmutableOutputInfo() {
        return new ImmutableTextInfo(count, unknown);
    }

    @Override
    public MutableTextInfo generateMutableOutputInfo() {
        return new MutableTextInfo(count, unknown);
    }

    @Override
    public String toReadableString() {
        return count + " texts";
    }

    @Override
    public Iterable<Pair<String, Long>> outputCountsIterable() {
        return List.of(new Pair<>("texts", count));
    }

    @Override
    public OutputDomainProto serialize() {
        return OutputDomainProto.newBuilder()
                .setVersion(0)
                .setClassName(getClass().getName())
                .setSerializedData(Any.pack(TextInfoProto.newBuilder()
                        .setCount(count)
                        .setUnknown(unknown)
                        .build()))
                .build();
    }

    @Override
    public boolean equals(Object other) {
        return other != null
                && getClass() == other.getClass()
                && count == ((TextInfo) other).count
                && unknown == ((TextInfo) other).unknown;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(31 * count + unknown);
    }

    @Override
    public String toString() {
        return getClass().getSimpleName() + "(" + toReadableString() + ")";
    }
}
