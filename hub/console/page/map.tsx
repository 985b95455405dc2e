// The live map: every agency round the hub, always at the same place; how old what waits for it is, by colour and
// shape.
import { h } from "preact";
import { Agency } from "./hub";
import { Level, levelOfQueue } from "./levels";
import { Page } from "./pages";
import { Age, Empty, Heading, levelText, Sign, Still, Trouble, Unit, Waiting } from "./parts";
import { linkTo } from "./place";
import { sees, whoAmI } from "./session";
import { feed } from "./state";
import { durationText, numberText } from "./time";
import { language, t } from "./words";

const width = 1000,
    height = 620,
    middle_x = width / 2,
    middle_y = height / 2;
const first_ring = 100,
    ring_step = 40,
    spacing = 30,
    aspect = 1.5,
    labelled_max = 72;

interface Spot {
    agency: Agency;
    x: number;
    y: number;
    is_left: boolean;
}

/** Few enough to be named: two arcs, as far from each other in height as a line of text needs. */
function arcs(agencies: Agency[]): Spot[] {
    const right = Math.ceil(agencies.length / 2);
    return agencies.map((agency, at) => {
        const is_left = at >= right;
        const count = is_left ? agencies.length - right : right;
        const place = is_left ? count - 1 - (at - right) : at;
        const y = 16 + ((height - 32) * (place + 0.5)) / count;
        const x = 270 * Math.sqrt(Math.max(0.05, 1 - ((y - middle_y) / (height / 2 + 6)) ** 2));
        return { agency, x: middle_x + (is_left ? -x : x), y, is_left };
    });
}

/** Many: rings, wider than high, made to fit. */
function rings(agencies: Agency[]): Spot[] {
    const counts: number[] = [];
    for (let left = agencies.length; left > 0; left -= counts[counts.length - 1])
        counts.push(
            Math.min(left, Math.floor((2 * Math.PI * (first_ring + counts.length * ring_step) * 1.2) / spacing)),
        );
    const scale = Math.min(1.4, (height / 2 - 20) / (first_ring + (counts.length - 1) * ring_step));
    let at = 0;
    return counts.flatMap((count, ring) =>
        [...Array(count).keys()].map((place) => {
            const angle = (2 * Math.PI * (place + (ring % 2) / 2)) / count - Math.PI / 2;
            const radius = (first_ring + ring * ring_step) * scale;
            return {
                agency: agencies[at++],
                x: middle_x + radius * aspect * Math.cos(angle),
                y: middle_y + radius * Math.sin(angle),
                is_left: Math.cos(angle) < -0.01,
            };
        }),
    );
}

/** The places follow the codes, so that nothing moves while it is watched. */
function spotsOf(agencies: Agency[]): Spot[] {
    const sorted = [...agencies].sort((a, b) => (a.code < b.code ? -1 : 1));
    return sorted.length <= labelled_max ? arcs(sorted) : rings(sorted);
}

function shapeOf(level: Level, size: number): JSX.Element {
    return level === "bad" ? (
        <rect x={-size} y={-size} width={2 * size} height={2 * size} rx="2" />
    ) : level === "warn" ? (
        <path d={`M0 ${-size * 1.25}L${size * 1.2} ${size}H${-size * 1.2}z`} />
    ) : (
        <circle r={size} />
    );
}

function Spoke(props: { spot: Spot }) {
    const queue = feed.queue(props.spot.agency.code);
    const kind = queue && queue.waiting > 0 ? levelOfQueue(queue) : "idle";
    return <line class={`spoke spoke-${kind}`} x1={middle_x} y1={middle_y} x2={props.spot.x} y2={props.spot.y} />;
}

export function levelOfInbox(code: string): Level {
    if (!sees(code)) return "none";
    return feed.failedAt(code) ? "bad" : levelOfQueue(feed.queue(code));
}

export function levelOfAgency(agency: Agency): Level {
    return agency.state === "open" ? levelOfInbox(agency.code) : "none";
}

function Node(props: { spot: Spot; has_label: boolean }) {
    const { spot } = props;
    const { x, y } = spot;
    const queue = feed.queue(spot.agency.code);
    const waiting = queue?.waiting ?? 0;
    const level = levelOfAgency(spot.agency);
    const failed = feed.failedAt(spot.agency.code);
    const size = Math.min(14, 6 + 2 * Math.log10(1 + waiting));
    const name = spot.agency.name || spot.agency.code;
    const text = waiting
        ? t("map.node.waits", { count: numberText(waiting), time: durationText(queue!.oldest_age_seconds) })
        : t(sees(spot.agency.code) ? "map.node" : "map.node.unknown");
    const short = name.length > 30 ? name.slice(0, 29) + "…" : name;
    const said = failed ? `${text}; ${t("map.node.failed", { count: numberText(failed) })}` : text;
    return (
        <a href={linkTo("agencies", spot.agency.code)} aria-label={`${short}: ${said}. ${levelText(level)}`}>
            <title>{`${name}: ${said}`}</title>
            <g class={`node node-${level}`} transform={`translate(${x.toFixed(1)} ${y.toFixed(1)})`}>
                {shapeOf(level, size)}
                {(props.has_label || level === "bad" || level === "warn") && (
                    <text x={spot.is_left ? -size - 5 : size + 5} y="4" text-anchor={spot.is_left ? "end" : "start"}>
                        {short}
                    </text>
                )}
            </g>
        </a>
    );
}

function Drawing() {
    const agencies = feed.agencies ?? [];
    const spots = spotsOf(agencies);
    const broker_is_up = feed.status?.broker.state === "up" && !feed.fault;
    return (
        <svg class="map" viewBox={`0 0 ${width} ${height}`} role="group" aria-label={t("map.title")}>
            <g>
                {spots.map((spot) => (
                    <Spoke key={spot.agency.code} spot={spot} />
                ))}
            </g>
            {spots.map((spot) => (
                <Node key={spot.agency.code} spot={spot} has_label={agencies.length <= labelled_max} />
            ))}
            <g class={broker_is_up ? "node node-hub" : "node node-hub node-down"}>
                <circle cx={middle_x} cy={middle_y} r="34" />
                <text x={middle_x} y={middle_y + 5} text-anchor="middle">
                    LGSP
                </text>
            </g>
        </svg>
    );
}

function LiveMap() {
    if (!feed.agencies || !feed.queues)
        return (
            <div>
                <Heading title={t("map.title")} />
                {feed.fault ? <Trouble fault={feed.fault} again={() => feed.restart()} /> : <Waiting />}
            </div>
        );
    const late = feed.queues.filter((queue) => levelOfQueue(queue) !== "ok");
    const failing = feed.agencies.filter((agency) => feed.failedAt(agency.code) > 0);
    const own = whoAmI()?.agency;
    return (
        <div>
            <Heading title={t("map.title")} text={t("map.hint", { count: numberText(feed.agencies.length) })} />
            <div class="map-and-list">
                <Still version={language()} show={() => <Drawing />} />
                <aside aria-labelledby="who-is-late">
                    <h2 id="who-is-late">{t("map.late")}</h2>
                    {!late.length ? (
                        <Empty title={t(own ? "today.late.own.none" : "today.late.none")} text={own ? t("own_only") : ""} />
                    ) : (
                        <ol class="late-list">
                            {late.slice(0, 20).map((queue) => (
                                <li key={queue.agency}>
                                    <Unit code={queue.agency} short /> <Age seconds={queue.oldest_age_seconds} level={levelOfQueue(queue)} />
                                </li>
                            ))}
                        </ol>
                    )}
                    {late.length > 20 && (
                        <p>
                            <a href={linkTo("queues")}>{t("today.late.all", { count: late.length })}</a>
                        </p>
                    )}
                    {failing.length > 0 && (
                        <div>
                            <h2>{t("map.failed")}</h2>
                            <ol class="late-list">
                                {failing.slice(0, 20).map((agency) => (
                                    <li key={agency.code}>
                                        <Unit code={agency.code} short /> {numberText(feed.failedAt(agency.code))}
                                    </li>
                                ))}
                            </ol>
                            <p>
                                <a href={linkTo("failures")}>{t("map.failed.all")}</a>
                            </p>
                        </div>
                    )}
                    <h2>{t("map.legend")}</h2>
                    <ul class="legend-list">
                        <li>
                            <Sign level="ok" label="" /> {t("map.legend.ok")}
                        </li>
                        <li>
                            <Sign level="warn" label="" /> {t("map.legend.warn")}
                        </li>
                        <li>
                            <Sign level="bad" label="" /> {t("map.legend.bad")}
                        </li>
                        <li>
                            <Sign level="none" label="" /> {t("map.legend.none")}
                        </li>
                    </ul>
                </aside>
            </div>
        </div>
    );
}

export const mapPage: Page = { id: "map", title: "map.title", key: "m", group: "group.now", view: () => <LiveMap /> };
