// What is looked for on each page.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const standards = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** Every serious or critical fault of accessibility, as a line. */
export async function faults(page) {
    // Evaluated by the debugger's protocol: the page's own policy forbids scripts from elsewhere.
    await page.evaluate(axe);
    // Of many rows and nodes that are alike the first two dozen stand for all.
    const alike = ["tbody tr:nth-child(n+24)", ".map a:nth-of-type(n+24)"];
    const result = await page.evaluate(
        ([tags, exclude]) => globalThis.axe.run({ exclude }, { runOnly: tags }),
        [standards, alike],
    );
    return result.violations
        .filter(({ impact }) => impact === "serious" || impact === "critical")
        .map(({ id, nodes }) => `${id}: ${nodes.length} × ${nodes[0].html.slice(0, 120)}`);
}

/** What does not fit: the page is wider than the window, or text is cut where nothing says that it goes on. */
export function clipped(page) {
    return page.evaluate(() => {
        const found = [];
        if (document.documentElement.scrollWidth > innerWidth)
            found.push(`the page is ${document.documentElement.scrollWidth} wide`);
        // Cut on purpose, with the whole text in the title or a scroll bar; or not shown.
        const meant =
            ".unseen, .subject, .column, .scroll, .who, .code, option, select, input, svg, dialog:not([open])";
        for (const element of document.querySelectorAll("body *")) {
            const text = element.textContent.trim().slice(0, 40);
            if (element.closest(meant) || !element.clientWidth || !text) continue;
            const style = getComputedStyle(element);
            const name = `${element.tagName}.${element.className}`;
            const { scrollWidth, clientWidth, scrollHeight, clientHeight } = element;
            const isFull = scrollWidth > clientWidth + 1 || scrollHeight > clientHeight + 1;
            if (isFull && (style.overflowX !== "visible" || style.overflowY !== "visible"))
                found.push(`${name}: ${text}`);
            const { right } = element.getBoundingClientRect();
            if (right > innerWidth + 1) found.push(`${name} ends at ${Math.round(right)}: ${text}`);
        }
        return found.slice(0, 5);
    });
}

/** Nothing is on its way any more. */
export async function settled(page) {
    await page.waitForFunction(
        () => document.querySelector("h1") && !document.querySelector('main [aria-busy="true"], main .waiting'),
        null,
        { timeout: 15_000 },
    );
}
