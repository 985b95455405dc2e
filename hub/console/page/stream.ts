// What the hub says by itself: which of the things that pages show have changed. One for each tab, none while it cannot
// be seen. Where there is no such thing – an older hub, a proxy that holds it back, no place left – pages ask as often as
// they did before.
export type Kind = "ledger" | "health" | "operation";

const kinds: Kind[] = ["ledger", "health", "operation"];
const again = "look_again";
const beat = "beat"; // When the hub has nothing else to say, every 15 seconds.
const silence_ms = 35_000; // A line can be dead without an end.
const first_event_ms = 10_000; // The hub says something at once: what comes later was held back on its way.
const back_off_ms_min = 1000;
const back_off_ms_max = 60_000;

type Listener = () => void;

/** How long to wait before the next attempt, after so many in vain; `chance` from 0 to 1. */
export function backOff(attempts: number, chance: number): number {
    return Math.min(back_off_ms_max, back_off_ms_min * 2 ** Math.min(attempts, 10)) * (0.5 + chance);
}

/** When to ask again about what has changed: not more often than `gap_ms`, and not all pages at once. */
export function whenToAsk(asked_at: number, gap_ms: number, now: number, chance: number): number {
    return Math.max(asked_at + gap_ms - now, 0) + chance * Math.min(gap_ms, 1000);
}

class Stream {
    /** The hub tells what changes: no need to ask all the time. */
    is_live = false;
    private source: EventSource | null = null;
    private is_wanted = false;
    private attempts = 0;
    private timer = 0;
    private readonly listeners = new Map<Listener, Kind>();

    /** Until the function that comes back is called. */
    on(kind: Kind, listener: Listener): () => void {
        this.listeners.set(listener, kind);
        return () => void this.listeners.delete(listener);
    }

    start(): void {
        this.is_wanted = true;
        this.attempts = 0;
        this.wake();
    }

    stop(): void {
        this.is_wanted = false;
        this.close();
    }

    /** The tab can be seen again, or cannot. */
    wake(): void {
        this.close();
        if (this.is_wanted && document.visibilityState === "visible" && "EventSource" in window) this.open();
    }

    private open(): void {
        const source = new EventSource("/v1/events");
        this.source = source;
        for (const kind of [again, beat, ...kinds])
            source.addEventListener(kind, () => {
                if (this.source === source) this.heard(kind);
            });
        source.onerror = () => {
            if (this.source === source) this.fail();
        };
        this.failIn(first_event_ms);
    }

    /** Unless something is heard before. */
    private failIn(ms: number): void {
        clearTimeout(this.timer);
        this.timer = window.setTimeout(() => this.fail(), ms);
    }

    private close(): void {
        clearTimeout(this.timer);
        this.source?.close();
        this.source = null;
        this.is_live = false;
    }

    /** By itself a browser tries again every few seconds for ever, or never. */
    private fail(): void {
        const was_live = this.is_live;
        this.close();
        if (!this.is_wanted || document.visibilityState !== "visible") return;
        this.timer = window.setTimeout(() => this.wake(), backOff(this.attempts++, Math.random()));
        // Whoever relied on it asks by itself from now on.
        if (was_live) this.tell(again);
    }

    private heard(kind: string): void {
        this.failIn(silence_ms);
        this.is_live = true;
        this.attempts = 0;
        if (kind !== beat) this.tell(kind);
    }

    private tell(kind: string): void {
        for (const [listener, wanted] of [...this.listeners]) if (kind === again || kind === wanted) listener();
    }
}

export const stream = new Stream();
