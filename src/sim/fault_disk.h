#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/random.h"

namespace mpegflow::sim {

/// The disk of a machine, in memory: what processes see of each file, and what of that would be
/// lost if the power failed now. Accidents happen at a chosen write, sync or truncation.
class FaultDisk {
 public:
  enum class Accident {
    none,
    full,      ///< the call fails for want of room
    io_error,  ///< the call fails
    kill,      ///< the calling process dies in the call
    power      ///< the machine stops in the call
  };
  enum class Answer { ok, full, io_error, died };

  struct File {
    struct Write {
      std::size_t offset = 0, old_size = 0;
      std::string old_bytes, new_bytes;
      bool is_truncation = false;
    };
    std::string name;
    std::string bytes;
    std::vector<Write> unsynced;
    int readers = 0;  ///< SQLite's file locks
    bool is_reserved = false, is_exclusive = false;
  };

  /// What SQLite shares between the connections of a machine.
  struct SharedMemory {
    static constexpr std::size_t kLocks = 8;
    std::vector<std::unique_ptr<std::string>> regions;
    std::array<int, kLocks> shared{};
    std::array<bool, kLocks> exclusive{};
    int users = 0;
  };

  using Files = std::map<std::string, std::string>;
  explicit FaultDisk(const Files& files);

  /// At the `after`-th call from now that changes a file (0 = the next).
  void arm(Accident accident, std::int64_t after, Random random);
  /// Whether it has happened; nothing is armed any more.
  Accident disarm();
  void cut_power() { has_power_ = false; }
  bool has_power() const { return has_power_; }
  /// The machine starts again: of what was not synced a drawn part is there, whole or torn.
  void restore_power(Random& random);
  /// Another machine takes over, to which the last commits had not come. At most `commits`, and
  /// none from before the last checkpoint. Returns how many were lost.
  std::int64_t fail_over(std::int64_t commits);

  // For the VFS.
  std::shared_ptr<File> open(const std::string& name);
  std::shared_ptr<File> find(const std::string& name) const;
  void remove(const std::string& name) { files_.erase(name); }
  Answer write(File& file, std::size_t offset, std::string_view bytes);
  Answer sync(File& file);
  Answer truncate(File& file, std::size_t size);
  SharedMemory& shared_memory(const std::string& name) { return shared_[name]; }

 private:
  std::optional<Answer> suffer(File& file, std::size_t offset, std::string_view bytes);
  void change(File& file, std::size_t offset, std::string_view bytes);
  void note_log_write(const File& file, std::size_t offset, std::size_t end);
  static void forget_unsynced(File& file, Random& random);

  std::map<std::string, std::shared_ptr<File>> files_;
  std::map<std::string, SharedMemory> shared_;
  Accident armed_ = Accident::none, happened_ = Accident::none;
  std::int64_t calls_left_ = 0;
  Random random_{0};
  bool has_power_ = true;
  std::vector<std::size_t> commits_;  ///< where the log ended at each commit since the checkpoint
  std::size_t log_end_ = 0;
};

}  // namespace mpegflow::sim
