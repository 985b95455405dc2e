// The national axis: what waits for it, whether it moves, how old our copy of its directory is.
import { h } from "preact";
import { Agency, Found, Health, Status } from "./hub";
import { Lamp, lampsOf } from "./lamps";
import { Level, levelOfCertificate, levelOfQueue, worst } from "./levels";
import { Loaded } from "./loaded";
import { Page } from "./pages";
import { Age, Ago, Empty, Heading, levelText, Sign, Trouble, Waiting } from "./parts";
import { linkTo, queryText } from "./place";
import { Rows } from "./rows";
import { whoAmI } from "./session";
import { Sparkline } from "./sparkline";
import { feed } from "./state";
import { dateText, numberText } from "./time";
import { language, t, Word } from "./words";

interface Backlog {
    count: number;
    oldest_at: string | null;
    not_given?: number;
}

interface AxisWay {
    agency: string;
    heard_at: string | null;
    connector: {
        calls: Record<string, { succeeded_at: string | null; failed_at: string | null }>;
        unclear: Backlog;
        out: Backlog;
        in: Backlog;
        clock_ahead_seconds: number | null;
    } | null;
}

const link_levels: Record<NonNullable<Status["axis"]>, Level> = { up: "ok", down: "bad", unread: "bad", unknown: "none" };
const link_words: Record<NonNullable<Status["axis"]>, Word> = {
    up: "axis.link.up",
    down: "axis.link.down",
    unread: "axis.link.unread",
    unknown: "axis.link.unknown",
};

/** What a clerk is told: whether the axis answers, and nothing of what others have waiting for it. */
function LinkState() {
    const state = feed.fault ? "unknown" : (feed.status?.axis ?? "unknown");
    return (
        <div>
            <p class={`verdict verdict-${link_levels[state]}`} role="status">
                <Sign level={link_levels[state]} label="" />
                <span>{t(link_words[state])}</span>
            </p>
            <p class="faint">{t("own_only")}</p>
        </div>
    );
}

/** `lamp`: what Today says of the axis. */
function Node(props: { agency: Agency; lamp: Lamp | null }) {
    const { agency, lamp } = props;
    const queue = feed.queue(agency.code);
    const level = feed.fault || !lamp ? "none" : worst([levelOfQueue(queue), lamp.level]);
    return (
        <section aria-labelledby={`node-${agency.code}`}>
            <h2 id={`node-${agency.code}`}>
                {agency.name || agency.code} <span class="code">{agency.code}</span>
            </h2>
            <p class={`verdict verdict-${level}`}>
                <Sign level={level} label="" />
                <span>
                    {levelText(level)}
                    {lamp?.next ? ` – ${lamp.text}` : level === "warn" || level === "bad" ? ` – ${t("lamp.axis.next")}` : ""}
                </span>
            </p>
            {lamp?.next && (
                <p>
                    {t("next_step")} {lamp.next}
                </p>
            )}
            <dl class="facts">
                <div>
                    <dt>{t("waiting")}</dt>
                    <dd>{numberText(queue?.waiting ?? 0)}</dd>
                </div>
                <div>
                    <dt>{t("oldest")}</dt>
                    <dd>{queue && queue.waiting ? <Age seconds={queue.oldest_age_seconds} level={levelOfQueue(queue)} /> : "–"}</dd>
                </div>
                <div>
                    <dt>{t("not_in_broker")}</dt>
                    <dd>{numberText(queue?.unconfirmed ?? 0)}</dd>
                </div>
                <div>
                    <dt>{t("axis.last_taken")}</dt>
                    <dd>{queue ? <Ago at={queue.last_retrieved_at} /> : "–"}</dd>
                </div>
                <div>
                    <dt>{t("seen_here")}</dt>
                    <dd>
                        <Sparkline samples={feed.samples(agency.code)} />
                    </dd>
                </div>
                {agency.certificates.map((one) => (
                    <div>
                        <dt>{t("certificate_until")}</dt>
                        <dd class={`text-${levelOfCertificate(one.valid_until)}`}>
                            <Sign level={worst([levelOfCertificate(one.valid_until)])} label="" />{" "}
                            {dateText(one.valid_until)}
                        </dd>
                    </div>
                ))}
            </dl>
            <h3>{t("axis.recent")}</h3>
            <Loaded<Found>
                path={"/v1/documents" + queryText({ agency: agency.code, count: "20" })}
                every={15}
                show={(found) =>
                    found.documents.length ? (
                        <Rows documents={found.documents} />
                    ) : (
                        <Empty title={t("agency.recent.none")} />
                    )
                }
            />
            <p>
                <a href={linkTo("documents", "", { agency: agency.code })}>{t("agency.recent.all")}</a>
            </p>
        </section>
    );
}

const call_words: [string, Word][] = [
    ["list", "axis.call.list"],
    ["get", "axis.call.get"],
    ["send", "axis.call.send"],
    ["acknowledge", "axis.call.acknowledge"],
];
const clock_off_seconds = 60;

function BacklogLine(props: { name: Word; backlog: Backlog; is_bad?: boolean }) {
    const { count, oldest_at } = props.backlog;
    return (
        <div>
            <dt>{t(props.name)}</dt>
            <dd class={props.is_bad && count ? "text-warn" : ""}>
                {numberText(count)}
                {oldest_at && (
                    <span class="faint">
                        {" "}
                        {t("oldest")}: <Ago at={oldest_at} />
                    </span>
                )}
            </dd>
        </div>
    );
}

/** What the connector says of its own work: the lamp may be green and one of these stand still. */
function Connector(props: { way: AxisWay }) {
    const { connector } = props.way;
    return (
        <section aria-labelledby={`work-${props.way.agency}`}>
            <h2 id={`work-${props.way.agency}`}>{t("axis.connector")}</h2>
            <p class="faint">
                {t("axis.heard")} <Ago at={props.way.heard_at} />
            </p>
            {!connector ? (
                <Empty title={t("axis.connector.none")} text={t("axis.connector.none.text")} />
            ) : (
                <div>
                    <table>
                        <thead>
                            <tr>
                                <th scope="col">{t("axis.call")}</th>
                                <th scope="col">{t("axis.succeeded")}</th>
                                <th scope="col">{t("axis.failed")}</th>
                            </tr>
                        </thead>
                        <tbody>
                            {call_words.map(([call, word]) => (
                                <tr key={call}>
                                    <th scope="row">{t(word)}</th>
                                    <td>
                                        <Ago at={connector.calls[call]?.succeeded_at} />
                                    </td>
                                    <td>
                                        <Ago at={connector.calls[call]?.failed_at} />
                                    </td>
                                </tr>
                            ))}
                        </tbody>
                    </table>
                    <dl class="facts">
                        <BacklogLine name="axis.out" backlog={connector.out} />
                        <BacklogLine name="axis.unclear" backlog={connector.unclear} is_bad />
                        <BacklogLine name="axis.in" backlog={connector.in} />
                        <div>
                            <dt>{t("axis.not_given")}</dt>
                            <dd>{numberText(connector.in.not_given ?? 0)}</dd>
                        </div>
                        <div>
                            <dt>{t("axis.clock")}</dt>
                            <dd
                                class={
                                    Math.abs(connector.clock_ahead_seconds ?? 0) > clock_off_seconds ? "text-warn" : ""
                                }
                            >
                                {connector.clock_ahead_seconds === null
                                    ? "–"
                                    : t("axis.clock.ahead", { seconds: connector.clock_ahead_seconds })}
                            </dd>
                        </div>
                    </dl>
                    {connector.unclear.count > 0 && <p>{t("axis.unclear.text")}</p>}
                </div>
            )}
            <p>
                <a href={linkTo("queues", props.way.agency)}>{t("axis.pause")}</a>
            </p>
        </section>
    );
}

/** A hub of an earlier version does not tell of it. */
function Work() {
    return (
        <Loaded<{ axis: AxisWay[] }>
            path="/v1/axis"
            every={10}
            on="health"
            show={({ axis }) => (
                <div>
                    {axis.map((way) => (
                        <Connector key={way.agency} way={way} />
                    ))}
                </div>
            )}
        />
    );
}

function Directory(props: { status: Status }) {
    const { units } = props.status;
    if (!units) return null;
    return (
        <section aria-labelledby="directory">
            <h2 id="directory">{t("axis.directory")}</h2>
            <dl class="facts">
                <div>
                    <dt>{t("axis.units")}</dt>
                    <dd>{numberText(units.count)}</dd>
                </div>
                <div>
                    <dt>{t("axis.pass")}</dt>
                    <dd>
                        <Ago at={units.pass_ended_at} />
                    </dd>
                </div>
                <div>
                    <dt>{t("axis.full_pass")}</dt>
                    <dd>
                        <Ago at={units.full_pass_ended_at} />
                    </dd>
                </div>
            </dl>
            <p>
                <a href={linkTo("agencies")}>{t("axis.find_unit")}</a>
            </p>
        </section>
    );
}

function Nodes(props: { nodes: Agency[] }) {
    const shown = (lamp: Lamp | null) => (
        <div>
            {props.nodes.map((agency) => (
                <Node key={agency.code} agency={agency} lamp={lamp} />
            ))}
        </div>
    );
    if (whoAmI()?.agency) return <LinkState />;
    return (
        <Loaded<Health>
            key={language()}
            path="/v1/health"
            every={10}
            on="health"
            show={(health) => shown(lampsOf(health)[health.lamps.findIndex((one) => one.lamp === "axis")] ?? null)}
        />
    );
}

function Axis() {
    const nodes = (feed.agencies ?? []).filter((agency) => agency.axis);
    return (
        <div>
            <Heading title={t("axis.title")} text={t("axis.hint")} />
            {!feed.status || !feed.agencies ? (
                feed.fault ? (
                    <Trouble fault={feed.fault} again={() => feed.restart()} />
                ) : (
                    <Waiting />
                )
            ) : !nodes.length ? (
                <Empty title={t("lamp.axis.none")} text={t("axis.none.text")} />
            ) : (
                <div>
                    <Nodes nodes={nodes} />
                    {!whoAmI()?.agency && <Work />}
                    <Directory status={feed.status} />
                </div>
            )}
        </div>
    );
}

export const axisPage: Page = {
    id: "axis",
    title: "axis.title",
    key: "x",
    group: "group.province",
    view: () => <Axis />,
};
