// A QR code as the hub computed it: line by line, 1 for dark.
import { h } from "preact";

const margin = 4; // Light all round, or a camera does not find it.

/** What is dark, each run of a line as one piece. */
export function qrPath(rows: string[]): string {
    let path = "";
    rows.forEach((row, y) => {
        for (const { 0: run, index } of row.matchAll(/1+/g))
            path += `M${(index ?? 0) + margin} ${y + margin}h${run.length}v1h-${run.length}z`;
    });
    return path;
}

export function QrCode(props: { rows: string[]; label: string }) {
    const size = props.rows.length + 2 * margin;
    return (
        <svg class="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={props.label} shape-rendering="crispEdges">
            <rect width={size} height={size} fill="#fff" />
            <path d={qrPath(props.rows)} fill="#000" />
        </svg>
    );
}
