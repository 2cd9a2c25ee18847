package io.github.tribuopeft.text;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.oracle.labs.mlrg.olcut.util.Pair;
import io.github.tribuopeft.text.protos.TextInfoProto;
import java.util.Collections;
import java.util.Iterator;
import org.tribuo.ImmutableOutputInfo;

/** Immutable number of observed texts, as in a trained model. */
public final class ImmutableTextInfo extends TextInfo implements ImmutableOutputInfo<Text> {

    private static final long serialVersionUID = 1L;

    /** Version of the protobuf. */
    public static final int CURRENT_VERSION = 0;

    ImmutableTextInfo(long count, int unknown) {
        super(count, unknown);
    }

    /**
     * Reads a protobuf of Tribuo.
     *
     * @throws InvalidProtocolBufferException if the message is not a number of texts
     * @throws IllegalArgumentException if it has a later version or negative numbers
     */
    public static ImmutableTextInfo deserializeFromProto(int version, String className, Any message)
            throws InvalidProtocolBufferException {
        TextVersions.require(version, CURRENT_VERSION);
        TextInfoProto proto = message.unpack(TextInfoProto.class);
        if (proto.getCount() < 0 || proto.getUnknown() < 0) {
            throw new IllegalArgumentException("The number of texts must not be negative, but is " + proto.getCount()
                    + " and " + proto.getUnknown() + " unknown");
        }
        return new ImmutableTextInfo(proto.getCount(), proto.getUnknown());
    }

    @Override
    public ImmutableTextInfo copy() {
        return new ImmutableTextInfo(count, unknown);
    }

    /** Returns -1: texts have no ids. */
    @Override
    public int getID(Text text) {
        return -1;
    }

    /**
     * Throws an exception: texts have no ids.
     *
     * @throws IllegalArgumentException always
     */
    @Override
    public Text getOutput(int id) {
        throw new IllegalArgumentException("Texts have no ids, but a text with id " + id + " is requested");
    }

    @Override
    public long getTotalObservations() {
        return count;
    }

    /** Returns an iterator without elements. */
    @Override
    public Iterator<Pair<Integer, Text>> iterator() {
        return Collections.emptyIterator();
    }
}
