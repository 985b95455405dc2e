// What operators do beside retrying: whom to call, who is on a cause and what was noted, views of one's own, and from
// what is shown to an operation on it.
import { clipped, faults, settled } from "./checks.mjs";

const marked = { "X-Lgsp-Request": "1" };
const words = {
    vi: {
        take: "Tôi xử lý",
        back: "Trả lại",
        taken: "đang xử lý, từ",
        note: "Ghi chú",
        views: "Bộ lọc đã lưu",
        keep: "Lưu bộ lọc đang dùng",
        name: "Chuyển lỗi, mới nhất",
        forget: "Xóa",
        columns: "Cột hiển thị",
        column: "Mã phong bì",
        all: "Làm hàng loạt",
        left: "Trích yếu",
        retry: "Gửi lại…",
    },
    en: {
        take: "I am on it",
        back: "Give back",
        taken: "Taken by",
        note: "Note",
        views: "Saved views",
        keep: "Save this filter",
        name: "Failed, newest",
        forget: "Delete",
        columns: "Columns",
        column: "Envelope id",
        all: "Do it with all",
        left: "Subject",
        retry: "Send again…",
    },
};

/** Of the file of agencies, where something is to be called about: by telephone from the page. */
export async function whomToCall({ open, visit, note, cookies }, agency) {
    for (const language of ["vi", "en"]) {
        const page = await open(language, { cookies });
        await visit(page, `agencies/${agency}`);
        const link = page.locator('main a[href="tel:02590000004"]');
        note(`contacts, ${language}: the agency's page dials`, (await link.count()) === 1 ? "" : "no link");
        const mail = page.locator('main a[href="mailto:vanthu@h43.example"]');
        note(`contacts, ${language}: and writes`, (await mail.count()) === 1 ? "" : "no link");
        note(`contacts, ${language}: accessible`, await faults(page));
        note(`contacts, ${language}: fits`, await clipped(page));
        await page.screenshot({ path: `shots/contacts-${language}.png` });
        await page.context().close();
    }
}

/** Empty when the focus stays in `place`; it is put there when all is drawn. */
async function focusLeaves(page, place) {
    const isIn = (selector) => !!document.activeElement.closest(selector);
    const stays = await page.waitForFunction(isIn, place, { timeout: 2000 }).catch(() => null);
    return stays ? "" : page.evaluate(() => document.activeElement.outerHTML.slice(0, 80));
}

/** A cause is taken, noted and given back; somebody who was faster is seen. */
export async function takesACause({ base, user, open, visit, note, cookies }) {
    for (const language of ["vi", "en"]) {
        const said = words[language];
        const page = await open(language, { cookies });
        await visit(page, "failures");
        const care = page.locator(".care").first();
        await care.waitFor({ timeout: 25_000 });
        await care.getByRole("button", { name: said.take }).click();
        await care.getByText(said.taken).waitFor();
        note(`failures, ${language}: when taken the focus is beside it`, await focusLeaves(page, ".care"));
        note(`failures, ${language}: taken by who pressed`, (await care.innerText()).includes(user.name) ? "" : await care.innerText());
        await care.getByRole("button", { name: said.note, exact: true }).click();
        await care.locator("dialog[open]").waitFor();
        note(`failures, ${language}: the note's dialog is accessible`, await faults(page));
        const text = `<b>VNPT</b>, phiếu 123, ${language}`;
        await page.keyboard.type(text);
        await page.keyboard.press("Enter");
        await care.locator(".notes li", { hasText: text }).waitFor();
        note(`failures, ${language}: fits`, await clipped(page));
        note(`failures, ${language}: with care accessible`, await faults(page));
        await page.screenshot({ path: `shots/failures-taken-${language}.png` });
        await visit(page, "today");
        await page.locator("section[aria-labelledby=failed]").getByText(said.taken).waitFor({ timeout: 25_000 });
        note(`today, ${language}: says who is on it`, "");
        await visit(page, "failures");
        await care.getByRole("button", { name: said.back }).click();
        await care.getByText(said.taken).waitFor({ state: "detached" });
        note(`failures, ${language}: when given back too`, await focusLeaves(page, ".care"));
        const { failures } = await (await page.request.get(`${base}/v1/failures`)).json();
        note(`failures, ${language}: given back`, failures.some((group) => group.taken) ? JSON.stringify(failures[0].taken) : "");
        await fasterOne({ base, note }, page, care, failures, said, language);
        await page.context().close();
    }
}

async function fasterOne({ base, note }, page, care, failures, said, language) {
    const seen = await (await page.request.get(`${base}/v1/failures`)).json();
    await page.route("**/v1/failures", (route) => route.fulfill({ json: seen }));
    for (const { cause } of failures)
        await page.request.post(`${base}/v1/failures/${cause}/assign`, { headers: marked, data: { to: "quan-tri", reason: "nhanh hơn" } });
    await page.unroute("**/v1/failures");
    // Whoever it is: what the page has not seen is that somebody took it meanwhile.
    await care.getByRole("button", { name: said.take }).click();
    await care.getByText("nhanh hơn").waitFor();
    note(`failures, ${language}: somebody was faster, and is seen`, "");
    for (const { cause } of failures)
        await page.request.post(`${base}/v1/failures/${cause}/assign`, { headers: marked, data: { to: null } });
}

/** A filter with its columns under a name, from another browser too. */
export async function keepsViews({ open, visit, note, cookies }) {
    for (const language of ["vi", "en"]) {
        const said = words[language];
        const page = await open(language, { cookies });
        await visit(page, "documents?state=failed");
        await page.locator("summary", { hasText: said.columns }).click();
        await page.getByLabel(said.column, { exact: true }).check();
        await page.getByRole("columnheader", { name: said.column }).waitFor();
        note(`columns, ${language}: one more is shown`, page.url().includes("envelope") ? "" : page.url());
        const views = page.locator("details", { hasText: said.views }).first();
        await views.locator("summary").click();
        await views.locator("[name=name]").fill(said.name);
        await views.getByRole("button", { name: said.keep }).click();
        await views.getByRole("link", { name: said.name }).waitFor();
        note(`views, ${language}: accessible`, await faults(page));
        note(`views, ${language}: fits`, await clipped(page));
        await page.screenshot({ path: `shots/views-${language}.png` });
        await page.context().close();
        const other = await open(language, { cookies });
        await visit(other, "documents");
        const again = other.locator("details", { hasText: said.views }).first();
        await again.locator("summary").click();
        await again.getByRole("link", { name: said.name }).click();
        await settled(other);
        await other.getByRole("columnheader", { name: said.column }).waitFor();
        const is_open = other.url().includes("state=failed") && other.url().includes("columns=");
        note(`views, ${language}: opens with filter and columns`, is_open ? "" : other.url());
        await again.getByRole("button", { name: said.forget }).click();
        await again.getByRole("link", { name: said.name }).waitFor({ state: "detached" });
        note(`views, ${language}: is forgotten`, "");
        note(`views, ${language}: and the focus stays with the others`, await focusLeaves(other, ".drop[open]"));
        await other.keyboard.press("Escape");
        note(`views, ${language}: Escape closes them`, (await other.locator(".drop[open]").count()) ? "open" : "");
        await again.locator("summary").click();
        await other.locator("h1").click();
        const is_left = (await other.locator(".drop[open]").count()) > 0;
        note(`views, ${language}: and so does a press elsewhere`, is_left ? "open" : "");
        await other.context().close();
    }
}

/** What an operation can express leads to its form; what it cannot is named. */
export async function toAnOperation({ open, visit, note, cookies }) {
    for (const language of ["vi", "en"]) {
        const said = words[language];
        const page = await open(language, { cookies });
        await visit(page, "documents?state=failed&receiver=H43.005&subject=quy+hoach");
        const drop = page.locator("details", { hasText: said.all }).first();
        await drop.locator("summary").click();
        const told = await drop.innerText();
        note(`to an operation, ${language}: says what it cannot`, told.includes(said.left) ? "" : told);
        note(`to an operation, ${language}: and offers nothing`, (await drop.locator("a").count()) ? "a link" : "");
        note(`to an operation, ${language}: accessible`, await faults(page));
        await visit(page, "documents?standing=failed&receiver=H43.005&kind=all");
        const shown = await page.locator("table.documents tbody tr").count();
        await drop.evaluate((element) => (element.open = true));
        await drop.getByRole("link", { name: said.retry }).click();
        await settled(page);
        const preview = await page.locator(".verdict").innerText();
        note(`to an operation, ${language}: the form counts the same`, preview.startsWith(`${shown} `) ? "" : `${shown}: ${preview}`);
        await page.context().close();
    }
}
