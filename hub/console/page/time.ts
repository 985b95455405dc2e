// Times of the province, durations and sizes, as the chosen language writes them.
import { localeTag } from "./words";

export const zone = "Asia/Ho_Chi_Minh";
const second = 1,
    minute = 60,
    hour = 3600,
    day = 86400;

const kept = new Map<string, Intl.DateTimeFormat>();

function isTime(at: string | number): boolean {
    return !Number.isNaN(new Date(at).getTime());
}

/** What is no time, as somebody may type it into a link, stands as it is. */
function format(at: string | number, options: Intl.DateTimeFormatOptions): string {
    if (!isTime(at)) return String(at);
    const key = localeTag() + JSON.stringify(options);
    let made = kept.get(key);
    if (!made) {
        made = new Intl.DateTimeFormat(localeTag(), { timeZone: zone, hourCycle: "h23", ...options });
        kept.set(key, made);
    }
    return made.format(new Date(at));
}

const clock: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit", second: "2-digit" };
const date: Intl.DateTimeFormatOptions = { day: "2-digit", month: "2-digit", year: "numeric" };

export function dateText(at: string | number): string {
    return format(at, date);
}

export function clockText(at: string | number): string {
    return format(at, clock);
}

/** Day and time; of today the time alone. */
export function timeText(at: string | number, now = Date.now()): string {
    if (!isTime(at)) return String(at);
    return dateText(at) === dateText(now)
        ? clockText(at)
        : `${dateText(at)} ${format(at, { hour: "2-digit", minute: "2-digit" })}`;
}

/** To the millisecond, with the offset. */
export function exactText(at: string | number): string {
    if (!isTime(at)) return String(at);
    const moment = new Date(at);
    const milliseconds = String(moment.getUTCMilliseconds()).padStart(3, "0");
    return `${dateText(at)} ${clockText(at)}.${milliseconds} ${offsetText(at)}`;
}

export function offsetText(at: string | number = Date.now()): string {
    const name = new Intl.DateTimeFormat("en-GB", { timeZone: zone, timeZoneName: "longOffset" })
        .formatToParts(new Date(at))
        .find((part) => part.type === "timeZoneName");
    return (name?.value ?? "GMT+07:00").replace("GMT", "UTC");
}

function unit(value: number, name: string): string {
    return new Intl.NumberFormat(localeTag(), {
        style: "unit",
        unit: name,
        unitDisplay: "short",
        maximumFractionDigits: 0,
    }).format(value);
}

/** Two units at most, and no seconds beside many minutes: "2 giờ 5 phút". */
export function durationText(seconds: number): string {
    if (Number.isNaN(seconds)) return "–";
    if (seconds < second) return `${numberText(Math.max(0, Math.round(seconds * 1000)))} ms`;
    const whole = Math.floor(seconds);
    const steps: [number, string][] = [
        [day, "day"],
        [hour, "hour"],
        [minute, "minute"],
        [second, "second"],
    ];
    const at = steps.findIndex(([size]) => whole >= size);
    const [size, name] = steps[at];
    const rest = whole % size;
    const next = steps[at + 1];
    const few = next && whole >= 10 * minute && next[0] === second ? 0 : next && Math.floor(rest / next[0]);
    return unit(Math.floor(whole / size), name) + (few ? " " + unit(few, next[1]) : "");
}

export function sizeText(bytes: number): string {
    const names = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"];
    let at = 0;
    for (; bytes >= 1000 && at < names.length - 1; ++at) bytes /= 1000;
    return new Intl.NumberFormat(localeTag(), {
        style: "unit",
        unit: names[at],
        unitDisplay: "short",
        maximumFractionDigits: bytes < 10 && at ? 1 : 0,
    }).format(bytes);
}

export function numberText(value: number): string {
    return new Intl.NumberFormat(localeTag()).format(value);
}

export function percentText(share: number): string {
    return new Intl.NumberFormat(localeTag(), { style: "percent", maximumFractionDigits: 1 }).format(share);
}

export function secondsSince(at: string, now = Date.now()): number {
    return Math.max(0, (now - Date.parse(at)) / 1000);
}
