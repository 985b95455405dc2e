#pragma once
// What a receiver still owes, in words for people. Plain data: no state, no lifetime, any thread.

#include "hub/core/deadline.hpp"
#include "hub/telemetry/remedy.hpp"

namespace hub {

constexpr StationWords duty_words(Duty duty) noexcept {
    switch (duty) {
    case Duty::retrieval: return {"lấy văn bản", "to fetch it"};
    case Duty::arrival: return {"báo đã đến (01)", "arrival (01)"};
    case Duty::decision: return {"tiếp nhận hay từ chối (02, 03)", "acceptance or refusal (02, 03)"};
    case Duty::change_answer: return {"trả lời thu hồi, cập nhật (15, 16)", "an answer to a recall or update (15, 16)"};
    case Duty::none: break;
    }
    return {};
}

/// By name_of(); nullopt for one that this version does not know.
inline std::optional<StationWords> duty_words_of_name(std::string_view name) noexcept {
    for (const Duty duty : {Duty::retrieval, Duty::arrival, Duty::decision, Duty::change_answer})
        if (name == name_of(duty))
            return duty_words(duty);
    return std::nullopt;
}

}  // namespace hub
