// The page Today, kept open: today.mjs URL TOKEN. For each line of input prints what its lamps say, as one line.
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";

const [, , base, token] = process.argv;
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
try {
    const extraHTTPHeaders = { Authorization: `Bearer ${token}` };
    const context = await browser.newContext({ locale: "en-GB", extraHTTPHeaders });
    await context.addInitScript(() => localStorage.setItem("lgsp.language", "en"));
    const page = await context.newPage();
    await page.goto(`${base}/#/today`);
    for await (const _ of createInterface({ input: process.stdin })) {
        const lamps = await page.locator(".lamp").allInnerTexts();
        console.log(lamps.join(" | ").replace(/\s+/g, " "));
    }
} finally {
    await browser.close();
}
