// How a queue went while this page was open.
import { h } from "preact";
import { Sample } from "./feed";
import { numberText } from "./time";
import { t } from "./words";

const width = 120,
    height = 22,
    span_ms = 15 * 60_000;

export function Sparkline(props: { samples: Sample[] }) {
    const { samples } = props;
    if (samples.length < 2) return <span class="spark faint">{t("spark.soon")}</span>;
    const most = Math.max(1, ...samples.map((sample) => sample.waiting));
    const end = samples[samples.length - 1].at;
    const span = Math.max(60_000, Math.min(span_ms, end - samples[0].at));
    const points = samples.map((sample) => {
        const x = width - ((end - sample.at) / span) * width;
        return `${x.toFixed(1)},${(height - 2 - (sample.waiting / most) * (height - 4)).toFixed(1)}`;
    });
    const first = samples[0].waiting,
        last = samples[samples.length - 1].waiting;
    return (
        <span class="spark">
            <svg
                viewBox={`0 0 ${width} ${height}`}
                width={width}
                height={height}
                role="img"
                aria-label={t("spark", { first: numberText(first), last: numberText(last), most: numberText(most) })}
            >
                <line x1="0" y1={height - 1} x2={width} y2={height - 1} />
                <polyline points={points.join(" ")} />
            </svg>
            <span aria-hidden="true">{last > first ? "↗" : last < first ? "↘" : "→"}</span>
        </span>
    );
}
