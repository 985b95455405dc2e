// How bad something is, and from when on: the times of domain rules (no acknowledgement: 30 minutes, then a day).
import { Delivery, DocumentRow, Queue } from "./hub";

export type Level = "ok" | "note" | "warn" | "bad" | "none";

export const late_seconds = 30 * 60;
export const very_late_seconds = 24 * 3600;
export const certificate_days = 30;

const order: Level[] = ["none", "ok", "note", "warn", "bad"];

export function worst(levels: Level[]): Level {
    return levels.reduce((a, b) => (order.indexOf(b) > order.indexOf(a) ? b : a), "none" as Level);
}

/** Of something that waits. */
export function levelOfAge(seconds: number): Level {
    return seconds >= very_late_seconds ? "bad" : seconds >= late_seconds ? "warn" : "ok";
}

export function levelOfQueue(queue: Queue | undefined): Level {
    return queue && queue.waiting > 0 ? levelOfAge(queue.oldest_age_seconds) : "ok";
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

export function levelOfDelivery(delivery: Delivery, now = Date.now()): Level {
    const phase = phaseOf(delivery);
    if (phase === "failed" || phase === "rejected") return "bad";
    return phase === "waiting" ? levelOfAge((now - Date.parse(delivery.changed_at)) / 1000) : "ok";
}

export function levelOfDocument(document: DocumentRow): Level {
    return document.refusal ? "bad" : worst(document.deliveries.map((delivery) => levelOfDelivery(delivery)));
}
