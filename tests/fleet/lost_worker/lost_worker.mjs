// tools/lost_worker: see there.

import { spawn } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { makeClip, sleep } from '../chaos/fleet.mjs';
import { isRunning, listAttemptProcesses } from '../chaos/processes.mjs';

const { values: options } = parseArgs({ options: { program: { type: 'string' } } });
const program = path.resolve(options.program);
const root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'mpegflow-lost-')));
const TTL_S = 90, SWEEP_S = 10;
const LONG_S = 200;  // more than twice as long as a worker may be silent
const PATIENCE_MS = 60_000;

const listEncoders = (folder) => listAttemptProcesses(folder).filter((one) => one.role === 'ffmpeg' && isRunning(one.pid));

async function until(what, look, patienceMs = PATIENCE_MS) {
  for (const end = Date.now() + patienceMs; Date.now() < end; await sleep(20)) {
    const seen = await look();
    if (seen) return seen;
  }
  throw new Error(`waited in vain for ${what}`);
}

/** A server and workers of its own, one task of `seconds` of real time, and a look at its encoders fifty times a second. */
class Experiment {
  #children = [];
  #most = 0;

  constructor(name) {
    this.root = path.join(root, name);
    fs.mkdirSync(path.join(this.root, 'in'), { recursive: true });
    fs.mkdirSync(path.join(this.root, 'out'));
    this.state = path.join(this.root, 'state');
    this.timer = setInterval(() => (this.#most = Math.max(this.#most, listEncoders(this.root).length)), 20);
  }
  get mostEncoders() {
    return this.#most;
  }
  #spawn(words, environment = {}) {
    const log = fs.openSync(path.join(this.root, 'log'), 'a');
    const child = spawn(program, words, { env: { ...process.env, MPEGFLOW_LOG: 'info', ...environment }, stdio: ['ignore', 'ignore', log] });
    fs.closeSync(log);
    this.#children.push(child);
    return child;
  }
  /** The task begins once the server is `ageS` old. */
  async start(seconds, ageS) {
    makeClip(`${this.root}/in/clip.mp4`, seconds);
    this.#spawn(['serve', '--no-worker', '--listen', '127.0.0.1:0', '--root', `${this.root}/in:${this.root}/out`], { MPEGFLOW_STATE: this.state });
    this.url = await until('the server', () => /listening at (http:\S+)/.exec(fs.readFileSync(path.join(this.root, 'log'), 'utf8'))?.[1]);
    await sleep(ageS * 1000);
    this.worker = this.startWorker('one');
    const args = ['-re', '-i', '{input.main}', '-c', 'copy', '{output.a.mp4}'];
    const answer = await this.ask('POST', '/v1/jobs', JSON.stringify(
      { version: 1, input: `${this.root}/in/clip.mp4`, output: `${this.root}/out/job/`, tasks: [{ key: 'one', args }] }));
    this.job = answer.job.id;
    await until('the first start', () => listEncoders(this.root)[0]);
    await sleep(3000);
  }
  startWorker(name) {
    return this.#spawn(['worker', '--server', this.url, '--key-file', `${this.state}/server.key`, '--state', path.join(this.root, name)]);
  }
  ask(method, where, body) {
    return new Promise((resolve, reject) => {
      const request = http.request({ socketPath: `${this.state}/mpegflow.sock`, method, path: where,
        headers: { Host: 'localhost', 'Content-Type': 'application/json' } }, (response) => {
        let text = '';
        response.on('data', (part) => (text += part)).on('end', () => resolve(JSON.parse(text)));
      });
      request.on('error', reject).end(body);
    });
  }
  /** Seconds from now until another attempt's encoder runs. */
  async waitForSecondStart(patienceMs) {
    const from = Date.now();
    const first = this.attempt;
    await until('the second start', () => listEncoders(this.root).some((one) => one.attempt !== first), patienceMs);
    return (Date.now() - from) / 1000;
  }
  get attempt() {
    return listEncoders(this.root)[0]?.attempt;
  }
  async attempts() {
    const { tasks } = await this.ask('GET', `/v1/jobs/${this.job}`);
    return tasks.find((task) => task.key === 'one').attempts;
  }
  end() {
    clearInterval(this.timer);
    for (const child of this.#children) child.kill('SIGKILL');
  }
}

const rows = [];
const faults = [];
async function run(name, what, seconds, act, ageS = 0) {
  const experiment = new Experiment(name);
  try {
    await experiment.start(seconds, ageS);
    const { second, limit } = await act(experiment);
    rows.push({ what, second, limit, most: experiment.mostEncoders });
    if (second !== null && second > limit) faults.push(`${what}: ${second} s`);
    if (experiment.mostEncoders > 1) faults.push(`${what}: ${experiment.mostEncoders} encoders at once`);
  } catch (error) {
    faults.push(`${what}: ${error.message}; see ${experiment.root}/log`);
  } finally {
    experiment.end();
  }
}

await Promise.all([
  run('restarted', 'worker killed, started again at once', 60, async (it) => {
    const waiting = it.waitForSecondStart();
    it.worker.kill('SIGKILL');
    it.startWorker('one');
    return { second: await waiting, limit: 2 };
  }),
  run('gone', 'worker and all that it ran killed for good, another waits', 60, async (it) => {
    it.startWorker('two');
    const waiting = it.waitForSecondStart((TTL_S + 60) * 1000);
    const killed = listAttemptProcesses(it.root);
    it.worker.kill('SIGKILL');
    for (const { pid } of killed) try { process.kill(pid, 'SIGKILL'); } catch { /* it went with another */ }
    return { second: await waiting, limit: TTL_S + SWEEP_S };
  }, 2 * TTL_S),  // a younger server judges nobody by silence
  run('long', `nobody killed, the task takes ${LONG_S} s`, LONG_S, async (it) => {
    const state = await until('the end', async () => {
      const { job } = await it.ask('GET', `/v1/jobs/${it.job}`);
      return ['queued', 'running'].includes(job.state) ? null : job.state;
    }, (LONG_S + 60) * 1000);
    if (state !== 'succeeded') faults.push(`the long task's job is ${state}`);
    if (await it.attempts() !== 1) faults.push(`the long task had ${await it.attempts()} attempts`);
    return { second: null, limit: null };
  }),
]);

console.log('| what | second start after, s | at most | encoders at once |\n|---|---|---|---|');
for (const { what, second, limit, most } of rows)
  console.log(`| ${what} | ${second === null ? 'none' : second.toFixed(2)} | ${limit ?? ''} | ${most} |`);
for (const fault of faults) console.error(`lost_worker: ${fault}`);
if (faults.length === 0) fs.rmSync(root, { recursive: true, force: true });
process.exit(faults.length > 0 ? 1 : 0);
