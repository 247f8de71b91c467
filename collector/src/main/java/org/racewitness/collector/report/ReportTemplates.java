package org.racewitness.collector.report;

import freemarker.core.TemplateClassResolver;
import freemarker.template.Configuration;
import freemarker.template.TemplateException;
import freemarker.template.TemplateExceptionHandler;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;

/** Pages from the templates ({@code *.ftlh}, everything escaped) that lie beside a class. */
public final class ReportTemplates {
    private ReportTemplates() {}

    /**
     * Fills a template.
     *
     * @throws IOException of the writer, also when a directive of the model met it
     */
    public static void write(Class<?> beside, String template, Map<String, Object> model, Writer out)
            throws IOException {
        try {
            configuration(beside).getTemplate(template).process(model, out);
        } catch (TemplateException e) {
            if (e.getCause() instanceof IOException io) {
                throw io;
            }
            throw new IllegalStateException(template + " and its model do not fit: " + e.getMessage(), e);
        }
    }

    private static Configuration configuration(Class<?> beside) {
        Configuration configuration = new Configuration(Configuration.VERSION_2_3_34);
        configuration.setClassForTemplateLoading(beside, "");
        configuration.setDefaultEncoding(StandardCharsets.UTF_8.name());
        configuration.setLocale(Locale.ROOT);
        configuration.setNumberFormat("computer");
        configuration.setTemplateExceptionHandler(TemplateExceptionHandler.RETHROW_HANDLER);
        configuration.setLogTemplateExceptions(false);
        configuration.setNewBuiltinClassResolver(TemplateClassResolver.ALLOWS_NOTHING_RESOLVER);
        return configuration;
    }
}
