// Ways through the console, and that each leads somewhere: links that are old, screens that are narrow.
import { settled } from "./checks.mjs";

/** What is not there is said once, under a heading, and not asked for again. */
export async function staleLinks({ open, visit, note, cookies }) {
    const page = await open("en", { cookies });
    for (const [place, path] of [
        ["story/99999", "/v1/documents/99999"],
        ["operations/999", "/v1/operations/999"],
    ]) {
        let asked = 0;
        const count = (request) => (asked += request.url().endsWith(path) ? 1 : 0);
        page.on("request", count);
        await visit(page, place);
        const heading = await page.locator("main h1").innerText();
        note(`${place}: has a heading`, heading.startsWith("There is no such") ? "" : heading);
        await page.waitForTimeout(3500);
        note(`${place}: is asked for once`, asked === 1 ? "" : `${asked} times`);
        page.off("request", count);
    }
    await page.context().close();
}

/** Four hundred times as large on a desk is as narrow as this. */
export async function fitsNarrow({ open, visit, note, cookies }, places) {
    const page = await open("vi", { cookies, viewport: { width: 320, height: 640 } });
    for (const place of places) {
        await visit(page, place);
        const width = await page.evaluate(() => document.documentElement.scrollWidth);
        note(`${place}: fits 320 pixels`, width <= 320 ? "" : `${width}`);
    }
    await page.screenshot({ path: "shots/narrow.png" });
    await page.context().close();
}
