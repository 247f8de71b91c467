package org.racewitness.collector.report;

import freemarker.template.TemplateDirectiveModel;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * The HTML report: one page that holds its style, its script and its data, asks the network for nothing and opens from
 * disk. The overview is made here from {@code page.ftlh} with everything escaped; the races are drawn by the scripts
 * from the data of {@link PageData}, when they are looked at. A Content
 * Security Policy with the hashes of the two lets the browser run nothing else.
 */
public final class HtmlReport {
    public static final String PAGE = "index.html";

    /** In the order in which they use each other. */
    private static final List<String> SCRIPTS =
            List.of("data.js", "stack.js", "picture.js", "race.js", "list.js", "filter.js");

    private HtmlReport() {}

    /**
     * Writes the page into a folder, whole or not at all, making the folder where it is missing.
     *
     * @return the page
     * @throws ReportException one line for the user; a page that was there before is untouched
     */
    public static Path write(RunReport report, Path folder) throws ReportException {
        Path page = folder.resolve(PAGE);
        ReportFile.write(page, "--html DIR", out -> write(report, out));
        return page;
    }

    static void write(RunReport report, Writer out) throws IOException {
        String style = resource("page.css");
        StringBuilder script = new StringBuilder("\"use strict\";\n{\n");
        SCRIPTS.forEach(name -> script.append(resource(name)));
        script.append("}\n");
        Map<String, Object> model = PageOverview.of(report);
        model.put("style", style);
        model.put("script", script.toString());
        model.put("styleHash", hash(style));
        model.put("scriptHash", hash(script.toString()));
        // straight into the page: thousands of races with their sources are no string to be built first
        model.put(
                "data", (TemplateDirectiveModel) (env, params, loopVars, body) -> PageData.write(report, env.getOut()));
        ReportTemplates.write(HtmlReport.class, "page.ftlh", model, out);
    }

    private static String resource(String name) {
        try (InputStream in = HtmlReport.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the jar lacks " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Source expression of CSP Level 3 for an element whose content is exactly {@code text}. */
    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return "sha256-" + Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
