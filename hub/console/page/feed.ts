// What every page knows all the time: status, queues, agencies, and what this page has seen of them. Asked for while
// the page can be seen: when the hub says that something changed, or every few seconds where it says nothing.
import { Agency, ask, FailureGroup, ParkedGroup, Queue, Queues, Refused, Status } from "./hub";
import { stream, whenToAsk } from "./stream";

const between_ms = 5000;
const shared_ms = 1000; // What is told of queues may be as old as this, and older only where very much waits.
const quiet_ms = 12_000; // Ages grow without a change.
const agencies_ms = 120_000; // They change with the settings alone.
const failures_ms = 20_000;
const samples_max = 180; // A quarter of an hour.

export interface Sample {
    at: number;
    waiting: number;
}

export class Feed {
    status: Status | null = null;
    queues: Queue[] | null = null;
    agencies: Agency[] | null = null;
    failures: FailureGroup[] | null = null; // Null: not for this user, or not known yet.
    parked: ParkedGroup[] = [];
    parked_are_cut = false;
    failures_version = 0; // Of what this page has changed.
    watches_failures = false;
    offers_operations = true;
    heard_at = 0; // Of the last answer.
    fault: Refused | null = null; // Of the last question, while it has none.
    private readonly named = new Map<string, Agency>();
    private readonly seen = new Map<string, Sample[]>();
    private asked_at = 0;
    private agencies_at = 0;
    private failures_at = 0;
    private timer = 0;
    private is_asking = false;
    private is_stale = false;
    private is_running = false;

    constructor(private readonly changed: () => void) {
        for (const kind of ["ledger", "health", "operation"] as const) stream.on(kind, () => this.look());
    }

    /** Asks at once, and from then on. */
    restart(): void {
        this.is_running = true;
        stream.start();
        this.wakeUp();
    }

    /** The settings are others: the agencies too, perhaps. */
    reload(): void {
        this.agencies_at = 0;
        this.wakeUp();
    }

    /** The page can be seen again, or cannot. */
    wake(): void {
        stream.wake();
        this.wakeUp();
    }

    private wakeUp(): void {
        clearTimeout(this.timer);
        if (this.is_running && document.visibilityState === "visible") void this.ask();
    }

    stop(): void {
        this.is_running = false;
        stream.stop();
        clearTimeout(this.timer);
    }

    /** Something changed, soon to be asked for. */
    private look(): void {
        if (this.is_asking) this.is_stale = true;
        else this.askIn(Math.max(shared_ms, whenToAsk(this.asked_at, between_ms, Date.now(), Math.random())));
    }

    private askIn(ms: number): void {
        clearTimeout(this.timer);
        if (this.is_running && document.visibilityState === "visible")
            this.timer = window.setTimeout(() => void this.ask(), ms);
    }

    /** What time it is at the hub: this machine's clock may be wrong. */
    hubTime(): number {
        return this.status ? Date.parse(this.status.now) + Date.now() - this.heard_at : Date.now();
    }

    agency(code: string): Agency | undefined {
        return this.named.get(code);
    }

    queue(code: string): Queue | undefined {
        return this.queues?.find((queue) => queue.agency === code);
    }

    /** Deliveries to that agency that have failed; 0 for who may not see it. */
    failedAt(code: string): number {
        return (this.failures ?? [])
            .flatMap((group) => group.receivers)
            .reduce((sum, one) => sum + (one.agency === code ? one.count : 0), 0);
    }

    failed(): number {
        return (this.failures ?? []).reduce((sum, group) => sum + group.count, 0);
    }

    parkedCount(): number {
        return this.parked.reduce((sum, group) => sum + group.count, 0);
    }

    samples(code: string): Sample[] {
        return this.seen.get(code) ?? [];
    }

    private async ask(): Promise<void> {
        const now = (this.asked_at = Date.now());
        this.is_asking = true;
        this.is_stale = false;
        try {
            if (now - this.agencies_at >= agencies_ms || !this.agencies) {
                this.keepAgencies((await ask<{ agencies: Agency[] }>("/v1/agencies")).agencies);
                this.agencies_at = now;
            }
            const [status, queues] = await Promise.all([
                ask<Status>("/v1/status"),
                ask<Queues>("/v1/queues"),
            ]);
            if (this.watches_failures && (now - this.failures_at >= failures_ms || !this.failures)) {
                this.failures_at = now;
                await this.askFailures();
            }
            this.status = status;
            this.queues = [...queues.queues].sort((a, b) => b.oldest_age_seconds - a.oldest_age_seconds);
            this.heard_at = Date.now();
            this.fault = null;
            this.keepSamples();
        } catch (error) {
            this.fault = error instanceof Refused ? error : new Refused(0, "unreachable", "", "", "", "");
        }
        this.is_asking = false;
        this.changed();
        if (this.is_stale) this.look();
        else if (stream.is_live && !this.fault) this.askIn(quiet_ms);
        else this.askIn(between_ms * (0.9 + Math.random() * 0.2));
    }

    /** Somebody here has changed what is told of them. */
    async renewFailures(): Promise<void> {
        this.failures_at = Date.now();
        await this.askFailures();
        ++this.failures_version;
        this.changed();
    }

    /** A hub without operations has no failures by cause either. */
    private async askFailures(): Promise<void> {
        try {
            const answer = await ask<{ failures: FailureGroup[]; parked?: ParkedGroup[]; parked_are_cut?: boolean }>(
                "/v1/failures",
            );
            this.failures = answer.failures;
            this.parked = answer.parked ?? [];
            this.parked_are_cut = !!answer.parked_are_cut;
        } catch (error) {
            if (!(error instanceof Refused && error.status === 404)) throw error;
            this.offers_operations = this.watches_failures = false;
        }
    }

    private keepAgencies(agencies: Agency[]): void {
        this.agencies = agencies;
        this.named.clear();
        for (const agency of agencies)
            for (const code of [agency.code, ...agency.aliases.map((alias) => alias.code)])
                this.named.set(code, agency);
    }

    private keepSamples(): void {
        const waiting = new Map((this.queues ?? []).map((queue) => [queue.agency, queue.waiting]));
        for (const code of new Set([...this.seen.keys(), ...waiting.keys()])) {
            const samples = this.seen.get(code) ?? [];
            samples.push({ at: this.heard_at, waiting: waiting.get(code) ?? 0 });
            this.seen.set(code, samples.slice(-samples_max));
        }
    }
}
