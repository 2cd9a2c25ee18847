package io.github.tribuopeft.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tokenizers that would crash the native library, or make it loop, are refused with a message that names the cause. */
class UnsafeTokenizerTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final ObjectNode tokenizer = read(TokenizerFuzzTest.byteLevel());

    private static ObjectNode read(byte[] json) {
        try {
            return (ObjectNode) JSON.readTree(json);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static JsonNode json(String text) {
        return read(("{'x':" + text + "}").replace('\'', '"').getBytes(StandardCharsets.UTF_8))
                .get("x");
    }

    private static BackboneTokenizer open(JsonNode tokenizer) throws IOException {
        return new BackboneTokenizer(new ByteArrayInputStream(JSON.writeValueAsBytes(tokenizer)));
    }

    private void assertRefused(String message) {
        assertThatThrownBy(() -> open(tokenizer).close())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("it is not a valid tokenizer.json: ")
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            normalizer     | {'type':'Foo'} | normalizer 'Foo' is not supported; supported: BertNormalizer, ByteLevel,
            normalizer     | 3 | normalizer is 3; expected an object
            normalizer     | {'type':'Prepend','prepend':''} | normalizer.prepend has 0 characters; expected 1 to 16
            normalizer     | {'type':'Precompiled','precompiled_charsmap':'AAAA'} | precompiled_charsmap is damaged
            normalizer     | {'type':'NFC','mode':1} | normalizer.mode is not supported
            normalizer     | {'type':'Replace','pattern':{'String':''},'content':'x'} | pattern.String has 0 characters
            normalizer     | {'type':'Replace','pattern':{'Regex':'(a*)*b'},'content':'x'} | Regex '(a*)*b' is not supported
            pre_tokenizer  | {'type':'FixedLength','length':0} | pre_tokenizer 'FixedLength' is not supported
            pre_tokenizer  | {'type':'Metaspace','replacement':'ab'} | replacement is "ab"; expected a single character
            pre_tokenizer  | {'type':'Split','pattern':{'Regex':'a'},'behavior':'Eat','invert':false} | behavior is "Eat"
            decoder        | {'type':'CTC'} | decoder 'CTC' is not supported; supported: BPEDecoder, ByteFallback,
            decoder        | {'type':'Strip','content':' ','start':0,'stop':1} | decoder.stop is 1; expected an integer
            post_processor | {'type':'BertProcessing','sep':['a',-1],'cls':['b',1]} | sep[1] is -1; expected an integer
            """)
    void components(String place, String component, String message) {
        tokenizer.set(place, json(component));
        assertRefused(message);
    }

    /** Each replacement is valid, but the text grows with each of them. */
    @Test
    void replacementsThatLengthenTexts() {
        String doubling = "{'type':'Replace','pattern':{'String':'a'},'content':'aa'}";
        tokenizer.set(
                "normalizer",
                json("{'type':'Sequence','normalizers':[" + (doubling + ",").repeat(6) + doubling + "]}"));
        assertRefused("normalizer may turn one character into more than 64");
    }

    @Test
    void byteLevelsThatLengthenTexts() {
        String level = "{'type':'ByteLevel','add_prefix_space':false,'trim_offsets':true}";
        tokenizer.set("pre_tokenizer", json("{'type':'Sequence','pretokenizers':[" + level + "," + level + "]}"));
        assertRefused("pre_tokenizer has 2 components ByteLevel");
    }

    @Test
    void nestedSequences() {
        String nested = "{'type':'NFC'}";
        for (int i = 0; i < 12; i++) {
            nested = "{'type':'Sequence','normalizers':[" + nested + "]}";
        }
        tokenizer.set("normalizer", json(nested));
        assertRefused("normalizer nests sequences more than 8 deep");
    }

    private static String template(String single) {
        return "{'type':'TemplateProcessing','single':[" + single + "],'pair':[],'special_tokens':{}}";
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {'Sequence':{'id':'B','type_id':0}} | has a sequence 'B'; expected A
            {'SpecialToken':{'id':'<s>','type_id':0}} | has a token '<s>', which special_tokens does not define
            {'Sequence':{'id':'A','type_id':0}},{'Sequence':{'id':'A','type_id':0}} | (Sequence A) 2 times; expected once
            {'Sequence':{'id':'A','type_id':-1}} | type_id is -1
            """)
    void templates(String single, String message) {
        tokenizer.set("post_processor", json(template(single)));
        assertRefused(message);
    }

    @Test
    void twoTemplates() {
        String one = template("{'Sequence':{'id':'A','type_id':0}}");
        tokenizer.set("post_processor", json("{'type':'Sequence','processors':[" + one + "," + one + "]}"));
        assertRefused("post_processor has a component after TemplateProcessing");
    }

    private ObjectNode token(String content) {
        ObjectNode token =
                (ObjectNode) tokenizer.withArray("added_tokens").get(0).deepCopy();
        tokenizer.withArray("added_tokens").add(token.put("content", content));
        return token;
    }

    @Test
    void addedTokens() {
        token("a".repeat(1_000_000));
        assertRefused("added_tokens[1].content has 1000000 characters; expected 1 to 256");
    }

    /** The library would search for an empty text. */
    @Test
    void addedTokensThatAreEmptyAfterTheNormalizer() {
        tokenizer.set("normalizer", json("{'type':'StripAccents'}"));
        token("\u0301").put("normalized", true);
        assertRefused("is empty after the normalizer; expected a text");
    }

    /** Two such tokens would strip the same whitespace. */
    @Test
    void blankAddedTokensThatStrip() {
        token("  ").put("lstrip", true);
        assertRefused("added token '  ' is blank and has lstrip or rstrip; expected neither");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {'type':'Oracle'} | model 'Oracle' is not supported; supported: BPE, Unigram, WordPiece, WordLevel
            {'type':'BPE','vocab':{'a':-1},'merges':[]} | model.vocab['a'] is -1; expected an integer
            {'type':'BPE','vocab':{'a':4294967295},'merges':[]} | model.vocab['a'] is 4294967295; expected an integer
            {'type':'BPE','vocab':{'a':0},'merges':['a b']} | needs token 'b', which is not in its vocab
            {'type':'BPE','vocab':{'a':0},'merges':['a']} | merge "a" is not a pair of tokens
            {'type':'BPE','vocab':{'a':0},'merges':[],'unk_token':'?'} | model.unk_token is '?', which is not in its vocab
            {'type':'Unigram','vocab':[],'unk_id':0} | model.unk_id is 0, but its vocab has 0 tokens
            {'type':'Unigram','vocab':[['a',1e999]],'unk_id':0} | model.vocab[0][1] is
            {'type':'WordPiece','vocab':{'a':0},'unk_token':'?','continuing_subword_prefix':'#','max_input_chars_per_word':9} | unk_token is '?'
            {'type':'WordPiece','vocab':{'?':0},'unk_token':'?','continuing_subword_prefix':'#','max_input_chars_per_word':1000000} | in [1, 1000]
            """)
    void models(String model, String message) {
        tokenizer.set("model", json(model));
        assertRefused(message);
    }

    /** A text has the same tokens each time. */
    @Test
    void dropoutIsRemoved() throws IOException {
        ((ObjectNode) tokenizer.get("model")).put("dropout", 0.5);
        try (BackboneTokenizer opened = open(tokenizer)) {
            List<Integer> tokens = List.of(3, 3, 3, 3, 3, 3, 3, 3);
            for (int i = 0; i < 20; i++) {
                // longer than texts in the library's cache
                assertThat(opened.encodeWithoutSpecialTokens(" a a a a a a a a"))
                        .containsExactly(
                                tokens.stream().mapToInt(Integer::intValue).toArray());
            }
        }
    }

    @Test
    void deepJson() {
        byte[] deep = ("{\"x\":" + "[".repeat(100_000)).getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> new BackboneTokenizer(new ByteArrayInputStream(deep)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("it is not valid JSON");
    }

    @Test
    void longTexts() throws IOException {
        String text = " ".repeat(1_000_001);
        try (BackboneTokenizer opened = open(tokenizer)) {
            assertThatThrownBy(() -> opened.encode(text, 10))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("A text has 1000001 characters; at most 1000000 can be tokenized");
            assertThatThrownBy(() -> opened.encodeWithoutSpecialTokens(text))
                    .hasMessageContaining("1000001 characters");
            assertThatThrownBy(() -> opened.encodeWords(List.of(text))).hasMessageContaining("1000001 characters");
        }
    }

    @Test
    void maximumLengthsWithoutRoomForText() throws IOException {
        try (BackboneTokenizer opened = open(tokenizer)) {
            assertThatThrownBy(() -> opened.encode("a a a", 1))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("A maximum length of 1 tokens leaves no room for a text");
            assertThatThrownBy(() -> opened.encodeWords(List.of("a")).windows(1))
                    .hasMessageContaining("A maximum length of 1 tokens leaves no room");
        }
    }

    /** The library does not use the file's ids of added tokens. */
    @Test
    void idsOfAddedTokens() throws IOException {
        assertThat(TokenizerJson.parse(JSON.writeValueAsBytes(tokenizer)).largestId())
                .isEqualTo(4);
        token("<x>").put("id", 9);
        token("<y>").put("id", 2);
        assertThat(TokenizerJson.parse(JSON.writeValueAsBytes(tokenizer)).largestId())
                .isEqualTo(6);
        try (BackboneTokenizer opened = open(tokenizer)) {
            assertThat(opened.encodeWithoutSpecialTokens("<x><y>")).containsExactly(5, 6);
        }
    }
}
