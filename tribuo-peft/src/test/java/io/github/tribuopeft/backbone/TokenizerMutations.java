package io.github.tribuopeft.backbone;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/** Mutations of tokenizers that are valid JSON, with wrong components, settings and numbers. */
final class TokenizerMutations {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Components of all types of the native library, with usual and unusual settings. */
    private static final List<String> COMPONENTS = List.of(
            "{'type':'NFC'}",
            "{'type':'NFKD'}",
            "{'type':'Lowercase'}",
            "{'type':'StripAccents'}",
            "{'type':'Nmt'}",
            "{'type':'Strip','strip_left':true,'strip_right':true}",
            "{'type':'Prepend','prepend':'▁'}",
            "{'type':'Prepend','prepend':''}",
            "{'type':'Prepend','prepend':' '}",
            "{'type':'Replace','pattern':{'String':' '},'content':'▁'}",
            "{'type':'Replace','pattern':{'String':'a'},'content':'aa'}",
            "{'type':'Replace','pattern':{'String':'a'},'content':' '}",
            "{'type':'Replace','pattern':{'String':'a'},'content':''}",
            "{'type':'Replace','pattern':{'String':''},'content':'aa'}",
            "{'type':'Replace','pattern':{'Regex':' {2,}'},'content':' '}",
            "{'type':'Replace','pattern':{'Regex':'.'},'content':''}",
            "{'type':'Replace','pattern':{'Regex':'(a*)*b'},'content':'x'}",
            "{'type':'Replace','pattern':{'Regex':'a*'},'content':'bb'}",
            "{'type':'Replace','pattern':{'Regex':'['},'content':'bb'}",
            "{'type':'BertNormalizer','clean_text':true,'handle_chinese_chars':true,'strip_accents':null,'lowercase':true}",
            "{'type':'Precompiled','precompiled_charsmap':'AAAA'}",
            "{'type':'Precompiled','precompiled_charsmap':'BAAAAAAEAAAA'}",
            "{'type':'Precompiled','precompiled_charsmap':'" + PrecompiledCharsmapTest.valid() + "'}",
            "{'type':'ByteLevel','add_prefix_space':true,'trim_offsets':true,'use_regex':true}",
            "{'type':'ByteLevel','add_prefix_space':false,'trim_offsets':false,'use_regex':false}",
            "{'type':'BertPreTokenizer'}",
            "{'type':'Whitespace'}",
            "{'type':'WhitespaceSplit'}",
            "{'type':'UnicodeScripts'}",
            "{'type':'FixedLength','length':0}",
            "{'type':'FixedLength','length':3}",
            "{'type':'CharDelimiterSplit','delimiter':'a'}",
            "{'type':'Digits','individual_digits':true}",
            "{'type':'Punctuation','behavior':'Contiguous'}",
            "{'type':'Metaspace','replacement':'▁','prepend_scheme':'always','split':true}",
            "{'type':'Metaspace','replacement':'▁','add_prefix_space':true}",
            "{'type':'Metaspace','replacement':'a','prepend_scheme':'first','split':false}",
            "{'type':'Split','pattern':{'Regex':'\\\\\\\\s+'},'behavior':'Isolated','invert':false}",
            "{'type':'Split','pattern':{'Regex':'(a|a)*c'},'behavior':'Removed','invert':true}",
            "{'type':'Split','pattern':{'Regex':'\\\\\\\\p{N}{1,3}'},'behavior':'MergedWithNext','invert':true}",
            "{'type':'Split','pattern':{'String':'a'},'behavior':'MergedWithPrevious','invert':true}",
            "{'type':'TemplateProcessing','single':[{'Sequence':{'id':'B','type_id':0}}],'pair':[],'special_tokens':{}}",
            "{'type':'TemplateProcessing','single':[{'SpecialToken':{'id':'x','type_id':9}},{'Sequence':{'id':'A',"
                    + "'type_id':0}}],'pair':[],'special_tokens':{'x':{'id':'x','ids':[1,2],'tokens':['x','y']}}}",
            "{'type':'TemplateProcessing','single':[],'pair':[],'special_tokens':{}}",
            "{'type':'BertProcessing','sep':['a',0],'cls':['b',1]}",
            "{'type':'RobertaProcessing','sep':['a',0],'cls':['b',1],'trim_offsets':true,'add_prefix_space':true}",
            "{'type':'WordPiece','prefix':'##','cleanup':true}",
            "{'type':'BPEDecoder','suffix':'</w>'}",
            "{'type':'ByteFallback'}",
            "{'type':'Fuse'}",
            "{'type':'Strip','content':' ','start':1,'stop':0}",
            "{'type':'Strip','content':' ','start':3,'stop':3}",
            "{'type':'CTC','pad_token':'a','word_delimiter_token':'|','cleanup':true}",
            "{'type':'Sequence','decoders':[]}",
            "{'type':'Sequence','normalizers':[]}",
            "{'type':'Sequence','pretokenizers':[]}",
            "{'type':'Sequence','processors':[]}");

    private static final List<String> VALUES = List.of(
            "null",
            "true",
            "false",
            "0",
            "1",
            "-1",
            "7",
            "4294967295",
            "99999999999999999999",
            "1e999",
            "-1e300",
            "''",
            "' '",
            "'a'",
            "'  '",
            "'▁'",
            "'<s>'",
            "'\\u0000'",
            "'\\u0301'",
            "'\\ud83d\\ude00'",
            "'##'",
            "[]",
            "{}",
            "['a','b']",
            "[['a',0.5]]",
            "0.5");

    private static final List<String> TOKENS =
            List.of("a", " ", "  ", "\u0000", "\u0301", "<s>", "▁", "é", "a b", "\n");

    private TokenizerMutations() {}

    /** Returns a tokenizer with one to four changes. */
    static byte[] mutate(byte[] tokenizer, SplittableRandom random) throws IOException {
        JsonNode root = JSON.readTree(tokenizer);
        for (int i = random.nextInt(4); i >= 0; i--) {
            change((ObjectNode) root, random);
        }
        return JSON.writeValueAsBytes(root);
    }

    private static void change(ObjectNode root, SplittableRandom random) throws IOException {
        switch (random.nextInt(9)) {
            case 0 -> root.set("normalizer", stage("normalizers", random));
            case 1 -> root.set("pre_tokenizer", stage("pretokenizers", random));
            case 2 -> root.set("post_processor", stage("processors", random));
            case 3 -> root.set("decoder", stage("decoders", random));
            case 4, 5 -> addToken(root, random);
            default -> replaceValue(root, random);
        }
    }

    private static JsonNode stage(String elements, SplittableRandom random) throws IOException {
        int count = random.nextInt(5);
        if (count == 0) {
            return component(random);
        }
        ObjectNode sequence = JsonNodeFactory.instance.objectNode().put("type", "Sequence");
        ArrayNode parts = sequence.putArray(elements);
        for (int i = 0; i < count; i++) {
            parts.add(component(random));
        }
        return sequence;
    }

    private static JsonNode component(SplittableRandom random) throws IOException {
        return parse(COMPONENTS.get(random.nextInt(COMPONENTS.size())));
    }

    private static void addToken(ObjectNode root, SplittableRandom random) {
        ArrayNode tokens = root.get("added_tokens") instanceof ArrayNode all ? all : root.putArray("added_tokens");
        tokens.addObject()
                .put("id", random.nextInt(10))
                .put("content", TOKENS.get(random.nextInt(TOKENS.size())).repeat(1 + random.nextInt(2)))
                .put("single_word", random.nextInt(4) == 0)
                .put("lstrip", random.nextBoolean())
                .put("rstrip", random.nextBoolean())
                .put("normalized", random.nextBoolean())
                .put("special", random.nextBoolean());
    }

    private static void replaceValue(ObjectNode root, SplittableRandom random) throws IOException {
        List<Consumer<JsonNode>> setters = new ArrayList<>();
        collect(root, setters);
        setters.get(random.nextInt(setters.size())).accept(parse(VALUES.get(random.nextInt(VALUES.size()))));
    }

    /** Collects setters of all values, but only of the first elements of long lists and vocabularies. */
    private static void collect(JsonNode node, List<Consumer<JsonNode>> setters) {
        int most = 12;
        if (node instanceof ObjectNode object) {
            List<String> keys = new ArrayList<>();
            object.fieldNames().forEachRemaining(keys::add);
            for (String key : keys.subList(0, Math.min(most, keys.size()))) {
                setters.add(value -> object.set(key, value));
                collect(object.get(key), setters);
            }
        } else if (node instanceof ArrayNode array) {
            for (int i = 0; i < Math.min(most, array.size()); i++) {
                int index = i;
                setters.add(value -> {
                    if (index < array.size()) {
                        array.set(index, value);
                    }
                });
                collect(array.get(i), setters);
            }
        }
    }

    private static JsonNode parse(String json) throws IOException {
        return JSON.readTree(json.replace('\'', '"'));
    }
}
