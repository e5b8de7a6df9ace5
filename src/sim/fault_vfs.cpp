#include "sim/fault_vfs.h"

#include <cstring>
#include <new>

#include <fmt/format.h>
#include <sqlite3.h>

namespace mpegflow::sim {
namespace {

using File = FaultDisk::File;
using SharedMemory = FaultDisk::SharedMemory;

/// SQLite owns the memory of it, from xOpen to xClose.
struct OpenFile {
  sqlite3_file base;
  FaultVfs* vfs;
  std::shared_ptr<File> file;
  bool is_temporary;
  int lock = SQLITE_LOCK_NONE;
  SharedMemory* shared = nullptr;
  unsigned shared_locks = 0, exclusive_locks = 0;
};

OpenFile& of(sqlite3_file* file) {
  return *reinterpret_cast<OpenFile*>(file);
}

int to_code(FaultVfs& vfs, FaultDisk::Answer answer, int io_error) {
  switch (answer) {
    case FaultDisk::Answer::ok: return SQLITE_OK;
    case FaultDisk::Answer::full: return SQLITE_FULL;
    case FaultDisk::Answer::died: vfs.kill(); return io_error;
    case FaultDisk::Answer::io_error: return io_error;
  }
  return io_error;
}

int read_file(sqlite3_file* raw, void* target, int amount, sqlite3_int64 at) {
  OpenFile& open = of(raw);
  if (open.vfs->is_dead()) return SQLITE_IOERR_READ;
  const std::string& bytes = open.file->bytes;
  const auto size = static_cast<std::size_t>(amount);
  const auto offset = static_cast<std::size_t>(at);
  const std::size_t there = offset < bytes.size() ? std::min(size, bytes.size() - offset) : 0;
  std::memcpy(target, bytes.data() + (there == 0 ? 0 : offset), there);
  if (there == size) return SQLITE_OK;
  std::memset(static_cast<char*>(target) + there, 0, size - there);
  return SQLITE_IOERR_SHORT_READ;
}

int write_file(sqlite3_file* raw, const void* source, int amount, sqlite3_int64 at) {
  OpenFile& open = of(raw);
  if (open.vfs->is_dead()) return SQLITE_IOERR_WRITE;
  const std::string_view bytes(static_cast<const char*>(source), static_cast<std::size_t>(amount));
  const auto offset = static_cast<std::size_t>(at);
  if (!open.is_temporary)
    return to_code(*open.vfs, open.vfs->disk().write(*open.file, offset, bytes),
                   SQLITE_IOERR_WRITE);
  std::string& kept = open.file->bytes;
  if (kept.size() < offset + bytes.size()) kept.resize(offset + bytes.size(), '\0');
  kept.replace(offset, bytes.size(), bytes);
  return SQLITE_OK;
}

int truncate_file(sqlite3_file* raw, sqlite3_int64 size) {
  OpenFile& open = of(raw);
  if (open.vfs->is_dead()) return SQLITE_IOERR_TRUNCATE;
  return to_code(*open.vfs, open.vfs->disk().truncate(*open.file, static_cast<std::size_t>(size)),
                 SQLITE_IOERR_TRUNCATE);
}

int sync_file(sqlite3_file* raw, int) {
  OpenFile& open = of(raw);
  if (open.vfs->is_dead()) return SQLITE_IOERR_FSYNC;
  return to_code(*open.vfs, open.vfs->disk().sync(*open.file), SQLITE_IOERR_FSYNC);
}

int size_of_file(sqlite3_file* raw, sqlite3_int64* size) {
  *size = static_cast<sqlite3_int64>(of(raw).file->bytes.size());
  return SQLITE_OK;
}

int unlock_file(sqlite3_file* raw, int level) {
  OpenFile& open = of(raw);
  File& file = *open.file;
  if (open.lock <= level) return SQLITE_OK;
  if (open.lock >= SQLITE_LOCK_PENDING) file.is_exclusive = false;
  if (open.lock >= SQLITE_LOCK_RESERVED) file.is_reserved = false;
  if (level == SQLITE_LOCK_NONE && file.readers > 0) --file.readers;
  open.lock = level;
  return SQLITE_OK;
}

int lock_file(sqlite3_file* raw, int level) {
  OpenFile& open = of(raw);
  File& file = *open.file;
  if (open.vfs->is_dead()) return SQLITE_IOERR_LOCK;
  if (open.lock >= level) return SQLITE_OK;
  if (open.lock == SQLITE_LOCK_NONE) {
    if (file.is_exclusive) return SQLITE_BUSY;
    ++file.readers;
    open.lock = SQLITE_LOCK_SHARED;
  }
  if (level == SQLITE_LOCK_SHARED) return SQLITE_OK;
  if (open.lock == SQLITE_LOCK_SHARED) {
    if (file.is_reserved) return SQLITE_BUSY;
    file.is_reserved = true;
    open.lock = SQLITE_LOCK_RESERVED;
  }
  if (level == SQLITE_LOCK_RESERVED) return SQLITE_OK;
  if (file.readers > 1) return SQLITE_BUSY;
  file.is_exclusive = true;
  open.lock = level;
  return SQLITE_OK;
}

int check_reserved_lock(sqlite3_file* raw, int* is_reserved) {
  *is_reserved = of(raw).file->is_reserved ? 1 : 0;
  return SQLITE_OK;
}

int control_file(sqlite3_file*, int, void*) {
  return SQLITE_NOTFOUND;
}
int sector_size(sqlite3_file*) {
  return 512;
}
/// A write does not spoil the bytes beside it, as on real disks.
int device_characteristics(sqlite3_file*) {
  return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

int map_shared(sqlite3_file* raw, int region, int size, int extend, void volatile** mapped) {
  OpenFile& open = of(raw);
  *mapped = nullptr;
  if (open.vfs->is_dead()) return SQLITE_IOERR_SHMMAP;
  if (open.shared == nullptr) {
    open.shared = &open.vfs->disk().shared_memory(open.file->name);
    // The first one to come finds nothing: what is left of dead processes is not believed.
    if (open.shared->users++ == 0) *open.shared = SharedMemory{{}, {}, {}, 1};
  }
  auto& regions = open.shared->regions;
  while (regions.size() <= static_cast<std::size_t>(region)) {
    if (extend == 0) return SQLITE_OK;
    regions.push_back(std::make_unique<std::string>(static_cast<std::size_t>(size), '\0'));
  }
  *mapped = regions[static_cast<std::size_t>(region)]->data();
  return SQLITE_OK;
}

void release_shared(OpenFile& open, unsigned locks) {
  for (std::size_t i = 0; i < SharedMemory::kLocks; ++i) {
    const unsigned bit = 1U << i;
    if ((locks & bit) == 0) continue;
    if ((open.exclusive_locks & bit) != 0) open.shared->exclusive[i] = false;
    if ((open.shared_locks & bit) != 0) --open.shared->shared[i];
  }
  open.exclusive_locks &= ~locks;
  open.shared_locks &= ~locks;
}

int lock_shared(sqlite3_file* raw, int offset, int count, int flags) {
  OpenFile& open = of(raw);
  const unsigned locks = ((1U << static_cast<unsigned>(count)) - 1U)
                         << static_cast<unsigned>(offset);
  if (open.shared == nullptr) return SQLITE_IOERR_SHMLOCK;
  if ((flags & SQLITE_SHM_UNLOCK) != 0) {
    release_shared(open, locks);
    return SQLITE_OK;
  }
  if (open.vfs->is_dead()) return SQLITE_IOERR_SHMLOCK;
  const bool is_exclusive = (flags & SQLITE_SHM_EXCLUSIVE) != 0;
  for (std::size_t i = 0; i < SharedMemory::kLocks; ++i) {
    const unsigned bit = 1U << i;
    if ((locks & bit) == 0) continue;
    const int others = open.shared->shared[i] - ((open.shared_locks & bit) != 0 ? 1 : 0);
    const bool is_taken = open.shared->exclusive[i] && (open.exclusive_locks & bit) == 0;
    if (is_taken || (is_exclusive && others > 0)) return SQLITE_BUSY;
  }
  for (std::size_t i = 0; i < SharedMemory::kLocks; ++i) {
    const unsigned bit = 1U << i;
    if ((locks & bit) == 0) continue;
    if (is_exclusive) {
      open.shared->exclusive[i] = true;
      open.exclusive_locks |= bit;
    } else if ((open.shared_locks & bit) == 0) {
      ++open.shared->shared[i];
      open.shared_locks |= bit;
    }
  }
  return SQLITE_OK;
}

void shared_barrier(sqlite3_file*) {}

int unmap_shared(sqlite3_file* raw, int) {
  OpenFile& open = of(raw);
  if (open.shared == nullptr) return SQLITE_OK;
  release_shared(open, ~0U);
  --open.shared->users;
  open.shared = nullptr;
  return SQLITE_OK;
}

int close_file(sqlite3_file* raw) {
  OpenFile& open = of(raw);
  (void)unmap_shared(raw, 0);
  (void)unlock_file(raw, SQLITE_LOCK_NONE);
  open.~OpenFile();
  return SQLITE_OK;
}

constexpr sqlite3_io_methods kMethods = {2,
                                         close_file,
                                         read_file,
                                         write_file,
                                         truncate_file,
                                         sync_file,
                                         size_of_file,
                                         lock_file,
                                         unlock_file,
                                         check_reserved_lock,
                                         control_file,
                                         sector_size,
                                         device_characteristics,
                                         map_shared,
                                         lock_shared,
                                         shared_barrier,
                                         unmap_shared,
                                         nullptr,
                                         nullptr};

/// The same without shared memory.
constexpr sqlite3_io_methods kPlainMethods = [] {
  sqlite3_io_methods methods = kMethods;
  methods.iVersion = 1;
  return methods;
}();

FaultVfs& owner_of(sqlite3_vfs* vfs) {
  return *static_cast<FaultVfs*>(vfs->pAppData);
}

int open_file(sqlite3_vfs* raw_vfs, const char* name, sqlite3_file* raw, int flags, int* out) {
  FaultVfs& vfs = owner_of(raw_vfs);
  raw->pMethods = nullptr;
  if (vfs.is_dead()) return SQLITE_CANTOPEN;
  const bool is_temporary = name == nullptr;
  if (!is_temporary && (flags & SQLITE_OPEN_CREATE) == 0 && !vfs.disk().find(name))
    return SQLITE_CANTOPEN;
  auto file = is_temporary ? std::make_shared<File>() : vfs.disk().open(name);
  new (raw) OpenFile{
      {vfs.has_shared_memory() ? &kMethods : &kPlainMethods}, &vfs, std::move(file), is_temporary};
  if (out != nullptr) *out = flags;
  return SQLITE_OK;
}

int delete_file(sqlite3_vfs* raw_vfs, const char* name, int) {
  FaultVfs& vfs = owner_of(raw_vfs);
  if (vfs.is_dead()) return SQLITE_IOERR_DELETE;
  vfs.disk().remove(name);
  return SQLITE_OK;
}

int access_file(sqlite3_vfs* raw_vfs, const char* name, int, int* is_there) {
  const auto file = owner_of(raw_vfs).disk().find(name);
  *is_there = file != nullptr ? 1 : 0;
  return SQLITE_OK;
}

int full_path(sqlite3_vfs*, const char* name, int size, char* target) {
  sqlite3_snprintf(size, target, "%s", name);
  return SQLITE_OK;
}

/// Nobody waits in a world of one thread.
int sleep_not(sqlite3_vfs*, int microseconds) {
  return microseconds;
}
int randomness(sqlite3_vfs*, int size, char* target) {
  std::memset(target, 7, static_cast<std::size_t>(size));
  return size;
}
int current_time(sqlite3_vfs*, double* julian) {
  *julian = 2460000.5;
  return SQLITE_OK;
}
int last_error(sqlite3_vfs*, int, char*) {
  return 0;
}

}  // namespace

FaultVfs::FaultVfs(FaultDisk& disk, Sharing sharing)
    : disk_(disk), sharing_(sharing), vfs_(std::make_unique<sqlite3_vfs>()) {
  name_ = fmt::format("fault-{}", static_cast<const void*>(this));
  sqlite3_vfs& vfs = *vfs_;
  vfs = {};
  vfs.iVersion = 1;
  vfs.szOsFile = sizeof(OpenFile);
  vfs.mxPathname = 255;
  vfs.zName = name_.c_str();
  vfs.pAppData = this;
  vfs.xOpen = open_file;
  vfs.xDelete = delete_file;
  vfs.xAccess = access_file;
  vfs.xFullPathname = full_path;
  vfs.xRandomness = randomness;
  vfs.xSleep = sleep_not;
  vfs.xCurrentTime = current_time;
  vfs.xGetLastError = last_error;
  sqlite3_vfs_register(vfs_.get(), 0);
}

FaultVfs::~FaultVfs() {
  sqlite3_vfs_unregister(vfs_.get());
}

void make_sqlite_lean() {
  static const bool is_done = [] {
    sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    sqlite3_config(SQLITE_CONFIG_PAGECACHE, nullptr, 0, 0);
    return true;
  }();
  (void)is_done;
}

}  // namespace mpegflow::sim
