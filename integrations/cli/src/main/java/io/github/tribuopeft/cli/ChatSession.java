package io.github.tribuopeft.cli;

import io.github.tribuopeft.PeftTextModel;
import io.github.tribuopeft.chat.ChatFormat;
import io.github.tribuopeft.chat.ChatMessage;
import io.github.tribuopeft.data.Whitespace;
import io.github.tribuopeft.generation.Generation;
import io.github.tribuopeft.generation.GenerationRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** Conversation with personas: prints replies on standard output, and notes on standard error. */
final class ChatSession {

    private static final List<String> COMMANDS = List.of("/persona", "/reset", "/help", "/quit");

    private final Map<String, PeftTextModel> personas;
    private final ChatFormat format;
    private final String system;
    private final GenerationOptions settings;
    private final List<ChatMessage> messages = new ArrayList<>();
    private String persona;

    /**
     * Creates a conversation with the first persona.
     *
     * @param personas the models by their names, at least one
     * @param system instructions at the beginning; null for none
     */
    ChatSession(Map<String, PeftTextModel> personas, ChatFormat format, String system, GenerationOptions settings) {
        this.personas = personas;
        this.format = format;
        this.system = system;
        this.settings = settings;
        this.persona = personas.keySet().iterator().next();
        reset();
    }

    private void reset() {
        messages.clear();
        if (system != null) {
            messages.add(ChatMessage.system(system));
        }
    }

    /**
     * Executes a command, or replies to a message.
     *
     * @param line the line; null at the end of the input
     * @return whether the conversation continues
     */
    boolean accept(String line) {
        if (line == null || line.strip().equals("/quit")) {
            return false;
        }
        if (line.startsWith("/")) {
            command(line.strip().split("\\s+", 2));
        } else if (!Whitespace.isBlank(line)) {
            reply(line);
        }
        return true;
    }

    private void command(String... words) {
        switch (words[0]) {
            case "/persona" -> select(words.length == 1 ? "" : words[1]);
            case "/reset" -> {
                reset();
                note("The conversation is empty.");
            }
            case "/help" -> note("""
                    /persona NAME  continue with another model: %s
                    /reset         forget the conversation
                    /help          list the commands
                    /quit          end""".formatted(names()));
            default ->
                note("Unknown command '" + words[0] + "'; expected one of " + String.join(", ", COMMANDS)
                        + Suggestion.of(words[0], COMMANDS));
        }
    }

    private void select(String name) {
        if (personas.containsKey(name)) {
            persona = name;
            note("The next reply is that of " + name + ".");
        } else {
            note((name.isEmpty() ? "Expected a persona: " : "Unknown persona '" + name + "'; expected one of ")
                    + names()
                    + Suggestion.of(name, personas.keySet()));
        }
    }

    private String names() {
        return String.join(", ", personas.keySet());
    }

    private void reply(String message) {
        messages.add(ChatMessage.user(message));
        long begin = System.nanoTime();
        try {
            GenerationRequest request = settings.request(format.prompt(messages));
            request = request.withStop(Stream.concat(request.stop().stream(), format.stop().stream())
                    .toList());
            Generation generation = personas.get(persona).generate(request, ChatSession::print);
            System.out.println();
            messages.add(ChatMessage.assistant(generation.text().strip()));
            int tokens = generation.ids().size();
            note(String.format(
                    Locale.ROOT,
                    "[%s: %d tokens, %.1f tokens per second]",
                    persona,
                    tokens,
                    tokens / ((System.nanoTime() - begin) / 1e9)));
        } catch (IllegalArgumentException e) { // such as a conversation that is too long
            messages.remove(messages.size() - 1);
            note(e.getMessage() + " (/reset begins a new conversation)");
        }
    }

    private static boolean print(String part) {
        System.out.print(part);
        System.out.flush();
        return true;
    }

    private static void note(String text) {
        System.err.println(text);
    }
}
