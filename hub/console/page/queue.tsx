// One queue: what waits, and what operators have set; pause it, let it go on, limit it. And where else a pause is told.
import { h } from "preact";
import { change, Delivery, Queue, QueueWord, Story } from "./hub";
import { Loaded } from "./loaded";
import { Ask, Heading, Sign, Unit, When } from "./parts";
import { linkTo } from "./place";
import { may } from "./session";
import { feed, refresh } from "./state";
import { durationText, numberText, timeText } from "./time";
import { t } from "./words";

const per_minute_max = 60_000;

function pauseText(paused: QueueWord): string {
    const time = timeText(paused.at);
    return paused.by === null
        ? t("queue.paused.since", { time })
        : t("queue.paused.by", { by: paused.by, time, reason: paused.reason ?? "" });
}

/** Beside its name: a word, and a colour. */
export function QueueTags(props: { queue: Queue }) {
    const { paused, limit } = props.queue;
    return (
        <span>
            {paused && <span class="tag tag-held">{t("queue.paused")}</span>}
            {limit && <span class="tag">{t("queue.limited", { count: numberText(limit.per_minute) })}</span>}
        </span>
    );
}

/** That something stands still by a decision, whose and why. */
export function PausedQueues() {
    const paused = (feed.queues ?? []).filter((queue) => queue.paused);
    if (!paused.length) return null;
    return (
        <section aria-labelledby="paused">
            <h2 id="paused">{t("queue.paused.title")}</h2>
            {paused.map((queue) => (
                <p key={queue.agency} class="box box-warn">
                    <Sign level="warn" label="" />
                    <span>
                        <Unit code={queue.agency} />: {pauseText(queue.paused!)}{" "}
                        <a href={linkTo("queues", queue.agency)}>
                            {t("queue.waiting.count", { count: numberText(queue.waiting) })}
                        </a>
                    </span>
                </p>
            ))}
        </section>
    );
}

export function PausedNote(props: { story: Story }) {
    const paused = props.story.deliveries.filter((delivery) => delivery.queue_paused);
    return (
        <div>
            {paused.slice(0, 3).map((delivery: Delivery) => (
                <p key={delivery.receiver} class="box box-warn">
                    <Sign level="warn" label="" />
                    <span>
                        {t("queue.story", { name: delivery.receiver_name || delivery.receiver })}{" "}
                        {pauseText(delivery.queue_paused!)}
                    </span>
                </p>
            ))}
        </div>
    );
}

function Acts(props: { queue: Queue; again: () => void }) {
    const { queue } = props;
    const turn = (act: string, more: object = {}) => async (reason: string) => {
        await change("POST", `/v1/queues/${encodeURIComponent(queue.agency)}/${act}`, { reason, ...more }, { seen: queue.etag });
        props.again();
        refresh();
    };
    return (
        <div class="row">
            {queue.paused ? (
                <Ask label={t("queue.resume")} title={t("queue.resume")} field="reason" submit={turn("resume")} />
            ) : (
                <Ask
                    label={t("queue.pause")}
                    title={t("queue.pause")}
                    hint={t("queue.pause.hint", { count: numberText(queue.in_inbox) })}
                    field="reason"
                    submit={turn("pause")}
                />
            )}
            <Ask
                label={t("queue.limit")}
                title={t("queue.limit")}
                hint={t("queue.limit.hint")}
                field="reason"
                submit={(reason, form) => turn("limit", { per_minute: Number(form.get("per_minute")) })(reason)}
            >
                <label>
                    {t("queue.per_minute")}
                    <input name="per_minute" type="number" required min={1} max={per_minute_max} />
                </label>
            </Ask>
            {queue.limit && (
                <Ask
                    label={t("queue.unlimit")}
                    title={t("queue.unlimit")}
                    field="reason"
                    submit={turn("unlimit")}
                />
            )}
        </div>
    );
}

function Facts(props: { queue: Queue }) {
    const { queue } = props;
    const rows: [string, string][] = [
        [t("waiting"), numberText(queue.waiting)],
        [t("not_in_broker"), numberText(queue.unconfirmed)],
        [t("queue.in_inbox"), numberText(queue.in_inbox)],
        [t("oldest"), durationText(queue.oldest_age_seconds)],
    ];
    return (
        <dl class="facts">
            {rows.map(([name, value]) => (
                <div>
                    <dt>{name}</dt>
                    <dd>{value}</dd>
                </div>
            ))}
            <div>
                <dt>{t("last_fetched")}</dt>
                <dd>{queue.last_retrieved_at ? <When at={queue.last_retrieved_at} /> : "–"}</dd>
            </div>
        </dl>
    );
}

function One(props: { queue: Queue; again: () => void }) {
    const { queue } = props;
    return (
        <div>
            <Heading title={feed.agency(queue.agency)?.name || queue.agency} text={queue.agency}>
                <QueueTags queue={queue} />
            </Heading>
            {queue.paused && (
                <p class="box box-warn">
                    <Sign level="warn" label="" />
                    <span>
                        {t("queue.paused")}: {pauseText(queue.paused)}
                        {queue.in_inbox > 0 && (
                            <span class="block">{t("queue.in_inbox.stays", { count: numberText(queue.in_inbox) })}</span>
                        )}
                    </span>
                </p>
            )}
            {queue.limit && (
                <p class="box">
                    <Sign level="note" label="" />
                    <span>
                        {t("queue.limited", { count: numberText(queue.limit.per_minute) })}: {pauseText(queue.limit)}
                    </span>
                </p>
            )}
            {may("operate") && <Acts queue={queue} again={props.again} />}
            <Facts queue={queue} />
            <p>
                <a href={linkTo("documents", "", { receiver: queue.agency, state: "queued" })}>{t("queue.documents")}</a> ·{" "}
                <a href={linkTo("queues")}>{t("queues.title")}</a>
            </p>
        </div>
    );
}

export function QueueOf(props: { agency: string }) {
    return (
        <Loaded<Queue>
            key={props.agency}
            path={`/v1/queues/${encodeURIComponent(props.agency)}`}
            every={5}
            missing={t("missing.agency")}
            show={(queue, again) => <One queue={queue} again={again} />}
        />
    );
}
