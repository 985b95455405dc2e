// Views: a page's filter under a name of one's own, kept by the hub so that it follows the person; and its columns.
import { Component, h } from "preact";
import { keepFocus } from "./focus";
import { ask, change, Refused } from "./hub";
import { Trouble } from "./parts";
import { go, linkTo, queryText } from "./place";
import { columns, columnsOf } from "./rows";
import { t } from "./words";

interface View {
    page: string;
    name: string;
    query: string;
}

const name_bytes_max = 100;

/** Where in its pages somebody is belongs to no view. */
function kept(query: Record<string, string>): string {
    return queryText({ ...query, before: "" }).slice(1);
}

interface Props {
    page: string;
    query: Record<string, string>;
}

export class Views extends Component<Props, { views: View[]; fault: Refused | null }> {
    state = { views: [] as View[], fault: null as Refused | null };

    componentDidMount() {
        void this.renew(ask<{ views: View[] }>("/v1/views"));
    }

    private async renew(asked: Promise<{ views: View[] }>) {
        try {
            this.setState({ views: (await asked).views.filter((view) => view.page === this.props.page), fault: null });
        } catch (error) {
            const fault = error instanceof Refused ? error : new Refused(0, "", String(error), "", "", "");
            // A hub that keeps none has no such place.
            if (fault.status !== 404 || this.state.views.length) this.setState({ fault });
        }
    }

    private pathOf(name: string): string {
        return `/v1/views/${this.props.page}/${encodeURIComponent(name)}`;
    }

    private keep = (event: Event) => {
        event.preventDefault();
        const form = event.target as HTMLFormElement;
        const name = String(new FormData(form).get("name")).trim();
        if (!name) return;
        form.reset();
        void this.renew(change("PUT", this.pathOf(name), { query: kept(this.props.query) }));
    };

    private forget = async (name: string) => {
        await this.renew(change("DELETE", this.pathOf(name)));
        keepFocus(this.base.querySelector("summary"));
    };

    render() {
        const { page, query } = this.props;
        const { views, fault } = this.state;
        return (
            <details class="drop" name="drop">
                <summary>{t("views.title", { count: views.length })}</summary>
                <div class="drop-body">
                    {fault && <Trouble fault={fault} />}
                    {views.length ? (
                        <ul class="plain" aria-label={t("views.list")}>
                            {views.map((view) => (
                                <li key={view.name} class="row">
                                    <a
                                        class="row-link"
                                        href={`#/${page}${view.query && "?" + view.query}`}
                                        aria-current={view.query === kept(query) ? "true" : undefined}
                                    >
                                        {view.name}
                                    </a>
                                    <button
                                        type="button"
                                        class="small"
                                        aria-label={t("views.forget.of", { name: view.name })}
                                        onClick={() => void this.forget(view.name)}
                                    >
                                        {t("views.forget")}
                                    </button>
                                </li>
                            ))}
                        </ul>
                    ) : (
                        <p class="faint">{t("views.none")}</p>
                    )}
                    <form class="row" onSubmit={this.keep}>
                        <label>
                            <span class="unseen">{t("views.name")}</span>
                            <input
                                name="name"
                                required
                                autocomplete="off"
                                placeholder={t("views.name")}
                                onInput={(event: Event) => {
                                    const input = event.currentTarget as HTMLInputElement;
                                    const bytes = new TextEncoder().encode(input.value.trim()).length;
                                    input.setCustomValidity(bytes > name_bytes_max ? t("views.name.too_long") : "");
                                }}
                            />
                        </label>
                        <button type="submit" class="small">
                            {t("views.keep")}
                        </button>
                    </form>
                    <p class="faint">{t("views.hint")}</p>
                </div>
            </details>
        );
    }
}

/** Which columns the rows have: a part of the link, and so of a view. */
export function ColumnChoice(props: { query: Record<string, string> }) {
    const { query } = props;
    const shown = columnsOf(query.columns);
    const toggle = (id: string) => {
        const next = columns.filter((column) => shown.includes(column) !== (column.id === id));
        const is_usual = next.every((column) => column.is_usual) && next.length === columns.filter((one) => one.is_usual).length;
        go(linkTo("documents", "", { ...query, columns: is_usual ? "" : next.map((column) => column.id).join(",") }));
    };
    return (
        <details class="drop" name="drop">
            <summary>{t("columns.title")}</summary>
            <fieldset class="drop-body">
                <legend class="unseen">{t("columns.title")}</legend>
                {columns.map((column) => (
                    <label class="check">
                        <input type="checkbox" checked={shown.includes(column)} onChange={() => toggle(column.id)} />{" "}
                        {t(column.word)}
                    </label>
                ))}
            </fieldset>
        </details>
    );
}
