// Keys for the whole page. Single letters can be switched off, for those who speak to their computer.
import { go, linkTo } from "./place";
import { shownPages } from "./pages";
import { isTyping } from "./state";

const remembered = "lgsp.keys";
const wait_ms = 1500; // For the letter after "g".
let waits_until = 0; // By the clock of the events: a page that is busy hears of its keys late.

export function areKeysOn(): boolean {
    return localStorage.getItem(remembered) !== "off";
}

export function switchKeys(on: boolean): void {
    localStorage.setItem(remembered, on ? "on" : "off");
}

/** From row to row, as with Tab, but past what else a row holds. */
function moveInRows(step: number): boolean {
    const rows = [...document.querySelectorAll<HTMLElement>("main tbody a.row-link")];
    if (!rows.length) return false;
    const at = rows.findIndex((row) => row.closest("tr")?.contains(document.activeElement));
    rows[at < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, at + step))].focus();
    return true;
}

export function onKey(event: KeyboardEvent, showHelp: () => void): void {
    if (
        event.defaultPrevented ||
        event.ctrlKey ||
        event.metaKey ||
        event.altKey ||
        !areKeysOn() ||
        isTyping(event.target)
    )
        return;
    const done = (() => {
        if (event.timeStamp < waits_until) {
            waits_until = 0;
            const page = shownPages().find((shown) => shown.key === event.key);
            if (page) go(linkTo(page.id));
            return !!page;
        }
        switch (event.key) {
            case "/":
                document.querySelector<HTMLInputElement>("#search")?.select();
                document.querySelector<HTMLInputElement>("#search")?.focus();
                return true;
            case "g":
                waits_until = event.timeStamp + wait_ms;
                return true;
            case "j":
                return moveInRows(1);
            case "k":
                return moveInRows(-1);
            case "?":
                showHelp();
                return true;
            default:
                return false;
        }
    })();
    if (done) event.preventDefault();
}
