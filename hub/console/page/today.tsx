// Today: in ten seconds, whether anything needs somebody, and what to do about it.
import { h } from "preact";
import { searchPath } from "./documents";
import { FailedBriefly } from "./failures";
import { DocumentRow, Found, Health, Refusal, Status } from "./hub";
import { Lamp, lampsOf } from "./lamps";
import { Late } from "./late";
import { daysLeft, Level, levelOfCertificate, worst } from "./levels";
import { Loaded } from "./loaded";
import { actText, Operation } from "./operations";
import { Page } from "./pages";
import { Empty, Heading, levelText, Sign, Trouble, Unit, Waiting } from "./parts";
import { linkTo } from "./place";
import { PausedQueues } from "./queue";
import { Rows } from "./rows";
import { may, whoAmI } from "./session";
import { feed } from "./state";
import { dateText, numberText, timeText } from "./time";
import { language, said, t, Word } from "./words";

const causes_max = 5;
const looked_through = 500;

function LampCard(props: { lamp: Lamp }) {
    const { lamp } = props;
    return (
        <li class={`lamp lamp-${lamp.level}`}>
            <a href={lamp.link}>
                <span class="lamp-top">
                    <Sign level={lamp.level} />
                    <strong>{lamp.title}</strong>
                </span>
                <span class={`lamp-word text-${lamp.level}`}>{levelText(lamp.level)}</span>
                <span class="lamp-text">{lamp.text}</span>
                {lamp.next && (
                    <span class="lamp-next">
                        {t("next_step")} {lamp.next}
                    </span>
                )}
            </a>
        </li>
    );
}

interface Cause {
    refusal: Refusal;
    count: number;
    last: DocumentRow;
    senders: Set<string>;
}

function causesOf(documents: DocumentRow[]): Cause[] {
    const causes = new Map<string, Cause>();
    for (const document of documents) {
        const refusal = document.refusal;
        if (!refusal) continue;
        const known = causes.get(refusal.code);
        if (known) {
            ++known.count;
            known.senders.add(document.sender);
        } else {
            causes.set(refusal.code, { refusal, count: 1, last: document, senders: new Set([document.sender]) });
        }
    }
    return [...causes.values()].sort((a, b) => b.count - a.count);
}

function Causes() {
    return (
        <section aria-labelledby="causes">
            <h2 id="causes">{t("today.causes")}</h2>
            <Loaded<Found>
                path={`/v1/documents?refused=true&since=24h&count=${looked_through}`}
                every={30}
                show={(found) => {
                    const causes = causesOf(found.documents);
                    if (!causes.length)
                        return <Empty title={t("today.causes.none")} text={t("today.causes.none.text")} />;
                    return (
                        <div>
                            <table>
                                <thead>
                                    <tr>
                                        <th scope="col" class="num">
                                            {t("count")}
                                        </th>
                                        <th scope="col">{t("cause")}</th>
                                        <th scope="col">{t("what_to_do")}</th>
                                        <th scope="col">{t("last_time")}</th>
                                    </tr>
                                </thead>
                                <tbody>
                                    {causes.slice(0, causes_max).map((cause) => (
                                        <tr key={cause.refusal.code}>
                                            <td class="num strong">{numberText(cause.count)}</td>
                                            <th scope="row">
                                                <a
                                                    class="row-link"
                                                    href={linkTo("documents", "", {
                                                        refused: "true",
                                                        since: "24h",
                                                        kind: "all",
                                                    })}
                                                >
                                                    {said(cause.refusal, "title")}
                                                </a>
                                                <span class="code block">
                                                    {cause.refusal.code}
                                                    {cause.refusal.field && ` · ${cause.refusal.field}`}
                                                </span>
                                            </th>
                                            <td>{said(cause.refusal, "remedy")}</td>
                                            <td>
                                                <a href={linkTo("story", String(cause.last.seq))}>
                                                    {timeText(cause.last.accepted_at)}
                                                </a>
                                            </td>
                                        </tr>
                                    ))}
                                </tbody>
                            </table>
                            {found.has_more && <p class="faint">{t("today.causes.cut", { count: looked_through })}</p>}
                        </div>
                    );
                }}
            />
        </section>
    );
}

/** Large operations wait for a second person, and for a day at most. */
function Approvals() {
    return (
        <Loaded<{ operations: Operation[] }>
            path="/v1/operations?open=true"
            every={30}
            on="operation"
            show={({ operations }) => {
                const waiting = operations.filter((operation) => operation.state === "needs_approval");
                if (!waiting.length) return <span />;
                return (
                    <section aria-labelledby="approvals">
                        <h2 id="approvals">{t("today.approvals")}</h2>
                        {waiting.map((operation) => (
                            <p class="box box-warn" key={String(operation.operation)}>
                                <Sign level="warn" label="" />
                                <a href={linkTo("operations", String(operation.operation))}>
                                    {t(
                                        operation.actor === whoAmI()?.name ? "today.approvals.own" : "today.approvals.text",
                                        {
                                            actor: operation.actor,
                                            act: actText(operation.act),
                                            count: numberText(operation.expected),
                                        },
                                    )}
                                </a>
                            </p>
                        ))}
                    </section>
                );
            }}
        />
    );
}

function Certificates() {
    const ending = (feed.agencies ?? [])
        .filter((agency) => agency.state === "open")
        .flatMap((agency) =>
            agency.certificates.map((certificate) => ({
                agency,
                certificate,
                days: daysLeft(certificate.valid_until),
            })),
        )
        .filter(({ certificate }) => levelOfCertificate(certificate.valid_until) !== "ok")
        .sort((a, b) => a.days - b.days);
    if (!ending.length) return null;
    return (
        <section aria-labelledby="certificates">
            <h2 id="certificates">{t("today.certificates")}</h2>
            <table>
                <thead>
                    <tr>
                        <th scope="col">{t("agency")}</th>
                        <th scope="col">{t("ends")}</th>
                        <th scope="col" class="num">
                            {t("days_left")}
                        </th>
                    </tr>
                </thead>
                <tbody>
                    {ending.map(({ agency, certificate, days }) => (
                        <tr key={certificate.key_id}>
                            <th scope="row">
                                <Unit code={agency.code} />
                            </th>
                            <td>{dateText(certificate.valid_until)}</td>
                            <td class={`num text-${levelOfCertificate(certificate.valid_until)}`}>
                                <Sign level={levelOfCertificate(certificate.valid_until)} /> {numberText(days)}
                            </td>
                        </tr>
                    ))}
                </tbody>
            </table>
        </section>
    );
}

function Figures(props: { status: Status }) {
    const { since_start: since, stored, under_way } = props.status;
    if (!since || !under_way) return null;
    const rows: [string, number][] = [
        [t("figure.accepted"), since.accepted],
        [t("figure.refused"), since.refused],
        [t("figure.confirmed"), since.confirmed],
        [t("figure.due"), under_way.due],
    ];
    if (stored) rows.push([t("figure.envelopes"), stored.envelopes], [t("figure.entries"), stored.entries]);
    return (
        <section aria-labelledby="figures">
            <h2 id="figures">{t("today.figures")}</h2>
            <p class="faint">{t("figure.since", { time: timeText(props.status.started_at) })}</p>
            <dl class="figures">
                {rows.map(([name, value]) => (
                    <div>
                        <dt>{name}</dt>
                        <dd>{numberText(value)}</dd>
                    </div>
                ))}
            </dl>
        </section>
    );
}

function verdictText(level: Level): string {
    if (feed.fault) return t("today.verdict.unknown");
    return level === "bad"
        ? t("today.verdict.bad")
        : level === "warn"
          ? t("today.verdict.warn")
          : t("today.verdict.ok");
}

/** How the hub is tells of every agency: not for those who see one. */
function Lamps() {
    return (
        <Loaded<Health>
            key={language()}
            path="/v1/health"
            every={10}
            on="health"
            show={(health) => {
                const lamps = lampsOf(health);
                const level = worst(lamps.map((lamp) => lamp.level));
                return (
                    <div>
                        <p class={`verdict verdict-${level}`} role="status">
                            <Sign level={level} label="" />
                            {verdictText(level)}
                        </p>
                        <ul class="lamps">
                            {lamps.map((lamp) => (
                                <LampCard key={lamp.title} lamp={lamp} />
                            ))}
                        </ul>
                    </div>
                );
            }}
        />
    );
}

const own_rows_max = 5;

/** What a clerk's agency has sent and another one has not got, or is late with. */
function OwnSent(props: { agency: string }) {
    const matters: [Word, Level, Record<string, string>][] = [
        ["today.own.sent_failed", "bad", { sender: props.agency, state: "failed" }],
        ["today.own.received_failed", "bad", { receiver: props.agency, state: "failed" }],
        ["today.own.sent_late", "warn", { sender: props.agency, overdue: "true" }],
    ];
    return (
        <section aria-labelledby="own">
            <h2 id="own">{t("today.own")}</h2>
            {matters.map(([word, level, query]) => (
                <Loaded<Found>
                    key={word}
                    path={searchPath(query, own_rows_max)}
                    every={30}
                    show={(found) => (
                        <div>
                            <p>
                                <Sign level={found.documents.length ? level : found.is_cut ? "none" : "ok"} label="" />{" "}
                                {t(word)}:{" "}
                                {found.documents.length ? (
                                    <a href={linkTo("documents", "", query)}>
                                        {(found.has_more || found.is_cut ? "≥ " : "") + numberText(found.documents.length)}
                                    </a>
                                ) : (
                                    t(found.is_cut ? "today.own.not_all" : "today.own.none")
                                )}
                            </p>
                            {found.documents.length > 0 && <Rows documents={found.documents} />}
                        </div>
                    )}
                />
            ))}
        </section>
    );
}

function Today() {
    const { status } = feed;
    if (!status)
        return (
            <div>
                <Heading title={t("today.title")} />
                {feed.fault ? <Trouble fault={feed.fault} again={() => feed.restart()} /> : <Waiting />}
            </div>
        );
    return (
        <div>
            <Heading title={t("today.title")} text={dateText(status.now)} />
            {whoAmI()?.agency ? <OwnSent agency={whoAmI()!.agency!} /> : <Lamps />}
            {may("operate") && feed.offers_operations && <Approvals />}
            <PausedQueues />
            <div class="columns">
                <Late />
                <div>
                    <FailedBriefly />
                    <Causes />
                </div>
            </div>
            <div class="columns">
                <Certificates />
                <Figures status={status} />
            </div>
        </div>
    );
}

export const todayPage: Page = {
    id: "today",
    title: "today.title",
    key: "t",
    group: "group.now",
    view: () => <Today />,
};
