// How bad something is, and from when on. When something that waits is late the hub says, by the terms of its settings.
import { Delivery, DocumentRow, Queue } from "./hub";

export type Level = "ok" | "note" | "warn" | "bad" | "none";

export const certificate_days = 30;

/** What has waited since then, or longer, is late; the second: for a day. As the hub said last; empty: not yet. */
export const terms = { late_before: "", very_late_before: "" };

const order: Level[] = ["none", "ok", "note", "warn", "bad"];

export function worst(levels: Level[]): Level {
    return levels.reduce((a, b) => (order.indexOf(b) > order.indexOf(a) ? b : a), "none" as Level);
}

/** Of something that has waited since then. */
export function levelOfWait(since: number): Level {
    return since <= Date.parse(terms.very_late_before) ? "bad" : since <= Date.parse(terms.late_before) ? "warn" : "ok";
}

export function levelOfQueue(queue: Queue | undefined): Level {
    if (!queue || !queue.waiting) return "ok";
    return queue.level === "very_late" ? "bad" : queue.level === "late" ? "warn" : "ok";
}

/** Of the time between two things that have happened: for the eye, no term. */
export function levelOfGap(seconds: number): Level {
    return seconds >= 24 * 3600 ? "bad" : seconds >= 30 * 60 ? "warn" : "ok";
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
    return phase === "waiting" ? levelOfWait(Date.parse(delivery.changed_at)) : "ok";
}

export function levelOfDocument(document: DocumentRow): Level {
    return document.refusal ? "bad" : worst(document.deliveries.map((delivery) => levelOfDelivery(delivery)));
}
