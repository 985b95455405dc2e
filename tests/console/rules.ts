// The page's rules, without a browser: run by node when bundled.
import assert from "node:assert/strict";
import { test } from "node:test";
import { standOf } from "../../hub/console/page/attention";
import { csvText } from "../../hub/console/page/csv";
import { Agency, Delivery, Entry, FailureGroup, LateMark, OpenDuty, ReportCounts, Story } from "../../hub/console/page/hub";
import { levelOfDelivery, levelOfGap, levelOfQueue, phaseOf, worst } from "../../hub/console/page/levels";
import { inPages } from "../../hub/console/page/commands";
import { causeText, lampsOf, linkOf } from "../../hub/console/page/lamps";
import { detailText, verbText } from "../../hub/console/page/audit_words";
import { waitsFrom } from "../../hub/console/page/lanes";
import { dueText } from "../../hub/console/page/late";
import { levelOfAgency } from "../../hub/console/page/map";
import { outcomeRows } from "../../hub/console/page/outcome";
import { linkTo, placeOf, queryText } from "../../hub/console/page/place";
import { qrPath } from "../../hub/console/page/qr";
import { electronicShare, formulaOf, formulaText, formulaWith } from "../../hub/console/page/report_formula";
import { forPeriod, isDay, monthBefore, stepOf, totalsOf, totalsText } from "../../hub/console/page/reports";
import { feed } from "../../hub/console/page/state";
import { actsOf } from "../../hub/console/page/story";
import { backOff, whenToAsk } from "../../hub/console/page/stream";
import { dateText, durationText, exactText, offsetText, timeText } from "../../hub/console/page/time";
import { verdictOf } from "../../hub/console/page/verdict";
import { visible } from "../../hub/console/page/visible";

function delivery(state: string, more: Partial<Delivery> = {}): Delivery {
    const now = new Date().toISOString();
    return { receiver: "H43.02", state, label_vi: "", label_en: "", changed_at: now, change: null, owes: null, ...more };
}

function owes(duty: OpenDuty["duty"], level: OpenDuty["level"], hours: number): OpenDuty {
    const at = (ahead: number) => new Date(Date.now() + ahead * 3600_000 + 1000).toISOString();
    return { duty, level, since: at(-50), due_at: at(hours) };
}

test("a link leads back to the place it was made of", () => {
    const hostile = '7816/VPCP-TTĐT & "x" = <b> #?%';
    assert.deepEqual(placeOf(linkTo("documents", hostile, { text: hostile })), {
        page: "documents",
        name: hostile,
        query: { text: hostile },
    });
});

test("a broken address is a place all the same", () => {
    assert.deepEqual(placeOf(""), { page: "today", name: "", query: {} });
    assert.equal(placeOf("#/story/%E0%A4%A").name, "%E0%A4%A");
    assert.equal(placeOf("#/documents?__proto__=x&text=a").query.text, "a");
});

test("empty conditions are not asked for", () => {
    assert.equal(queryText({ text: "", sender: undefined, count: "5" }), "?count=5");
    assert.equal(queryText({}), "");
});

test("no cell of a file is a formula", () => {
    for (const start of ["=", "+", "-", "@", "\t", "\r"])
        assert.match(csvText([[`${start}cmd|' /C calc'!A0`]]), /^\uFEFF"?'/);
    for (const text of [" =1", '"=1', "a;=1", "a;\t=1", "a\n=1", "a\r\n @x", "\t=1", "＝1", "－1", "a\t+1"])
        for (const part of csvText([[text]]).slice(1).split(/[;\t\r\n]/))
            assert.doesNotMatch(part, /^["\s]*[=+\-@＝＋－＠]/, JSON.stringify(text));
    assert.equal(csvText([["a; b - c", "1-2"]]), "\uFEFFa; b - c,1-2\r\n");
    assert.equal(csvText([["a,b", 'say "x"', 5, "two\nlines"]]), '\uFEFF"a,b","say ""x""",5,"two\nlines"\r\n');
});

test("letters that turn a line around or hide are shown", () => {
    assert.equal(visible("a\u202Efdp.exe \u200Bb\u2066\x1B[2J\uD800"), "a\uFFFDfdp.exe \uFFFDb\uFFFD\uFFFD[2J\uFFFD");
    assert.equal(visible("Đường sắt\n\t… 😀"), "Đường sắt\n\t… 😀");
});

test("a delivery is as late as the hub says, whatever it owes", () => {
    for (const state of ["queued", "retrieved", "01", "03"])
        assert.deepEqual(
            (["ok", "due_soon", "late", "very_late"] as const).map((level) =>
                levelOfDelivery(delivery(state, { owes: owes("arrival", level, 1) })),
            ),
            ["ok", "note", "warn", "bad"],
        );
    const at = "2026-11-27T03:00:00.000Z";
    const queue = { agency: "H43", waiting: 1, unconfirmed: 0, oldest_at: at, oldest_age_seconds: 9e6, last_retrieved_at: at, late: 0 };
    assert.equal(levelOfQueue({ ...queue, level: "ok" }), "ok");
    assert.equal(levelOfQueue({ ...queue, level: "late" }), "warn");
    assert.equal(levelOfQueue({ ...queue, level: "very_late" }), "bad");
    assert.equal(levelOfQueue({ ...queue, level: "late", waiting: 0 }), "ok");
    assert.equal(levelOfQueue(undefined), "ok");
});

test("an agency is coloured by what it could not store too", () => {
    const agency = { code: "H43.05", name: "", state: "open" } as Agency;
    assert.equal(levelOfAgency(agency), "ok");
    feed.failures = [{ receivers: [{ agency: "H43.05", count: 30 }] }, { receivers: [{ agency: "H43.05", count: 1 }] }] as FailureGroup[];
    assert.equal(feed.failedAt("H43.05"), 31);
    assert.equal(levelOfAgency(agency), "bad");
    assert.equal(levelOfAgency({ ...agency, code: "H43.06" }), "ok");
    assert.equal(levelOfAgency({ ...agency, state: "closed" }), "none");
    feed.failures = null;
});

test("what is no time is shown as it is, and breaks nothing", () => {
    for (const show of [dateText, timeText, exactText]) assert.equal(show("2026-13-45"), "2026-13-45");
    assert.equal(durationText(NaN), "–");
    assert.deepEqual(["2026-11-30", "2026-13-45", "2026-02-30", "30.11.2026", ""].map(isDay), [true, false, false, false, false]);
    assert.equal(stepOf("2026-13-45", "2026-11-30", undefined), "day");
});

test("a gap is coloured while a receiver was late in it", () => {
    const mark = (due: number, done: number | null, level: LateMark["level"]) => ({
        receiver: "H43.01", duty: "arrival" as const, since: "", level,
        due: new Date(due).toISOString(), done_at: done === null ? null : new Date(done).toISOString(),
    });
    const gap = (...late: LateMark[]) => levelOfGap(10_000, 20_000, late);
    assert.equal(gap(), "ok");
    assert.equal(levelOfGap(0, 1e12, []), "ok");
    assert.equal(gap(mark(20_000, null, "very_late")), "ok");
    assert.equal(gap(mark(0, 10_000, "very_late")), "ok");
    assert.equal(gap(mark(15_000, null, "late")), "warn");
    assert.equal(gap(mark(0, 11_000, "late"), mark(1, 12_000, "very_late")), "bad");
    assert.equal(worst(["ok", "bad", "warn"]), "bad");
    assert.equal(worst([]), "none");
});

test("a delivery's level follows what stands against it", () => {
    const long_ago = new Date(Date.now() - 2 * 86400_000).toISOString();
    assert.equal(levelOfDelivery(delivery("06", { changed_at: long_ago })), "ok");
    for (const state of ["failed", "02"]) assert.equal(levelOfDelivery(delivery(state)), "bad");
    assert.equal(phaseOf(delivery("a state of tomorrow")), "fetched");
});

test("a term is told before it has passed, and after", () => {
    assert.equal(dueText(owes("arrival", "ok", 2)), "còn 2 giờ");
    assert.equal(dueText(owes("arrival", "late", -3)), "trễ 2 giờ 59 phút");
    assert.equal(dueText(owes("arrival", "due_soon", -0.1)), "còn 0 ms");
});

test("a story is fine only when nobody is late with anything", () => {
    const verdict = (...deliveries: Delivery[]) => verdictOf({ kind: "document", refusal: null, deliveries } as unknown as Story);
    const late = delivery("retrieved", { receiver: "H43.07", owes: owes("arrival", "late", -3) });
    assert.equal(verdict(delivery("06"), late).level, "warn");
    assert.match(verdict(late).text, /H43\.07 \(chưa báo 01, trễ /);
    assert.equal(verdict(delivery("01", { owes: owes("decision", "very_late", -30) }), late).level, "bad");
    const open = verdict(delivery("01", { owes: owes("decision", "ok", 5) }));
    assert.equal(open.level, "ok");
    assert.match(open.text, /chưa báo 02 hoặc 03, còn 5 giờ/);
    assert.equal(verdict(delivery("retrieved", { owes: owes("arrival", "due_soon", 0.5) })).level, "note");
    assert.equal(verdict(delivery("failed"), late).level, "bad");
    assert.deepEqual(verdict(delivery("06")).level, "ok");
});

test("a lamp tells its worst cause, whose it is, and that there are more", () => {
    const cause = (id: string, name: string | null, count = 0, since: string | null = null) => ({
        cause: id,
        light: "red",
        title: `title of ${id}`,
        remedy: "",
        agency: name && "H43.01",
        name,
        since,
        count,
    });
    assert.equal(causeText([cause("BROKER_DOWN", null)]), "title of BROKER_DOWN");
    assert.equal(
        causeText([cause("AGENCY_LATE", "A", 1), cause("AGENCY_LATE", "B", 2), cause("AGENCY_LATE", "C", 4), cause("INBOX_LOST", null, 9)]),
        "title of AGENCY_LATE: A, B; và 1 đơn vị khác; 7 mục; còn 1 nguyên nhân khác",
    );
    const ended = "2026-11-20T10:00:00.000Z";
    assert.equal(causeText([cause("AGENCY_LATE", "A", 0, ended)]), "title of AGENCY_LATE: A");
    assert.equal(causeText([cause("CERTIFICATE_ENDED", "A", 0, ended)]), "title of CERTIFICATE_ENDED: A; đến 20/11/2026");
    assert.equal(
        causeText([cause("CERTIFICATE_ENDED", "A", 0, ended), cause("CERTIFICATE_ENDED", "B", 0, ended)]),
        "title of CERTIFICATE_ENDED: A, B",
    );
});

test("totals stand in the link, and what is no total does not", () => {
    const totals = totalsOf("H43.01:1200,H43.02:0,H43.03:-5,x,:7,H43.04:1e9,000.00.01.H43:35");
    assert.deepEqual([...totals], [["H43.01", 1200], ["000.00.01.H43", 35]]);
    assert.equal(totalsText(totals), "H43.01:1200,000.00.01.H43:35");
    assert.equal(totalsOf(undefined).size, 0);
});

test("the electronic share leaves out what changes other documents", () => {
    const counts = { sent: { documents: 60, changes: 10, refused: 7 } } as unknown as ReportCounts;
    assert.equal(electronicShare(counts, 200, formulaOf(undefined)), 0.25);
    assert.equal(electronicShare(counts, undefined, formulaOf(undefined)), null);
});

test("what the share counts is chosen, stands in the link and is named", () => {
    const counts = { sent: { documents: 60, changes: 10, refused: 5 } } as unknown as ReportCounts;
    assert.equal(electronicShare(counts, 200, formulaOf("changes")), 0.3);
    assert.equal(electronicShare(counts, 200, formulaOf("refused")), 0.275);
    assert.equal(electronicShare(counts, 50, formulaOf("paper")), 0.5);
    assert.deepEqual([...formulaOf("paper,nonsense,changes")], ["changes", "paper"]);
    assert.equal(formulaWith(formulaOf("paper"), "changes", true), "changes,paper");
    assert.equal(formulaWith(formulaOf("changes,paper"), "changes", false), "paper");
    const texts = ["", "changes", "refused", "paper"].map((text) => formulaText(formulaOf(text)));
    assert.equal(new Set(texts).size, 4);
    assert.match(texts[2], /= \(văn bản gửi qua trục .*\) \+ văn bản trục từ chối\) ÷ tổng/);
});

test("a quarter is shown by day, more by month", () => {
    assert.equal(stepOf("2026-08-01", "2026-10-31", undefined), "day");
    assert.equal(stepOf("2026-08-01", "2026-11-01", undefined), "month");
    assert.equal(stepOf("2026-08-01", "2026-08-02", "month"), "month");
    assert.deepEqual(monthBefore("2026-03-31"), { from: "2026-02-01", to: "2026-02-28" });
    assert.deepEqual(monthBefore("2026-01-01"), { from: "2025-12-01", to: "2025-12-31" });
});

test("what was typed for a period stays with it", () => {
    const query = { from: "2026-11-01", to: "2026-11-29", totals: "H43.01:150", formula: "paper" };
    assert.deepEqual(forPeriod(query, { from: "2026-11-01", to: "2026-11-29" }), query);
    const before = monthBefore("2026-11-29");
    assert.deepEqual(forPeriod(query, before), { ...before, totals: "", formula: "paper" });
});

test("times are those of the province, and say so", () => {
    assert.equal(exactText("2026-11-27T17:00:00.007Z"), "28/11/2026 00:00:00.007 UTC+07:00");
    assert.equal(offsetText(), "UTC+07:00");
    assert.equal(durationText(0.0123), "12 ms");
    assert.equal(durationText(3661), "1 giờ 1 phút");
    assert.equal(durationText(41 * 60 + 40), "41 phút");
    assert.equal(durationText(90000), "1 ngày 1 giờ");
});

test("whoever was cut off comes back later and later, and not with all others", () => {
    assert.equal(backOff(0, 0), 500);
    assert.equal(backOff(0, 1), 1500);
    for (let attempts = 0; attempts < 40; ++attempts) {
        assert.ok(backOff(attempts + 1, 0.5) >= backOff(attempts, 0.5));
        assert.ok(backOff(attempts, 1) <= 90_000);
    }
    assert.equal(backOff(30, 0.5), 60_000);
});

test("what changes all the time is asked for as often as before, what changes at last at once", () => {
    assert.equal(whenToAsk(1000, 5000, 2000, 0), 4000);
    assert.equal(whenToAsk(1000, 5000, 6000, 0), 0);
    assert.equal(whenToAsk(1000, 5000, 90_000, 0), 0);
    assert.equal(whenToAsk(1000, 5000, 90_000, 1), 1000);
    assert.equal(whenToAsk(1000, 200, 90_000, 1), 200);
});

test("whoever is away is told a minute before the session ends", () => {
    const idle_ms = 900_000;
    assert.deepEqual([0, 839_999, 840_000, 899_999, 900_000].map((after) => standOf(5, idle_ms, 5 + after)), [
        "used",
        "used",
        "ending",
        "ending",
        "over",
    ]);
    assert.equal(standOf(0, 60_000, 29_000), "used");
});

test("a QR code is drawn by runs, with a light margin round it", () => {
    assert.equal(qrPath(["1101", "0001"]), "M4 4h2v1h-2zM7 4h1v1h-1zM7 5h1v1h-1z");
    assert.equal(qrPath(["000"]), "");
});

test("what may be done with a delivery follows where it stands", () => {
    assert.deepEqual(actsOf(delivery("failed", { standing: "failed" })), ["retry", "park"]);
    assert.deepEqual(actsOf(delivery("failed", { standing: "parked" })), ["release", "retry"]);
    assert.deepEqual(actsOf(delivery("queued", { standing: "parked" })), ["release"]);
    assert.deepEqual(actsOf(delivery("queued", { standing: "waiting" })), ["park"]);
    assert.deepEqual(actsOf(delivery("queued", { standing: "at_adapter" })), ["retry"]);
    assert.deepEqual(actsOf(delivery("06", { standing: null })), []);
});

test("a lamp leads whoever may not operate to a page that there is for them", () => {
    const lampOf = (...causes: string[]) => {
        const rows = causes.map((cause) => ({ cause, light: "red", title: "", remedy: "", agency: null, name: null, since: null, count: 1 }));
        return linkOf({ lamp: "deliver", light: "red", causes: rows });
    };
    assert.equal(lampOf("DELIVERIES_FAILED"), "#/documents?standing=failed&kind=all");
    assert.equal(lampOf("DELIVERIES_PARKED"), "#/documents?standing=parked&kind=all");
    assert.equal(lampOf("AGENCY_LATE", "DELIVERIES_PARKED"), "#/queues");
    assert.equal(lampOf(), "#/queues");
});

test("a lamp that something else lights tells how many are set aside all the same", () => {
    const cause = (name: string, light: string, title: string, count: number) =>
        ({ cause: name, light, title, remedy: "", agency: null, name: null, since: null, count });
    const causes = [cause("DELIVERIES_FAILED", "red", "Lỗi", 5), cause("DELIVERIES_PARKED", "green", "Để riêng", 33)];
    const [lamp] = lampsOf({ as_of: "", light: "red", lamps: [{ lamp: "deliver", light: "red", causes }] });
    assert.equal(lamp.level, "bad");
    assert.equal(lamp.text, "Lỗi: 5 mục · 33 lượt gửi đang để riêng.");
});

test("what waits has waited since the last step of its own, whatever was done with the document", () => {
    const entries = [
        ["accepted", null],
        ["queued", "H43.02"],
        ["queued", "H43.03"],
        ["retrieved", "H43.03"],
        ["held", null],
        ["released", null],
    ].map(([event, receiver], entry) => ({ entry, at: "", event, label_vi: "", label_en: "", receiver, code: "", field: "", text: "" }));
    assert.equal(waitsFrom(entries as Entry[], "H43.02"), 1);
    assert.equal(waitsFrom(entries as Entry[], "H43.04"), 0);
});

test("an operation that touched all tells what arrived, and what failed again", () => {
    const outcome = { counted: 31, is_cut: false, arrived: 1, waiting: 0, at_adapter: 0, failed: 30, parked: 0 };
    const operation = { act: "retry", done: 33, outcome } as Parameters<typeof outcomeRows>[0];
    assert.deepEqual(outcomeRows(operation), [
        ["outcome.arrived", 1, ""],
        ["outcome.failed_again", 30, "failed"],
        ["outcome.later", 2, ""],
    ]);
    assert.equal(outcomeRows({ ...operation, act: "release" })[1][0], "standing.failed");
    assert.deepEqual(outcomeRows({ ...operation, outcome: undefined }), []);
});

test("advice names pages, not commands", () => {
    assert.equal(inPages("xem `lgsp failures`."), "xem trang Gửi lỗi.");
    assert.equal(inPages("thử tìm rộng hơn với `lgsp find`."), "thử tìm rộng hơn với trang Văn bản.");
    assert.equal(inPages("cả nhóm (lgsp failures, lgsp retry)."), "cả nhóm (trang Gửi lỗi).");
    assert.equal(inPages("Xem trang Hôm nay hoặc `lgsp overdue`, rồi"), "Xem trang Hôm nay, rồi");
    assert.equal(inPages("Kiểm tra lgsp-axis."), "Kiểm tra lgsp-axis.");
    assert.equal(inPages("Xem từng lỗi (lgsp config diff, trang Cấu hình), sửa"), "Xem từng lỗi (trang Cấu hình), sửa");
    assert.equal(inPages("với lgsp config diff hoặc trang Cấu hình"), "với trang Cấu hình");
    assert.equal(inPages("(lgsp config diff, page Configuration)"), "(page Configuration)");
    assert.equal(inPages("là cài đặt nào (lgsp config diff);"), "là cài đặt nào (trang Cấu hình);");
    assert.equal(inPages("chạy tiếp (lgsp queue list, lgsp queue resume)."), "chạy tiếp (trang Hàng đợi).");
});

test("the audit's details are told in the page's language, what is not known as it is", () => {
    const told: [string, string, string][] = [
        ["config_reload", "needs a restart: a.b; 1 changes: log.level", "cần khởi động lại: a.b; 1 thay đổi: log.level"],
        ["config_reload", "needs a restart: http.listen, htt", "cần khởi động lại: http.listen, htt"],
        ["config_reload", "0 changes", "không có thay đổi"],
        ["config_reload", "refused: 2 mistakes", "bị từ chối, số lỗi: 2"],
        ["failure_assign", "given back", ""],
        ["failure_assign", "to hai-van", "cho hai-van"],
        ["operation_approve", "asked by an", "an yêu cầu"],
        ["operation_run", "retry 6", "Gửi lại: 6"],
        ["queue_limit", "30/min", "30 mỗi phút"],
        ["queue_limit", "none", ""],
        ["remind", "arrival, phone, 3 documents", "chưa báo 01, Gọi điện, số văn bản: 3"],
        ["reveal", "part 1 of 2, a, b.pdf, 5 bytes, sha256 0af", "tệp 1 trên 2: a, b.pdf, 5 byte, sha256 0af"],
        ["user_change", "role clerk of H43.01, disabled", "Văn thư đơn vị của H43.01, bị khóa"],
        ["sign_in_refused", "4 more before", "trước đó còn 4 lần"],
        ["config_reload", "a word of tomorrow", "a word of tomorrow"],
        ["verb_of_tomorrow", "none", "none"],
    ];
    for (const [verb, detail, text] of told) assert.equal(detailText(verb, detail), text);
});

test("the audit tells giving back and ending a limit as what they are", () => {
    const verb = (name: string, detail: string) => verbText({ verb: name, actor: "an", detail });
    assert.equal(verb("failure_assign", "given back"), "Trả lại lỗi");
    assert.equal(verb("failure_assign", "to an"), "Nhận xử lý lỗi");
    assert.equal(verb("failure_assign", "to hai-van"), "Giao xử lý lỗi");
    assert.equal(verb("queue_limit", "none"), "Bỏ giới hạn hàng đợi");
    assert.equal(verb("queue_limit", "30/min"), "Giới hạn hàng đợi");
});
