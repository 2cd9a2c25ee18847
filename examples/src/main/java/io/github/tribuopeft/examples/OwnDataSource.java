package io.github.tribuopeft.examples;

import io.github.tribuopeft.PeftModel;
import io.github.tribuopeft.PeftTrainer;
import io.github.tribuopeft.data.TextExampleExtractor;
import io.github.tribuopeft.head.LabelHead;
import io.github.tribuopeft.method.LoRA;
import io.github.tribuopeft.minilm.MiniLm;
import io.github.tribuopeft.training.TrainingOptions;
import java.util.Iterator;
import java.util.List;
import org.tribuo.DataSource;
import org.tribuo.Example;
import org.tribuo.MutableDataset;
import org.tribuo.OutputFactory;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.provenance.DataSourceProvenance;
import org.tribuo.provenance.SimpleDataSourceProvenance;

/**
 * Training on objects of an application, such as the rows of a database, through a data source of Tribuo. All that a
 * trainer needs is the text in the metadata of each example, as {@link TextExampleExtractor} writes it.
 */
public final class OwnDataSource {

    private static final List<Ticket> TICKETS = List.of(
            new Ticket("Invoice 2201 is wrong", "You charged me twice for June.", "billing"),
            new Ticket("Refund", "The refund for my order has not arrived.", "billing"),
            new Ticket("Price", "Is the discount included in the price on the invoice?", "billing"),
            new Ticket("Payment", "My card was declined, but the bank says it is fine.", "billing"),
            new Ticket("App crashes", "It closes as soon as I open the camera.", "technical"),
            new Ticket("Login", "The password reset mail never arrives.", "technical"),
            new Ticket("Slow", "Uploads take minutes since the last update.", "technical"),
            new Ticket("Blank screen", "After the update I only see a white page.", "technical"));

    private OwnDataSource() {}

    /** Object of the application. */
    record Ticket(String subject, String body, String team) {}

    /** Source of examples: the subject and the body are the text, the team is the label. */
    record TicketSource(List<Ticket> tickets) implements DataSource<Label> {

        private static final LabelFactory LABELS = new LabelFactory();

        @Override
        public OutputFactory<Label> getOutputFactory() {
            return LABELS;
        }

        @Override
        public Iterator<Example<Label>> iterator() {
            TextExampleExtractor<Label> extractor = TextExampleExtractor.withWords();
            return tickets.stream()
                    .map(ticket -> extractor.extract(new Label(ticket.team()), ticket.subject() + ". " + ticket.body()))
                    .iterator();
        }

        /** The provenance of the model contains this description. */
        @Override
        public DataSourceProvenance getProvenance() {
            return new SimpleDataSourceProvenance(tickets.size() + " tickets", LABELS);
        }
    }

    /**
     * Runs the example.
     *
     * @param arguments the number of epochs
     */
    public static void main(String[] arguments) {
        int epochs = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 20;
        PeftTrainer<Label> trainer = PeftTrainer.builder(new LabelHead())
                .backbone(new MiniLm())
                .method(new LoRA())
                .options(TrainingOptions.builder().epochs(epochs).batchSize(4).build())
                .developmentFraction(0) // there are too few tickets to hold some out
                .build();
        try (PeftModel<Label> model = trainer.train(new MutableDataset<>(new TicketSource(TICKETS)))) {
            String text = "Double charge. There are two payments on my statement.";
            System.out.println(text + " -> " + model.predict(text).getOutput().getLabel());
            System.out.println(model.getProvenance().getDatasetProvenance().getSourceProvenance());
        }
    }
}
