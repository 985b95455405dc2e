// A retry of many in Chromium, as an operator does it: retry_many.mjs URL CODE COUNT. Prints figures as JSON; exits 1
// when it takes more than three clicks, when the count differs, or when the page keeps what it has shown.
import { chromium } from "playwright-core";
import { settled } from "./checks.mjs";

const [, , base, code, count] = process.argv;
const clicks_max = 3;
const kept_bytes_max = 8 << 20;
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
const page = await (await browser.newContext({ viewport: { width: 1366, height: 768 }, locale: "vi-VN" })).newPage();
const inspector = await page.context().newCDPSession(page);

/** What the page holds once all that nobody needs is gone. */
async function heap() {
    await inspector.send("HeapProfiler.collectGarbage");
    return (await inspector.send("Runtime.getHeapUsage")).usedSize;
}

async function signIn() {
    await page.goto(base);
    await page.getByRole("button", { name: "Đăng nhập" }).first().click();
    await page.locator("input[type=checkbox]").check();
    await page.locator("[name=code]").fill(code);
    await page.locator("[name=name]").fill("quan-tri");
    await page.locator("[name=password]").fill("mot mat khau dai 2026");
    await page.keyboard.press("Enter");
    await page.locator(".menu").waitFor();
}

let clicks = 0;
async function click(target) {
    ++clicks;
    await target.click();
}

await signIn();
await page.goto(`${base}/#/failures`);
await settled(page);
const before = await heap();

const preview = page.waitForResponse((answer) => answer.url().endsWith("/v1/operations/preview"));
await click(page.locator("tr", { hasText: "ledger_full" }).locator("a.button"));
const answered = await preview;
const shown = await answered.json();
const preview_ms = answered.request().timing().responseEnd;
await click(page.locator("[name=reason]"));
await page.keyboard.type("Đã thay ổ đĩa");
await page.locator("[name=per_second]").fill("1000");
await click(page.locator("button.main"));

const heaps = [];
for (let done = false; !done; ) {
    await page.waitForTimeout(5000);
    heaps.push(await heap());
    const { operations } = await page.evaluate(async () => (await fetch("/v1/operations")).json());
    done = operations[0]?.state === "done" && operations[0].done === Number(count);
    if (heaps.length > 120) break;
}
const figures = { clicks, preview_ms: Math.round(preview_ms), shown: shown.count, heap_before: before,
    heap_most: Math.max(...heaps), heap_after: heaps.at(-1), looks: heaps.length };
console.log(JSON.stringify(figures));
await browser.close();
const is_kept = figures.heap_most - before > kept_bytes_max;
process.exit(clicks <= clicks_max && shown.count === Number(count) && heaps.length <= 120 && !is_kept ? 0 : 1);
