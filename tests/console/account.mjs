// Accounts in the browser: what two administrators change at once.
import { faults } from "./checks.mjs";

const marked = { "X-Lgsp-Request": "1" };
const binh = { name: "binh", password: "mat khau cua binh" };

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
