// Where the operator is: "#/documents?text=7816". It stands behind the "#", so that what is searched for reaches no
// log of a proxy.

export interface Place {
    page: string;
    name: string; // What the page is about: an envelope id, the code of an agency; often empty.
    query: Record<string, string>;
}

export function placeOf(hash: string): Place {
    const [path, query] = hash.replace(/^#\/?/, "").split(/\?(.*)/s);
    const [page, ...rest] = path.split("/");
    const decode = (text: string) => {
        try {
            return decodeURIComponent(text);
        } catch {
            return text;
        }
    };
    return {
        page: page || "today",
        name: decode(rest.join("/")),
        query: Object.fromEntries(new URLSearchParams(query || "")),
    };
}

export function here(): Place {
    return placeOf(location.hash);
}

/** Empty values are left out. */
export function queryText(query: Record<string, string | undefined>): string {
    const parts = Object.entries(query).filter((pair): pair is [string, string] => !!pair[1]);
    return parts.length ? "?" + new URLSearchParams(parts).toString() : "";
}

export function linkTo(page: string, name = "", query: Record<string, string | undefined> = {}): string {
    return `#/${page}${name ? "/" + encodeURIComponent(name) : ""}${queryText(query)}`;
}

export function go(link: string): void {
    location.hash = link;
}
