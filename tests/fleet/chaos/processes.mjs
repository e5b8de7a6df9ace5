// What runs, as the kernel says; nothing of it comes from the engine.

import fs from 'node:fs';

function read(file) {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

const PF_EXITING = 4, SIGKILL_BIT = 0x100n;

/** Whether it may execute another instruction of its own: not if it is stopped, or has been killed and is on its way out. */
export function isRunning(pid) {
  const fields = read(`/proc/${pid}/stat`).replace(/^.*\) /s, '').split(' ');
  if (!['R', 'S', 'D'].includes(fields[0]) || Number(fields[6]) & PF_EXITING) return false;
  const pending = read(`/proc/${pid}/status`).match(/^SigPnd:\t([0-9a-f]+)$/m);
  return pending !== null && (BigInt(`0x${pending[1]}`) & SIGKILL_BIT) === 0n;
}

/**
 * Every process whose standard error is the log of an attempt below `root`: its pid, its role and whose it is. The
 * guards write there too, so they are found by the same means.
 */
export function listAttemptProcesses(root) {
  const found = [];
  for (const pid of fs.readdirSync('/proc')) {
    if (!/^\d+$/.test(pid)) continue;
    let log;
    try {
      log = fs.readlinkSync(`/proc/${pid}/fd/2`);
    } catch {
      continue;
    }
    const match = log.startsWith(root) && log.match(/\/([^/]+)\/worker\/attempts\/([^/]+)\/work\//);
    if (!match) continue;
    const name = read(`/proc/${pid}/comm`).trim();
    const words = read(`/proc/${pid}/cmdline`).split('\0');
    const role = name === 'ffmpeg' ? 'ffmpeg' : words[1] === 'guard' ? 'guard' : name;
    found.push({ pid: Number(pid), role, worker: match[1], attempt: match[2] });
  }
  return found;
}

/** Looks at everything ten times a second, and keeps what must not be. */
export class Watch {
  #root;
  #timer;
  #tasks = new Map();
  looks = 0;
  doubles = [];
  orphans = [];
  most = 0;

  constructor(root) {
    this.#root = root;
  }

  start(deadWorkers) {
    this.#timer = setInterval(() => this.#look(deadWorkers()), 100);
  }

  stop() {
    clearInterval(this.#timer);
  }

  #taskOf({ worker, attempt }) {
    if (!this.#tasks.has(attempt)) {
      const note = read(`${this.#root}/${worker}/worker/attempts/${attempt}/attempt.json`);
      if (note === '') return attempt;
      this.#tasks.set(attempt, JSON.parse(note).task);
    }
    return this.#tasks.get(attempt);
  }

  #look(deadWorkers) {
    ++this.looks;
    const encoders = listAttemptProcesses(this.#root).filter((one) => one.role === 'ffmpeg' && isRunning(one.pid));
    this.most = Math.max(this.most, encoders.length);
    const byTask = new Map();
    for (const one of encoders) {
      const task = this.#taskOf(one);
      const others = byTask.get(task) ?? [];
      byTask.set(task, [...others, one]);
    }
    for (const [task, group] of byTask) {
      if (new Set(group.map((one) => one.attempt)).size < 2) continue;
      // The looks at one and the other are some milliseconds apart: both must be running still.
      const still = group.filter((one) => isRunning(one.pid));
      if (new Set(still.map((one) => one.attempt)).size > 1)
        this.doubles.push({ at: Date.now(), task, attempts: still.map((one) => `${one.worker} ${one.attempt}`) });
    }
    for (const one of encoders)
      if (deadWorkers.has(one.worker)) this.orphans.push({ at: Date.now(), ...one });
  }
}
