package io.github.tribuopeft.chattemplate;

import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import com.hubspot.jinjava.LegacyOverrides;
import com.hubspot.jinjava.el.JinjavaProcessors;
import com.hubspot.jinjava.interpret.Context;
import com.hubspot.jinjava.interpret.RenderResult;
import com.hubspot.jinjava.interpret.TemplateError;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Jinja with the settings and functions that transformers gives to chat templates: blocks are trimmed, strings have the
 * methods of Python's, and {@code raise_exception} and {@code strftime_now} are defined.
 *
 * <p>Jinjava's parser lacks {@code [::-1]} and operators after a filter in a named argument; both are rewritten before
 * it parses. It has no {@code else} of loops and no generation blocks.
 */
final class TemplateEngine {

    /** Maximum number of characters of the output and of any string. */
    static final int MAX_CHARACTERS = 1_000_000;

    private static final int MAX_DEPTH = 50;

    private static final Pattern REVERSED = Pattern.compile("\\[::-1\\]");
    private static final Pattern LENGTH_ARGUMENT = Pattern.compile("=\\s*(\\w+\\s*\\|\\s*length\\s*[-+]\\s*\\d+)");

    /** Tags that read other templates, and those that no chat template needs. */
    private static final Map<Context.Library, Set<String>> DISABLED = Map.of(
            Context.Library.TAG,
            Set.of("include", "import", "from", "extends", "block", "autoescape", "cycle", "unless", "ifchanged"),
            Context.Library.FUNCTION,
            Set.of("random", "unixtimestamp", "datetimeformat", "today"));

    private static final Jinjava JINJAVA = jinjava();

    private TemplateEngine() {}

    private static Jinjava jinjava() {
        Jinjava jinjava = new Jinjava(JinjavaConfig.newBuilder()
                .withTrimBlocks(true)
                .withLstripBlocks(true)
                .withKeepTrailingNewline(true)
                .withNestedInterpretationEnabled(false) // messages are not templates
                .withLegacyOverrides(LegacyOverrides.newBuilder()
                        .withUsePyishObjectMapper(true)
                        .withUseNaturalOperatorPrecedence(true)
                        .withParseWhitespaceControlStrictly(true)
                        .withAllowAdjacentTextNodes(true)
                        .withUseTrimmingForNotesAndExpressions(true)
                        .withKeepNullableLoopValues(true)
                        .withHandleBackslashInQuotesOnly(true)
                        .withIterateOverMapKeys(true)
                        .build())
                .withElResolver(new PythonMethods())
                .withDisabled(DISABLED)
                .withMaxOutputSize(MAX_CHARACTERS)
                .withMaxStringLength(MAX_CHARACTERS)
                .withMaxRenderDepth(MAX_DEPTH)
                .withMaxMacroRecursionDepth(MAX_DEPTH)
                .withProcessors(JinjavaProcessors.newBuilder()
                        .withNodePreProcessor((node, interpreter) -> StepLimit.step(interpreter))
                        .build())
                .build());
        TemplateFunctions.register(jinjava.getGlobalContext());
        return jinjava;
    }

    /**
     * Renders a template.
     *
     * @throws TemplateException if the template is not valid, calls {@code raise_exception} or exceeds a limit
     */
    static String render(String template, Map<String, Object> variables) {
        String source = template.endsWith("\n") ? template.substring(0, template.length() - 1) : template;
        source = REVERSED.matcher(source).replaceAll("|reverse");
        source = LENGTH_ARGUMENT.matcher(source).replaceAll("=($1)");
        Map<String, Object> limited = new HashMap<>(variables);
        limited.put(StepLimit.NAME, new StepLimit());
        RenderResult result = JINJAVA.renderForResult(source, limited);
        if (!result.getErrors().isEmpty()) {
            TemplateError error = result.getErrors().get(0);
            throw error.getException() != null && raised(error.getException()) instanceof TemplateException raised
                    ? raised
                    : new TemplateException(error.getMessage() + " (line " + error.getLineno() + ")");
        }
        return result.getOutput();
    }

    private static Throwable raised(Throwable error) {
        Throwable cause = error;
        while (cause.getCause() != null && !(cause instanceof TemplateException)) {
            cause = cause.getCause();
        }
        return cause;
    }
}
