// Accounts in the browser: one's own password, sessions and second factor; what two administrators change at once.
import { createHmac } from "node:crypto";
import { clipped, faults, settled } from "./checks.mjs";

const marked = { "X-Lgsp-Request": "1" };
const binh = { name: "binh", password: "mua dong nam ay", next: "mua xuan nam sau" };

/** What an authenticator shows (RFC 6238), so many half minutes from now. */
function oneTime(letters, later) {
    const bits = [...letters].map((one) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(one).toString(2).padStart(5, "0"));
    const octets = bits.join("").match(/.{8}/g).map((octet) => parseInt(octet, 2));
    const step = Buffer.alloc(8);
    step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + later));
    const mac = createHmac("sha1", Buffer.from(octets)).update(step).digest();
    return String((mac.readUInt32BE(mac[19] & 15) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

/** What was changed since it was shown is not changed again, and is shown as it is. */
export async function changedMeanwhile({ base, open, visit, note }, cookies) {
    const page = await open("vi", { cookies });
    const path = `${base}/v1/users/binh`;
    const made = { name: "binh", role: "viewer", password: binh.password };
    await page.request.post(`${base}/v1/users`, { headers: marked, data: made });
    await page.context().close();
    for (const [language, disable, said, role, shown] of [
        ["vi", "Khóa", "Đã có người khác sửa từ lúc xem", "operator", "Người vận hành"],
        ["en", "Disable", "Somebody has changed it since it was looked at", "viewer", "Viewer"],
    ]) {
        const page = await open(language, { cookies });
        await visit(page, "users");
        await page.request.patch(path, { headers: marked, data: { role } });
        const row = page.locator("tbody tr").filter({ has: page.getByRole("rowheader", { name: "binh", exact: true }) });
        await row.getByRole("button", { name: disable, exact: true }).click();
        await page.getByRole("alert").filter({ hasText: said }).waitFor();
        note(`changed meanwhile, ${language}: it says so`, await faults(page));
        await row.getByText(shown).waitFor();
        const now = await (await page.request.get(path)).json();
        note(`changed meanwhile, ${language}: nothing was done`, now.disabled || now.role !== role ? JSON.stringify(now) : "");
        await row.getByRole("button", { name: disable, exact: true }).click();
        await row.locator(".text-warn").waitFor();
        note(`changed meanwhile, ${language}: once it was seen, it is done`, "");
        await page.request.patch(path, { headers: marked, data: { disabled: false } });
        await page.context().close();
    }
}

/** A session of a program, and whether it is still good. */
async function program(page, base, password) {
    const data = { name: binh.name, password, bearer: true };
    const begun = await (await page.request.post(`${base}/v1/session`, { headers: marked, data })).json();
    const headers = { Authorization: `Bearer ${begun.token}` };
    return async () => (await page.request.get(`${base}/v1/session`, { headers })).status();
}

export async function ownAccount({ base, open, visit, note }) {
    const page = await open("en");
    const signIn = { name: binh.name, password: binh.password };
    await page.request.post(`${base}/v1/session`, { headers: marked, data: signIn });
    const first = await program(page, base, binh.password);
    await visit(page, "account");
    const sessions = page.locator("section[aria-labelledby=own-sessions] tbody tr");
    await sessions.nth(1).waitFor();
    note("account: both sessions are shown", (await sessions.count()) === 2 ? "" : String(await sessions.count()));
    await sessions.getByRole("button", { name: "End it" }).click();
    await sessions.nth(1).waitFor({ state: "detached" });
    note("account: one is ended", (await first()) === 401 ? "" : "it is not");
    const second = await program(page, base, binh.password);
    const form = page.locator("section[aria-labelledby=own-password] form");
    const setPassword = async (current) => {
        await form.locator("[name=current]").fill(current);
        await form.locator("[name=password]").fill(binh.next);
        await page.keyboard.press("Enter");
    };
    await setPassword("not the password");
    await page.getByRole("alert").waitFor();
    note("account: not without the present password", (await second()) === 200 ? "" : "the session ended");
    await setPassword(binh.password);
    await page.getByText("The password is changed").waitFor();
    note("account: a new password ends the other sessions", (await second()) === 401 ? "" : "it does not");
    await setUpFactor({ page, base, note });
    await page.context().close();
}

async function setUpFactor({ page, base, note }) {
    const section = page.locator("section[aria-labelledby=factor]");
    await section.locator("[name=current]").fill(binh.next);
    await page.keyboard.press("Enter");
    await section.getByRole("img", { name: "QR code" }).waitFor();
    note("factor: the QR code's page is accessible", await faults(page));
    note("factor: it fits", await clipped(page));
    await page.locator("svg.qr").scrollIntoViewIfNeeded();
    await page.screenshot({ path: "shots/factor-en.png" });
    const key = await section.locator(".code").innerText();
    await section.locator("[name=otp]").fill("000 000");
    await page.keyboard.press("Enter");
    await section.getByRole("alert").waitFor();
    await section.locator("[name=otp]").fill(oneTime(key, 0));
    await page.keyboard.press("Enter");
    await section.getByText("It is on").waitFor();
    note("factor: a code of it sets it up", "");
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.locator("[name=name]").fill(binh.name);
    await page.locator("[name=password]").fill(binh.next);
    await page.keyboard.press("Enter");
    await page.locator("[name=otp]").fill(oneTime(key, 1));
    await page.keyboard.press("Enter");
    await settled(page);
    await page.locator(".menu").waitFor();
    note("factor: signing in asks for the digits", page.url().startsWith(base) ? "" : page.url());
}
