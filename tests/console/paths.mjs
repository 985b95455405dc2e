// Ways through the console, and that each leads somewhere: links that are old, what is set aside, who may see what.
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

/** The newest of what failed, by an operator. */
export async function setsAside({ base, open, note, cookies }) {
    const page = await open("vi", { cookies });
    const headers = { "X-Lgsp-Request": "1" };
    const wish = { act: "park", state: "failed", number: "806" };
    const preview = await (await page.request.post(`${base}/v1/operations/preview`, { headers, data: wish })).json();
    const order = { ...wish, seen: preview.seen, expect: 1, reason: "Chờ đổi ổ đĩa" };
    const begun = await page.request.post(`${base}/v1/operations`, { headers, data: order });
    const { operation } = await begun.json();
    const isDone = async () => (await (await page.request.get(`${base}/v1/operations/${operation}`)).json()).state === "done";
    while (begun.ok() && !(await isDone())) await page.waitForTimeout(100);
    note("parked: one is set aside", begun.ok() ? "" : String(begun.status()));
    await page.context().close();
}

/** What an operator set aside is in sight everywhere, and goes on from there. */
export async function letsGoOn({ open, visit, note, cookies }) {
    const page = await open("vi", { cookies });
    await visit(page, "documents?state=parked");
    const tag = page.locator("table.documents .tag-held");
    note("parked: marked in the list", (await tag.count()) === 1 ? "" : `${await tag.count()} marks`);
    await page.locator("a.row-link").first().click();
    await settled(page);
    const title = await page.title();
    note("story: the window bears the document's number", title.startsWith("806/") ? "" : title);
    const release = page.locator('section[aria-labelledby=receivers] a[href*="act=release"]');
    note("parked: the story lets it go on", (await release.count()) === 1 ? "" : "no link");
    await visit(page, "today");
    const lamp = await page.locator(".lamp", { hasText: "Phát" }).innerText();
    note("parked: Today knows it", lamp.includes("1 lượt gửi đang để riêng") ? "" : lamp);
    await visit(page, "failures");
    await page.locator("#parked").waitFor({ timeout: 25_000 });
    const parked = page.locator("section[aria-labelledby=parked]");
    const row = await parked.innerText();
    note("parked: by whom and why", row.includes("Chờ đổi ổ đĩa") ? "" : row);
    await page.screenshot({ path: "shots/parked-vi.png" });
    await parked.locator('a[href*="act=release"]').first().click();
    await settled(page);
    const preview = await page.locator(".verdict").innerText();
    note("parked: the preview counts it", preview.startsWith("1 ") ? "" : preview);
    await page.locator("[name=reason]").fill("đã đổi ổ đĩa");
    await page.keyboard.press("Enter");
    await page.locator("#outcome").waitFor({ timeout: 15_000 });
    const outcome = page.locator("section[aria-labelledby=outcome]");
    note("parked: released it stands as failed again", /chưa lưu được/.test(await outcome.innerText()) ? "" : "it does not");
    await page.context().close();
}

/** A red lamp leads each to a page that there is for them. */
export async function viewerSees({ base, user, open, visit, note, cookies }) {
    const first = await open("vi", { cookies });
    const viewer = { name: "chi-xem", password: user.password };
    const headers = { "X-Lgsp-Request": "1" };
    const made = await first.request.post(`${base}/v1/users`, { headers, data: { ...viewer, role: "viewer" } });
    note("viewer: is made", made.ok() ? "" : String(made.status()));
    await first.context().close();
    const page = await open("vi");
    await page.request.post(`${base}/v1/session`, { headers, data: viewer });
    await visit(page, "today");
    await page.locator(".lamp-bad a", { hasText: "Phát" }).click();
    await settled(page);
    const rows = await page.locator("table.documents tbody tr").count();
    note("viewer: the red lamp leads to what failed", rows === 6 ? "" : `${rows} rows at ${page.url()}`);
    await page.context().close();
}
