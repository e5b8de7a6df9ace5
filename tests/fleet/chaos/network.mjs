// The hosts: a network namespace each, beside the server's, or where that is not allowed, a proxy each on this machine.

import { execFileSync } from 'node:child_process';
import net from 'node:net';
import { Transform } from 'node:stream';

function run([program, ...words]) {
  execFileSync(program, words, { stdio: ['ignore', 'ignore', 'pipe'] });
}
const ip = (...words) => run(['ip', ...words]);

/** A network of this run's own: what a run left that was killed is in the way of no other. */
const NETWORK = `10.99.${1 + (process.pid % 254)}`;

/** What a slow link lets through, each way. */
const SLOW = { delayMs: 400, kilobytesPerSecond: 64 };

/** A host that reaches the server over a link which can be cut: nothing comes through, and nobody is told. */
class NamespaceHost {
  constructor(tag, number) {
    this.space = `mf${tag}w${number}`;
    this.#link = `mf${tag}v${number}`;
    this.#bridge = `mf${tag}b`;
    this.#address = `${NETWORK}.${number + 10}/24`;
  }
  #link;
  #bridge;
  #address;

  open() {
    ip('netns', 'add', this.space);
    ip('link', 'add', this.#link, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', this.space);
    ip('link', 'set', this.#link, 'master', this.#bridge, 'up');
    ip('-n', this.space, 'addr', 'add', this.#address, 'dev', 'eth0');
    ip('-n', this.space, 'link', 'set', 'eth0', 'up');
    ip('-n', this.space, 'link', 'set', 'lo', 'up');
  }
  cut() {
    ip('link', 'set', this.#link, 'down');
  }
  heal() {
    ip('link', 'set', this.#link, 'up');
  }
  /** False if this kernel cannot hold back what goes over a link. */
  slow() {
    try {
      for (const end of this.#ends())
        run([...end.inside, 'tc', 'qdisc', 'replace', 'dev', end.link, 'root', 'tbf', 'rate',
          `${SLOW.kilobytesPerSecond * 8}kbit`, 'burst', '16kb', 'latency', '2s']);
      return true;
    } catch {
      this.hasten();
      return false;
    }
  }
  hasten() {
    for (const end of this.#ends()) {
      try {
        run([...end.inside, 'tc', 'qdisc', 'del', 'dev', end.link, 'root']);
      } catch {
        // It is not slow.
      }
    }
  }
  #ends() {
    return [{ inside: [], link: this.#link }, { inside: this.prefix(), link: 'eth0' }];
  }
  close() {
    try {
      ip('netns', 'del', this.space);
    } catch {
      // It goes with the machine.
    }
  }
  prefix() {
    return ['ip', 'netns', 'exec', this.space];
  }
  url(port) {
    return `http://${NETWORK}.1:${port}`;
  }
}

/** Passes on what comes as a slow link does. */
function makeBrake() {
  return new Transform({
    transform(part, _, done) {
      setTimeout(() => done(null, part), SLOW.delayMs + part.length / SLOW.kilobytesPerSecond);
    },
  });
}

/** The same on one machine: what comes while it is cut waits, and is never passed on. */
class ProxyHost {
  #server;
  #pairs = new Set();
  #isCut = false;
  #isSlow = false;

  open(port) {
    this.#server = net.createServer((near) => {
      if (this.#isCut) return void near.on('error', () => near.destroy());
      const far = net.connect(port, '127.0.0.1');
      const pair = [near, far];
      this.#pairs.add(pair);
      const end = () => {
        if (this.#isCut) return;
        pair.forEach((socket) => socket.destroy());
        this.#pairs.delete(pair);
      };
      pair.forEach((socket) => socket.on('error', end).on('close', end));
      this.#connect(pair);
    });
    return new Promise((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }
  #connect([near, far]) {
    if (!this.#isSlow) return void near.pipe(far).pipe(near);
    near.pipe(makeBrake()).pipe(far).pipe(makeBrake()).pipe(near);
  }
  cut() {
    this.#isCut = true;
    for (const [near, far] of this.#pairs) near.unpipe(), far.unpipe();
  }
  /** For connections from now on: those there are break, as they do when a route changes. */
  slow() {
    this.#isSlow = true;
    this.#breakAll();
    return true;
  }
  hasten() {
    this.#isSlow = false;
    this.#breakAll();
  }
  #breakAll() {
    for (const pair of this.#pairs) pair.forEach((socket) => socket.destroy());
    this.#pairs.clear();
  }
  heal() {
    this.#isCut = false;
    this.#breakAll();
  }
  close() {
    this.heal();
    this.#server?.close();
  }
  prefix() {
    return [];
  }
  url() {
    return `http://127.0.0.1:${this.#server.address().port}`;
  }
}

export class Network {
  #bridge;
  hosts = [];

  /** Namespaces if this user may make them. */
  static async open(count, port) {
    const network = new Network();
    const tag = (process.pid % 46656).toString(36);
    try {
      network.#bridge = `mf${tag}b`;
      ip('link', 'add', network.#bridge, 'type', 'bridge');
      ip('addr', 'add', `${NETWORK}.1/24`, 'dev', network.#bridge);
      ip('link', 'set', network.#bridge, 'up');
      for (let i = 0; i < count; ++i) {
        network.hosts.push(new NamespaceHost(tag, i));
        network.hosts[i].open();
      }
      network.kind = 'network namespaces';
      network.listen = `${NETWORK}.1:${port}`;
    } catch {
      network.close();
      network.hosts = Array.from({ length: count }, () => new ProxyHost());
      for (const host of network.hosts) await host.open(port);
      network.kind = 'a proxy each on one machine';
      network.listen = `127.0.0.1:${port}`;
    }
    return network;
  }

  close() {
    for (const host of this.hosts) host.close();
    try {
      ip('link', 'del', this.#bridge);
    } catch {
      // There is none.
    }
  }
}
