// Agencies: who takes part, by which codes, until when their certificates are good, what waits for them.
import { h } from "preact";
import { Contacts } from "./contacts";
import { Agency, DirectoryRow, Found, ShownAgency } from "./hub";
import { daysLeft, levelOfCertificate, levelOfQueue, worst } from "./levels";
import { Loaded } from "./loaded";
import { levelOfInbox } from "./map";
import { Page } from "./pages";
import { Age, Ago, Empty, Heading, Sign, Trouble, Unit, Waiting } from "./parts";
import { go, linkTo, Place, queryText } from "./place";
import { Rows } from "./rows";
import { sees } from "./session";
import { Sparkline } from "./sparkline";
import { feed } from "./state";
import { dateText, numberText } from "./time";
import { t } from "./words";

/** As the hub folds: without marks, in small letters. */
function folded(text: string): string {
    return text.normalize("NFD").replace(/\p{M}/gu, "").replace(/[đĐ]/g, "d").toLowerCase();
}

function isMeant(agency: Agency, text: string): boolean {
    const all = folded([agency.code, agency.name, ...agency.aliases.map((alias) => alias.code)].join(" "));
    return folded(text)
        .split(/\s+/)
        .every((word) => all.includes(word));
}

function Certificate(props: { agency: Agency }) {
    const ends = props.agency.certificates.map((certificate) => certificate.valid_until).sort();
    const last = ends[ends.length - 1];
    if (!last)
        return (
            <span class="text-warn">
                <Sign level="warn" label="" /> {t("agency.no_certificate")}
            </span>
        );
    const level = levelOfCertificate(last);
    return (
        <span class={`text-${level} nowrap`}>
            {level !== "ok" && <Sign level={level} label="" />} {dateText(last)}{" "}
            <span class="faint">({t("days", { count: numberText(daysLeft(last)) })})</span>
        </span>
    );
}

function levelOf(agency: Agency) {
    return worst([
        levelOfInbox(agency.code),
        ...agency.certificates.map((one) => levelOfCertificate(one.valid_until)),
    ]);
}

function Row(props: { agency: Agency }) {
    const { agency } = props;
    const queue = feed.queue(agency.code);
    return (
        <tr class={`row-${levelOf(agency)}`}>
            <th scope="row">
                <a class="row-link" href={linkTo("agencies", agency.code)}>
                    {agency.name || agency.code}
                </a>
                {agency.axis && <span class="tag">{t("agency.axis")}</span>}
            </th>
            <td>
                <span class="code">{agency.code}</span>
            </td>
            <td>{agency.state === "open" ? t("agency.open") : <span class="faint">{t("agency.closed")}</span>}</td>
            <td>
                <Certificate agency={agency} />
            </td>
            <td class="num" title={sees(agency.code) ? "" : t("own_only")}>
                {sees(agency.code) ? numberText(queue?.waiting ?? 0) : <span class="faint">?</span>}
            </td>
            <td class="num">
                {queue && queue.waiting > 0 ? <Age seconds={queue.oldest_age_seconds} level={levelOfQueue(queue)} /> : <span class="faint">–</span>}
            </td>
        </tr>
    );
}

function List(props: { text: string }) {
    const agencies = (feed.agencies ?? []).filter((agency) => isMeant(agency, props.text));
    return (
        <div>
            <Heading title={t("agencies.title")} text={t("agencies.hint")} />
            <form class="filters" onSubmit={(event: Event) => event.preventDefault()}>
                <label>
                    <span>{t("agencies.filter")}</span>
                    <input
                        type="search"
                        value={props.text}
                        maxLength={100}
                        onChange={(event: Event) =>
                            go(linkTo("agencies", "", { text: (event.target as HTMLInputElement).value.trim() }))
                        }
                    />
                </label>
            </form>
            <p class="count" role="status">
                {t("agencies.count", { count: numberText(agencies.length) })}
            </p>
            {agencies.length > 0 && (
                <table>
                    <thead>
                        <tr>
                            <th scope="col">{t("agency")}</th>
                            <th scope="col">{t("code")}</th>
                            <th scope="col">{t("filter.state")}</th>
                            <th scope="col">{t("certificate_until")}</th>
                            <th scope="col" class="num">
                                {t("waiting")}
                            </th>
                            <th scope="col" class="num">
                                {t("oldest")}
                            </th>
                        </tr>
                    </thead>
                    <tbody>
                        {agencies.map((agency) => (
                            <Row key={agency.code} agency={agency} />
                        ))}
                    </tbody>
                </table>
            )}
            {props.text && (
                <section aria-labelledby="outside">
                    <h2 id="outside">{t("agencies.outside")}</h2>
                    <Loaded<{ found: DirectoryRow[]; has_more: boolean }>
                        path={"/v1/directory" + queryText({ text: props.text, count: "50" })}
                        show={(answer) => (
                            <Outside
                                found={answer.found.filter((row) => row.listed_by !== "province")}
                                has_more={answer.has_more}
                            />
                        )}
                    />
                </section>
            )}
        </div>
    );
}

function Outside(props: { found: DirectoryRow[]; has_more: boolean }) {
    if (!props.found.length) return <Empty title={t("agencies.outside.none")} />;
    return (
        <div>
            <table>
                <thead>
                    <tr>
                        <th scope="col">{t("agency")}</th>
                        <th scope="col">{t("code")}</th>
                        <th scope="col">{t("other_codes")}</th>
                        <th scope="col">{t("filter.state")}</th>
                    </tr>
                </thead>
                <tbody>
                    {props.found.map((row) => (
                        <tr key={row.code}>
                            <th scope="row">
                                <a class="row-link" href={linkTo("documents", "", { agency: row.code })}>
                                    {row.name || row.code}
                                </a>
                            </th>
                            <td>
                                <span class="code">{row.code}</span>
                            </td>
                            <td>
                                <span class="code">{row.other_codes.join(", ")}</span>
                            </td>
                            <td>{row.state === "open" ? t("agency.open") : t("agency.closed")}</td>
                        </tr>
                    ))}
                </tbody>
            </table>
            {props.has_more && <p class="faint">{t("agencies.outside.more")}</p>}
        </div>
    );
}

function dayText(at: string | null): string {
    return at ? dateText(at) : "…";
}

/** That it is alive shows in what it does. */
function Progress(props: { shown: ShownAgency }) {
    const { progress, parent, file } = props.shown;
    return (
        <div>
            {file?.is_changed && (
                <p class="box box-warn">
                    <Sign level="warn" />
                    <span>{t("agency.file_changed", { path: file.path })}</span>
                </p>
            )}
            <dl class="facts">
                <div>
                    <dt>{t("agency.parent")}</dt>
                    <dd>{parent ? <Unit code={parent} /> : "–"}</dd>
                </div>
                {progress && (
                    <div>
                        <dt>{t("agency.last_sent")}</dt>
                        <dd>
                            <Ago at={progress.last_sent_at} />
                        </dd>
                    </div>
                )}
                {progress && (
                    <div>
                        <dt>{t("last_fetched")}</dt>
                        <dd>
                            <Ago at={progress.last_retrieved_at} />
                        </dd>
                    </div>
                )}
                {progress && (
                    <div>
                        <dt>{t("agency.last_status")}</dt>
                        <dd>
                            <Ago at={progress.last_status_at} />
                        </dd>
                    </div>
                )}
            </dl>
            {!progress && <p class="faint">{t("own_only")}</p>}
        </div>
    );
}

function One(props: { agency: Agency }) {
    const { agency } = props;
    const queue = feed.queue(agency.code);
    return (
        <div>
            <Heading title={agency.name || agency.code} text={agency.code}>
                {agency.axis && <span class="tag">{t("agency.axis")}</span>}
                <span class="tag">{agency.state === "open" ? t("agency.open") : t("agency.closed")}</span>
            </Heading>
            <dl class="facts">
                <div>
                    <dt>{t("waiting")}</dt>
                    <dd>
                        {sees(agency.code) ? (
                            <a href={linkTo("queues", agency.code)}>{numberText(queue?.waiting ?? 0)}</a>
                        ) : (
                            t("own_only")
                        )}
                    </dd>
                </div>
                <div>
                    <dt>{t("oldest")}</dt>
                    <dd>{queue && queue.waiting ? <Age seconds={queue.oldest_age_seconds} level={levelOfQueue(queue)} /> : "–"}</dd>
                </div>
                <div>
                    <dt>{t("seen_here")}</dt>
                    <dd>
                        <Sparkline samples={feed.samples(agency.code)} />
                    </dd>
                </div>
                <div>
                    <dt>{t("agency.subordinates")}</dt>
                    <dd>{agency.serves_subordinates ? t("yes") : t("no")}</dd>
                </div>
                {agency.successor && (
                    <div>
                        <dt>{t("agency.successor")}</dt>
                        <dd>
                            <Unit code={agency.successor} />
                        </dd>
                    </div>
                )}
                <div>
                    <dt>{t("other_codes")}</dt>
                    <dd>
                        {agency.aliases.length
                            ? agency.aliases.map((alias) => (
                                  <span class="block">
                                      <span class="code">{alias.code}</span>
                                      {(alias.valid_from || alias.valid_until) &&
                                          ` ${dayText(alias.valid_from)} – ${dayText(alias.valid_until)}`}
                                  </span>
                              ))
                            : t("none")}
                    </dd>
                </div>
            </dl>
            <section aria-labelledby="alive">
                <h2 id="alive">{t("agency.alive")}</h2>
                <Loaded<ShownAgency>
                    path={`/v1/agencies/${encodeURIComponent(agency.code)}`}
                    every={30}
                    show={(shown) => <Progress shown={shown} />}
                />
            </section>
            <section aria-labelledby="contacts-of">
                <h2 id="contacts-of">{t("contacts")}</h2>
                {agency.contacts_of !== agency.code && (
                    <p>
                        {t("contacts.of")}: <Unit code={agency.contacts_of} />
                    </p>
                )}
                {agency.contacts.length ? (
                    <Contacts contacts={agency.contacts} />
                ) : (
                    <p class="faint">{t(sees(agency.code) ? "contacts.none" : "contacts.own_only")}</p>
                )}
            </section>
            <section aria-labelledby="keys-of">
                <h2 id="keys-of">{t("certificates")}</h2>
                {!agency.certificates.length ? (
                    <Empty title={t("agency.no_certificate")} />
                ) : (
                    <table>
                        <thead>
                            <tr>
                                <th scope="col">{t("certificate.subject")}</th>
                                <th scope="col">{t("certificate_until")}</th>
                                <th scope="col">{t("certificate.key")}</th>
                            </tr>
                        </thead>
                        <tbody>
                            {agency.certificates.map((one) => (
                                <tr key={one.key_id}>
                                    <th scope="row">{one.subject}</th>
                                    <td class={`nowrap text-${levelOfCertificate(one.valid_until)}`}>
                                        <Sign level={levelOfCertificate(one.valid_until)} /> {dateText(one.valid_until)}{" "}
                                        ({t("days", { count: numberText(daysLeft(one.valid_until)) })})
                                    </td>
                                    <td>
                                        <span class="code hash">{one.key_id}</span>
                                    </td>
                                </tr>
                            ))}
                        </tbody>
                    </table>
                )}
            </section>
            <section aria-labelledby="recent">
                <h2 id="recent">{t("agency.recent")}</h2>
                <Loaded<Found>
                    path={"/v1/documents" + queryText({ agency: agency.code, kind: "document", count: "20" })}
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
        </div>
    );
}

function Agencies(props: { place: Place }) {
    if (!feed.agencies)
        return (
            <div>
                <Heading title={t("agencies.title")} />
                {feed.fault ? <Trouble fault={feed.fault} again={() => feed.restart()} /> : <Waiting />}
            </div>
        );
    if (!props.place.name) return <List text={props.place.query.text ?? ""} />;
    const agency = feed.agency(props.place.name);
    return agency ? (
        <One agency={agency} />
    ) : (
        <div>
            <Heading title={props.place.name} />
            <Empty title={t("agency.unknown")} text={t("agency.unknown.text")} />
        </div>
    );
}

export const agenciesPage: Page = {
    id: "agencies",
    title: "agencies.title",
    key: "a",
    group: "group.province",
    view: (place) => <Agencies place={place} />,
};
