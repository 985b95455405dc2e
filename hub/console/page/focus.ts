// What is pressed may be gone when it is done: the focus must not fall to the top of the page with it.

/** Takes the focus to `place` when it is nowhere any more, after what was asked for is drawn. */
export function keepFocus(place: HTMLElement | null): void {
    setTimeout(() => {
        if (document.activeElement === document.body) place?.focus();
    });
}
