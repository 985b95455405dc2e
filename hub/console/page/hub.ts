// The hub's API: what it answers, and how it is asked.
import { attention } from "./attention";
import { visible } from "./visible";
import { language } from "./words";

/** Whom to telephone. */
export interface Contact {
    name: string;
    phone: string;
    email: string;
    note: string;
}

export interface Delivery {
    receiver: string;
    receiver_name?: string;
    contacts?: Contact[]; // In a story, where somebody has to call.
    state: string;
    label_vi: string;
    label_en: string;
    changed_at: string;
    change: { kind: string; state: string; label_vi: string; label_en: string } | null;
    standing?: string | null;
    queue_paused?: QueueWord | null; // In a story.
    owes: OpenDuty | null;
}

export type Duty = "retrieval" | "arrival" | "decision" | "change_answer";

/** What a receiver owes next; the hub judges by when, in working time. */
export interface OpenDuty {
    duty: Duty;
    since: string;
    due_at: string;
    level: "ok" | "due_soon" | "late" | "very_late";
}

export interface Refusal {
    code: string;
    field: string;
    detail: string;
    title_vi: string;
    title_en: string;
    remedy_vi: string;
    remedy_en: string;
}

export interface DocumentRow {
    seq: number;
    id: string | null;
    kind: string;
    sender: string;
    issuer: string;
    number: string;
    notation: string;
    promulgated_on: string;
    document_id: string;
    subject: string;
    type_name: string;
    urgency: number;
    business: number;
    status_code: string;
    accepted_at: string;
    refusal: Refusal | null;
    deliveries: Delivery[];
    held: boolean;
    retired_at: string | null;
    signed_by_gateway: boolean;
}

export interface Found {
    documents: DocumentRow[];
    has_more: boolean;
    is_cut: boolean;
    searched_down_to: number;
    next: string | null;
    found_by: "words" | "loose_words" | "agency";
    documents_only: boolean;
    named_agency?: { code: string; name: string };
}

export interface Entry {
    entry: number;
    at: string;
    event: string;
    label_vi: string;
    label_en: string;
    receiver: string | null;
    code: string;
    field: string;
    text: string;
    actor?: string | null;
}

export interface Part {
    part: number;
    name: string;
    media_type: string;
    size_bytes: number;
    sha256: string;
}

export interface Story extends DocumentRow {
    sender_name: string;
    issuer_name: string;
    parts: Part[];
    entries: Entry[];
    late: LateMark[];
    reminders: Reminder[];
    reminders_are_cut: boolean;
}

export interface LateMark {
    receiver: string;
    duty: Duty;
    since: string;
    due: string;
    level: "late" | "very_late";
    done_at: string | null;
}

/** Who has set something, since when and why. */
/** To a clerk nobody says who it was, nor why. */
export interface QueueWord {
    by: string | null;
    at: string;
    reason: string | null;
}

export interface Queue {
    agency: string;
    waiting: number;
    unconfirmed: number;
    in_inbox: number;
    paused: QueueWord | null;
    limit: (QueueWord & { per_minute: number }) | null;
    etag: string;
    oldest_at: string | null;
    oldest_age_seconds: number;
    last_retrieved_at: string | null;
    late: number;
    level: "ok" | "late" | "very_late";
}

export interface Queues {
    queues: Queue[];
}

export interface Agency {
    code: string;
    name: string;
    state: string;
    axis: boolean;
    serves_subordinates: boolean;
    aliases: { code: string; valid_from: string | null; valid_until: string | null }[];
    certificates: { key_id: string; subject: string; valid_until: string }[];
    successor: string | null;
    contacts: Contact[];
    contacts_of: string; // Itself, or a successor.
}

/** One of them, with what it did last: null for who may not know. */
export interface ShownAgency extends Agency {
    parent: string | null;
    file: { path: string; is_changed: boolean } | null;
    progress: { last_sent_at: string | null; last_retrieved_at: string | null; last_status_at: string | null } | null;
}

export interface Status {
    state: string;
    version: string;
    started_at: string;
    now: string;
    broker: { state: string; trouble: string; refilling: boolean };
    axis: "up" | "down" | "unread" | "unknown" | null; // Null: there is none.
    ledger: { state: string; disk_free_bytes?: number };
    // What follows is not told to a clerk, but for the units.
    since_start?: Record<"accepted" | "refused" | "repeated" | "confirmed" | "returned" | "retired", number>;
    contents?: { state: string; trouble?: string; disk_free_bytes: number; stored: number; damaged: number; removed: number } | null;
    under_way?: { unconfirmed: number; due: number; more_in_ledger: boolean };
    stored?: { envelopes: number; deliveries: number; entries: number };
    units?: { count: number; pass_ended_at: string | null; full_pass_ended_at: string | null };
}

export interface DeliverySample {
    seq: number;
    sender: string;
    receiver: string;
    number: string;
    notation: string;
    subject: string;
    label_vi: string;
    label_en: string;
    attempt: number;
    changed_at: string;
}

/** Deliveries that their receivers could not store, for one cause. */
export interface FailureGroup {
    cause: string;
    code: string;
    detail: string;
    title_vi: string;
    title_en: string;
    remedy_vi: string;
    remedy_en: string;
    count: number;
    is_cut: boolean;
    first_at: string;
    last_at: string;
    receivers: { agency: string; count: number }[];
    receiver_count: number;
    sample: DeliverySample | null;
    taken: { to: string; by: string; at: string; reason: string; has_ended: boolean } | null;
    assign_etag: string;
    notes: { at: string; actor: string; text: string }[]; // Newest first.
    notes_are_cut: boolean;
}

/** Deliveries that operators have set aside, by why they had failed; of those that had not the cause is "none". */
export interface ParkedGroup {
    cause: string;
    code: string;
    detail: string;
    title_vi: string;
    title_en: string;
    count: number;
    first_at: string;
    last_at: string;
    receivers: { agency: string; count: number }[];
    receiver_count: number;
    acts: { operation: number; actor: string; reason: string; asked_at: string; count: number }[];
    act_count: number;
}

export interface DirectoryRow {
    code: string;
    other_codes: string[];
    name: string;
    listed_by: string;
    state: string;
    parent: string | null;
}

/** Why a lamp is not green; in the language that was asked for. */
export interface HealthCause {
    cause: string;
    light: string;
    title: string;
    remedy: string;
    agency: string | null;
    name: string | null;
    since: string | null;
    count: number;
}

export interface HealthLamp {
    lamp: "receive" | "route" | "deliver" | "axis" | "store";
    light: string;
    causes: HealthCause[];
}

export interface Health {
    as_of: string;
    light: string;
    lamps: HealthLamp[];
}

/** A receiver that is late with something, by the terms of the hub's settings. */
export interface Overdue {
    agency: string;
    name: string;
    duty: Duty;
    urgent: boolean;
    count: number;
    count_is_bound: boolean;
    oldest_since: string;
    oldest_due: string;
    reminded: { count: number; count_is_bound: boolean; last_at: string | null };
    contacts: Contact[];
}

export interface Reminder {
    at: string;
    agency: string;
    name: string;
    duty: Overdue["duty"];
    by: "phone" | "mail" | "message" | "other";
    actor: string | null;
    note: string | null;
}

/** Deliveries of a report, by where they stand and by whether they are in time. */
export interface DeliveryCounts {
    count: number;
    waiting: number;
    failed: number;
    fetched: number;
    rejected: number;
    finished: number;
    withdrawn: number;
    on_time: number;
    late: number;
    open: number;
    late_retrieval: number;
    late_arrival: number;
    late_decision: number;
    share_on_time: number | null;
}

export interface ReportCounts {
    sent: { documents: number; changes: number; refused: number; deliveries: DeliveryCounts };
    received: DeliveryCounts;
}

export interface Report {
    from: string;
    to: string;
    by: string;
    is_cut: boolean;
    counted_until: string | null; // Nothing that came later was counted.
    total: ReportCounts;
    periods: ({ period: string } & ReportCounts)[];
    agencies: ({ agency: string; name: string } & ReportCounts)[];
    refusals: { code: string; title_vi: string; title_en: string; count: number }[];
}

/** What the hub said instead of an answer; status 0: it could not be reached. */
export class Refused extends Error {
    constructor(
        readonly status: number,
        readonly code: string,
        readonly title: string,
        readonly field: string,
        readonly remedy: string,
        readonly detail: string,
        readonly body: Record<string, unknown> = {},
    ) {
        super(title);
    }
}

let signedOut = () => {};

/** Called when the hub does not know any more who asks. */
export function onSignedOut(listener: () => void): void {
    signedOut = listener;
}

interface Extra {
    signal?: AbortSignal;
    once?: string; // The same twice is done once.
    seen?: string; // What is changed is as it was shown, or it is not changed.
}

async function send(method: string, path: string, body: unknown, extra: Extra): Promise<Response> {
    const headers: Record<string, string> = { "Accept-Language": language() === "en" ? "en" : "vi" };
    if (extra.seen) headers["If-Match"] = extra.seen;
    if (extra.once) headers["Idempotency-Key"] = extra.once;
    const is_somebodys = attention.take();
    if (method !== "GET") headers["X-Lgsp-Request"] = "1";
    else if (!is_somebodys) headers["X-Lgsp-Unattended"] = "1";
    if (body !== undefined) headers["Content-Type"] = "application/json";
    try {
        return await fetch(path, {
            method,
            headers,
            signal: extra.signal,
            body: body === undefined ? undefined : JSON.stringify(body),
            credentials: "same-origin",
            redirect: "error",
        });
    } catch (error) {
        if (error instanceof DOMException && error.name === "AbortError") throw error;
        throw new Refused(0, "unreachable", "", "", "", "");
    }
}

async function answer<T>(method: string, response: Response): Promise<T> {
    const text = await response.text();
    let value: any = null;
    try {
        value = text ? JSON.parse(text, (_, part) => (typeof part === "string" ? visible(part) : part)) : null;
    } catch {
        value = null;
    }
    if (!response.ok || (text && value === null)) {
        // A wrong password is no end of a session.
        if (response.status === 401 && method === "GET") signedOut();
        const said = (name: string) => (value && typeof value[name] === "string" ? value[name] : "");
        throw new Refused(
            response.status,
            said("code"),
            said("title"),
            said("field"),
            said("remedy"),
            said("detail"),
            value ?? {},
        );
    }
    return value as T;
}

export async function ask<T>(path: string, signal?: AbortSignal): Promise<T> {
    return answer<T>("GET", await send("GET", path, undefined, { signal }));
}

/** What is no JSON, as it is. */
export async function askText(path: string): Promise<string> {
    const response = await send("GET", path, undefined, {});
    if (!response.ok) await answer("GET", response);
    // text() would take away the mark by which Excel knows the encoding.
    return new TextDecoder("utf-8", { ignoreBOM: true }).decode(await response.arrayBuffer());
}

/** A change without an answer: it may have been made. Asked for again, it has the same key and is made once. */
let unanswered = { what: "", key: "" };

function keyOf(what: string): string {
    if (unanswered.what === what) return unanswered.key;
    const octets = crypto.getRandomValues(new Uint8Array(16));
    return Array.from(octets, (octet) => octet.toString(16).padStart(2, "0")).join("");
}

export async function change<T>(
    method: "POST" | "PUT" | "PATCH" | "DELETE",
    path: string,
    body?: unknown,
    extra: { once?: string; seen?: string } = {},
): Promise<T> {
    const what = [method, path, JSON.stringify(body)].join(" ");
    const key = extra.once ?? keyOf(what);
    unanswered = { what, key };
    const response = await send(method, path, body, { once: key, seen: extra.seen });
    unanswered = { what: "", key: "" };
    return answer<T>(method, response);
}

/** What is answered as a file to save, and the name that the hub gives it. */
export async function changeToFile(path: string, body: unknown): Promise<{ name: string; blob: Blob }> {
    const response = await send("POST", path, body, {});
    if (!response.ok) await answer("POST", response);
    const name = /filename\*=UTF-8''([^;]+)/.exec(response.headers.get("Content-Disposition") ?? "");
    try {
        return { name: decodeURIComponent(name?.[1] ?? ""), blob: await response.blob() };
    } catch {
        // Fewer octets than were promised: the connection broke, or what is stored is damaged.
        throw new Refused(0, "unreachable", "", "", "", "");
    }
}
