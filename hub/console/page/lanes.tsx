// The time line of a document: a lane for each place, time to the right. Long gaps are drawn short, and say how long
// they are.
import { Component, h } from "preact";
import { Entry, LateMark, Story } from "./hub";
import { dutyText } from "./late";
import { Level, levelOfDuty, levelOfGap } from "./levels";
import { feed } from "./state";
import { durationText, exactText, numberText, timeText } from "./time";
import { said, t } from "./words";

const lanes_max = 14; // Receivers shown at first.
const lane_height = 34,
    top = 46,
    names_width = 190,
    step_min = 62,
    step_per_decade = 17,
    mark = 7;

interface Lane {
    id: string;
    name: string;
    code: string;
}

const at_hub = new Set(["accepted", "refused", "held", "released", "retired", "content_damaged", "content_restored"]);
const asked_by_sender = new Set(["13", "recall_asked", "update_asked", "replace_asked"]);
const bad_events = new Set(["refused", "failed", "02", "content_damaged"]);

/** Of a receiver outside the province the connector to the axis has fetched it. */
function laneOf(entry: Entry): string {
    if (at_hub.has(entry.event) || (!entry.receiver && !asked_by_sender.has(entry.event))) return "hub";
    if (asked_by_sender.has(entry.event)) return "sender";
    if (entry.event === "queued") return "broker";
    if ((entry.event === "retrieved" || entry.event === "failed") && isOutside(entry.receiver as string)) return "axis";
    return entry.receiver as string;
}

function isOutside(code: string): boolean {
    return !!feed.agencies?.some((agency) => agency.axis) && !feed.agency(code);
}

function nameOf(story: Story, code: string): string {
    return (
        story.deliveries.find((delivery) => delivery.receiver === code)?.receiver_name ||
        feed.agency(code)?.name ||
        code
    );
}

export function laneNameOf(story: Story, entry: Entry): string {
    const lane = laneOf(entry);
    const where =
        lane === "hub"
            ? t("lane.hub")
            : lane === "sender"
              ? story.sender_name || story.sender
              : lane === "broker"
                ? t("lane.broker")
                : lane === "axis"
                  ? t("lane.axis")
                  : "";
    const receiver = entry.receiver && lane !== "sender" ? nameOf(story, entry.receiver) : "";
    return [where, receiver].filter(Boolean).join(" → ");
}

function lanesOf(story: Story, count: number): Lane[] {
    const lanes = [
        { id: "sender", name: story.sender_name || story.sender, code: story.sender },
        { id: "hub", name: t("lane.hub"), code: "" },
        { id: "broker", name: t("lane.broker"), code: "" },
    ];
    if (story.deliveries.some((delivery) => isOutside(delivery.receiver)))
        lanes.push({ id: "axis", name: t("lane.axis"), code: "" });
    for (const delivery of story.deliveries.slice(0, count))
        lanes.push({
            id: delivery.receiver,
            name: delivery.receiver_name || nameOf(story, delivery.receiver),
            code: delivery.receiver,
        });
    return lanes;
}

/** The last that happened with this receiver, or that the hub took it: what is done with the whole document is no step. */
export function waitsFrom(entries: Entry[], receiver: string): number {
    return entries.map((entry) => entry.receiver === receiver || entry.event === "accepted").lastIndexOf(true);
}

interface Scale {
    at: number[]; // x of each entry.
    gaps: { x: number; width: number; seconds: number; to: number }[];
    end: number; // Where "now" is.
}

/** Stretched to the room there is. */
function scaleOf(entries: Entry[], room: number): Scale {
    const scale = plainScaleOf(entries);
    const begin = names_width + 26,
        end_room = 90;
    const used = scale.end - begin;
    const stretch = Math.min(2.5, Math.max(1, (room - begin - end_room) / Math.max(1, used)));
    const to = (x: number) => begin + (x - begin) * stretch;
    return {
        at: scale.at.map(to),
        gaps: scale.gaps.map((gap) => ({ ...gap, x: to(gap.x), width: gap.width * stretch })),
        end: to(scale.end),
    };
}

function plainScaleOf(entries: Entry[]): Scale {
    let x = names_width + 26;
    const scale: Scale = { at: [], gaps: [], end: 0 };
    entries.forEach((entry, index) => {
        const seconds = index ? (Date.parse(entry.at) - Date.parse(entries[index - 1].at)) / 1000 : 0;
        if (index && seconds >= 0.001) {
            const width = step_min + step_per_decade * Math.log10(1 + seconds);
            scale.gaps.push({ x, width, seconds, to: Date.parse(entry.at) });
            x += width;
        } else if (index && laneOf(entry) === laneOf(entries[index - 1])) {
            x += 2 * mark + 2;
        }
        scale.at.push(x);
    });
    scale.end = x + 70;
    return scale;
}

function Mark(props: { x: number; y: number; level: Level; title: string }) {
    const { x, y, level } = props;
    const half = mark + 1;
    return (
        <g class={`mark mark-${level}`}>
            <title>{props.title}</title>
            {level === "bad" ? (
                <path d={`M${x - mark} ${y - mark}h${2 * mark}v${2 * mark}h${-2 * mark}z`} />
            ) : level === "note" ? (
                <path d={`M${x} ${y - half}l${half} ${half}l${-half} ${half}l${-half} ${-half}z`} />
            ) : (
                <circle cx={x} cy={y} r={mark} />
            )}
        </g>
    );
}

function levelOfEntry(entry: Entry): Level {
    return bad_events.has(entry.event)
        ? "bad"
        : asked_by_sender.has(entry.event) || entry.event === "16"
          ? "note"
          : "ok";
}

export class Lanes extends Component<{ story: Story }, { is_whole: boolean; room: number }> {
    state = { is_whole: false, room: 0 };

    private measure = () => this.setState({ room: this.base.clientWidth });

    componentDidMount() {
        this.measure();
        addEventListener("resize", this.measure);
    }

    componentWillUnmount() {
        removeEventListener("resize", this.measure);
    }

    render() {
        const { story } = this.props;
        const count = this.state.is_whole ? story.deliveries.length : Math.min(lanes_max, story.deliveries.length);
        const lanes = lanesOf(story, count);
        const rows = new Map(lanes.map((lane, index) => [lane.id, top + index * lane_height + lane_height / 2]));
        const entries = story.entries.filter((entry) => rows.has(laneOf(entry)));
        const scale = scaleOf(entries, this.state.room);
        const width = Math.max(scale.end + 16, this.state.room - 2);
        const height = top + lanes.length * lane_height + 6;
        return (
            <div>
                <div class="scroll" tabIndex={0} role="group" aria-label={t("story.lanes")}>
                    <svg
                        class="lanes"
                        width={width}
                        height={height}
                        viewBox={`0 0 ${width} ${height}`}
                        role="img"
                        aria-label={t("story.lanes.summary", { count: entries.length, lanes: lanes.length })}
                    >
                        {lanes.map((lane, index) => (
                            <LaneBand lane={lane} index={index} width={width} />
                        ))}
                        {scale.gaps.map((gap) => (
                            <Gap gap={gap} height={height} late={story.late} />
                        ))}
                        {this.flow(entries, scale, rows)}
                        {story.deliveries
                            .slice(0, count)
                            .map((delivery) => this.open(delivery.receiver, entries, scale, rows))}
                        {entries.map((entry, at) => (
                            <Mark
                                x={scale.at[at]}
                                y={rows.get(laneOf(entry))!}
                                level={levelOfEntry(entry)}
                                title={[
                                    exactText(entry.at),
                                    said(entry, "label") || entry.event,
                                    laneNameOf(story, entry),
                                ].join("  ")}
                            />
                        ))}
                        {entries.length > 0 && (
                            <text x={names_width + 26} y="14" class="tick">
                                {timeText(entries[0].at)}
                            </text>
                        )}
                        <text x={scale.end} y="14" class="tick" text-anchor="end">
                            {t("now")}
                        </text>
                    </svg>
                </div>
                <p class="legend faint">
                    <span class="key key-ok" /> {t("lane.key.step")} <span class="key key-bad" /> {t("lane.key.bad")}{" "}
                    <span class="key key-note" /> {t("lane.key.asked")} <span class="key key-line text-warn" />{" "}
                    {t("lane.key.late")} <span class="key key-line text-bad" /> {t("lane.key.very_late")}
                    {count < story.deliveries.length && (
                        <button type="button" class="small" onClick={() => this.setState({ is_whole: true })}>
                            {t("lane.all", { count: numberText(story.deliveries.length) })}
                        </button>
                    )}
                </p>
            </div>
        );
    }

    /** From the hub's acceptance down to where each thing happened next. */
    private flow(entries: Entry[], scale: Scale, rows: Map<string, number>) {
        const last = new Map<string, { x: number; y: number }>();
        const lines: JSX.Element[] = [];
        entries.forEach((entry, at) => {
            const to = { x: scale.at[at], y: rows.get(laneOf(entry))! };
            const key = entry.receiver ?? "";
            const from = last.get(key) ?? last.get("") ?? { x: to.x - 20, y: rows.get("sender")! };
            const middle = (from.x + to.x) / 2;
            lines.push(
                <path
                    class={`flow flow-${levelOfEntry(entry)}`}
                    d={`M${from.x} ${from.y}C${middle} ${from.y} ${middle} ${to.y} ${to.x} ${to.y}`}
                />,
            );
            last.set(key, to);
        });
        return lines;
    }

    /** What is still owed: a broken line up to now, in the colour of its term. */
    private open(receiver: string, entries: Entry[], scale: Scale, rows: Map<string, number>) {
        const delivery = this.props.story.deliveries.find((one) => one.receiver === receiver)!;
        if (!delivery.owes || !entries.length) return null;
        const at = waitsFrom(entries, receiver);
        const y = rows.get(receiver)!;
        const owed = dutyText(delivery.owes);
        return (
            <g class={`open open-${levelOfDuty(delivery.owes)}`}>
                <title>{[owed, exactText(delivery.owes.due_at)].join(" · ")}</title>
                <line x1={Math.max(scale.at[Math.max(at, 0)], names_width + 26)} y1={y} x2={scale.end} y2={y} />
                <text x={scale.end} y={y - 5} text-anchor="end">
                    {owed}
                </text>
            </g>
        );
    }
}

function LaneBand(props: { lane: Lane; index: number; width: number }) {
    const y = top + props.index * lane_height;
    const short = props.lane.name.length > 27 ? props.lane.name.slice(0, 26) + "…" : props.lane.name;
    return (
        <g>
            <title>{[props.lane.name, props.lane.code].filter(Boolean).join(" · ")}</title>
            <rect
                class={props.index % 2 ? "band" : "band band-even"}
                x="0"
                y={y}
                width={props.width}
                height={lane_height}
            />
            <text x="10" y={y + lane_height / 2 + 4}>
                {short}
            </text>
        </g>
    );
}

function Gap(props: { gap: Scale["gaps"][number]; height: number; late: LateMark[] }) {
    const { x, width, seconds, to } = props.gap;
    const level = levelOfGap(to - seconds * 1000, to, props.late);
    return (
        <g class={`gap gap-${level}`}>
            <rect x={x} y="22" width={width} height="5" rx="2" />
            <text x={x + width / 2} y="40" text-anchor="middle">
                {durationText(seconds)}
            </text>
            {level !== "ok" && <rect class="shade" x={x} y={top} width={width} height={props.height - top} />}
        </g>
    );
}
