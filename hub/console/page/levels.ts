// How bad something is. When something is late the hub says, by the terms of its settings.
import { Delivery, DocumentRow, LateMark, OpenDuty, Queue } from "./hub";

export type Level = "ok" | "note" | "warn" | "bad" | "none";

export const certificate_days = 30;

const order: Level[] = ["none", "ok", "note", "warn", "bad"];

export function worst(levels: Level[]): Level {
    return levels.reduce((a, b) => (order.indexOf(b) > order.indexOf(a) ? b : a), "none" as Level);
}

const level_of_lateness: Record<OpenDuty["level"], Level> = { ok: "ok", due_soon: "note", late: "warn", very_late: "bad" };

/** Null: nothing is owed. */
export function levelOfDuty(owes: OpenDuty | null): Level {
    return owes ? (level_of_lateness[owes.level] ?? "ok") : "ok";
}

export function isLate(delivery: Delivery): boolean {
    return delivery.owes?.level === "late" || delivery.owes?.level === "very_late";
}

export function levelOfQueue(queue: Queue | undefined): Level {
    if (!queue || !queue.waiting) return "ok";
    return queue.level === "very_late" ? "bad" : queue.level === "late" ? "warn" : "ok";
}

/** Of the time between two things that have happened: whether some receiver was late then. */
export function levelOfGap(from: number, to: number, late: LateMark[]): Level {
    const within = late.filter((one) => Date.parse(one.due) < to && (!one.done_at || Date.parse(one.done_at) > from));
    return worst(["ok", ...within.map((one) => level_of_lateness[one.level])]);
}

/** Days until a certificate ends; negative afterwards. */
export function daysLeft(valid_until: string): number {
    return Math.floor((Date.parse(valid_until) - Date.now()) / 86400_000);
}

export function levelOfCertificate(valid_until: string): Level {
    const days = daysLeft(valid_until);
    return days < 0 ? "bad" : days < certificate_days ? "warn" : "ok";
}

export type Phase = "waiting" | "failed" | "fetched" | "rejected" | "finished" | "withdrawn";

export const phases: Phase[] = ["failed", "rejected", "waiting", "fetched", "finished", "withdrawn"];

const phase_of: Record<string, Phase> = {
    accepted: "waiting",
    queued: "waiting",
    parked: "waiting",
    failed: "failed",
    "02": "rejected",
    "06": "finished",
    "15": "withdrawn",
};

export function phaseOf(delivery: Delivery): Phase {
    return phase_of[delivery.state] ?? "fetched";
}

export function levelOfDelivery(delivery: Delivery): Level {
    const phase = phaseOf(delivery);
    if (phase === "failed" || phase === "rejected") return "bad";
    return levelOfDuty(delivery.owes);
}

export function levelOfDocument(document: DocumentRow): Level {
    return document.refusal ? "bad" : worst(document.deliveries.map((delivery) => levelOfDelivery(delivery)));
}
