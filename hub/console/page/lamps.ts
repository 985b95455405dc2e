// The five lamps as the hub judges them: the worst cause in words, or for a green one a figure. Without word from the
// hub all are out.
import { inPages } from "./commands";
import { Health, HealthCause, HealthLamp } from "./hub";
import { Level } from "./levels";
import { linkTo } from "./place";
import { may } from "./session";
import { feed } from "./state";
import { dateText, durationText, numberText, sizeText } from "./time";
import { t } from "./words";

export interface Lamp {
    title: string;
    level: Level;
    text: string;
    next?: string;
    link: string;
}

const names_max = 2;
const level_of: Record<string, Level> = { green: "ok", yellow: "warn", red: "bad" };

function titleOf(lamp: HealthLamp): string {
    switch (lamp.lamp) {
        case "receive":
            return t("lamp.receive");
        case "route":
            return t("lamp.route");
        case "deliver":
            return t("lamp.deliver");
        case "axis":
            return t("lamp.axis");
        case "store":
            return t("lamp.store");
    }
}

/** To where it is mended, or for who may not do that, to where it is seen. */
function linkOfDeliveries(causes: string[]): string {
    const is_failed = causes.includes("DELIVERIES_FAILED");
    if (!is_failed && causes[0] !== "DELIVERIES_PARKED") return linkTo("queues");
    if (may("operate") && feed.offers_operations) return linkTo("failures");
    return linkTo("documents", "", { standing: is_failed ? "failed" : "parked", kind: "all" });
}

export function linkOf(lamp: HealthLamp): string {
    switch (lamp.lamp) {
        case "receive":
            return linkTo("documents", "", { since: "24h" });
        case "route":
            return may("configure") && lamp.causes[0]?.cause.startsWith("CONFIG_")
                ? linkTo("configuration")
                : linkTo("agencies");
        case "deliver":
            return linkOfDeliveries(lamp.causes.map(({ cause }) => cause));
        case "axis":
            return linkTo("axis");
        case "store":
            return linkTo("today");
    }
}

/** Of a green lamp: what moves. */
function calmText(lamp: HealthLamp): string {
    const waiting = (feed.queues ?? []).filter((queue) => queue.waiting > 0);
    const { since_start, ledger, contents } = feed.status!;
    switch (lamp.lamp) {
        case "receive":
            return t("lamp.receive.ok", { count: numberText(since_start?.accepted ?? 0) });
        case "route":
            return t("lamp.route.ok");
        case "deliver": {
            const queues = waiting.filter((queue) => !feed.agency(queue.agency)?.axis);
            const oldest = Math.max(0, ...queues.map((queue) => queue.oldest_age_seconds));
            return queues.length
                ? t("lamp.deliver.some", { count: queues.length, time: durationText(oldest) })
                : t("lamp.deliver.ok");
        }
        case "axis": {
            const count = waiting
                .filter((queue) => feed.agency(queue.agency)?.axis)
                .reduce((sum, queue) => sum + queue.waiting, 0);
            return count ? t("lamp.axis.some", { count: numberText(count) }) : t("lamp.axis.ok");
        }
        case "store": {
            const free = Math.min(ledger.disk_free_bytes ?? 0, contents?.disk_free_bytes ?? Infinity);
            return t("lamp.store.ok", { size: sizeText(free) });
        }
    }
}

/** The worst cause with whose it is, of one certificate until when it is or was valid, and how many causes more there are. */
export function causeText(causes: HealthCause[]): string {
    const [first] = causes;
    const same = causes.filter((cause) => cause.cause === first.cause);
    const others = new Set(causes.map((cause) => cause.cause)).size - 1;
    const names = same.flatMap((cause) => (cause.agency ? [cause.name || cause.agency] : []));
    const is_certificate = same.length === 1 && first.cause.includes("CERTIFICATE");
    const count = same.reduce((sum, cause) => sum + cause.count, 0);
    const parts = [
        names.slice(0, names_max).join(", "),
        names.length > names_max ? t("lamp.others", { count: numberText(names.length - names_max) }) : "",
        is_certificate && first.since ? t("lamp.until", { date: dateText(first.since) }) : "",
        count ? t("lamp.count", { count: numberText(count) }) : "",
        others ? t("lamp.more", { count: numberText(others) }) : "",
    ].filter(Boolean);
    return parts.length ? `${first.title}: ${parts.join("; ")}` : first.title;
}

/** What is set aside is told beside all else, with its count: it lights nothing, and is not to be forgotten. */
function textOf(lamp: HealthLamp): string {
    const parked = lamp.causes.filter(({ cause }) => cause === "DELIVERIES_PARKED");
    const others = lamp.causes.filter(({ cause }) => cause !== "DELIVERIES_PARKED");
    return [
        others.length ? causeText(others) : calmText(lamp),
        ...parked.map(({ count }) => t("parked.some", { count: numberText(count) })),
    ].join(" · ");
}

export function lampsOf(health: Health): Lamp[] {
    const has_axis = (feed.agencies ?? []).some((agency) => agency.axis);
    return health.lamps.map((lamp) => {
        const shown = { title: titleOf(lamp), link: linkOf(lamp) };
        if (feed.fault) return { ...shown, level: "none", text: t("lamp.unknown") };
        if (lamp.causes.length)
            return {
                ...shown,
                level: level_of[lamp.light] ?? "bad",
                text: textOf(lamp),
                next: inPages(lamp.causes[0].remedy),
            };
        return lamp.lamp === "axis" && !has_axis
            ? { ...shown, level: "none", text: t("lamp.axis.none") }
            : { ...shown, level: "ok", text: calmText(lamp) };
    });
}
