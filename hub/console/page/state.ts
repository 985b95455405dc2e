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
