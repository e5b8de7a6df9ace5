#include "sim/fault_disk.h"

#include <algorithm>
#include <utility>

namespace mpegflow::sim {
namespace {

constexpr std::size_t kSector = 512;

bool is_log(const FaultDisk::File& file) {
  return file.name.ends_with("-wal");
}

}  // namespace

FaultDisk::FaultDisk(const Files& files) {
  for (const auto& [name, bytes] : files) open(name)->bytes = bytes;
}

void FaultDisk::arm(Accident accident, std::int64_t after, Random random) {
  armed_ = accident;
  happened_ = Accident::none;
  calls_left_ = after;
  random_ = std::move(random);
}

FaultDisk::Accident FaultDisk::disarm() {
  armed_ = Accident::none;
  return std::exchange(happened_, Accident::none);
}

std::shared_ptr<FaultDisk::File> FaultDisk::find(const std::string& name) const {
  const auto found = files_.find(name);
  return found == files_.end() ? nullptr : found->second;
}

std::shared_ptr<FaultDisk::File> FaultDisk::open(const std::string& name) {
  auto& file = files_[name];
  if (!file) {
    file = std::make_shared<File>();
    file->name = name;
  }
  return file;
}

/// The armed accident, if it happens at this call.
std::optional<FaultDisk::Answer> FaultDisk::suffer(File& file, std::size_t offset,
                                                   std::string_view bytes) {
  if (!has_power_) return Answer::died;
  if (armed_ == Accident::none || calls_left_-- > 0) return std::nullopt;
  happened_ = std::exchange(armed_, Accident::none);
  switch (happened_) {
    case Accident::full: return Answer::full;
    case Accident::io_error: return Answer::io_error;
    default: break;
  }
  // Dead in the middle of a write, or before it.
  if (!bytes.empty() && random_.chance(0.5))
    change(file, offset,
           bytes.substr(0, static_cast<std::size_t>(
                               random_.between(0, static_cast<std::int64_t>(bytes.size())))));
  if (happened_ == Accident::power) has_power_ = false;
  return Answer::died;
}

void FaultDisk::change(File& file, std::size_t offset, std::string_view bytes) {
  File::Write write;
  write.offset = offset;
  write.old_size = file.bytes.size();
  if (offset < file.bytes.size()) write.old_bytes = file.bytes.substr(offset, bytes.size());
  write.new_bytes = bytes;
  file.unsynced.push_back(std::move(write));
  if (offset + bytes.size() > file.bytes.size()) file.bytes.resize(offset + bytes.size(), '\0');
  file.bytes.replace(offset, bytes.size(), bytes);
}

/// A failover cuts the log where an earlier commit ended; that works as long as neither the
/// database nor the log's beginning has been written since.
void FaultDisk::note_log_write(const File& file, std::size_t offset, std::size_t end) {
  if (!is_log(file) || (!commits_.empty() && offset < commits_.back())) commits_.clear();
  if (is_log(file)) log_end_ = end;
}

FaultDisk::Answer FaultDisk::write(File& file, std::size_t offset, std::string_view bytes) {
  if (const auto answer = suffer(file, offset, bytes)) return *answer;
  note_log_write(file, offset, offset + bytes.size());
  change(file, offset, bytes);
  return Answer::ok;
}

FaultDisk::Answer FaultDisk::sync(File& file) {
  if (const auto answer = suffer(file, 0, {})) return *answer;
  file.unsynced.clear();
  if (is_log(file) && (commits_.empty() || commits_.back() != log_end_))
    commits_.push_back(log_end_);
  return Answer::ok;
}

FaultDisk::Answer FaultDisk::truncate(File& file, std::size_t size) {
  if (const auto answer = suffer(file, 0, {})) return *answer;
  commits_.clear();
  File::Write write;
  write.is_truncation = true;
  write.offset = size;
  write.old_size = file.bytes.size();
  if (size < file.bytes.size()) write.old_bytes = file.bytes.substr(size);
  file.unsynced.push_back(std::move(write));
  file.bytes.resize(size, '\0');
  return Answer::ok;
}

/// Back to what was synced, then any of the later writes again, or some of their sectors.
void FaultDisk::forget_unsynced(File& file, Random& random) {
  const std::vector<File::Write> writes = std::exchange(file.unsynced, {});
  for (auto write = writes.rbegin(); write != writes.rend(); ++write) {
    file.bytes.resize(std::max(file.bytes.size(), write->offset + write->old_bytes.size()), '\0');
    file.bytes.replace(write->offset, write->old_bytes.size(), write->old_bytes);
    file.bytes.resize(write->old_size, '\0');
  }
  const bool is_all_there = random.chance(0.3);
  for (const File::Write& write : writes) {
    const std::int64_t fate = is_all_there ? 3 : random.between(0, 4);
    if (fate < 2) continue;
    if (write.is_truncation) {
      file.bytes.resize(write.offset, '\0');
      continue;
    }
    const std::size_t end = write.offset + write.new_bytes.size();
    if (end > file.bytes.size()) file.bytes.resize(end, '\0');
    for (std::size_t at = write.offset; at < end;) {
      const std::size_t next = std::min(end, (at / kSector + 1) * kSector);
      if (fate < 4 || random.chance(0.5))
        file.bytes.replace(at, next - at, write.new_bytes, at - write.offset, next - at);
      at = next;
    }
  }
}

void FaultDisk::restore_power(Random& random) {
  for (auto& [name, file] : files_) {
    forget_unsynced(*file, random);
    file->readers = 0;
    file->is_reserved = file->is_exclusive = false;
  }
  shared_.clear();
  commits_.clear();
  has_power_ = true;
}

std::int64_t FaultDisk::fail_over(std::int64_t commits) {
  const auto possible = static_cast<std::int64_t>(commits_.size()) - 1;
  const std::int64_t lost = std::max<std::int64_t>(0, std::min(commits, possible));
  if (lost > 0) {
    commits_.resize(commits_.size() - static_cast<std::size_t>(lost));
    for (auto& [name, file] : files_) {
      if (is_log(*file)) file->bytes.resize(commits_.back());
      file->unsynced.clear();
    }
    log_end_ = commits_.back();
  }
  for (auto& [name, file] : files_) {
    file->readers = 0;
    file->is_reserved = file->is_exclusive = false;
  }
  shared_.clear();
  return lost;
}

}  // namespace mpegflow::sim
