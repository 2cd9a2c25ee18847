package io.github.tribuopeft.evaluation.report;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.transform.OutputKeys;
import javax.xml.transform.Transformer;
import javax.xml.transform.TransformerException;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.knowm.xchart.ChartEncoder;
import org.knowm.xchart.XYChart;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/**
 * Inline SVG of figures: colors of the page's theme, title and description for screen readers, ids that are unique in
 * the page, and no default attributes.
 */
final class Svg {

    private static final Pattern COLOR = Pattern.compile("rgb\\((\\d+),(\\d+),(\\d+)\\)");
    private static final Pattern FRACTION = Pattern.compile("-?\\d*\\.\\d+(?:E-?\\d+)?");
    private static final Pattern DEFAULTS = Pattern.compile("stroke-(?:miterlimit:10|linecap:butt|linejoin:miter);");
    private static final Pattern CLIP = Pattern.compile("#?clip\\d+");
    private static final List<String> GEOMETRY =
            List.of("d", "transform", "x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "r", "rx", "ry", "width", "height");

    static {
        // servers have no display, and reports open no window
        if (System.getProperty("java.awt.headless") == null) {
            System.setProperty("java.awt.headless", "true");
        }
    }

    private final Document document;
    private final String id;

    private Svg(Document document, String id) {
        this.document = document;
        this.id = id;
    }

    /** Renders a figure. */
    static String of(Figure figure, Figure.Size size) {
        XYChart chart = figure.chart(size);
        ByteArrayOutputStream drawn = new ByteArrayOutputStream();
        try {
            ChartEncoder.saveChart(chart, drawn, "svg");
            Svg svg = new Svg(
                    parse(drawn.toByteArray()), figure.id() + "-" + size.name().toLowerCase(Locale.ROOT));
            svg.clean(svg.root());
            figure.labels(chart, size).forEach(label -> svg.add(label, size));
            svg.describe(figure, size);
            return svg.write();
        } catch (IOException | SAXException | ParserConfigurationException | TransformerException e) {
            throw new IllegalStateException("Figure '" + figure.title() + "' cannot be rendered", e);
        }
    }

    private static Document parse(byte[] svg) throws ParserConfigurationException, IOException, SAXException {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
        // the DTD of SVG is on the web
        factory.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
        return factory.newDocumentBuilder().parse(new ByteArrayInputStream(svg));
    }

    private Element root() {
        return document.getDocumentElement();
    }

    private void clean(Element element) {
        for (Node child : children(element)) {
            if (child instanceof Element inner && !invisible(inner)) {
                clean(inner);
            } else {
                element.removeChild(child);
            }
        }
        GEOMETRY.forEach(name -> rewrite(element, name, value -> replace(FRACTION, value, Svg::round)));
        rewrite(
                element,
                "style",
                value -> replace(COLOR, DEFAULTS.matcher(value).replaceAll(""), Svg::variable));
        for (String name : List.of("id", "clip-path")) {
            rewrite(
                    element,
                    name,
                    value -> replace(CLIP, value, match -> match.group().replace("clip", id + "-clip")));
        }
    }

    private static boolean invisible(Element element) {
        return element.getAttribute("style").contains("fill-opacity:0;stroke:none");
    }

    private void add(Figure.Label label, Figure.Size size) {
        Element text = document.createElement("text");
        text.setAttribute("x", String.format(Locale.ROOT, "%.1f", label.x()));
        text.setAttribute("y", String.format(Locale.ROOT, "%.1f", label.y()));
        text.setAttribute("font-size", String.valueOf(size.fontSize));
        text.setAttribute("class", label.kind());
        text.setTextContent(label.text());
        root().appendChild(text);
    }

    private void describe(Figure figure, Figure.Size size) {
        Element root = root();
        while (root.getAttributes().getLength() > 0) {
            root.removeAttribute(root.getAttributes().item(0).getNodeName());
        }
        root.setAttribute("viewBox", "0 0 " + size.width + " " + size.height);
        root.setAttribute("role", "img");
        root.setAttribute("aria-labelledby", id + "-title " + id + "-desc");
        Node first = root.getFirstChild();
        root.insertBefore(text("title", figure.title()), first);
        root.insertBefore(text("desc", figure.description()), first);
    }

    private Element text(String kind, String content) {
        Element element = document.createElement(kind);
        element.setAttribute("id", id + "-" + kind);
        element.setTextContent(content);
        return element;
    }

    private String write() throws TransformerException {
        Transformer transformer = TransformerFactory.newInstance().newTransformer();
        transformer.setOutputProperty(OutputKeys.OMIT_XML_DECLARATION, "yes");
        StringWriter written = new StringWriter();
        transformer.transform(new DOMSource(root()), new StreamResult(written));
        return written.toString();
    }

    private static void rewrite(Element element, String attribute, UnaryOperator<String> change) {
        if (element.hasAttribute(attribute)) {
            element.setAttribute(attribute, change.apply(element.getAttribute(attribute)));
        }
    }

    private static String replace(Pattern pattern, String value, Function<MatchResult, String> replacement) {
        return pattern.matcher(value).replaceAll(match -> Matcher.quoteReplacement(replacement.apply(match)));
    }

    private static String variable(MatchResult rgb) {
        return ThemeColor.variable(
                Integer.parseInt(rgb.group(1)), Integer.parseInt(rgb.group(2)), Integer.parseInt(rgb.group(3)));
    }

    /** Rounds to a hundredth of a pixel, which the outlines of glyphs need. */
    private static String round(MatchResult number) {
        String rounded = String.format(Locale.ROOT, "%.2f", Double.parseDouble(number.group()));
        return rounded.replaceFirst("\\.?0+$", "").replaceFirst("^-0$", "0");
    }

    private static List<Node> children(Element element) {
        NodeList nodes = element.getChildNodes();
        List<Node> children = new ArrayList<>();
        for (int i = 0; i < nodes.getLength(); i++) {
            children.add(nodes.item(i));
        }
        return children;
    }
}
