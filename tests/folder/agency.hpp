#pragma once
// An agency's folders in front of a kit that a test tells what to do. The kit keeps what it was handed in when
// the exchange ends and is opened again, as the real one does on its disk.

#include "adapters/folder/exchange.hpp"

#include "hub/core/signature.hpp"
#include "tests/support/fresh_folder.hpp"

#include <functional>

namespace hub::test {

class ScriptedKit final : public kit::Kit {
public:
    ScriptedKit();

    /// Refuses and seals as the real kit does; an id that is there already is not handed in again.
    Result<EnvelopeId> submit(const kit::Outgoing& outgoing) override;
    Result<void> poll(std::chrono::milliseconds, kit::Handler&) override { return {}; }
    Result<wire::Receipt> submit_and_wait(const kit::Outgoing&, std::chrono::milliseconds, kit::Handler&) override {
        return Fault{Errc::timed_out, {}, {}};
    }
    Result<void> acknowledge(const Acknowledgement::Item& item) override {
        return Fault{Errc::not_found, "envelope", item.envelope.text()};
    }
    bool has_taken(const EnvelopeId& id) const override { return taken.contains(id); }
    bool is_connected() const override { return true; }
    std::size_t unanswered() const override { return kept.size(); }

    std::set<EnvelopeId> kept;                              ///< Until the hub has answered.
    std::set<EnvelopeId> taken;                             ///< In its journal.
    std::vector<kit::Outgoing> handed_in;                   ///< Documents and statuses, in their order.
    std::vector<kit::Outgoing> told;                        ///< Refusals that the hub is told of.
    std::map<EnvelopeId, std::set<Bytes>> headers;          ///< Each must stay one, or the hub refuses.
    std::optional<Fault> fault;                             ///< Set: no submission is taken.
    std::function<void()> before_submit = [] {};

private:
    Signer signer_;
};

class Agency {
    FreshFolder folder_;       // First: the settings name it.

public:
    Agency();

    /// As when the process starts; what was open before ends without a word.
    Result<void> open();
    void drop(const std::string& name, BytesView octets) const { write_file(base() / "outbox" / name, octets); }
    std::size_t scan() { return exchange->scan().value(); }
    /// The hub's answer, as the kit hands it on: it keeps the envelope until that is done.
    Result<void> answer(const EnvelopeId& id, const std::string& what, const std::string& code = {});

    std::filesystem::path base() const { return folder_ / "H43.01"; }
    std::vector<std::string> names(std::string_view folder) const { return names_in(base() / folder); }
    Bytes read(const std::string& file) const { return read_file(base() / file); }
    /// Nothing lies in these folders.
    bool is_empty(std::initializer_list<std::string_view> folders) const;

    ScriptedKit kit;
    folder::FolderSettings settings;
    std::unique_ptr<folder::Exchange> exchange;

private:
    std::uint64_t entry_ = 0;
};

/// A document from H43.01 to H43.02 that kit and hub take.
Bytes letter(const std::string& number, int urgency = 0);
/// The same with a content that fits into no envelope.
Bytes large_letter(const std::string& number);
/// The same, such that the kit refuses it with document_secret.
Bytes secret_letter();

}  // namespace hub::test
