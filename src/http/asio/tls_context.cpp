#include "http/asio/tls_context.h"

#include <fmt/format.h>

#include "base/log.h"

namespace mpegflow::http {
namespace {

namespace ssl = boost::asio::ssl;

constexpr base::Micros kLookEvery = std::chrono::seconds(5);

}  // namespace

base::Result<TlsCertificate::Seen> TlsCertificate::look() const {
  ASSIGN_OR_RETURN(const auto certificate, base::identify_file(files_.certificate));
  ASSIGN_OR_RETURN(const auto key, base::identify_file(files_.key));
  return Seen{certificate, key};
}

base::Result<void> TlsCertificate::load() {
  ASSIGN_OR_RETURN(const Seen seen, look());
  auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
  context->set_options(ssl::context::default_workarounds | ssl::context::single_dh_use);
  SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_2_VERSION);
  boost::system::error_code error;
  context->use_certificate_chain_file(files_.certificate.native(), error);
  if (error)
    return base::fail(base::ErrorCode::invalid_argument,
                      fmt::format("the certificate {} cannot be used: {}",
                                  files_.certificate.native(), error.message()));
  context->use_private_key_file(files_.key.native(), ssl::context::pem, error);
  if (error)
    return base::fail(
        base::ErrorCode::invalid_argument,
        fmt::format("the key {} cannot be used, or is not that of {}: {}", files_.key.native(),
                    files_.certificate.native(), error.message()));
  const std::scoped_lock lock(mutex_);
  context_ = std::move(context);
  seen_ = seen;
  looked_ = clock_.steady();
  return {};
}

TlsCertificate::Context TlsCertificate::present() {
  bool must_load = false;
  {
    const std::scoped_lock lock(mutex_);
    if (clock_.steady() - looked_ >= kLookEvery) {
      looked_ = clock_.steady();
      const auto seen = look();
      must_load = seen && *seen != seen_;
    }
  }
  if (must_load) {
    const auto loaded = load();
    if (loaded) base::log(base::LogLevel::info, "certificate_loaded");
    else
      base::log(base::LogLevel::error, "certificate_not_loaded",
                {{"what", loaded.error().message}});
  }
  const std::scoped_lock lock(mutex_);
  return context_;
}

}  // namespace mpegflow::http
