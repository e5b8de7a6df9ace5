#include "worker/run_qc.h"

#include "worker/encoder_process.h"

namespace mpegflow::worker {

verify::QcRules find_qc_rules(const TaskRun& run) {
  return verify::parse_qc_rules(base::object_or(run.params(), "qc"));
}

verify::Thoroughness find_thoroughness(const verify::QcRules& rules) {
  return rules.whole_decode ? verify::Thoroughness::whole : verify::Thoroughness::parts;
}

verify::QcSubject describe_subject(const probe::Probe& probe, const std::string& inside) {
  verify::QcSubject subject;
  subject.file = inside;
  subject.container = probe.container;
  subject.duration = probe.duration.value_or(0);
  subject.has_audio = !probe.audio.empty();
  if (const probe::VideoStream* video = probe::find_main_video(probe)) {
    subject.has_video = true;
    subject.width = video->width;
    subject.height = video->height;
    subject.frame_rate = video->average_frame_rate.is_known() ? video->average_frame_rate.value()
                                                              : video->frame_rate.value();
  }
  return subject;
}

base::Result<void> apply_qc(TaskRun& run, const verify::QcRules& rules,
                            const verify::QcSubject& subject,
                            const std::vector<process::ReadOnlyFile>& source,
                            verify::Verification& verification) {
  if (!rules.needs_look()) return {};
  EncoderCommand look;
  look.argv = verify::make_qc_command(rules, subject);
  look.inputs = source;
  look.is_main = false;
  verify::QcFacts facts;
  if (!look.argv.empty()) {
    ASSIGN_OR_RETURN(const EncoderRun looked, run_encoder(run, look));
    RETURN_IF_ERROR(check_looked(looked));
    if (looked.is_ok()) facts = verify::read_qc_facts(looked.stderr_text, subject.duration);
  }
  verify::add_qc(verification, rules, verify::judge_qc(rules, subject, facts));
  return {};
}

}  // namespace mpegflow::worker
