// The five lamps. Each is judged by what moved, or by what the hub says it cannot do; without word from the hub all
// are out.
import { Level, late_seconds, levelOfAge } from "./levels";
import { linkTo } from "./place";
import { feed } from "./state";
import { durationText, numberText, secondsSince, sizeText } from "./time";
import { t } from "./words";

export interface Lamp {
    title: string;
    level: Level;
    text: string;
    next?: string;
    link: string;
}

const little_room_bytes = 2e9;
const directory_old_seconds = 36 * 3600;

function receive(): Lamp {
    const lamp = { title: t("lamp.receive"), link: linkTo("documents", "", { since: "24h" }) };
    const { broker, ledger } = feed.status!;
    if (broker.state === "blocked")
        return { ...lamp, level: "bad", text: t("lamp.receive.blocked"), next: t("lamp.receive.blocked.next") };
    if (broker.state !== "up")
        return {
            ...lamp,
            level: "bad",
            text: t("lamp.receive.down", { trouble: broker.trouble }),
            next: t("lamp.receive.down.next"),
        };
    if (ledger.state !== "writable")
        return { ...lamp, level: "bad", text: t("lamp.receive.full"), next: t("lamp.store.next") };
    return {
        ...lamp,
        level: "ok",
        text: t("lamp.receive.ok", { count: numberText(feed.status!.since_start.accepted) }),
    };
}

function route(is_refused: boolean): Lamp {
    const lamp = {
        title: t("lamp.route"),
        link: linkTo("documents", "", { refused: "true", since: "24h", kind: "all" }),
    };
    return is_refused
        ? { ...lamp, level: "warn", text: t("lamp.route.refused"), next: t("lamp.route.next") }
        : { ...lamp, level: "ok", text: t("lamp.route.ok") };
}

function deliver(): Lamp {
    const lamp = { title: t("lamp.deliver"), link: linkTo("queues") };
    const queues = (feed.queues ?? []).filter((queue) => queue.waiting > 0 && !feed.agency(queue.agency)?.axis);
    const oldest = Math.max(0, ...queues.map((queue) => queue.oldest_age_seconds));
    const late = queues.filter((queue) => queue.oldest_age_seconds >= late_seconds).length;
    const failed = feed.failed();
    if (failed)
        return {
            ...lamp,
            level: "bad",
            link: linkTo("failures"),
            text: t("lamp.deliver.failed", { count: numberText(failed) }),
            next: t("lamp.deliver.failed.next"),
        };
    if (feed.status!.broker.refilling) return { ...lamp, level: "note", text: t("lamp.deliver.refilling") };
    if (!late)
        return {
            ...lamp,
            level: "ok",
            text: queues.length
                ? t("lamp.deliver.some", { count: queues.length, time: durationText(oldest) })
                : t("lamp.deliver.ok"),
        };
    return {
        ...lamp,
        level: levelOfAge(oldest),
        text: t("lamp.deliver.late", { count: late, time: durationText(oldest) }),
        next: t("lamp.deliver.next"),
    };
}

function axis(): Lamp {
    const lamp = { title: t("lamp.axis"), link: linkTo("axis") };
    const nodes = (feed.agencies ?? []).filter((agency) => agency.axis);
    if (!nodes.length) return { ...lamp, level: "none", text: t("lamp.axis.none") };
    const waiting = nodes.map((agency) => feed.queue(agency.code)).filter((queue) => queue && queue.waiting > 0);
    const oldest = Math.max(0, ...waiting.map((queue) => queue!.oldest_age_seconds));
    const count = waiting.reduce((sum, queue) => sum + queue!.waiting, 0);
    if (oldest >= late_seconds)
        return {
            ...lamp,
            level: levelOfAge(oldest),
            text: t("lamp.axis.late", { count: numberText(count), time: durationText(oldest) }),
            next: t("lamp.axis.next"),
        };
    const pass = feed.status!.units?.pass_ended_at;
    if (pass && secondsSince(pass) > directory_old_seconds)
        return {
            ...lamp,
            level: "warn",
            text: t("lamp.axis.directory", { time: durationText(secondsSince(pass)) }),
            next: t("lamp.axis.next"),
        };
    return {
        ...lamp,
        level: "ok",
        text: count ? t("lamp.axis.some", { count: numberText(count) }) : t("lamp.axis.ok"),
    };
}

function store(): Lamp {
    const lamp = { title: t("lamp.store"), link: linkTo("today") };
    const { ledger, contents } = feed.status!;
    const free = Math.min(ledger.disk_free_bytes, contents?.disk_free_bytes ?? Infinity);
    if (ledger.state !== "writable" || (contents && contents.state !== "writable"))
        return {
            ...lamp,
            level: "bad",
            text: t("lamp.store.full", { size: sizeText(free) }),
            next: t("lamp.store.next"),
        };
    if (contents && contents.damaged > 0)
        return {
            ...lamp,
            level: "bad",
            text: t("lamp.store.damaged", { count: numberText(contents.damaged) }),
            next: t("lamp.store.damaged.next"),
        };
    return free < little_room_bytes
        ? { ...lamp, level: "warn", text: t("lamp.store.little", { size: sizeText(free) }), next: t("lamp.store.next") }
        : { ...lamp, level: "ok", text: t("lamp.store.ok", { size: sizeText(free) }) };
}

export function lampsOf(is_refused: boolean): Lamp[] {
    const lamps = [receive(), route(is_refused), deliver(), axis(), store()];
    return feed.fault
        ? lamps.map((lamp) => ({ ...lamp, level: "none" as Level, text: t("lamp.unknown"), next: undefined }))
        : lamps;
}
