#include "app/probe_for_plan.h"

#include <unistd.h>

#include <fmt/format.h>

#include "base/text.h"
#include "worker/probe_input.h"

namespace mpegflow::app {

base::Result<probe::Probe> probe_for_plan(const cli::Config& config, const base::Path& input,
                                          const worker::Encoder& encoder, Parts& parts) {
  const base::Path folder = config.state_path() / "cache" / fmt::format("plan-{}", getpid());
  RETURN_IF_ERROR(base::make_directories(folder));
  const process::StopSignal never;
  auto probed =
      worker::probe_file(encoder, parts.processes(config), {input, "in/input"}, {}, folder, never);
  (void)base::remove_tree(folder);
  if (!probed) return tl::unexpected(probed.error());
  if (!*probed)
    return base::fail(base::ErrorCode::input_invalid,
                      fmt::format("{}: {} ({})", base::to_printable(input.native()),
                                  probed->error().cause, probed->error().reason));
  return (*probed)->probe;
}

}  // namespace mpegflow::app
