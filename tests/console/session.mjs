// What becomes of a page that nobody uses. How long a session lasts comes from here: the hub's is a quarter of an hour.
import { clipped, faults, settled } from "./checks.mjs";

/** Tells before the session ends, stays when somebody is there, and comes back to the same place when nobody was. */
export async function nobodyIsThere({ open, visit, note, user }, cookies) {
    const page = await open("en", { cookies });
    let is_over = false;
    const asked = { by_page: 0, by_somebody: 0 };
    await page.route("**/v1/**", async (route) => {
        const request = route.request();
        if (request.method() === "GET" && !request.url().endsWith("/v1/events"))
            asked[request.headers()["x-lgsp-unattended"] ? "by_page" : "by_somebody"] += 1;
        if (request.method() !== "GET" || !request.url().endsWith("/v1/session")) return route.continue();
        if (is_over) return route.fulfill({ status: 401, json: { code: "not_signed_in", title: "" } });
        const response = await route.fetch();
        return route.fulfill({ response, json: { ...(await response.json()), idle_seconds: 6 } });
    });
    await visit(page, "documents?text=7816");
    const warning = page.locator(".ending");
    await warning.waitFor();
    note("session: the page warns before the end", await faults(page));
    note("session: the warning fits", await clipped(page));
    await page.screenshot({ path: "shots/session-ending-en.png" });
    note("session: what the page asks by itself says so", asked.by_page ? "" : JSON.stringify(asked));
    const before = asked.by_somebody;
    await page.keyboard.press("Shift");
    await warning.waitFor({ state: "hidden" });
    note("session: a key keeps it", asked.by_somebody > before ? "" : JSON.stringify(asked));
    is_over = true;
    await page.locator("#name").waitFor();
    note("session: afterwards nothing is shown", (await page.locator("main table").count()) ? "it is" : "");
    note("session: the page says that it has ended", (await page.locator(".door .box-warn").count()) ? "" : "it does not");
    await page.locator("[name=name]").fill(user.name);
    await page.locator("[name=password]").fill(user.password);
    await page.keyboard.press("Enter");
    await settled(page);
    await page.locator("a.row-link").first().waitFor();
    note("session: and goes on at the same place", page.url().endsWith("#/documents?text=7816") ? "" : page.url());
    await page.context().close();
}
