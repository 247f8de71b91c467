package org.racewitness.collector.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.deque.html.axecore.results.Rule;
import com.deque.html.axecore.selenium.AxeBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/**
 * The HTML report in a real browser: filter, keyboard, dark, narrow, paper, hostile text, size. Every test ends without
 * a complaint or a request.
 */
class HtmlReportBrowserTest {
    @TempDir
    static Path directory;

    private static Browser browser;
    private static Path bank;
    private static Path damaged;
    private static Path hostile;
    private static Path many;

    @BeforeAll
    static void start() throws IOException {
        bank = HtmlReport.write(SampleReports.bank(directory.resolve("src")), directory.resolve("bank"));
        damaged = HtmlReport.write(SampleReports.damaged(directory.resolve("src")), directory.resolve("damaged"));
        hostile = HtmlReport.write(SampleReports.hostile(directory.resolve("h")), directory.resolve("hostile"));
        many = HtmlReport.write(SampleReports.many(directory.resolve("m"), 2000, 40, 20), directory.resolve("many"));
        browser = Browser.start(directory.resolve("profile"));
    }

    @AfterAll
    static void stop() {
        if (browser != null) {
            browser.close();
        }
    }

    @BeforeEach
    void asAtTheStart() {
        browser.size(1280, 900);
        browser.media("screen", "light");
    }

    @AfterEach
    void nothingWasComplainedOfOrAskedFor() throws IOException {
        assertEquals(List.of(), browser.complaints());
        List<String> others = browser.requests().stream()
                .filter(address -> !address.startsWith(directory.toUri().toString()))
                .toList();
        assertEquals(List.of(), others);
    }

    @Test
    void firstRaceIsOpenWithBothStacks() throws IOException {
        browser.open(bank);
        assertEquals("5 races", browser.one("#status").getText());
        assertEquals(5, browser.shown(".race"));
        assertEquals(1, browser.all(".detail").size());
        List<WebElement> sides = browser.all(".detail .side");
        assertEquals(2, sides.size());
        assertTrue(
                sides.get(0).getText().contains("Thread-2 (teller)"),
                sides.get(0).getText());
        assertEquals(
                List.of("self.balance", "self.balance"),
                browser.all(".racing mark").stream().map(WebElement::getText).toList());
        assertEquals(
                "self.balance = self.balance + amount",
                browser.one(".racing code").getText().strip());
        assertEquals("2 library frames", browser.one(".fold").getText());
        browser.one(".fold").click();
        assertTrue(browser.one(".side").getText().contains("Thread._bootstrap_inner"));
        browser.screenshot("light");
    }

    @Test
    void filterNarrowsTheList() {
        browser.open(bank);
        WebElement query = browser.one("#query");
        query.sendKeys("withdraw");
        assertEquals("1 of 5 races", browser.one("#status").getText());
        assertEquals(1, browser.shown(".race"));
        query.clear();
        query.sendKeys("file:bank.py level:error thread:mainthread");
        assertEquals("1 of 5 races", browser.one("#status").getText());
        query.clear();
        query.sendKeys("nowhere");
        assertEquals(0, browser.shown(".race"));
        assertTrue(browser.one("#nothing").isDisplayed());
        query.sendKeys(Keys.ESCAPE);
        assertEquals(5, browser.shown(".race"));
        browser.one("button[data-verdict='lost-update']").click();
        assertEquals("4 of 5 races", browser.one("#status").getText());
        browser.one("button[data-verdict='lost-update']").click();
        assertEquals(5, browser.shown(".race"));
    }

    @Test
    void keyboardGoesThroughTheRaces() {
        browser.open(bank);
        browser.type("/");
        browser.type("list");
        assertEquals("3 of 5 races", browser.one("#status").getText());
        browser.type(Keys.ESCAPE);
        browser.type("j");
        browser.type(Keys.ENTER);
        assertEquals(2, browser.all(".detail").size());
        assertEquals("true", browser.all(".head").get(1).getDomAttribute("aria-expanded"));
        browser.type("k");
        browser.type(Keys.SPACE);
        assertEquals("false", browser.all(".head").get(0).getDomAttribute("aria-expanded"));
    }

    @Test
    void linkOpensItsRace() {
        browser.open(bank, "R3");
        assertEquals(1, browser.all(".detail").size());
        assertEquals("true", browser.all(".head").get(2).getDomAttribute("aria-expanded"));
        browser.one("#query").sendKeys("nowhere");
        browser.driver().executeAsyncScript("""
                        const done = arguments[0];
                        window.addEventListener('hashchange', () => done(), {once: true});
                        location.hash = 'R4';""");
        assertEquals(5, browser.shown(".race"), "a link to a race that the filter leaves out drops the filter");
        assertEquals("true", browser.all(".head").get(3).getDomAttribute("aria-expanded"));
    }

    @Test
    void darkIsDark() throws IOException {
        browser.open(damaged);
        String light = (String) browser.script("return getComputedStyle(document.body).backgroundColor");
        browser.media("screen", "dark");
        String dark = (String) browser.script("return getComputedStyle(document.body).backgroundColor");
        assertNotEquals(light, dark);
        browser.screenshot("dark");
    }

    @Test
    void phoneNeedsNoSidewaysScrolling() throws IOException {
        for (Path page : List.of(bank, damaged, hostile, many)) {
            browser.size(360, 780);
            browser.open(page);
            long excess = browser.number(
                    "return document.documentElement.scrollWidth - document.documentElement.clientWidth");
            assertEquals(0, excess, page.toString());
        }
        browser.open(bank);
        browser.size(360, 1400);
        browser.screenshot("narrow");
    }

    @Test
    void paperShowsEveryRaceAndTheScreenIsAsBefore() throws IOException {
        browser.open(bank);
        browser.script("window.dispatchEvent(new Event('beforeprint'))");
        assertEquals(5, browser.all(".detail").size());
        browser.media("print", "light");
        browser.screenshot("print");
        assertEquals(0, browser.shown("#filter"));
        browser.media("screen", "light");
        browser.script("window.dispatchEvent(new Event('afterprint'))");
        assertEquals(1, browser.all(".detail").size());
    }

    @Test
    void hostileTextIsShownAndDoesNothing() throws IOException {
        browser.open(hostile);
        browser.script("document.querySelectorAll('.head[aria-expanded=false]').forEach(head => head.click())");
        browser.script("document.querySelectorAll('details').forEach(details => { details.open = true; })");
        browser.script("document.querySelectorAll('.fold').forEach(fold => fold.click())");
        assertEquals(12, browser.all(".detail").size());
        assertNull(browser.script("return window.pwned"));
        assertEquals(2, browser.all("script").size());
        assertEquals(0, browser.all("img, svg, iframe, object, embed, link").size());
        assertEquals(
                "<img src=x onerror=window.pwned=1>",
                browser.all(".head .name").get(1).getText());
        String shown = (String) browser.script("return document.body.textContent");
        assertTrue(shown.contains("a\\u2028b\\u2029c"), "separators are made visible");
        assertTrue(shown.contains("\\u202egnp.exe"), "so are overrides");
        String drawn = (String) browser.script("return document.getElementById('list').textContent");
        assertFalse(drawn.chars().anyMatch(c -> c == 0x202e || c == 0x2028 || c == 0x1b || c == 0));
        browser.screenshot("hostile");
    }

    @Test
    void thousandsOfRacesStayQuick() throws IOException {
        long before = System.nanoTime();
        browser.open(many);
        long load = (System.nanoTime() - before) / 1_000_000;
        assertEquals(2000, browser.all(".race").size());
        assertEquals(1, browser.all(".detail").size(), "details are drawn when they are looked at");
        long filter = browser.number("""
                const query = document.getElementById('query');
                document.body.offsetHeight;
                const start = performance.now();
                query.value = 'module7.py field_1234';
                query.dispatchEvent(new Event('input'));
                document.body.offsetHeight;
                return Math.round(performance.now() - start);""");
        assertEquals("1 of 2,000 races", browser.one("#status").getText());
        System.out.println("2,000 races: loaded in " + load + " ms, first filter " + filter + " ms");
        assertTrue(load < 10_000, load + " ms");
        assertTrue(filter < 2_000, filter + " ms");
        browser.screenshot("many");
    }

    @Test
    void accessible() {
        for (String scheme : List.of("light", "dark")) {
            browser.media("screen", scheme);
            for (Path page : List.of(bank, damaged)) {
                browser.open(page);
                browser.script("document.querySelectorAll('.head[aria-expanded=false]').forEach(head => head.click())");
                browser.script("document.querySelectorAll('details').forEach(details => { details.open = true; })");
                List<String> violations = new AxeBuilder()
                        .analyze(browser.driver()).getViolations().stream()
                                .map(HtmlReportBrowserTest::described)
                                .toList();
                assertEquals(List.of(), violations, scheme + " " + page);
            }
        }
    }

    private static String described(Rule rule) {
        return rule.getId() + ": " + rule.getHelp() + " "
                + rule.getNodes().stream()
                        .map(node -> node.getHtml() + " " + node.getFailureSummary())
                        .toList();
    }
}
