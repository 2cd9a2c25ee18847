package io.github.tribuopeft.backbone;

/** Case of a word, which the tokenizer of an uncased backbone removes. */
public enum LetterCase {
    /** No upper-case letter, as in {@code word}, {@code 42} and {@code ?!}. */
    LOWER,
    /** The first letter is the only upper-case letter, as in {@code Word} and {@code I}. */
    TITLE,
    /** Two or more letters, all upper-case, as in {@code WORD} and {@code U.S.}. */
    UPPER,
    /** Any other word with an upper-case letter, as in {@code iPhone} and {@code McDonald}. */
    MIXED;

    /**
     * Returns the case of a word. Characters that are not letters are ignored.
     *
     * @param word any text
     */
    public static LetterCase of(String word) {
        int[] letters = word.codePoints().filter(Character::isLetter).toArray();
        int upper = 0;
        for (int letter : letters) {
            if (isUpper(letter)) {
                upper++;
            }
        }
        if (upper == 0) {
            return LOWER;
        }
        if (upper == 1 && isUpper(letters[0])) {
            return TITLE;
        }
        return upper == letters.length ? UPPER : MIXED;
    }

    private static boolean isUpper(int letter) {
        return Character.isUpperCase(letter) || Character.isTitleCase(letter);
    }
}
