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
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.support.ui.Select;

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
    private static Path triaged;
    private static Path many;

    @BeforeAll
    static void start() throws IOException {
        bank = HtmlReport.write(SampleReports.bank(directory.resolve("src")), directory.resolve("bank"));
        damaged = HtmlReport.write(SampleReports.damaged(directory.resolve("src")), directory.resolve("damaged"));
        triaged = HtmlReport.write(SampleReports.triaged(directory.resolve("src")), directory.resolve("triaged"));
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
        assertEquals("5 races in 2 defects", browser.one("#status").getText());
        assertEquals(2, browser.shown(".entry"));
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
        assertTrue(browser.one(".mend").getText().contains("Hold one lock"));
        assertTrue(browser.one(".promise").getText().contains("never one step"));
        assertEquals("2 library frames", browser.one(".fold").getText());
        browser.one(".fold").click();
        assertTrue(browser.one(".side").getText().contains("Thread._bootstrap_inner"));
        browser.screenshot("light");
    }

    @Test
    void oneDefectIsOneEntryThatHoldsItsRaces() {
        browser.open(bank);
        assertEquals(2, browser.all(".head").size());
        WebElement others = browser.one(".others");
        assertEquals("and 1 more race of the same defect", others.getText());
        others.click();
        assertEquals("true", browser.one(".others").getDomAttribute("aria-expanded"));
        WebElement second = browser.one(".related .head");
        assertTrue(second.getText().contains("check-then-act"), second.getText());
        second.click();
        assertEquals(2, browser.all(".detail").size());
        browser.one(".others").click();
        assertEquals(1, browser.all(".detail").size());
    }

    @Test
    void filterNarrowsTheList() {
        browser.open(bank);
        WebElement query = browser.one("#query");
        query.sendKeys("withdraw");
        assertEquals("1 of 5 races", browser.one("#status").getText());
        assertEquals(1, browser.shown(".entry"));
        assertTrue(browser.one(".head").getText().contains("R2"), "an entry shows the race that is left");
        query.clear();
        query.sendKeys("file:bank.py level:error thread:mainthread");
        assertEquals("1 of 5 races", browser.one("#status").getText());
        query.clear();
        query.sendKeys("nowhere");
        assertEquals(0, browser.shown(".entry"));
        assertTrue(browser.one("#nothing").isDisplayed());
        query.sendKeys(Keys.ESCAPE);
        assertEquals(2, browser.shown(".entry"));
        browser.one("button[data-verdict='lost-update']").click();
        assertEquals("4 of 5 races in 2 defects", browser.one("#status").getText());
        browser.one("#clear").click();
        assertEquals("5 races in 2 defects", browser.one("#status").getText());
        assertFalse(browser.one("#clear").isDisplayed());
    }

    @Test
    void choicesNarrowTheList() {
        browser.open(triaged);
        Map<String, String> expected = new TreeMap<>(Map.of(
                "level", "warning (1): 1 of 5 races",
                "standing", "known (1): 1 of 5 races",
                "function", "Account.statement (2): 2 of 5 races",
                "thread", "MainThread (2): 2 of 5 races"));
        expected.forEach((name, choice) -> {
            String option = choice.substring(0, choice.indexOf(':'));
            Select select = new Select(browser.one("#choose-" + name));
            select.selectByVisibleText(option);
            assertTrue((option + ": " + browser.one("#status").getText()).startsWith(choice), choice);
            select.selectByVisibleText("any");
        });
        assertEquals("5 races in 4 defects", browser.one("#status").getText());
        assertEquals(
                Set.of("new", "known", "suppressed"),
                browser.all(".standing").stream().map(WebElement::getText).collect(Collectors.toSet()));
        assertEquals(0, browser.all("#choose-file").size(), "nothing to choose from");
    }

    @Test
    void thePictureShowsWhatOrdersTheThreadsAndWhatDoesNot() throws IOException {
        browser.open(bank);
        List<String> points = browser.all(".lanes .point .what").stream()
                .map(WebElement::getText)
                .toList();
        assertEquals(
                List.of(
                        "begins, started by MainThread",
                        "observes Event bank.py:4",
                        "releases Lock bank.py:3",
                        "acquires Lock bank.py:3",
                        "releases Lock bank.py:3",
                        "read-modify-write Account.balance",
                        "write Account.balance",
                        "acquires Lock bank.py:3"),
                points);
        assertEquals(2, browser.all(".arrow line").size());
        for (WebElement arrow : browser.all(".arrow")) {
            assertTrue(
                    arrow.getRect().width > 20 && arrow.getRect().height > 10,
                    arrow.getRect().toString());
        }
        assertTrue(browser.one(".caption").getText().contains("The two threads were last ordered here: Thread-1"));
        List<WebElement> racing = browser.all(".point.racing");
        assertEquals(racing.get(0).getRect().y, racing.get(1).getRect().y, 8.0, "the accesses stand side by side");
        browser.script("arguments[0].focus()", browser.all(".point").get(2));
        assertEquals(
                "Thread-1 (teller) releases Lock bank.py:3",
                browser.one(".point-stack h5").getText());
        assertTrue(browser.one(".point-stack").getText().contains("bank.py:17"));
        new Actions(browser.driver()).moveToElement(racing.get(1)).perform();
        assertEquals(
                "Thread-1 (teller) write Account.balance",
                browser.one(".point-stack h5").getText());
        browser.script("document.querySelector('.picture').scrollIntoView()");
        browser.screenshot("picture");
    }

    @Test
    void keyboardGoesThroughTheRaces() {
        browser.open(bank);
        browser.type("/");
        browser.type("list");
        assertEquals("3 of 5 races in 1 defect", browser.one("#status").getText());
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
        assertEquals("true", browser.all(".head").get(1).getDomAttribute("aria-expanded"));
        browser.one("#query").sendKeys("nowhere");
        browser.driver().executeAsyncScript("""
                        const done = arguments[0];
                        window.addEventListener('hashchange', () => done(), {once: true});
                        location.hash = 'R4';""");
        assertEquals(2, browser.shown(".entry"), "a link to a race that the filter leaves out drops the filter");
        assertEquals("true", browser.one(".related .head").getDomAttribute("aria-expanded"));
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
        openEverything();
        browser.script("document.querySelectorAll('details').forEach(details => { details.open = true; })");
        browser.script("document.querySelectorAll('.fold').forEach(fold => fold.click())");
        assertEquals(12, browser.all(".detail").size());
        browser.script("document.querySelectorAll('.point').forEach(point => point.focus())");
        assertNull(browser.script("return window.pwned"));
        assertEquals(2, browser.all("script").size());
        assertEquals(
                0,
                browser.all("img, iframe, object, embed, link, [onload], [onerror], svg *:not(line):not(rect)")
                        .size());
        assertEquals(
                "<img src=x onerror=window.pwned=1>",
                browser.all(".head .name").stream()
                        .map(WebElement::getText)
                        .filter(name -> name.startsWith("<img"))
                        .findFirst()
                        .orElseThrow());
        String shown = (String) browser.script("return document.body.textContent");
        assertTrue(shown.contains("a\\u2028b\\u2029c"), "separators are made visible");
        assertTrue(shown.contains("\\u202egnp.exe"), "so are overrides");
        String drawn = (String) browser.script("return document.getElementById('list').textContent");
        assertFalse(drawn.chars().anyMatch(c -> c == 0x202e || c == 0x2028 || c == 0x1b || c == 0));
        browser.screenshot("hostile");
    }

    @Test
    void thousandsOfRacesStayQuick() throws IOException {
        browser.open(many);
        long interactive =
                browser.number("return Math.round(performance.getEntriesByType('navigation')[0].domInteractive)");
        assertEquals(2000, browser.all(".entry").size());
        assertEquals(1, browser.all(".detail").size(), "details are drawn when they are looked at");
        long first = typed("module30.py field_1234");
        assertEquals("1 of 2,000 races", browser.one("#status").getText());
        long again = typed("worker-3");
        long everything = typed("");
        assertEquals("2,000 races", browser.one("#status").getText());
        long chosen = browser.number("""
                const select = document.getElementById('choose-thread');
                const start = performance.now();
                select.selectedIndex = 3;
                select.dispatchEvent(new Event('change'));
                document.body.offsetHeight;
                return Math.round(performance.now() - start);""");
        System.out.printf(
                "2,000 races: interactive after %d ms; filter: first %d ms, next %d ms, none %d ms, choice %d ms%n",
                interactive, first, again, everything, chosen);
        assertTrue(interactive < 5_000, interactive + " ms");
        assertTrue(first < 2_000, first + " ms");
        assertTrue(
                Math.max(Math.max(again, everything), chosen) < 1_000,
                again + ", " + everything + ", " + chosen + " ms");
        browser.screenshot("many");
    }

    /** Milliseconds from a change of the query to a page laid out anew. */
    private static long typed(String text) {
        return browser.number("""
                const query = document.getElementById('query');
                document.body.offsetHeight;
                const start = performance.now();
                query.value = arguments[0];
                query.dispatchEvent(new Event('input'));
                document.body.offsetHeight;
                return Math.round(performance.now() - start);""", text);
    }

    @Test
    void accessible() {
        for (String scheme : List.of("light", "dark")) {
            browser.media("screen", scheme);
            for (Path page : List.of(bank, damaged, triaged)) {
                browser.open(page);
                openEverything();
                browser.script("document.querySelectorAll('details').forEach(details => { details.open = true; })");
                List<String> violations = new AxeBuilder()
                        .analyze(browser.driver()).getViolations().stream()
                                .map(HtmlReportBrowserTest::described)
                                .toList();
                assertEquals(List.of(), violations, scheme + " " + page);
            }
        }
    }

    private static void openEverything() {
        browser.script("document.querySelectorAll('.others[aria-expanded=false]').forEach(others => others.click())");
        browser.script("document.querySelectorAll('.head[aria-expanded=false]').forEach(head => head.click())");
    }

    private static String described(Rule rule) {
        return rule.getId() + ": " + rule.getHelp() + " "
                + rule.getNodes().stream()
                        .map(node -> node.getHtml() + " " + node.getFailureSummary())
                        .toList();
    }
}
