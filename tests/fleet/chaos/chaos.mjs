// tools/chaos: see there.

import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { check } from './check.mjs';
import { makeDraw } from './draw.mjs';
import { Fleet, makeClip, sleep } from './fleet.mjs';
import { Network } from './network.mjs';
import { Watch, listAttemptProcesses } from './processes.mjs';

const { values: options } = parseArgs({
  options: {
    program: { type: 'string' }, seed: { type: 'string', default: '1' }, minutes: { type: 'string', default: '1' },
    ttl: { type: 'string', default: '4' }, keep: { type: 'boolean', default: false },
  },
});
const WORKERS = 4;
const OPEN_JOBS = 5;
const PHASE_MS = 45_000;
const ORPHAN_MS = 1500;  // from the death of a worker: guards end what it ran, and a host under load is slow
const ttl = Number(options.ttl) * 1000;
const draw = makeDraw(Number(options.seed));
const root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'mpegflow-chaos-')));
const program = path.resolve(options.program);
const say = (text) => process.stderr.write(`${new Date().toISOString().slice(11, 23)} ${text}\n`);

const budget = { max: 1000, base: '100ms', cap: '500ms' };
const retry = { transient: budget, operational: budget, room: budget, lost: budget, poison_hosts: 100 };
/** Two kinds: one that takes its time and no CPU, so that much can happen to it, and a ladder with all its parts. */
function makeSpec(number) {
  const spec = { version: 1, input: `${root}/in/clip.mp4`, output: `${root}/out/job${number}/`, retry };
  if (number % 3 === 2)
    return { ...spec, renditions: [{ height: 90, preset: 'ultrafast' }, { height: 64, preset: 'ultrafast' }] };
  const args = ['-re', '-i', '{input.main}', '-c:v', 'libx264', '-preset', 'ultrafast', '-threads', '1', '-c:a', 'copy', '{output.a.mp4}'];
  return { ...spec, tasks: [{ key: 'one', args }, { key: 'two', args: [...args.slice(0, -1), '{output.b.mp4}'] }] };
}

async function findPort() {
  return new Promise((resolve) => {
    const server = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** Keeps jobs open until the end, and knows which were acknowledged. */
class Client {
  acknowledged = new Map();
  open = new Map();
  number = 0;

  async run(fleet, until) {
    while (Date.now() < until) {
      for (const [key, job] of this.open) if (await isOver(fleet, job)) this.open.delete(key);
      if (this.open.size < OPEN_JOBS) {
        const key = `chaos-${++this.number}`;
        const job = await fleet.submit(key, makeSpec(this.number), until + 60_000);
        if (job) this.acknowledged.set(key, job), this.open.set(key, job);
      } else await sleep(200);
    }
  }
}

async function isOver(fleet, job) {
  const state = await fleet.stateOf(job);
  return state !== null && !['queued', 'running', 'cancelling'].includes(state);
}

/** One blow after the other. In every second phase the server lives, so that silence is judged. */
class Nemesis {
  counts = {};
  under = new Set();  // tricks that are still to be undone

  count(what) {
    this.counts[what] = (this.counts[what] ?? 0) + 1;
  }
  async run(fleet, begin, until) {
    while (Date.now() < until) {
      const isQuiet = Math.floor((Date.now() - begin) / PHASE_MS) % 2 === 1;
      const what = draw.weighted(isQuiet ? { worker: 2, ffmpeg: 3, guard: 2, stop: 2, cut: 2, slow: 1, full: 1 }
        : { worker: 4, ffmpeg: 4, guard: 2, server: 3, cut: 1, slow: 1, full: 1 });
      const trick = this.strike(fleet, what, isQuiet).finally(() => this.under.delete(trick));
      this.under.add(trick);
      await sleep(draw.between(150, isQuiet ? 1200 : 700));
    }
    await Promise.all(this.under);
  }
  async strike(fleet, what, isQuiet) {
    const i = Math.floor(draw.between(0, WORKERS));
    const worker = fleet.workers[i];
    const pause = draw.between(0, 2000), silence = draw.between(0.3, isQuiet ? 2.5 : 1) * ttl;
    switch (what) {
      case 'server':
        if (await fleet.server.killAndRestart(pause)) this.count('kill -9 server');
        return;
      case 'worker':
        if (!worker.isBusy && (await worker.killAndRestart(pause))) this.count('kill -9 worker');
        return;
      case 'stop':
        return this.hold(worker, silence, () => worker.signal('SIGSTOP'), () => worker.signal('SIGCONT'),
          silence > ttl ? 'SIGSTOP worker, longer than the TTL' : 'SIGSTOP worker, shorter');
      case 'cut':
        return this.hold(worker, silence, () => (fleet.network.hosts[i].cut(), true), () => fleet.network.hosts[i].heal(),
          silence > ttl ? 'partition, longer than the TTL' : 'partition, shorter');
      case 'slow':
        return this.hold(worker, silence, () => fleet.network.hosts[i].slow(), () => fleet.network.hosts[i].hasten(), 'slow link');
      case 'full':
        return draw.between(0, 5) < 1 ? this.fill(fleet.server, fleet.serverDisk, silence, 'full disk of the server')
          : this.fill(worker, fleet.disks[i], silence, 'full disk of a worker');
      default: {
        const victims = listAttemptProcesses(root).filter((one) => one.role === what);
        if (victims.length === 0) return;
        try {
          process.kill(draw.oneOf(victims).pid, 'SIGKILL');
          this.count(`kill -9 ${what}`);
        } catch {
          // It has just ended by itself.
        }
      }
    }
  }
  /** Whoever has a full disk may be killed and come back to it. */
  async fill(whose, disk, ms, name) {
    if (disk === null || whose.isFull) return;
    whose.isFull = true;
    disk.fill();
    this.count(name);
    await sleep(ms);
    disk.free();
    whose.isFull = false;
  }
  async hold(worker, ms, begin, end, name) {
    if (worker.isBusy || !begin()) return;
    worker.isBusy = true;
    this.count(name);
    await sleep(ms);
    end();
    worker.isBusy = false;
  }
}

async function main() {
  fs.mkdirSync(path.join(root, 'in')), fs.mkdirSync(path.join(root, 'out'));
  makeClip(path.join(root, 'in/clip.mp4'), 3);
  const port = await findPort();
  const network = await Network.open(WORKERS, port);
  network.port = port;
  const fleet = new Fleet(root, program, network, Number(options.ttl));
  process.on('exit', () => network.close());
  const watch = new Watch(root);
  const client = new Client(), nemesis = new Nemesis();
  say(`seed ${options.seed}, ${options.minutes} min, workers in ${network.kind}, below ${root}`);
  await fleet.start();
  watch.start(() => new Set(fleet.workers.filter((worker) => worker.killedAt > 0 && Date.now() - worker.killedAt > ORPHAN_MS)
    .map((worker) => worker.name)));
  const begin = Date.now(), until = begin + Number(options.minutes) * 60_000;
  await Promise.all([client.run(fleet, until), nemesis.run(fleet, begin, until)]);

  say('calm; what is open comes to its end');
  const calm = Date.now(), patience = calm + 180_000;
  while (client.open.size > 0 && Date.now() < patience) {
    for (const [key, job] of client.open) if (await isOver(fleet, job)) client.open.delete(key);
    await sleep(200);
  }
  const calmSeconds = Math.round((Date.now() - calm) / 1000);
  const ends = await Promise.all(fleet.workers.map((worker) => worker.end()));
  await sleep(1000);
  const left = listAttemptProcesses(root);
  ends.push(await fleet.server.end());
  watch.stop();
  // What has no row is noted by the first gc, and goes with the second.
  for (const command of [['gc', '--grace', '0'], ['gc', '--grace', '0'], ['fsck']]) {
    const done = spawnSync(program, [...command, '--state', fleet.state], { encoding: 'utf8' });
    if (command[0] === 'fsck') fleet.fsck = done;
  }
  report(fleet, client, nemesis, watch, { network, left, ends, calmSeconds });
  network.close();  // a proxy that listens would keep this process
}

function report(fleet, client, nemesis, watch, { network, left, ends, calmSeconds }) {
  const { faults, jobs, tasks, outcomes } = check({ root, state: fleet.state, acknowledged: client.acknowledged });
  const rows = [
    ['jobs lost', faults.lost], ['jobs that did not succeed', faults.unpublished], ['tasks committed twice', faults.twice],
    ['outputs of a fenced attempt', faults.fenced], ['moments with two running encoders for one task', watch.doubles],
    ['orphan FFmpegs', [...watch.orphans, ...left]], ['objects and logs without a row after gc', faults.rowless],
    ['gaps in a story, leases left', faults.story],
    ['what fsck finds', fleet.fsck.status === 0 ? [] : [fleet.fsck.stdout + fleet.fsck.stderr]],
    ['processes that did not end in order', ends.filter((end) => end === null || end.code !== 0)],
  ];
  const lines = [`seed ${options.seed}, ${options.minutes} min, TTL ${options.ttl} s, ${WORKERS} workers in ${network.kind}; ` +
    `${jobs} jobs, ${tasks} tasks, attempts: ${outcomes.map((one) => `${one.n} ${one.outcome}`).join(', ')}; ` +
    `${watch.looks} looks at all processes, at most ${watch.most} FFmpegs at once; the last jobs ended ${calmSeconds} s after the last blow`,
  '', '| what was done | times |', '|---|---|',
  ...Object.entries(nemesis.counts).sort().map(([what, times]) => `| ${what} | ${times} |`),
  '', '| what must not be | times |', '|---|---|', ...rows.map(([what, found]) => `| ${what} | ${found.length} |`)];
  process.stdout.write(lines.join('\n') + '\n');
  const bad = rows.filter(([, found]) => found.length > 0);
  for (const [what, found] of bad) say(`${what}: ${JSON.stringify(found.slice(0, 5))}`);
  if (bad.length > 0 || options.keep) say(`everything is in ${root}`);
  else fleet.close(), fs.rmSync(root, { recursive: true });
  process.exitCode = bad.length > 0 ? 1 : 0;
}

await main();
