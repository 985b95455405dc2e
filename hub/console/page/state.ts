// What the whole page shares: the feed, who is signed in, and the wish to be drawn again.
import { Feed } from "./feed";

let draw = () => {};

export function onChange(listener: () => void): void {
    draw = listener;
}

export function refresh(): void {
    draw();
}

export const feed = new Feed(refresh);

let has_arrived = false;

/** Somebody came to another page: its heading is the place to read on from. */
export function arrive(): void {
    has_arrived = true;
}

/** A field of a dialog that has just been closed may keep the focus for a moment. */
export function isTyping(target: EventTarget | null): boolean {
    return (
        target instanceof HTMLElement &&
        !target.closest("dialog:not([open])") &&
        !!target.closest("input, textarea, select, [contenteditable], dialog[open]")
    );
}

/** True once for each arrival. */
export function takeArrival(): boolean {
    const had = has_arrived;
    has_arrived = false;
    return had;
}
