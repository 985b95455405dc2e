// The relay's part in large contents: who may name them, what is told when one is damaged, and when the bytes of
// an envelope or a content have had their time.

#include "hub/core/fold.hpp"
#include "hub/core/relay.hpp"

#include <algorithm>

namespace hub {

Result<std::optional<ContentRecord>> Relay::content(const Digest& digest) const {
    if (const ContentRecord* content = uncommitted_.content(digest))
        return std::optional{*content};
    return view_.content(digest);
}

Result<void> Relay::check_contents(const EnvelopeHeader& header, const AgencyCode& sender) const {
    for (std::size_t i = 0; i < header.parts.size(); ++i) {
        const Part& part = header.parts[i];
        if (part.is_inline)
            continue;
        const std::string field = "parts[" + std::to_string(i) + "]";
        const auto stored = content(part.digest);
        if (!stored)
            return stored.error();
        // Who has not put it and was never sent it must not learn that it is there.
        auto is_party = Result<bool>{uncommitted_.is_content_party(part.digest, sender)};
        if (!*is_party)
            is_party = view_.is_content_party(part.digest, sender);
        if (!is_party)
            return is_party.error();
        if (!*stored || (*stored)->state != ContentState::whole || !*is_party)
            return Fault{Errc::part_not_uploaded, field, part.digest.text()};
        if ((*stored)->bytes != part.size_bytes)
            return Fault{Errc::part_digest_mismatch, field + ".size_bytes", std::to_string(part.size_bytes)};
    }
    return {};
}

void Relay::write(ContentRecord content, Step& step) {
    uncommitted_.add(content);
    step.writes.contents.push_back(std::move(content));
}

Result<void> Relay::handle(const ContentStored& event, Instant now, Step& step) {
    const auto known = content(event.digest);
    if (!known)
        return known.error();
    ++counted_.contents_stored;
    const ContentParty party{event.digest, event.agency};
    uncommitted_.add(party);
    step.writes.content_parties.push_back(party);
    // What was verified just now takes the place of what may have been damaged since. Its time without an envelope
    // begins anew: somebody is about to name it.
    write({event.digest, event.bytes, event.copy, ContentState::whole, event.agency, now}, step);
    if (*known && (*known)->state != ContentState::removed) {
        step.effects.emplace_back(RemoveCopy{event.digest, (*known)->copy, (*known)->put_by, (*known)->bytes});
        if ((*known)->state == ContentState::damaged)
            if (auto told = tell_of_content(EntryKind::content_restored, event.digest, now, step); !told)
                return told;
    }
    step.effects.emplace_back(Answer{event.ticket, std::nullopt});
    return pump(step);
}

Result<void> Relay::handle(const ContentDamaged& event, Instant now, Step& step) {
    auto known = content(event.digest);
    if (!known)
        return known.error();
    // Another copy holds it meanwhile, or nobody needs it any more.
    if (!*known || (*known)->copy != event.copy || (*known)->state != ContentState::whole)
        return {};
    ++counted_.contents_damaged;
    (*known)->state = ContentState::damaged;
    (*known)->changed_at = now;
    write(**known, step);
    if (auto told = tell_of_content(EntryKind::content_damaged, event.digest, now, step); !told)
        return told;
    return pump(step);
}

Result<void> Relay::handle(const ContentWhole& event, Instant now, Step& step) {
    auto known = content(event.digest);
    if (!known)
        return known.error();
    // It was put again meanwhile, and that copy counts; or nobody needs it any more.
    if (!*known || (*known)->copy != event.copy || (*known)->state != ContentState::damaged)
        return {};
    (*known)->state = ContentState::whole;
    (*known)->changed_at = now;
    write(**known, step);
    if (auto told = tell_of_content(EntryKind::content_restored, event.digest, now, step); !told)
        return told;
    return pump(step);
}

Result<void> Relay::tell_of_content(EntryKind kind, const Digest& digest, Instant now, Step& step) {
    ContentTelling telling{digest, kind, {}, heads_.envelope, false, false};
    if (const auto earlier = tellings_.find(digest); earlier != tellings_.end()) {
        const ContentTelling& before = earlier->second;
        telling.is_mixed = before.is_mixed || before.kind == EntryKind::content_restored;
        // Whole again before all were told: those who never heard of the damage need not hear of its end.
        if (kind == EntryKind::content_restored && before.kind == EntryKind::content_damaged && !before.is_mixed)
            telling.until = before.through;
    }
    tellings_.insert_or_assign(digest, telling);
    return tell_page(digest, now, step);
}

Result<void> Relay::go_on_telling(Instant now, Step& step) {
    return tellings_.empty() ? Result<void>{} : tell_page(Digest{tellings_.begin()->first}, now, step);
}

Result<void> Relay::tell_page(const Digest& digest, Instant now, Step& step) {
    ContentTelling& telling = tellings_.at(digest);
    auto uses = view_.content_uses(digest, telling.through, limits::content_uses_told_max);
    if (!uses)
        return uses.error();
    const bool is_last = uses->size() < limits::content_uses_told_max;
    // All of these are newer than what the view shows, or shown by it: the commit is known there before it is told here.
    if (is_last)
        uncommitted_.for_each_envelope([&](const EnvelopeRecord& envelope) {
            const bool is_named = std::ranges::any_of(envelope.header->parts, [&](const Part& part) {
                return !part.is_inline && part.digest == digest;
            });
            if (is_named && envelope.seq > telling.through
                && std::ranges::find(*uses, envelope.seq, &ContentUse::envelope) == uses->end())
                uses->push_back({envelope.seq, *envelope.id, envelope.sender});
        });
    for (const ContentUse& use : *uses) {
        if (use.envelope > telling.until)
            continue;
        Entry entry = entry_of(telling.kind, use.envelope);
        entry.at = now;
        entry.addressee = use.sender;
        entry.code = telling.kind == EntryKind::content_damaged ? name_of(Errc::part_damaged) : std::string_view{};
        entry.text = digest.text();
        append(std::move(entry),
               {.entry = {}, .envelope = use.id, .envelope_sender = use.sender, .document = {}, .receivers = {}}, step);
    }
    telling.is_over = is_last || uses->back().envelope >= telling.until;
    if (!telling.is_over)
        telling.through = uses->back().envelope;
    // With the entries of the page: a hub that ends goes on behind them.
    step.writes.tellings.push_back(telling);
    if (telling.is_over)
        tellings_.erase(digest);
    return {};
}

/// Ids are unique by sender only: all that bear it are held, and none of them hides another.
Result<void> Relay::handle(const HoldAsked& event, Instant now, Step& step) {
    auto found = view_.keeping(event.envelope, limits::content_uses_told_max);
    if (!found)
        return found.error();
    std::optional<Errc> refusal;
    if (found->empty())
        refusal = Errc::not_found;
    std::erase_if(*found, [&](const Keeping& one) {
        if (event.is_held)
            return one.is_retired || uncommitted_.is_retired(one.envelope);
        return !uncommitted_.is_held(one.envelope).value_or(one.is_held);
    });
    if (!refusal && found->empty())
        refusal = event.is_held ? Errc::envelope_retired : Errc::not_held;
    if (refusal) {
        step.effects.emplace_back(Answer{event.ticket, Fault{*refusal, "id", event.envelope.text()}});
        return {};
    }
    const auto act = std::make_shared<const Act>(event.act);
    for (const Keeping& one : *found) {
        const HoldChange change{one.envelope, event.is_held};
        uncommitted_.add(change);
        step.writes.holds.push_back(change);
        Entry entry = entry_of(event.is_held ? EntryKind::held : EntryKind::released, one.envelope);
        entry.at = now;
        entry.text = utf8_prefix(event.act.reason, limits::fault_text_bytes_max);
        entry.act = act;
        append(std::move(entry), {.entry = {}, .envelope = {}, .envelope_sender = {}, .document = {}, .receivers = {}},
               step);
    }
    step.effects.emplace_back(Answer{event.ticket, std::nullopt});
    return {};
}

Result<void> Relay::handle(const ActDone& event, Instant now, Step& step) {
    Entry entry = entry_of(EntryKind::act, {});
    entry.at = now;
    entry.text = utf8_prefix(event.act.reason, limits::fault_text_bytes_max);
    entry.act = std::make_shared<const Act>(event.act);
    append(std::move(entry), {.entry = {}, .envelope = {}, .envelope_sender = {}, .document = {}, .receivers = {}}, step);
    step.effects.emplace_back(Answer{event.ticket, std::nullopt});
    return {};
}

// ---- Retention

Result<void> Relay::retire(Instant now, Step& step) {
    switch (pass_) {
    case Pass::waiting:
        if (now < next_pass_at_)
            return {};
        pass_ = retention_.shortest() ? Pass::envelopes : Pass::contents;
        retired_through_ = {};
        contents_through_.reset();
        return {};
    case Pass::envelopes: return retire_envelopes(now, step);
    case Pass::contents: return retire_contents(now, step);
    }
    return {};
}

bool Relay::is_kept(const AgedEnvelope& envelope, Instant now) const {
    if (!envelope.is_settled || uncommitted_.is_held(envelope.seq).value_or(envelope.is_held))
        return true;
    return uncommitted_.is_retired(envelope.seq)
           || !retention_.is_over(envelope.kind, envelope.sender, envelope.accepted_at, now);
}

Result<void> Relay::retire_envelopes(Instant now, Step& step) {
    const auto page = view_.aged(retired_through_, now - *retention_.shortest(), limits::retention_page);
    if (!page)
        return page.error();
    for (const AgedEnvelope& envelope : page->envelopes) {
        retired_through_ = envelope.seq;
        if (is_kept(envelope, now))
            continue;
        ++counted_.envelopes_retired;
        uncommitted_.add_retired(envelope.seq);
        step.writes.retired.push_back({envelope.seq, now});
        Entry entry = entry_of(EntryKind::retired, envelope.seq);
        entry.at = now;
        append(std::move(entry), {.entry = {}, .envelope = {}, .envelope_sender = {}, .document = {}, .receivers = {}},
               step);
    }
    if (page->is_last)
        pass_ = Pass::contents;
    return {};
}

Result<void> Relay::retire_contents(Instant now, Step& step) {
    const auto page = view_.unnamed_contents(contents_through_, now - retention_.unnamed, limits::retention_page);
    if (!page)
        return page.error();
    for (ContentRecord content : *page) {
        // An envelope that is not yet committed may name it, or it was put again.
        if (uncommitted_.names(content.digest) || uncommitted_.content(content.digest))
            continue;
        ++counted_.contents_removed;
        content.state = ContentState::removed;
        content.changed_at = now;
        step.effects.emplace_back(RemoveCopy{content.digest, content.copy, content.put_by, content.bytes});
        write(std::move(content), step);
    }
    if (!contents_through_) {
        pass_ = Pass::waiting;
        next_pass_at_ = now + retention_.pass_every;
    }
    return {};
}

}  // namespace hub
