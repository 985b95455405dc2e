// Letters that turn the direction of a line around or cannot be seen: among others "văn bản\u202Efdp.exe" would be shown
// as a file of another kind, and a code could look like somebody else's.

const steering =
    /[\0-\x08\v\f\x0E-\x1F\x7F-\x9F\xAD\u061C\u180E\u200B-\u200F\u2028-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFB\u{E0000}-\u{E007F}\p{Cs}]/gu;

/** The same text with a mark where such a letter stands. */
export function visible(text: string): string {
    return text.replace(steering, "\uFFFD");
}
