// The story of one document: what happened where, what is missing, what to do next.
import { Component, h } from "preact";
import { Contacts } from "./contacts";
import { change, changeToFile, Delivery, Entry, Part, Story } from "./hub";
import { Lanes, laneNameOf } from "./lanes";
import { dueText, duty_words, means } from "./late";
import { levelOfDelivery, levelOfDuty, phaseOf } from "./levels";
import { Loaded } from "./loaded";
import { actText } from "./operations";
import { Page } from "./pages";
import { ParkedNote, ParkedTag } from "./parked";
import { Age, Ask, Copy, Empty, Heading, numberOf, Sign, Station, Unit, Urgency, When } from "./parts";
import { linkTo, queryText } from "./place";
import { PausedNote } from "./queue";
import { kindText } from "./rows";
import { saveBlob } from "./saved";
import { may } from "./session";
import { feed, refresh } from "./state";
import { dateText, durationText, exactText, numberText, secondsSince, sizeText } from "./time";
import { verdictOf } from "./verdict";
import { said, t } from "./words";

function Facts(props: { story: Story }) {
    const { story } = props;
    return (
        <dl class="facts">
            <div>
                <dt>{t("document.sender")}</dt>
                <dd>
                    <Unit code={story.sender} name={story.sender_name} />
                </dd>
            </div>
            {story.issuer && story.issuer !== story.sender && (
                <div>
                    <dt>{t("document.issuer")}</dt>
                    <dd>
                        <Unit code={story.issuer} name={story.issuer_name} />
                    </dd>
                </div>
            )}
            {story.promulgated_on && (
                <div>
                    <dt>{t("document.promulgated_on")}</dt>
                    <dd>{story.promulgated_on}</dd>
                </div>
            )}
            {story.type_name && (
                <div>
                    <dt>{t("document.type")}</dt>
                    <dd>{story.type_name}</dd>
                </div>
            )}
            <div>
                <dt>{t("document.accepted_at")}</dt>
                <dd>
                    <When at={story.accepted_at} />
                </dd>
            </div>
            {story.document_id && (
                <div>
                    <dt>DocumentId</dt>
                    <dd>
                        <span class="code">{story.document_id}</span> <Copy text={story.document_id} />
                    </dd>
                </div>
            )}
            {story.id && (
                <div>
                    <dt>{t("document.envelope")}</dt>
                    <dd>
                        <span class="code">{story.id}</span> <Copy text={story.id} />
                    </dd>
                </div>
            )}
            {story.signed_by_gateway && (
                <div>
                    <dt>{t("document.signature")}</dt>
                    <dd>{t("document.by_gateway")}</dd>
                </div>
            )}
            {story.retired_at && (
                <div>
                    <dt>{t("document.retired")}</dt>
                    <dd>{dateText(story.retired_at)}</dd>
                </div>
            )}
            {story.number && (
                <div>
                    <dt>{t("document.related")}</dt>
                    <dd>
                        <a
                            href={linkTo("documents", "", {
                                number: [story.number, story.notation].filter(Boolean).join("/"),
                            })}
                        >
                            {t("document.same_number")}
                        </a>
                    </dd>
                </div>
            )}
        </dl>
    );
}

const acts_of: Record<string, string[]> = {
    waiting: ["park"],
    failed: ["retry", "park"],
    parked: ["release"],
    at_adapter: ["retry"],
};

/** What may be done with a delivery where it stands; what had failed before it was parked can be tried again at once. */
export function actsOf(delivery: Delivery): string[] {
    const acts = acts_of[delivery.standing ?? ""] ?? [];
    return delivery.standing === "parked" && phaseOf(delivery) === "failed" ? [...acts, "retry"] : acts;
}

/** Leads to the preview of an operation on this one delivery. */
function Act(props: { story: Story; delivery: Delivery }) {
    const { standing, receiver } = props.delivery;
    const acts = actsOf(props.delivery);
    if (!props.story.id || !acts.length) return <span class="faint">–</span>;
    const chosen = { state: standing ?? "", id: props.story.id, receiver };
    return (
        <span class="row">
            {acts.map((act) => (
                <a href={linkTo("operations", "new", { act, ...chosen })}>{actText(act)}</a>
            ))}
        </span>
    );
}

function Owes(props: { delivery: Delivery }) {
    const { owes } = props.delivery;
    if (!owes) return <span class="faint">–</span>;
    const level = levelOfDuty(owes);
    return (
        <span class={`text-${level}`} title={exactText(owes.due_at)}>
            {level !== "ok" && <Sign level={level} label="" />} {t(duty_words[owes.duty])}, {dueText(owes)}
        </span>
    );
}

function Receivers(props: { story: Story }) {
    const deliveries = props.story.deliveries;
    const is_operator = may("operate") && feed.offers_operations;
    if (!deliveries.length) return <Empty title={t("story.no_receivers")} />;
    return (
        <table>
            <thead>
                <tr>
                    <th scope="col">{t("filter.receiver")}</th>
                    <th scope="col">{t("filter.state")}</th>
                    <th scope="col">{t("since")}</th>
                    <th scope="col" class="num">
                        {t("for")}
                    </th>
                    <th scope="col">{t("receipts.missing")}</th>
                    <th scope="col">{t("story.change")}</th>
                    {is_operator && <th scope="col">{t("user.actions")}</th>}
                </tr>
            </thead>
            <tbody>
                {deliveries.map((delivery) => (
                    <tr key={delivery.receiver} class={`row-${levelOfDelivery(delivery)}`}>
                        <th scope="row">
                            <Unit code={delivery.receiver} name={delivery.receiver_name} />
                            <Contacts contacts={delivery.contacts} />
                        </th>
                        <td>
                            <Station delivery={delivery} />
                            <ParkedTag delivery={delivery} />
                            {delivery.standing === "at_adapter" && <div class="faint">{t("standing.at_adapter")}</div>}
                        </td>
                        <td>
                            <When at={delivery.changed_at} />
                        </td>
                        <td class="num">
                            {phaseOf(delivery) === "waiting" ? (
                                <Age seconds={secondsSince(delivery.changed_at)} level={levelOfDelivery(delivery)} />
                            ) : (
                                durationText(secondsSince(delivery.changed_at))
                            )}
                        </td>
                        <td>
                            <Owes delivery={delivery} />
                        </td>
                        <td>{delivery.change ? said(delivery.change, "label") : <span class="faint">–</span>}</td>
                        {is_operator && (
                            <td>
                                <Act story={props.story} delivery={delivery} />
                            </td>
                        )}
                    </tr>
                ))}
            </tbody>
        </table>
    );
}

function Lateness(props: { story: Story }) {
    return (
        <table>
            <thead>
                <tr>
                    <th scope="col">{t("agency")}</th>
                    <th scope="col">{t("receipts.missing")}</th>
                    <th scope="col">{t("today.due")}</th>
                    <th scope="col">{t("story.late.done")}</th>
                </tr>
            </thead>
            <tbody>
                {props.story.late.map((one) => (
                    <tr key={one.receiver + one.duty + one.since}>
                        <th scope="row">
                            <Unit code={one.receiver} short />
                        </th>
                        <td>{t(duty_words[one.duty])}</td>
                        <td class="nowrap">
                            <When at={one.due} />
                        </td>
                        <td class="nowrap">{one.done_at ? <When at={one.done_at} /> : "–"}</td>
                    </tr>
                ))}
            </tbody>
        </table>
    );
}

function Reminders(props: { story: Story }) {
    return (
        <table>
            <thead>
                <tr>
                    <th scope="col">{t("time")}</th>
                    <th scope="col">{t("agency")}</th>
                    <th scope="col">{t("receipts.missing")}</th>
                    <th scope="col">{t("remind.by")}</th>
                    <th scope="col">{t("what_was_said")}</th>
                </tr>
            </thead>
            <tbody>
                {props.story.reminders.map((one) => (
                    <tr key={one.at + one.agency}>
                        <td class="nowrap">
                            <When at={one.at} />
                        </td>
                        <th scope="row">
                            <Unit code={one.agency} name={one.name} short />
                        </th>
                        <td>{t(duty_words[one.duty])}</td>
                        <td>{t(means.find(([by]) => by === one.by)?.[1] ?? "remind.by.other")}</td>
                        <td>{[one.actor, one.note].filter(Boolean).join(" · ")}</td>
                    </tr>
                ))}
            </tbody>
        </table>
    );
}

function Events(props: { story: Story }) {
    const { entries } = props.story;
    const gap = (entry: Entry, before: Entry | undefined) =>
        before ? `+${durationText((Date.parse(entry.at) - Date.parse(before.at)) / 1000)}` : "";
    return (
        <table class="events">
            <thead>
                <tr>
                    <th scope="col">{t("time")}</th>
                    <th scope="col" class="num">
                        {t("gap")}
                    </th>
                    <th scope="col">{t("where")}</th>
                    <th scope="col">{t("event")}</th>
                    <th scope="col">{t("what_was_said")}</th>
                    <th scope="col" class="num">
                        {t("entry")}
                    </th>
                </tr>
            </thead>
            <tbody>
                {entries.map((entry, at) => (
                    <tr key={String(entry.entry)}>
                        <td class="nowrap">{exactText(entry.at)}</td>
                        <td class="num nowrap">{gap(entry, entries[at - 1])}</td>
                        <td>{laneNameOf(props.story, entry)}</td>
                        <th scope="row">{said(entry, "label") || entry.event}</th>
                        <td>{[entry.actor, entry.code, entry.field, entry.text].filter(Boolean).join(" · ")}</td>
                        <td class="num code">{entry.entry}</td>
                    </tr>
                ))}
            </tbody>
        </table>
    );
}

function Reveal(props: { story: Story; part: Part }) {
    const { story, part } = props;
    return (
        <Ask
            label={t("part.reveal")}
            title={t("part.reveal.title", { name: part.name || String(part.part) })}
            hint={t("part.reveal.hint")}
            field="reason"
            submit={async (reason) => {
                const file = await changeToFile(`/v1/documents/${story.seq}/parts/${part.part}/reveal`, { reason });
                saveBlob(file.name, file.blob);
            }}
        />
    );
}

function Parts(props: { story: Story }) {
    if (!props.story.parts.length) return <Empty title={t("story.no_parts")} />;
    const may_reveal = may("reveal") && !props.story.retired_at && !props.story.refusal;
    return (
        <div>
            <table>
                <thead>
                    <tr>
                        <th scope="col">{t("part.name")}</th>
                        <th scope="col">{t("part.type")}</th>
                        <th scope="col" class="num">
                            {t("part.size")}
                        </th>
                        <th scope="col">SHA-256</th>
                        {may_reveal && <th scope="col">{t("user.actions")}</th>}
                    </tr>
                </thead>
                <tbody>
                    {props.story.parts.map((part) => (
                        <tr key={String(part.part)}>
                            <th scope="row">{part.name}</th>
                            <td>{part.media_type}</td>
                            <td class="num nowrap">{sizeText(part.size_bytes)}</td>
                            <td>
                                <span class="code hash">{part.sha256}</span>
                            </td>
                            {may_reveal && (
                                <td>
                                    <Reveal story={props.story} part={part} />
                                </td>
                            )}
                        </tr>
                    ))}
                </tbody>
            </table>
            <p class="faint">{t("story.closed")}</p>
        </div>
    );
}

function Hold(props: { story: Story; again: () => void }) {
    const { id, held } = props.story;
    const label = held ? t("hold.end") : t("hold.set");
    return (
        <Ask
            label={label}
            title={label}
            field="reason"
            submit={async (reason) => {
                await change("POST", `/v1/documents/${id}/${held ? "release" : "hold"}${queryText({ reason })}`);
                props.again();
            }}
        />
    );
}

function Told(props: { story: Story; again: () => void }) {
    const { story } = props;
    const verdict = verdictOf(story);
    return (
        <div>
            <Heading title={numberOf(story)} text={story.subject}>
                <span class="tag">{kindText(story)}</span>
                <Urgency urgency={story.urgency} />
                {story.held && <span class="tag tag-held">{t("held")}</span>}
                {may("hold") && story.id && !story.retired_at && <Hold story={story} again={props.again} />}
            </Heading>
            <div class={`verdict verdict-${verdict.level}`} role="status">
                <Sign level={verdict.level} label="" />
                <div>
                    {verdict.text}
                    <span class="block lamp-next">
                        {t("next_step")} {verdict.next}
                    </span>
                </div>
            </div>
            <ParkedNote story={story} />
            <PausedNote story={story} />
            <Facts story={story} />
            <section aria-labelledby="lanes">
                <h2 id="lanes">{t("story.lanes")}</h2>
                <Lanes story={story} />
            </section>
            <section aria-labelledby="receivers">
                <h2 id="receivers">
                    {t("document.receivers")} <span class="count-of">{numberText(story.deliveries.length)}</span>
                </h2>
                <Receivers story={story} />
            </section>
            {story.late?.length > 0 && (
                <section aria-labelledby="late">
                    <h2 id="late">{t("story.late.passed")}</h2>
                    <Lateness story={story} />
                </section>
            )}
            {story.reminders?.length > 0 && (
                <section aria-labelledby="reminders">
                    <h2 id="reminders">{t("story.reminders")}</h2>
                    <Reminders story={story} />
                    {story.reminders_are_cut && (
                        <p class="box box-warn">
                            <Sign level="warn" />
                            <span>{t("story.reminders.cut")}</span>
                        </p>
                    )}
                </section>
            )}
            <section aria-labelledby="events">
                <h2 id="events">{t("story.events")}</h2>
                <Events story={story} />
            </section>
            <section aria-labelledby="parts">
                <h2 id="parts">{t("story.parts")}</h2>
                <Parts story={story} />
            </section>
        </div>
    );
}

/** The window's title: the document as people call it, once that is known. */
const named = { name: "", title: "" };

class Named extends Component<{ name: string; title: string }, {}> {
    componentDidMount() {
        this.keep();
    }

    componentDidUpdate() {
        this.keep();
    }

    private keep() {
        const { name, title } = this.props;
        if (named.name === name && named.title === title) return;
        Object.assign(named, { name, title });
        refresh();
    }

    render() {
        return null;
    }
}

export const storyPage: Page = {
    id: "story",
    title: "story.title",
    nameOf: (place) => (place.name === named.name ? named.title : place.name),
    view: (place) => (
        <Loaded<Story>
            path={`/v1/documents/${encodeURIComponent(place.name)}`}
            every={10}
            missing={t("missing.document")}
            show={(story, again) => (
                <div>
                    <Named name={place.name} title={numberOf(story)} />
                    <Told story={story} again={again} />
                </div>
            )}
        />
    ),
};
