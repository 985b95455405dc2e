// Whom to telephone, as the file of agencies names them.
import { h } from "preact";
import { Contact } from "./hub";
import { feed } from "./state";
import { t } from "./words";

/** What a telephone dials: people write blanks and dots between. */
function dialled(phone: string): string {
    return "tel:" + phone.replace(/[^\d+]/g, "");
}

function One(props: { contact: Contact }) {
    const { name, phone, email, note } = props.contact;
    return (
        <li>
            <span class="contact-name">{name}</span>
            {phone && (
                <a class="nowrap" href={dialled(phone)}>
                    {phone}
                </a>
            )}
            {email && <a href={"mailto:" + encodeURIComponent(email).replace("%40", "@")}>{email}</a>}
            {note && <span class="faint">{note}</span>}
        </li>
    );
}

/** Nothing where nobody is known. `count`: so many, the first to call first. */
export function Contacts(props: { contacts: Contact[] | undefined; count?: number }) {
    const contacts = (props.contacts ?? []).slice(0, props.count);
    return contacts.length ? (
        <ul class="contacts" aria-label={t("contacts")}>
            {contacts.map((contact) => (
                <One contact={contact} />
            ))}
        </ul>
    ) : null;
}

/** The first two of an agency of the directory. */
export function ContactsOf(props: { agency: string }) {
    return <Contacts contacts={feed.agency(props.agency)?.contacts} count={2} />;
}
