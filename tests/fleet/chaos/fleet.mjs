// The server and its workers: real processes, each with a supervisor that starts it again.

import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

class Supervised {
  child = null;
  isWanted = true;
  isStruck = false;
  killedAt = 0;

  constructor(name, root, argv, environment) {
    Object.assign(this, { name, root, argv, environment });
  }
  start() {
    const log = fs.openSync(path.join(this.root, `${this.name}.log`), 'a');
    this.child = spawn(this.argv[0], this.argv.slice(1), {
      env: { ...process.env, ...this.environment }, stdio: ['ignore', 'ignore', log],
    });
    fs.closeSync(log);
    this.killedAt = 0;
    const child = this.child;
    this.ended = new Promise((resolve) => child.on('exit', (code, signal) => resolve({ code, signal })));
    // What gives up by itself, on a full disk say, is started again as systemd would.
    this.ended.then(async () => {
      await sleep(500);
      if (this.isWanted && !this.isStruck && this.child === child) this.start();
    });
  }
  get isAlive() {
    return this.child !== null && this.child.exitCode === null && this.child.signalCode === null;
  }
  signal(name) {
    return this.isAlive && this.child.kill(name);
  }
  /** As power goes: nobody is told. It is started again after `ms`. */
  async killAndRestart(ms) {
    if (!this.isAlive) return false;
    this.isStruck = true;
    this.child.kill('SIGKILL');
    await this.ended;
    this.killedAt = Date.now();
    await sleep(ms);
    this.isStruck = false;
    if (this.isWanted) this.start();
    return true;
  }
  async end() {
    this.isWanted = false;
    if (!this.isAlive) return null;
    this.child.kill('SIGCONT');
    this.child.kill('SIGTERM');
    const ended = await Promise.race([this.ended, sleep(40_000)]);
    if (!ended) this.child.kill('SIGKILL');
    return ended ?? { signal: 'SIGKILL' };
  }
}

const DISK_BYTES = 96 << 20;

/** A disk of its own for what one process keeps, which can be full for a while. */
export class SmallDisk {
  #folder;
  #filler;

  /** Null if this user may not mount. */
  static mount(folder) {
    fs.mkdirSync(folder, { recursive: true });
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_BYTES},mode=700`, 'tmpfs', folder], { stdio: 'ignore' });
    } catch {
      return null;
    }
    const disk = new SmallDisk();
    disk.#folder = folder;
    disk.#filler = path.join(folder, 'filler');
    return disk;
  }
  fill() {
    const filler = fs.openSync(this.#filler, 'w');
    const part = Buffer.alloc(1 << 16);
    try {
      for (;;) fs.writeSync(filler, part);
    } catch {
      // That was the last byte.
    }
    fs.closeSync(filler);
  }
  free() {
    fs.rmSync(this.#filler, { force: true });
  }
  unmount() {
    try {
      execFileSync('umount', ['--lazy', this.#folder], { stdio: 'ignore' });
    } catch {
      // It goes with the machine.
    }
  }
}

export class Fleet {
  constructor(root, program, network, ttl) {
    Object.assign(this, { root, network });
    this.state = path.join(root, 'state');
    this.disks = network.hosts.map((_, i) => SmallDisk.mount(path.join(root, `w${i}`)));
    this.serverDisk = SmallDisk.mount(this.state);
    this.server = new Supervised(
      'server', root,
      [program, 'serve', '--no-worker', '--listen', network.listen, '--root', `${root}/in:${root}/out`],
      { MPEGFLOW_STATE: this.state, MPEGFLOW_WORKER_TTL: `${ttl}s`, MPEGFLOW_LOG: 'info' });
    this.workers = network.hosts.map((host, i) => new Supervised(
      `w${i}`, root,
      [...host.prefix(), program, 'worker', '--server', host.url(network.port), '--key-file',
        `${this.state}/server.key`, '--state', path.join(root, `w${i}`), '--slots', '2', '--min-free', '16MiB'],
      { MPEGFLOW_LOG: 'info' }));
  }

  async start() {
    this.server.start();
    for (let i = 0; i < 300 && !(await this.ask('GET', '/readyz')); ++i) await sleep(100);
    for (const worker of this.workers) worker.start();
  }

  close() {
    for (const disk of [...this.disks, this.serverDisk]) disk?.unmount();
  }

  /** Over the local socket. Null if nobody answered, or not well. */
  ask(method, where, body, headers = {}) {
    return new Promise((resolve) => {
      const request = http.request(
        { socketPath: `${this.state}/mpegflow.sock`, method, path: where, headers: { Host: 'localhost', ...headers }, timeout: 10_000 },
        (response) => {
          let text = '';
          response.on('data', (part) => (text += part)).on('error', () => resolve(null));
          response.on('end', () => resolve(response.statusCode < 300 ? { text } : null));
        });
      request.on('error', () => resolve(null)).on('timeout', () => request.destroy());
      request.end(body);
    });
  }

  /** Until it is acknowledged, with the same key each time. Gives the job's id, null once it is too late. */
  async submit(key, spec, until) {
    const headers = { 'Content-Type': 'application/json', 'Idempotency-Key': key };
    while (Date.now() < until) {
      const answer = await this.ask('POST', '/v1/jobs', JSON.stringify(spec), headers);
      if (answer) return JSON.parse(answer.text).job.id;
      await sleep(200);
    }
    return null;
  }

  async stateOf(job) {
    const answer = await this.ask('GET', `/v1/jobs/${job}`);
    return answer ? JSON.parse(answer.text).job.state : null;
  }
}

export function makeClip(file, seconds) {
  execFileSync('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', `testsrc2=size=320x180:rate=25:duration=${seconds}`,
    '-f', 'lavfi', '-i', `sine=duration=${seconds}`, '-shortest', '-c:v', 'libx264', '-preset', 'ultrafast', '-c:a', 'aac', file]);
}
