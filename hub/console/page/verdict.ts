// A story in one sentence: how it stands, and what to do next.
import { Delivery, Story } from "./hub";
import { dutyText } from "./late";
import { isLate, Level, levelOfDuty, phaseOf, worst } from "./levels";
import { may } from "./session";
import { timeText } from "./time";
import { said, t } from "./words";

export interface Verdict {
    level: Level;
    text: string;
    next: string;
}

export function verdictOf(story: Story): Verdict {
    if (story.refusal)
        return {
            level: "bad",
            text: `${t("story.refused")} ${said(story.refusal, "title")}`,
            next: said(story.refusal, "remedy"),
        };
    const of = (phase: string) => story.deliveries.filter((delivery) => phaseOf(delivery) === phase);
    const failed = of("failed"),
        rejected = of("rejected"),
        waiting = of("waiting");
    const late = story.deliveries.filter(isLate);
    const names = (list: Delivery[], more: (delivery: Delivery) => string = () => "") =>
        list
            .slice(0, 3)
            .map((d) => (d.receiver_name || d.receiver) + more(d))
            .join(", ") + (list.length > 3 ? " …" : "");
    const owed = (list: Delivery[]) => names(list, ({ owes }) => (owes ? ` (${dutyText(owes)})` : ""));
    if (failed.length)
        return {
            level: "bad",
            text: t("story.failed", { names: names(failed) }),
            next: t(may("operate") ? "story.failed.next" : "story.failed.ask"),
        };
    if (rejected.length)
        return {
            level: "bad",
            text: t("story.rejected", { names: names(rejected) }),
            next: t("story.rejected.next"),
        };
    const kept = story.deliveries.filter(({ queue_paused }) => queue_paused);
    if (kept.length)
        return { level: "warn", text: t("story.kept", { names: names(kept) }), next: t("story.kept.next") };
    if (late.length)
        return {
            level: worst(late.map(({ owes }) => levelOfDuty(owes))),
            text: t("story.late", { names: owed(late) }),
            next: t(late.every(({ owes }) => owes?.duty === "retrieval") ? "story.late.next" : "story.late.answer"),
        };
    const open = story.deliveries.filter(({ owes }) => owes);
    if (open.length) {
        open.sort((a, b) => Date.parse(a.owes!.due_at) - Date.parse(b.owes!.due_at));
        const level = worst(["ok", ...open.map(({ owes }) => levelOfDuty(owes))]);
        return { level, text: t("story.open", { names: owed(open) }), next: t("story.open.next", { time: timeText(open[0].owes!.due_at) }) };
    }
    if (waiting.length)
        return { level: "ok", text: t("story.waiting", { names: names(waiting) }), next: t("nothing_to_do") };
    return { level: "ok", text: t(story.kind === "document" ? "story.answered" : "story.fetched"), next: t("nothing_to_do") };
}
