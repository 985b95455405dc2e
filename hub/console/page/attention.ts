// Whether somebody is at the page: what it asks for by itself keeps no session from its end, and whoever is there is told
// before that. All tabs share the session.
const remembered = "lgsp.attended_at";
const warned_ms = 60_000;
const looked_ms = 1000;
const touches = ["keydown", "pointerdown", "pointermove", "wheel", "touchmove"];

interface Session {
    idle_ms: number; // It ends when nobody used it for so long; 0: it does not.
    look: () => void; // Asks whether it is still there, which is no use of it.
    keep: () => void; // Asks the same as whoever is there.
    changed: () => void;
}

export type Stand = "used" | "ending" | "over";

/** How it stands with a session that was used last at `used_at`. */
export function standOf(used_at: number, idle_ms: number, now: number): Stand {
    const rest_ms = used_at + idle_ms - now;
    if (rest_ms <= 0) return "over";
    return rest_ms <= Math.min(warned_ms, idle_ms / 2) ? "ending" : "used";
}

class Attention {
    private touched_at = Date.now(); // Whoever opened the page is there.
    private attended_at = 0; // Of the last request that was a use of the session, by this tab.
    private session: Session | null = null;
    private timer = 0;
    private is_ending = false;
    private looked_at = 0;

    constructor() {
        if (typeof document === "undefined") return;
        for (const kind of touches) addEventListener(kind, () => this.touch(), { passive: true, capture: true });
    }

    /** True: the request that is about to be sent is somebody's. */
    take(): boolean {
        if (this.touched_at <= this.attended_at) return false;
        this.attended_at = Date.now();
        try {
            localStorage.setItem(remembered, String(this.attended_at));
        } catch {
            // Without it each tab counts for itself.
        }
        return true;
    }

    touch(): void {
        this.touched_at = Date.now();
        if (this.is_ending) this.keep();
    }

    /** Somebody wants the session to go on. */
    keep(): void {
        this.touched_at = Date.now();
        this.say(false);
        this.session?.keep();
    }

    watch(session: Session): void {
        this.attended_at = Date.now();
        this.session = session;
        this.say(false);
        this.lookIn();
    }

    forget(): void {
        this.session = null;
        clearTimeout(this.timer);
        this.say(false);
    }

    /** The session ends within a minute unless somebody does something. */
    isEnding(): boolean {
        return this.is_ending;
    }

    private usedAt(): number {
        let elsewhere = 0;
        try {
            elsewhere = Number(localStorage.getItem(remembered)) || 0;
        } catch {
            // As above.
        }
        // A clock that was set back is no use that is still to come.
        return Math.max(this.attended_at, elsewhere <= Date.now() ? elsewhere : 0);
    }

    private lookIn(): void {
        clearTimeout(this.timer);
        if (this.session?.idle_ms) this.timer = window.setTimeout(() => this.check(), looked_ms);
    }

    private check(): void {
        const session = this.session;
        if (!session) return;
        const stand = standOf(this.usedAt(), session.idle_ms, Date.now());
        if (stand === "ending" && this.touched_at > this.attended_at) this.keep();
        else this.say(stand === "ending");
        // Another tab may have used it without a word here.
        if (stand === "over" && Date.now() - this.looked_at >= 10 * looked_ms) {
            this.looked_at = Date.now();
            session.look();
        }
        this.lookIn();
    }

    private say(is_ending: boolean): void {
        if (this.is_ending === is_ending) return;
        this.is_ending = is_ending;
        this.session?.changed();
    }
}

export const attention = new Attention();
