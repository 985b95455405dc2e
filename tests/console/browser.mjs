// The console in Chromium: browser.mjs URL CODE. Prints a line for each check; exits 1 when one failed. Pictures: shots/.
import { mkdirSync, readFileSync } from "node:fs";
import { chromium } from "playwright-core";
import { changedMeanwhile, ownAccount } from "./account.mjs";
import { keepsViews, takesACause, toAnOperation, whomToCall } from "./care.mjs";
import { pausesAQueue } from "./queue.mjs";
import { clipped, faults, settled } from "./checks.mjs";
import { fitsNarrow, letsGoOn, setsAside, staleLinks, viewerSees } from "./paths.mjs";
import { nobodyIsThere } from "./session.mjs";

const [, , base, code] = process.argv;
const window_size = { width: 1366, height: 768 };
const user = { name: "quan-tri", password: "mot mat khau dai 2026" };
const bytes_max = 250_000,
    bytes_aimed = 80_000;
let failed = 0;

function note(what, wrong) {
    const lines = [wrong].flat().filter(Boolean);
    failed += lines.length ? 1 : 0;
    console.log(`${lines.length ? "FAIL" : "ok  "} ${what}${lines.map((line) => `\n       ${line}`).join("")}`);
}

const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
mkdirSync("shots", { recursive: true });
const complaints = [];

async function open(language, options = {}) {
    const context = await browser.newContext({
        viewport: window_size,
        locale: language === "en" ? "en-GB" : "vi-VN",
        ...options,
    });
    await context.addInitScript(
        (chosen) => localStorage.getItem("lgsp.language") ?? localStorage.setItem("lgsp.language", chosen),
        language,
    );
    if (options.cookies) await context.addCookies(options.cookies);
    const page = await context.newPage();
    page.on("request", (request) => {
        if (
            !request.url().startsWith(base + "/") &&
            !request.url().startsWith("data:") &&
            !request.url().startsWith("blob:")
        )
            complaints.push(`asks another host: ${request.url()}`);
    });
    page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
    page.on("console", (message) => {
        if (/Content Security Policy|Refused to/i.test(message.text())) complaints.push(`policy: ${message.text()}`);
    });
    return page;
}

async function visit(page, place) {
    await page.goto(`${base}/#/${place}`);
    await settled(page);
}

async function signIn() {
    const page = await open("vi");
    await page.goto(base);
    if (!code) return [page, []];
    await page.getByRole("button", { name: "Đăng nhập" }).first().click();
    await page.locator("input[type=checkbox]").check();
    await page.screenshot({ path: "shots/door-vi.png" });
    note("door: accessible", await faults(page));
    await page.locator("[name=code]").fill("WRONG-CODE");
    await page.locator("[name=name]").fill(user.name);
    await page.locator("[name=password]").fill(user.password);
    await page.keyboard.press("Enter");
    await page.getByRole("alert").waitFor();
    note("door: a wrong code is refused", (await page.locator("h1").innerText()) === "LGSP Hub" ? "" : "came in");
    await page.locator("[name=code]").fill(code);
    await page.keyboard.press("Enter");
    await page.locator(".menu").waitFor();
    note("door: the code of the host opens", "");
    return [page, await page.context().cookies()];
}

/** The places of the menu, the story of 7816, an agency. */
async function placesOf(page) {
    const menu = await page
        .locator(".menu a")
        .evaluateAll((links) => links.map((link) => link.getAttribute("href").slice(2)));
    await visit(page, "documents?number=7816&kind=document");
    const story = (await page.locator("a.row-link").first().getAttribute("href")).slice(2);
    return [...menu, story, "agencies/H43.004"];
}

async function lookAt(places, language, theme, cookies) {
    const page = await open(language, { colorScheme: theme, cookies });
    for (const place of places) {
        await visit(page, place);
        const name = place.startsWith("story") ? "story" : place.replace(/\W+/g, "-");
        await page.screenshot({ path: `shots/${name}-${language}.png` });
        note(`${name}, ${language}: accessible`, await faults(page));
        note(`${name}, ${language}: fits`, await clipped(page));
    }
    await page.context().close();
}

async function lookForRoom(places, cookies) {
    const page = await open("pseudo", { cookies });
    for (const place of places) {
        await visit(page, place);
        note(`${place}: fits with long words`, await clipped(page));
    }
    await page.screenshot({ path: "shots/pseudo.png" });
    await page.context().close();
}

/** Twelve tasks without a mouse. */
async function useKeys(cookies) {
    const page = await open("vi", { cookies });
    await visit(page, "today");
    // As on a slow line: keys are pressed before the page that they opened is there.
    await page.route("**/v1/**", async (route) => {
        await new Promise((later) => setTimeout(later, 400));
        await route.continue();
    });
    const press = async (...keys) => {
        await Promise.all(keys.map((key) => page.keyboard.press(key))); // As quick as a hand, whatever the page is at.
    };
    const expect = async (what, path) =>
        note(
            `keys: ${what}`,
            await page.waitForURL(path, { timeout: 5000 }).then(
                () => "",
                async () => `at ${page.url()}, focus on ${await focused()}`,
            ),
        );
    const focused = () =>
        page.evaluate(() => `${document.activeElement.tagName}#${document.activeElement.id}`);
    for (const [key, place] of [
        ["q", "queues"],
        ["d", "documents"],
        ["m", "map"],
        ["a", "agencies"],
        ["r", "receipts"],
        ["x", "axis"],
        ["t", "today"],
    ]) {
        await press("g", key);
        await expect(`g ${key}`, `**/#/${place}`);
    }
    await press("?");
    note("keys: ? shows them", (await page.locator("dialog[open]").count()) === 1 ? "" : "no dialog");
    await press("Escape");
    await page.waitForFunction(() => !document.querySelector("dialog[open]"));
    const reached = await page.evaluate(() => {
        // Until the next frame the focus can stay in a dialog that is closed.
        const key = new KeyboardEvent("keydown", { key: "/", bubbles: true, cancelable: true });
        document.querySelector("#keys input").dispatchEvent(key);
        return document.activeElement.id;
    });
    note("keys: they go on when the dialog is closed", reached === "search" ? "" : `focus on ${reached}`);
    await page.locator("main h1").focus();
    await press("/");
    await page.keyboard.type("duong sat");
    await press("Enter");
    await expect("/ searches", "**/#/documents?text=duong+sat");
    await settled(page);
    await page.locator("main h1").focus();
    await press("j", "Enter");
    await expect("j and Enter open a row", "**/#/story/*");
    await settled(page);
    note(
        "keys: focus is on the heading of the new page",
        await page
            .waitForFunction(() => document.activeElement?.tagName === "H1", null, { timeout: 3000 })
            .then(
                () => "",
                () => "it is not",
            ),
    );
    await page.locator("#language").focus();
    await page.keyboard.press("ArrowDown");
    note("keys: the language changes", (await page.locator("html").getAttribute("lang")) === "en" ? "" : "it did not");
    await page.reload();
    await settled(page);
    note("the language is remembered", (await page.locator("html").getAttribute("lang")) === "en" ? "" : "it is not");
    await page.context().close();
}

/** What a sender wrote stays text; a document is found without its tone marks. */
async function trustNobody(cookies) {
    const page = await open("en", { cookies });
    await visit(page, "documents?text=7816");
    const shown = await page.locator(".subject").first().innerText();
    note(
        "hostile text stays text",
        shown.includes("<img src=x onerror=") && !(await page.evaluate(() => window.hit)) ? "" : shown,
    );
    await page.locator("a.row-link").first().click();
    await settled(page);
    note(
        "hostile text stays text in the story",
        (await page.locator("main img, main script").count()) || (await page.evaluate(() => window.hit))
            ? "it does not"
            : "",
    );
    await visit(page, "documents?text=%3Cscript%3E" + "&sender=%22%3E%3Cimg%20src%3Dx%3E");
    note("hostile addresses stay text", (await page.locator("main img, main script").count()) ? "they do not" : "");
    await page.context().close();
}

/** Links are typed and kept: what is wrong with one concerns its page alone. */
async function wrongLinks(cookies) {
    const page = await open("en", { cookies });
    await visit(page, "reports?from=2026-13-45");
    note("a day that there is not is refused by the hub", (await page.locator("main .box-bad").count()) ? "" : "it is not");
    await visit(page, "reports");
    await visit(page, "reports?from=2020-01-01");
    const shown = await page.locator("main .figures").count();
    note("a refused period shows no figures of another", shown ? `${shown} figures` : "");
    await visit(page, "today");
    note("the other pages go on", (await page.locator(".lamp").count()) === 5 ? "" : "they do not");
    await page.context().close();
}

async function losesTheHub(cookies) {
    const page = await open("en", { cookies });
    await visit(page, "today");
    await page.locator(".lamp").first().waitFor();
    await page.route("**/v1/**", (route) => route.abort());
    await page.getByText("cannot be reached").first().waitFor({ timeout: 15_000 });
    // Each part of the page finds it out by its own next question.
    await page.locator(".lamp-none").nth(4).waitFor({ timeout: 30_000 }).catch(() => {});
    const lamps = await page.locator(".lamp-none").count();
    note("without the hub no lamp is lit", lamps === 5 ? "" : `${lamps} of 5 are out`);
    await page.screenshot({ path: "shots/today-unreachable.png" });
    await page.unroute("**/v1/**");
    await page
        .locator(".lamp-none")
        .first()
        .waitFor({ state: "detached", timeout: 15_000 })
        .catch(() => {});
    note("they come back by themselves", (await page.locator(".lamp-none").count()) <= 1 ? "" : "they do not");
    await page.context().close();
}

async function standsStill(cookies) {
    const page = await open("en", { cookies });
    await visit(page, "queues");
    await page.locator(".still-rows tbody tr").first().hover();
    const changes = (ms) =>
        page.evaluate(
            (time) =>
                new Promise((done) => {
                    let count = 0;
                    const watch = new MutationObserver((seen) => (count += seen.length));
                    watch.observe(document.querySelector(".still-rows"), {
                        subtree: true,
                        childList: true,
                        characterData: true,
                        attributes: true,
                    });
                    setTimeout(() => done(count), time);
                }),
            ms,
        );
    const shown = await page.locator(".still-rows").textContent();
    note("rows stand still under the pointer", (await changes(6000)) === 0 ? "" : "they moved");
    await page.mouse.move(5, 400);
    const moves = page.waitForFunction(
        (before) => document.querySelector(".still-rows").textContent !== before,
        shown,
        {
            timeout: 15_000,
        },
    );
    note(
        "and go on afterwards",
        await moves.then(
            () => "",
            () => "they do not",
        ),
    );
    await page.context().close();
}

/** Holds a document and lets it go again: something is written each time. */
async function write(page, action) {
    const found = await (await page.request.get(`${base}/v1/documents?number=7816&kind=document`)).json();
    const done = await page.request.post(`${base}/v1/documents/${found.documents[0].id}/${action}?reason=browser`, {
        headers: { "X-Lgsp-Request": "1" },
    });
    if (!done.ok()) note(`live: ${action}`, String(done.status()));
}

/** The figures change within the time; how often the page had asked until then. */
async function figuresChange(page, action, timeout) {
    const figures = page.locator(".figures");
    await figures.waitFor();
    const before = await figures.textContent();
    await page.waitForTimeout(6500);
    await write(page, action);
    return page
        .waitForFunction((text) => document.querySelector(".figures").textContent !== text, before, { timeout })
        .then(
            () => "",
            () => "they do not",
        );
}

async function hearsTheHub(cookies) {
    if (!code) return;
    const page = await open("en", { cookies });
    // Whatever a page would ask for by itself it asks for after two seconds or more.
    await page.addInitScript(() => {
        const later = window.setTimeout;
        window.setTimeout = (what, ms, ...more) => (ms >= 2000 ? 0 : later(what, ms, ...more));
    });
    const streams = [];
    page.on("request", (request) => request.url().endsWith("/v1/events") && streams.push(request));
    await visit(page, "today");
    note("live: a page changes without a reload or a poll", await figuresChange(page, "hold", 15_000));
    note("live: by one stream", streams.length === 1 ? "" : `${streams.length} streams`);
    await page.context().close();
    const cut = await open("en", { cookies });
    await cut.route("**/v1/events", (route) => route.fulfill({ status: 404, body: "" }));
    await visit(cut, "today");
    note("live: without a stream it still changes", await figuresChange(cut, "release", 15_000));
    await cut.context().close();
}

/** A body is closed until somebody says why: by keys, and back to where one was. */
async function revealsAPart(story, cookies) {
    if (!code) return;
    const page = await open("vi", { cookies });
    await visit(page, story);
    const posts = [];
    page.on("request", (request) => request.method() === "POST" && posts.push(request.url()));
    const button = page.locator("section[aria-labelledby=parts] tbody button[aria-haspopup=dialog]").first();
    const dialog = page.locator("section[aria-labelledby=parts] dialog[open]");
    await button.focus();
    await page.keyboard.press("Enter");
    await dialog.waitFor();
    const is_in_field = await page.evaluate(() => document.activeElement.getAttribute("name") === "answer");
    note("reveal: a dialog asks why, the focus is in it", is_in_field ? "" : "elsewhere");
    note("reveal: the dialog is accessible", await faults(page));
    await page.screenshot({ path: "shots/reveal-vi.png" });
    await page.keyboard.press("Enter");
    note("reveal: not without a reason", posts.length ? posts : "");
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });
    const is_back = await button.evaluate((element) => element === document.activeElement);
    note("reveal: Escape leaves it, the focus is back", is_back && !posts.length ? "" : `${is_back} ${posts}`);
    await page.keyboard.press("Enter");
    await dialog.waitFor();
    await page.keyboard.type("Công văn 12/TTr");
    const [download] = await Promise.all([page.waitForEvent("download"), page.keyboard.press("Enter")]);
    const octets = readFileSync(await download.path(), "utf8");
    note("reveal: the packet is saved", octets.includes("7816") ? "" : octets.slice(0, 80));
    const told = await (await page.request.get(`${base}/v1/audit?verb=reveal`)).json();
    const act = told.acts[0] ?? {};
    const is_told = act.actor === user.name && act.reason === "Công văn 12/TTr" && told.acts.length === 1;
    note("reveal: and is on record", is_told ? "" : JSON.stringify(told));
    await page.context().close();
}

/** Nobody is late in so young a hub: who is late comes from here, and what the page makes of it is looked at. */
async function notesAReminder(cookies) {
    if (!code) return;
    const page = await open("vi", { cookies });
    const at = new Date(Date.now() - 7_200_000).toISOString();
    let count = 0;
    await page.route("**/v1/overdue", (route) => {
        const reminded = { count, count_is_bound: false, last_at: count ? at : null };
        const late = { agency: "H43.004", name: "Sở Giáo dục", duty: "retrieval", urgent: false, count: 3 };
        const row = { ...late, count_is_bound: false, oldest_since: at, oldest_due: at, reminded };
        route.fulfill({ json: { as_of: at, overdue: [row] } });
    });
    const asked = [];
    await page.route("**/v1/agencies/*/remind", (route) => {
        asked.push([new URL(route.request().url()).pathname, route.request().postDataJSON()]);
        count = 1;
        route.fulfill({ json: { agency: "H43.004", duty: "retrieval", documents: 3 } });
    });
    await visit(page, "today");
    await page.locator("section[aria-labelledby=late] tbody button").first().focus();
    await page.keyboard.press("Enter");
    await page.locator("section[aria-labelledby=late] dialog[open]").waitFor();
    note("remind: the dialog is accessible", await faults(page));
    await page.screenshot({ path: "shots/remind-vi.png" });
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Tab");
    await page.keyboard.type("Gặp chị Hoa");
    await page.keyboard.press("Enter");
    await page.locator("section[aria-labelledby=late] dialog[open]").waitFor({ state: "hidden" });
    await page.getByText("1 lần").waitFor();
    const wanted = [["/v1/agencies/H43.004/remind", { duty: "retrieval", by: "mail", note: "Gặp chị Hoa" }]];
    note("remind: is noted by keys alone", JSON.stringify(asked) === JSON.stringify(wanted) ? "" : JSON.stringify(asked));
    note("remind: fits", await clipped(page));
    await page.context().close();
}

async function weighs() {
    const page = await open("vi");
    let bytes = 0;
    const seen = [];
    page.on("response", async (response) => {
        if (!response.url().includes("/v1/"))
            seen.push(
                response
                    .request()
                    .sizes()
                    .then(({ responseBodySize }) => (bytes += responseBodySize)),
            );
    });
    await page.goto(base, { waitUntil: "networkidle" }).catch(() => {});
    await Promise.allSettled(seen);
    note(`the page weighs ${bytes} bytes`, bytes > 0 && bytes <= bytes_max ? "" : `more than ${bytes_max}`);
    note("and is as light as was aimed at", bytes <= bytes_aimed ? "" : `more than ${bytes_aimed}`);
    const asset = await page.locator("script").getAttribute("src");
    const again = await page.request.get(base + asset, { headers: { "Accept-Encoding": "identity" } });
    note("assets are kept", /immutable/.test(again.headers()["cache-control"]) ? "" : again.headers()["cache-control"]);
    const tag = again.headers().etag;
    const same = await page.request.get(base + asset, { headers: { "If-None-Match": tag } });
    note("and are not sent twice", same.status() === 304 ? "" : String(same.status()));
    const policy = (await page.request.get(base)).headers()["content-security-policy"] ?? "";
    note(
        "no script or style but the hub's own",
        policy.includes("script-src 'self'") && !policy.includes("unsafe") ? "" : policy,
    );
    await page.context().close();
}

try {
    const [first, cookies] = await signIn();
    const desk = { base, user, open, visit, note, cookies };
    if (code) await setsAside(desk);
    const places = await placesOf(first);
    // A page that is looked for its faults keeps one processor busy.
    await Promise.all([lookAt(places, "vi", "light", cookies), lookAt(places, "en", "dark", cookies)]);
    await lookForRoom(places, cookies);
    await useKeys(cookies);
    await trustNobody(cookies);
    await wrongLinks(cookies);
    await staleLinks(desk);
    await whomToCall(desk, "H43.004");
    if (code) await takesACause(desk);
    if (code) await keepsViews(desk);
    if (code) await toAnOperation(desk);
    if (code) await pausesAQueue(desk, "H43.004");
    await fitsNarrow(desk, places);
    if (code) await letsGoOn(desk);
    if (code) await viewerSees(desk);
    await losesTheHub(cookies);
    await standsStill(cookies);
    await hearsTheHub(cookies);
    await revealsAPart(places.find((place) => place.startsWith("story")), cookies);
    await notesAReminder(cookies);
    const hand = { base, open, visit, note, user };
    if (code) {
        await nobodyIsThere(hand, cookies);
        await changedMeanwhile(hand, cookies);
        await ownAccount(hand);
    }
    await weighs();
    note("nothing asked elsewhere, nothing broke", [...new Set(complaints)].slice(0, 5));
} finally {
    await browser.close();
}
console.log(`${failed} failed`);
process.exitCode = failed ? 1 : 0;
