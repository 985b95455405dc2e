// What 500 hostile texts do in the console: hostile.mjs URL COOKIE VALUE. hostile.json beside it names what was sent;
// CSV files are left in csv/. Prints a line for each check; exits 1 when one failed.
import { mkdirSync, readFileSync } from "node:fs";
import { chromium } from "playwright-core";
import { settled } from "./checks.mjs";

const [, , base, name, value] = process.argv;
const sent = JSON.parse(readFileSync("hostile.json", "utf8"));
const steering =
    /[\0-\x08\v\f\x0E-\x1F\x7F-\x9F\xAD\u061C\u180E\u200B-\u200F\u2028-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFB\u{E0000}-\u{E007F}\p{Cs}]/gu;
const ran = new Map();
let failed = 0;
let visited = 0;

function note(what, wrong) {
    const lines = [wrong].flat().filter(Boolean);
    failed += lines.length ? 1 : 0;
    console.log(`${lines.length ? "FAIL" : "ok  "} ${what}${lines.map((line) => `\n       ${line}`).join("")}`);
}

const happened = (what, where) => ran.set(`${what} at ${where}`, true);

async function open(language) {
    const context = await browser.newContext({ locale: language === "en" ? "en-GB" : "vi-VN", acceptDownloads: true });
    await context.addCookies([{ name, value, url: base }]);
    await context.exposeFunction("hit", () => happened("a script", "some page"));
    await context.addInitScript((chosen) => {
        localStorage.setItem("lgsp.language", chosen);
        addEventListener("securitypolicyviolation", (event) => window.hit(`policy: ${event.blockedURI}`));
    }, language);
    const page = await context.newPage();
    const at = () => decodeURIComponent(page.url().slice(base.length)).slice(0, 60);
    context.on("request", (request) => {
        const url = request.url();
        if (!url.startsWith(base + "/") && !url.startsWith("blob:")) happened(`a request to ${url.slice(0, 60)}`, at());
    });
    context.on("page", () => happened("a window", at()));
    page.on("dialog", (dialog) => dialog.dismiss().then(() => happened("a dialog", at())));
    page.on("pageerror", (error) => happened(`an error: ${error.message}`, at()));
    page.on("console", (message) => {
        if (/Content Security Policy|Refused to/i.test(message.text()))
            happened(`policy: ${message.text().slice(0, 80)}`, at());
    });
    page.on("framenavigated", (frame) => frame !== page.mainFrame() && happened("a frame", at()));
    return page;
}

const plain = (text) => text.replace(steering, "\uFFFD").replace(/\s+/g, " ").trim();

/** Goes there within the page, as a click on a link does; gives what is shown. */
async function visit(page, place) {
    visited += 1;
    await page.goto(`${base}/#/${place}`);
    await page.evaluate(() => new Promise((later) => requestAnimationFrame(() => setTimeout(later))));
    await settled(page);
    // What waits for the pointer or the focus.
    await page.evaluate(() => {
        for (const element of document.querySelectorAll("main *")) {
            for (const kind of ["mouseover", "mouseenter", "pointerenter", "focus", "focusin"])
                element.dispatchEvent(new MouseEvent(kind, { bubbles: true }));
        }
    });
    return page.evaluate(() => {
        const main = document.querySelector("main");
        const odd = main.querySelectorAll(
            "script, img, iframe, object, embed, video, audio, style, link, meta, base, form[action], marquee, portal, template",
        );
        const titles = [...main.querySelectorAll("[title]")].map((element) => element.title);
        return { text: main.textContent, titles, odd: [...odd].map((element) => element.outerHTML.slice(0, 80)) };
    });
}

/** What would run does: a trap that closes on nothing proves nothing. */
async function tryTraps() {
    const page = await open("en");
    await page.goto(base);
    const traps = ["<img src=x onerror=hit()>", "<img src=//hit.invalid/x.png>", "<iframe src=//hit.invalid/></iframe>"];
    await page.evaluate((html) => (document.body.appendChild(document.createElement("div")).innerHTML = html), traps.join(""));
    await page.evaluate(() => setTimeout(() => alert(1)));
    const wanted = ["a script", "policy", "a dialog"];
    const silent = () => wanted.filter((what) => ![...ran.keys()].some((key) => key.startsWith(what)));
    for (let tries = 0; tries < 100 && silent().length; ++tries) await page.waitForTimeout(100);
    note("what would run is noticed", silent());
    await page.context().close();
    ran.clear();
}

async function look(page, language) {
    const ids = Object.keys(sent.stories);
    const menu = page.locator(".menu a");
    const pages = await menu.evaluateAll((links) => links.map((link) => link.getAttribute("href").slice(2)));
    const more = [
        "documents?kind=all",
        "documents?refused=true",
        "documents?kind=status",
        "operations/1",
        "operations/new?act=retry&receiver=H43.03",
        ...sent.agencies.map((code) => `agencies/${code}`), ...sent.refused.map((id) => `story/${id}`),
    ];
    const steers = [], odd = [], missing = [];
    let texts = 0;
    for (const place of [...pages, ...more, ...ids.map((id) => `story/${id}`)]) {
        const shown = await visit(page, place);
        const all = shown.text + shown.titles.join(" ");
        const marks = new Set(all.match(steering) ?? []);
        if (marks.size) steers.push(`${place}: ${[...marks].map((mark) => mark.codePointAt(0).toString(16))}`);
        odd.push(...shown.odd.map((html) => `${place}: ${html}`));
        const text = plain(shown.text);
        for (const wanted of sent.stories[place.slice("story/".length)] ?? []) {
            texts += 1;
            if (!text.includes(plain(wanted))) missing.push(`${place}: ${JSON.stringify(wanted.slice(0, 60))}`);
        }
    }
    note(`${language}: every text is shown as text (${texts})`, missing.slice(0, 5));
    note(`${language}: no element came out of one`, odd.slice(0, 5));
    note(`${language}: nothing turns a line around or hides`, steers.slice(0, 5));
}

/** Every page of a list; a button saves what is shown. */
async function saveFiles(page) {
    mkdirSync("csv", { recursive: true });
    for (const place of ["documents?kind=all", "documents?refused=true", "audit", "receipts", "reports"]) {
        await visit(page, place);
        let files = 0;
        for (let is_more = true; is_more; ) {
            const buttons = page.getByRole("button", { name: /CSV/ }).or(page.locator("main p.count button"));
            for (let at = 0; at < (await buttons.count()); ++at) {
                const [file] = await Promise.all([page.waitForEvent("download"), buttons.nth(at).click()]);
                await file.saveAs(`csv/${place.replace(/\W+/g, "-")}-${(files += 1)}.csv`);
            }
            const older = page.locator("main nav.paging a", { hasText: /Older|older/ });
            is_more = files > 0 && files < 20 && (await older.count()) > 0;
            if (is_more) await visit(page, (await older.getAttribute("href")).slice(2));
        }
        note(`${place}: saved as CSV`, files ? "" : "no button");
    }
}

const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
try {
    await tryTraps();
    for (const language of ["vi", "en"]) {
        const page = await open(language);
        await page.goto(base);
        await page.locator(".menu").waitFor();
        await look(page, language);
        if (language === "en") await saveFiles(page);
        await page.context().close();
    }
    note(`nothing ran, asked elsewhere or was stopped by the policy on ${visited} pages`, [...ran.keys()].slice(0, 10));
} finally {
    await browser.close();
}
console.log(`${failed} failed`);
process.exitCode = failed ? 1 : 0;
