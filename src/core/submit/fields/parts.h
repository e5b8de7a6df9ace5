#pragma once

#include <span>

#include "core/submit/access.h"
#include "core/submit/job_spec.h"

/// The parts of a job spec. The rows of each are in a file of this folder.
namespace mpegflow::submit {

extern const ObjectType kRenditionType;
extern const ObjectType kAudioType;
extern const ObjectType kLoudnessType;
extern const ObjectType kPackagingType;
extern const ObjectType kPosterType;
extern const ObjectType kSpritesType;
extern const ObjectType kTaskType;
extern const ObjectType kLimitsType;
extern const ObjectType kRetryType;
extern const ObjectType kQcType;

template <>
std::span<const Field> fields_of<InputSpec>();
template <>
std::span<const Field> fields_of<RenditionSpec>();
template <>
std::span<const Field> fields_of<AudioSpec>();
template <>
std::span<const Field> fields_of<PackagingSpec>();
template <>
std::span<const Field> fields_of<LoudnessSpec>();
template <>
std::span<const Field> fields_of<PosterSpec>();
template <>
std::span<const Field> fields_of<SpritesSpec>();
template <>
std::span<const Field> fields_of<RawTaskSpec>();
template <>
std::span<const Field> fields_of<LimitsSpec>();
template <>
std::span<const Field> fields_of<HopSpec>();
template <>
std::span<const Field> fields_of<RetryBudgetSpec>();
template <>
std::span<const Field> fields_of<RetrySpec>();
template <>
std::span<const Field> fields_of<LoudnessBounds>();
template <>
std::span<const Field> fields_of<QcSpec>();
template <>
std::span<const Field> fields_of<JobSpec>();

}  // namespace mpegflow::submit
