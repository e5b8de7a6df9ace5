// The checker: its own SQL over what the engine wrote down, and its own look at what stands on the disk.

import { execFileSync } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

function query(state, sql) {
  const text = execFileSync('sqlite3', ['-readonly', '-json', path.join(state, 'mpegflow.db'), sql],
    { encoding: 'utf8', maxBuffer: 1 << 28 });
  return text.trim() === '' ? [] : JSON.parse(text);
}

function* walk(folder) {
  if (!fs.existsSync(folder)) return;
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const whole = path.join(folder, entry.name);
    if (entry.isDirectory()) yield* walk(whole);
    else yield whole;
  }
}

const hashOf = (file) => crypto.createHash('sha256').update(fs.readFileSync(file)).digest('hex');
const TERMINAL = ['succeeded', 'partial', 'failed_input', 'failed_spec', 'failed', 'cancelled'];

/** Faults by rule. `acknowledged`: idempotency key → job id, as clients were told. */
export function check({ root, state, acknowledged }) {
  const faults = { lost: [], twice: [], fenced: [], unpublished: [], rowless: [], story: [] };
  const jobs = new Map(query(state, 'SELECT id, idempotency_key, state, delivery, output_uri FROM job').map((job) => [job.id, job]));
  for (const [key, id] of acknowledged) {
    const job = jobs.get(id);
    if (!job || job.idempotency_key !== key || !TERMINAL.includes(job.state)) faults.lost.push({ key, id, state: job?.state });
    else if (job.state !== 'succeeded') faults.unpublished.push({ id, state: job.state });
  }

  // Committed twice: by the events, and by the attempts.
  faults.twice.push(
    ...query(state, `SELECT task_id, COUNT(*) AS times FROM event WHERE kind = 'outputs_committed' GROUP BY task_id HAVING COUNT(*) > 1`),
    ...query(state, `SELECT task_id, COUNT(*) AS times FROM attempt WHERE outcome = 'succeeded' GROUP BY task_id HAVING COUNT(*) > 1`));

  // Outputs of a fenced attempt: committed ones are all of the attempt that succeeded, which is the task's last claim.
  faults.fenced.push(...query(state, `
    SELECT output.object_key FROM output JOIN task ON task.id = output.task_id
    LEFT JOIN attempt ON attempt.task_id = output.task_id AND attempt.fence = output.fence AND attempt.claim_id = output.claim_id
    WHERE output.state = 'committed' AND (task.state <> 'succeeded' OR output.fence <> task.fence
      OR attempt.outcome IS NULL OR attempt.outcome <> 'succeeded')`));
  faults.fenced.push(...query(state, `
    SELECT task.id FROM task JOIN attempt ON attempt.task_id = task.id AND attempt.outcome = 'succeeded'
    WHERE task.state = 'succeeded' AND attempt.fence <> task.fence`));
  // … and what stands at the outputs is byte for byte what was committed, and nothing else.
  const wanted = new Map();
  for (const row of query(state, `
    SELECT job.output_uri, output.name, output.sha256 FROM output JOIN task ON task.id = output.task_id JOIN job ON job.id = task.job_id
    WHERE output.state = 'committed' AND job.state = 'succeeded' AND job.delivery = 'delivered' ORDER BY task.position`))
    wanted.set(path.join(decodeURIComponent(new URL(row.output_uri).pathname), row.name), row.sha256);
  for (const [file, sha256] of wanted)
    if (!fs.existsSync(file) || hashOf(file) !== sha256) faults.fenced.push({ file });
  for (const file of walk(path.join(root, 'out')))
    if (!file.includes('/.') && !wanted.has(file)) faults.fenced.push({ file, what: 'nobody committed it' });

  // Objects and logs without a row.
  const keys = new Set(query(state, 'SELECT object_key FROM output').map((row) => row.object_key));
  for (const file of walk(path.join(root, 'out'))) {
    const key = file.split('/objects/')[1];
    if (file.includes('.mpegflow-') && key !== undefined && !keys.has(key)) faults.rowless.push(file);
  }
  const attempts = new Set(query(state, `
    SELECT task.job_id || '/' || task_id || '/' || attempt.fence || '-' || attempt.claim_id AS place
    FROM attempt JOIN task ON task.id = attempt.task_id`).map((row) => row.place));
  for (const file of walk(path.join(state, 'logs'))) {
    const place = path.relative(path.join(state, 'logs'), file).replace(/\.stderr\.zst$/, '');
    if (!attempts.has(place)) faults.rowless.push(file);
  }
  faults.rowless.push(...walk(path.join(state, 'incoming')));

  // The story of each job has no gap, and no lease outlived its job.
  faults.story.push(...query(state, `
    SELECT job.id FROM job LEFT JOIN event ON event.job_id = job.id GROUP BY job.id
    HAVING COUNT(event.seq) <> MAX(event.seq) - MIN(event.seq) + 1 OR MAX(event.seq) <> MAX(job.event_seq)`));
  faults.story.push(...query(state, 'SELECT task_id FROM lease'));
  return { faults, jobs: jobs.size, tasks: query(state, 'SELECT COUNT(*) AS n FROM task')[0].n,
    outcomes: query(state, 'SELECT outcome, COUNT(*) AS n FROM attempt GROUP BY outcome ORDER BY outcome') };
}
