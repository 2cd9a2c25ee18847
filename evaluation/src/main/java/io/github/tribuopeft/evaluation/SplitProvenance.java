package io.github.tribuopeft.evaluation;

import com.oracle.labs.mlrg.olcut.provenance.ObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.PrimitiveProvenance;
import com.oracle.labs.mlrg.olcut.provenance.Provenance;
import com.oracle.labs.mlrg.olcut.provenance.primitives.DoubleProvenance;
import com.oracle.labs.mlrg.olcut.provenance.primitives.IntProvenance;
import com.oracle.labs.mlrg.olcut.provenance.primitives.LongProvenance;
import com.oracle.labs.mlrg.olcut.provenance.primitives.StringProvenance;
import com.oracle.labs.mlrg.olcut.util.Pair;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.tribuo.provenance.DataProvenance;

/**
 * Provenance of one part of a stratified split: the data and all settings that determine the split.
 *
 * @param splitter class of the splitter
 * @param source provenance of the data
 * @param strata name of the strata, see {@link Strata#name}
 * @param seed seed of the splitter
 * @param trainShare share of the training part
 * @param folds number of folds; 0 for a single split
 * @param fold number of this fold, from 0; 0 for a single split
 * @param sampleSize number of examples of a sample; 0 for a split or fold
 * @param side {@code train} or {@code test}
 */
public record SplitProvenance(
        String splitter,
        DataProvenance source,
        String strata,
        long seed,
        double trainShare,
        int folds,
        int fold,
        int sampleSize,
        String side)
        implements DataProvenance {

    private static final String SOURCE = "source";
    private static final String STRATA = "strata";
    private static final String SEED = "seed";
    private static final String TRAIN_SHARE = "train-share";
    private static final String FOLDS = "folds";
    private static final String FOLD = "fold";
    private static final String SAMPLE_SIZE = "sample-size";
    private static final String SIDE = "side";

    static final String TRAIN = "train";
    static final String TEST = "test";

    /** Creates the provenance from its marshalled form, as OLCUT requires. */
    public SplitProvenance(Map<String, Provenance> map) {
        this(
                value(map, CLASS_NAME, StringProvenance.class),
                extract(map, SOURCE, DataProvenance.class),
                value(map, STRATA, StringProvenance.class),
                value(map, SEED, LongProvenance.class),
                value(map, TRAIN_SHARE, DoubleProvenance.class),
                value(map, FOLDS, IntProvenance.class),
                value(map, FOLD, IntProvenance.class),
                map.containsKey(SAMPLE_SIZE) ? value(map, SAMPLE_SIZE, IntProvenance.class) : 0, // not in files of 0.1
                value(map, SIDE, StringProvenance.class));
    }

    private static <V> V value(Map<String, Provenance> map, String key, Class<? extends PrimitiveProvenance<V>> type) {
        return extract(map, key, type).getValue();
    }

    private static <P extends Provenance> P extract(Map<String, Provenance> map, String key, Class<P> type) {
        return ObjectProvenance.checkAndExtractProvenance(map, key, type, SplitProvenance.class.getSimpleName());
    }

    @Override
    public String getClassName() {
        return splitter;
    }

    @Override
    public Iterator<Pair<String, Provenance>> iterator() {
        return List.<Pair<String, Provenance>>of(
                        new Pair<>(CLASS_NAME, new StringProvenance(CLASS_NAME, splitter)),
                        new Pair<>(SOURCE, source),
                        new Pair<>(STRATA, new StringProvenance(STRATA, strata)),
                        new Pair<>(SEED, new LongProvenance(SEED, seed)),
                        new Pair<>(TRAIN_SHARE, new DoubleProvenance(TRAIN_SHARE, trainShare)),
                        new Pair<>(FOLDS, new IntProvenance(FOLDS, folds)),
                        new Pair<>(FOLD, new IntProvenance(FOLD, fold)),
                        new Pair<>(SAMPLE_SIZE, new IntProvenance(SAMPLE_SIZE, sampleSize)),
                        new Pair<>(SIDE, new StringProvenance(SIDE, side)))
                .iterator();
    }

    /** Returns the part of the data. */
    PartDescription part() {
        return new PartDescription(trainShare, folds, fold, sampleSize, side);
    }

    @Override
    public String toString() {
        return generateString("Split");
    }
}
