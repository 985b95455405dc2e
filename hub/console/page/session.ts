// Who is signed in, and what one may do.
import { attention } from "./attention";
import { ask, change, onSignedOut, Refused } from "./hub";
import { feed, refresh } from "./state";

export interface Me {
    name: string;
    role: string;
    agency: string | null;
    rights: string[];
    signed_in: boolean;
    second_factor?: boolean;
    must_enrol?: boolean; // Nothing is allowed before there is a second factor.
    idle_seconds?: number | null; // The session ends when nobody uses it for so long.
    ends_at: string | null;
}

/** Null until the hub has answered; then who one is, or that one has to sign in. */
let me: Me | null = null;
let is_outside = false;
let has_ended = false;

export function whoAmI(): Me | null {
    return me;
}

/** What waits there: a clerk knows that of its own agency. Of all others nothing is known, not even that all is well. */
export function sees(agency: string): boolean {
    return !me?.agency || me.agency === agency;
}

export function mustSignIn(): boolean {
    return is_outside;
}

/** A session that was good a moment ago is not any more. */
export function hasEnded(): boolean {
    return has_ended;
}

export function may(right: string): boolean {
    return !!me && me.rights.includes(right);
}

function enter(known: Me): void {
    me = known;
    is_outside = has_ended = false;
    feed.watches_failures = known.rights.includes("operate");
    if (!known.must_enrol) feed.restart();
    attention.watch({
        idle_ms: (known.idle_seconds ?? 0) * 1000,
        // Nobody is there, and the page shows nothing more, whether or not the hub can be asked.
        look: () => void ask("/v1/session").catch(() => leave(true)),
        keep: () => void ask("/v1/session").catch(() => {}),
        changed: refresh,
    });
    refresh();
}

function leave(ended: boolean): void {
    // One question in vain may follow another.
    has_ended = ended && (has_ended || !!me?.signed_in);
    me = null;
    attention.forget();
    is_outside = true;
    feed.watches_failures = false;
    feed.failures = null;
    feed.parked = [];
    feed.stop();
    refresh();
}

export async function begin(): Promise<void> {
    onSignedOut(() => leave(true));
    try {
        enter(await ask<Me>("/v1/session"));
    } catch (error) {
        // Whoever is not known is asked for a name; without an answer the pages say so themselves.
        if (!(error instanceof Refused && error.status === 401)) feed.restart();
    }
}

export async function signIn(name: string, password: string, more: { code?: string; otp?: string }): Promise<void> {
    enter(await change<Me>("POST", "/v1/session", { name, password, ...more }));
}

export async function signOut(): Promise<void> {
    await change("DELETE", "/v1/session");
    leave(false);
}

/** Where nobody has to sign in, one may all the same. */
export function goToDoor(): void {
    leave(false);
}
