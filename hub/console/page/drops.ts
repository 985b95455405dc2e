// Drop-downs close as menus do: on Escape, with the focus back on what opened them, and on a press elsewhere.

function openDrops(): HTMLDetailsElement[] {
    return [...document.querySelectorAll<HTMLDetailsElement>("details.drop[open]")];
}

export function closeOnEscape(event: KeyboardEvent): void {
    if (event.key !== "Escape" || event.defaultPrevented || document.querySelector("dialog[open]")) return;
    for (const drop of openDrops()) {
        const had_focus = drop.contains(document.activeElement);
        drop.open = false;
        if (had_focus) drop.querySelector<HTMLElement>("summary")?.focus();
    }
}

export function closeOnPress(event: Event): void {
    for (const drop of openDrops()) if (!event.composedPath().includes(drop)) drop.open = false;
}
