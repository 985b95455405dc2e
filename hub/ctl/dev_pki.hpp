#pragma once
// A throw-away certificate authority for trials: certificates and keys for the hub, the broker and each
// agency. Not for production: the authority's key is thrown away as soon as all is signed, so nothing can be
// added or revoked later.

#include "hub/core/ids.hpp"
#include "hub/ctl/outcome.hpp"

#include <filesystem>
#include <vector>

namespace hub::ctl {

enum class KeyType : unsigned char { p256, rsa2048, ed25519 };

struct PkiOrder {
    std::filesystem::path folder;
    std::vector<AgencyCode> agencies;
    KeyType key_type = KeyType::p256;   ///< Of the hub and the agencies; authority and broker are always P-256.
    int days = 825;
    bool is_overwriting = false;
};

struct WrittenFile {
    std::string name;                   ///< Within the folder.
    bool is_secret = false;             ///< Mode 0600.
};

/// ca.pem, hub.{pem,key}, broker.{pem,key} and <code>.{pem,key}. Unless `is_overwriting`, nothing is written
/// when one of them is there already.
Outcome<std::vector<WrittenFile>> make_pki(const PkiOrder& order, Lang lang);

/// A failure that names the files of `names` which are in `folder` already.
Outcome<void> check_nothing_there(const std::filesystem::path& folder, const std::vector<std::string>& names,
                                  Lang lang);

}  // namespace hub::ctl
