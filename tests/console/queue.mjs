// One agency's queue: paused, seen on the other pages, let go; and a dialog that does what it said when it was opened.
import { clipped, faults } from "./checks.mjs";

const marked = { "X-Lgsp-Request": "1" };
const words = {
    vi: { pause: "Tạm dừng", resume: "Cho chạy tiếp", today: "Hàng đợi đang tạm dừng" },
    en: { pause: "Pause", resume: "Let it go on", today: "Queues that are paused" },
};

async function pausedBy({ base }, page, agency) {
    const queue = await (await page.request.get(`${base}/v1/queues/${agency}`)).json();
    return queue.paused;
}

export async function pausesAQueue(desk, agency) {
    const { base, open, visit, note, cookies } = desk;
    for (const language of ["vi", "en"]) {
        const said = words[language];
        const page = await open(language, { cookies });
        await visit(page, `queues/${agency}`);
        await page.getByRole("button", { name: said.pause, exact: true }).click();
        await page.locator("dialog[open]").waitFor();
        note(`queue, ${language}: the dialog is accessible`, await faults(page));
        await page.keyboard.type("nâng cấp <b>phần mềm</b>");
        await page.keyboard.press("Enter");
        await page.getByRole("button", { name: said.resume, exact: true }).waitFor();
        const paused = await pausedBy(desk, page, agency);
        note(`queue, ${language}: paused, and why`, paused?.reason === "nâng cấp <b>phần mềm</b>" ? "" : JSON.stringify(paused));
        note(`queue, ${language}: accessible`, await faults(page));
        note(`queue, ${language}: fits`, await clipped(page));
        await page.screenshot({ path: `shots/queue-${language}.png` });
        await visit(page, "today");
        await page.getByText(said.today).first().waitFor({ timeout: 25_000 });
        note(`queue, ${language}: Today says so`, await faults(page));
        await page.screenshot({ path: `shots/today-paused-${language}.png` });
        await visit(page, `queues/${agency}`);
        await page.getByRole("button", { name: said.resume, exact: true }).click();
        await page.keyboard.type("xong");
        await page.keyboard.press("Enter");
        await page.getByRole("button", { name: said.pause, exact: true }).waitFor();
        note(`queue, ${language}: let go`, (await pausedBy(desk, page, agency)) === null ? "" : "still paused");

        // While its dialog is open somebody else pauses it, and the page behind it learns of that.
        await page.getByRole("button", { name: said.pause, exact: true }).click();
        await page.keyboard.type("bảo trì");
        await page.request.post(`${base}/v1/queues/${agency}/pause`, { headers: marked, data: { reason: "nhanh hơn" } });
        await page.locator("main").getByText("nhanh hơn").first().waitFor({ timeout: 25_000 });
        await page.keyboard.press("Enter");
        await page.locator("dialog[open] .trouble, dialog[open] [role=alert]").first().waitFor();
        const kept = await pausedBy(desk, page, agency);
        note(`queue, ${language}: an open dialog does nothing else`, kept?.reason === "nhanh hơn" ? "" : JSON.stringify(kept));
        await page.keyboard.press("Escape");
        await page.request.post(`${base}/v1/queues/${agency}/resume`, { headers: marked, data: { reason: "xong" } });
        await page.context().close();
    }
}
