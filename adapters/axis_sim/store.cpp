#include "adapters/axis_sim/store.hpp"

#include "adapters/kit/durable_file.hpp"

#include <boost/json.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <fstream>

namespace hub::axis_sim {
namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 4> state_names{"initial", "processing", "done", "fail"};

std::string text_at(const json::object& object, std::string_view key) {
    const json::value* const value = object.if_contains(key);
    return value && value->is_string() ? std::string{value->get_string().data(), value->get_string().size()} : std::string{};
}

std::int64_t number_at(const json::object& object, std::string_view key) {
    const json::value* const value = object.if_contains(key);
    return value && value->is_int64() ? value->get_int64() : 0;
}

Instant instant_at(const json::object& object, std::string_view key) {
    return Instant{std::chrono::milliseconds{number_at(object, key)}};
}

json::object line_of(const StoredPacket& packet) {
    json::array deliveries;
    for (const Delivery& each : packet.deliveries)
        deliveries.emplace_back(json::object{{"id", each.doc_id}, {"to", each.to}, {"node", each.system_id}});
    return {{"what", "packet"},
            {"id", packet.doc_id},
            {"node", packet.system_id},
            {"from", packet.from},
            {"kind", vxp::name_of(packet.kind)},
            {"title", packet.title},
            {"notation", packet.notation},
            {"at", packet.sent_at.time_since_epoch().count()},
            {"bytes", static_cast<std::int64_t>(packet.bytes)},
            {"deliveries", std::move(deliveries)}};
}

std::optional<StoredPacket> packet_of(const json::object& line) {
    const auto kind = vxp::parse_packet_kind(text_at(line, "kind"));
    const json::value* const deliveries = line.if_contains("deliveries");
    if (!kind || !deliveries || !deliveries->is_array())
        return std::nullopt;
    StoredPacket packet{.doc_id = text_at(line, "id"),
                        .system_id = text_at(line, "node"),
                        .from = text_at(line, "from"),
                        .kind = *kind,
                        .title = text_at(line, "title"),
                        .notation = text_at(line, "notation"),
                        .sent_at = instant_at(line, "at"),
                        .bytes = static_cast<std::uint64_t>(number_at(line, "bytes"))};
    for (const json::value& each : deliveries->get_array())
        if (each.is_object())
            packet.deliveries.push_back({.doc_id = text_at(each.get_object(), "id"),
                                         .to = text_at(each.get_object(), "to"),
                                         .system_id = text_at(each.get_object(), "node"),
                                         .changed_at = packet.sent_at});
    return packet;
}

std::optional<DeliveryState> parse_state(std::string_view name) {
    for (std::size_t i = 0; i < state_names.size(); ++i)
        if (state_names[i] == name)
            return static_cast<DeliveryState>(i);
    return std::nullopt;
}

}  // namespace

std::string_view name_of(DeliveryState state) noexcept { return state_names[static_cast<std::size_t>(state)]; }

/// Append only; each line is on the disk when append() returns.
struct Store::Journal {
    explicit Journal(std::filesystem::path its_path)
        : path{std::move(its_path)}, fd{::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600)} {}
    ~Journal() {
        if (fd >= 0)
            (void)::close(fd);
    }
    Journal(const Journal&) = delete;
    Journal& operator=(const Journal&) = delete;

    Result<void> append(const json::object& line) const {
        const std::string text = json::serialize(line) + "\n";
        const off_t before = ::lseek(fd, 0, SEEK_END);
        std::string_view left = text;
        while (!left.empty()) {
            const auto written = ::write(fd, left.data(), left.size());
            if (written < 0 && errno == EINTR)
                continue;
            if (written < 0) {
                const int error = errno;
                // Half a line would spoil the next one.
                (void)::ftruncate(fd, before);
                return kit::file_fault(error, path);
            }
            left.remove_prefix(static_cast<std::size_t>(written));
        }
        return ::fdatasync(fd) == 0 ? Result<void>{} : kit::file_fault(errno, path);
    }

    std::filesystem::path path;
    int fd;
};

Store::Store(std::filesystem::path folder)
    : folder_{std::move(folder)} {}
Store::~Store() = default;

Result<std::unique_ptr<Store>> Store::open(const std::filesystem::path& folder) {
    std::error_code error;
    std::filesystem::create_directories(folder / "packets", error);
    if (error)
        return Fault{Errc::internal, folder.string(), error.message()};
    std::unique_ptr<Store> store{new Store{folder}};
    store->journal_ = std::make_unique<Journal>(folder / "journal.jsonl");
    if (store->journal_->fd < 0)
        return kit::file_fault(errno, store->journal_->path);
    if (auto read = store->replay(); !read)
        return read.error();
    return store;
}

Result<void> Store::replay() {
    std::ifstream stream{journal_->path, std::ios::binary};
    std::uintmax_t whole = 0;
    for (std::string line; std::getline(stream, line) && !stream.eof();) {
        whole += line.size() + 1;
        apply(line);
    }
    std::error_code error;
    std::filesystem::resize_file(journal_->path, whole, error);
    return error ? Result<void>{Fault{Errc::internal, journal_->path.string(), error.message()}} : Result<void>{};
}

void Store::apply(std::string_view text) {
    json::error_code error;
    const json::value value = json::parse(json::string_view{text.data(), text.size()}, error);
    if (error || !value.is_object())
        return;
    const json::object& line = value.get_object();
    const std::string what = text_at(line, "what");
    if (what == "packet") {
        if (auto packet = packet_of(line))
            put(std::move(*packet));
    } else if (what == "ack") {
        const auto place = by_delivery_.find(text_at(line, "id"));
        const auto state = parse_state(text_at(line, "state"));
        if (place == by_delivery_.end() || !state)
            return;
        Delivery& delivery = packets_[place->second.first].deliveries[place->second.second];
        delivery.state = *state;
        delivery.description = text_at(line, "text");
        delivery.changed_at = instant_at(line, "at");
    } else if (what == "agency") {
        agencies_[text_at(line, "code")] = {text_at(line, "node"),
                                            {.id = text_at(line, "id"),
                                             .parent_code = text_at(line, "pcode"),
                                             .code = text_at(line, "code"),
                                             .name = text_at(line, "name"),
                                             .mail = text_at(line, "mail"),
                                             .mobile = text_at(line, "mobile"),
                                             .fax = text_at(line, "fax")}};
    } else if (what == "agency_gone") {
        agencies_.erase(text_at(line, "code"));
    }
}

void Store::put(StoredPacket packet) {
    for (std::size_t i = 0; i < packet.deliveries.size(); ++i)
        by_delivery_[packet.deliveries[i].doc_id] = {packets_.size(), i};
    packets_.push_back(std::move(packet));
}

std::filesystem::path Store::file_of(const std::string& doc_id) const { return folder_ / "packets" / (doc_id + ".edxml"); }

std::filesystem::path Store::file_of_new(const std::string& doc_id) const {
    return folder_ / "packets" / ("." + doc_id + ".tmp");
}

Result<void> Store::add(StoredPacket packet) {
    if (auto moved = kit::move_durably(file_of_new(packet.doc_id), file_of(packet.doc_id)); !moved)
        return moved;
    if (auto written = journal_->append(line_of(packet)); !written)
        return written;
    put(std::move(packet));
    return {};
}

Result<void> Store::change(const std::string& delivery, DeliveryState state, const std::string& description, Instant at) {
    const json::object line{{"what", "ack"},
                            {"id", delivery},
                            {"state", name_of(state)},
                            {"text", description},
                            {"at", at.time_since_epoch().count()}};
    if (auto written = journal_->append(line); !written)
        return written;
    apply(json::serialize(line));
    return {};
}

Result<void> Store::register_agency(RegisteredAgency agency) {
    const vxp::NewAgency& its = agency.agency;
    const json::object line{{"what", "agency"},     {"node", agency.system_id}, {"id", its.id},
                            {"pcode", its.parent_code}, {"code", its.code},     {"name", its.name},
                            {"mail", its.mail},     {"mobile", its.mobile},     {"fax", its.fax}};
    if (auto written = journal_->append(line); !written)
        return written;
    apply(json::serialize(line));
    return {};
}

Result<void> Store::delete_agency(const std::string& code) {
    const json::object line{{"what", "agency_gone"}, {"code", code}};
    if (auto written = journal_->append(line); !written)
        return written;
    apply(json::serialize(line));
    return {};
}

std::optional<Store::Found> Store::find_delivery(const std::string& doc_id) const {
    const auto place = by_delivery_.find(doc_id);
    if (place == by_delivery_.end())
        return std::nullopt;
    const StoredPacket& packet = packets_[place->second.first];
    return Found{packet, packet.deliveries[place->second.second]};
}

}  // namespace hub::axis_sim
