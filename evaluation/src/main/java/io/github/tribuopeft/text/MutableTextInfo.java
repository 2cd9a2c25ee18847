package io.github.tribuopeft.text;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import io.github.tribuopeft.text.protos.TextInfoProto;
import org.tribuo.MutableOutputInfo;

/** Mutable number of observed texts, as in a dataset. */
public final class MutableTextInfo extends TextInfo implements MutableOutputInfo<Text> {

    private static final long serialVersionUID = 1L;

    /** Version of the protobuf. */
    public static final int CURRENT_VERSION = 0;

    MutableTextInfo() {
        this(0, 0);
    }

    MutableTextInfo(long count, int unknown) {
        super(count, unknown);
    }

    /**
     * Reads a protobuf of Tribuo.
     *
     * @throws InvalidProtocolBufferException if the message is not a number of texts
     * @throws IllegalArgumentException if it has a later version or negative numbers
     */
    public static MutableTextInfo deserializeFromProto(int version, String className, Any message)
            throws InvalidProtocolBufferException {
        TextVersions.require(version, CURRENT_VERSION);
        TextInfoProto proto = message.unpack(TextInfoProto.class);
        if (proto.getCount() < 0 || proto.getUnknown() < 0) {
            throw new IllegalArgumentException("The number of texts must not be negative, but is " + proto.getCount()
                    + " and " + proto.getUnknown() + " unknown");
        }
        return new MutableTextInfo(proto.getCount(), proto.getUnknown());
    }

    @Override
    public MutableTextInfo copy() {
        return new MutableTextInfo(count, unknown);
    }

    @Override
    public void observe(Text text) {
        if (text.isUnknown()) {
            unknown++;
        } else {
            count++;
        }
    }

    @Override
    public void clear() {
        count = 0;
        unknown = 0;
    }
}
