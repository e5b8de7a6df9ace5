// node fuzz.mjs PROGRAM OPENAPI.yaml [SEED] [ROUNDS]: starts `PROGRAM serve` and asks it for everything that the OpenAPI
// file names and much that it does not: wrong types, large and hostile bodies, wrong keys, wrong hosts, bytes that are no
// HTTP. No answer may be 5xx, every JSON answer must be valid against its schema, and the server must be alive at the end.
import { spawn, spawnSync } from "node:child_process";
import fs from "node:fs";
import http from "node:http";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const packages = path.join(path.dirname(fileURLToPath(import.meta.url)), "node_modules");
if (!fs.existsSync(packages)) process.exit(77);
const { default: Ajv2020 } = await import("ajv/dist/2020.js");
const { default: addFormats } = await import("ajv-formats");
const { default: YAML } = await import("yaml");

const [program, openapiFile, seedText = "1", roundsText = "12"] = process.argv.slice(2);
let state = Number(seedText) >>> 0 || 1;
const draw = (n) => {
  state ^= state << 13; state >>>= 0;
  state ^= state >>> 17;
  state ^= state << 5; state >>>= 0;
  return state % n;
};
const pick = (list) => list[draw(list.length)];

const api = YAML.parse(fs.readFileSync(openapiFile, "utf8"));
const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats(ajv);
ajv.addSchema({ $id: "api", components: api.components });
const compiled = new Map();
const validator = (schema) => {
  const key = JSON.stringify(schema).replaceAll('"#/', '"api#/');
  if (!compiled.has(key)) compiled.set(key, ajv.compile(JSON.parse(key)));
  return compiled.get(key);
};
const resolve = (node) =>
  node?.$ref ? node.$ref.slice(2).split("/").reduce((at, part) => at[part], api) : node;

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "mpegflow-fuzz-"));
const media = path.join(folder, "media");
fs.mkdirSync(media);
fs.writeFileSync(path.join(media, "in.mp4"), "no media");
const server = spawn(program, ["serve", "--no-worker", "--state", path.join(folder, "state"), "--listen", "127.0.0.1:0",
  "--root", media], { stdio: ["ignore", "ignore", "pipe"] });
let log = "", exit = null;
server.stderr.on("data", (bytes) => (log += bytes));
const ended = new Promise((done) => server.on("exit", (code, signal) => done((exit = signal ?? code))));
const wait = (ms) => new Promise((done) => setTimeout(done, ms));
const failures = [];
const fail = (what) => { if (failures.length < 20) failures.push(what); };

const found = async () => {
  for (let i = 0; i < 600 && exit === null; ++i) {
    const at = /listening at http:\/\/127\.0\.0\.1:(\d+)/.exec(log);
    if (at) return Number(at[1]);
    await wait(50);
  }
  throw new Error("the server did not start: " + log);
};
const port = await found();
const token = fs.readFileSync(path.join(folder, "state", "server.key"), "utf8").trim();

const ask = (method, target, headers, body) => new Promise((done) => {
  let request;
  try {
    request = http.request({ host: "127.0.0.1", port, method, path: target, headers, agent: false }, (answer) => {
      const parts = [];
      answer.on("data", (part) => {
        parts.push(part);
        if (answer.headers["content-type"] === "text/event-stream") answer.destroy();
      });
      const end = () => done({ status: answer.statusCode, headers: answer.headers, body: Buffer.concat(parts).toString() });
      answer.on("end", end);
      answer.on("close", end);
      answer.on("error", end);
    });
  } catch { return done(null); } // node itself refuses to send it
  request.on("error", () => done({ status: 0, headers: {}, body: "" }));
  request.setTimeout(20000, () => { fail(`${method} ${target}: no answer`); request.destroy(); });
  if (body !== undefined) request.write(body);
  request.end();
});

const deep = "[".repeat(5000), long = "x".repeat(70000);
const words = ["", "0", "1", "-1", "99999999999999999999", "null", "a".repeat(300), "..", "%2e%2e%2f", "%00", "%ff", "%", "ä",
  "'; DROP TABLE job; --", "last", "vod", "cpu", "local", "x/y", "1767225600000000-01jg", "2026-01-01T00:00:00Z", "true"];
const values = [null, true, false, 0, -1, 1, 3.5, 1e300, 9007199254740993, "", "x", long, [], [1], {}, { a: 1 }, ["read"],
  "2026-01-01T00:00:00Z", "\u0000", "\ud800", ["read", 1], "cpu", "vod"];
const jobs = [], tasks = [];
const makePath = (pattern) => pattern.replace(/\{(\w+)\}/g, (_, name) => {
  if (name === "job" && jobs.length && draw(2)) return pick(jobs);
  if (name === "task" && tasks.length && draw(2)) return encodeURIComponent(pick(tasks));
  if (name === "lane" && draw(2)) return "vod";
  if (name === "pool" && draw(2)) return "cpu";
  if (name === "attempt" && draw(2)) return "1";
  const word = pick(words);
  return draw(3) ? encodeURIComponent(word) : word;
});
const makeQuery = (operation) => {
  const query = [];
  for (const parameter of operation.parameters ?? [])
    if (parameter.in === "query" && draw(2)) query.push(`${parameter.name}=${encodeURIComponent(pick(words))}`);
  if (!draw(6)) query.push(`${pick(["limit", "after", "zzz", "%"])}=${pick(words)}`);
  return query.length ? "?" + query.join("&") : "";
};
const spec = () => ({ version: 1, input: path.join(media, "in.mp4"), output: path.join(media, "o" + draw(1e6)), ladder: "hls-h264" });
const makeBody = (operation) => {
  const content = resolve(operation.requestBody)?.content?.["application/json"];
  if (!content && draw(8)) return undefined;
  switch (draw(9)) {
    case 0: return deep;
    case 1: return "{" + long;
    case 2: return Buffer.from([0xff, 0xfe, 0, 1, 2]);
    case 3: return JSON.stringify(pick(values));
    case 4: return "";
  }
  const schema = resolve(content?.schema) ?? {};
  const body = operation.operationId === "submitJob" && draw(4) ? spec() : {};
  for (const name of Object.keys(schema.properties ?? {})) if (draw(2)) body[name] = pick(values);
  if (!draw(4)) body[pick(["zzz", "__proto__", "scopes", "tasks", "renditions", "retry", "input"])] = pick(values);
  return JSON.stringify(body);
};
const makeHeaders = (body) => {
  const headers = {};
  const who = draw(10);
  if (who > 1) headers.Authorization = "Bearer " + token;
  if (who === 1) headers.Authorization = pick(["Bearer x", "Basic eDp5", "Bearer mpf_a_" + "0".repeat(64), "Bearer " + token.slice(0, -1)]);
  if (body !== undefined) headers["Content-Type"] = draw(8) ? "application/json" : pick(["text/plain", "application/yaml", "", "x"]);
  if (!draw(12)) headers.Host = pick(["evil.example", "", "127.0.0.1:1", "[::1", "a:b:c"]);
  if (!draw(12)) headers.Origin = pick(["http://evil.example", "null"]);
  if (!draw(6)) headers["Accept-Encoding"] = pick(["gzip;q=0", "zstd", "*", "identity;q=0, *;q=0"]);
  if (!draw(10)) headers.Range = pick(["bytes=0-", "bytes=-0", "bytes=9-1", "bytes=a", "bytes=0-1,3-4", "bytes=99999999999999999999-"]);
  if (!draw(10)) headers["If-None-Match"] = pick(["*", "x", '"a", W/"b"']);
  if (!draw(10)) headers["Idempotency-Key"] = pick(["a", "b", "x".repeat(300)]);
  return headers;
};

const check = (name, operation, answer) => {
  if (answer.status === 0) return; // cut while sending what was refused
  if (answer.status >= 500) return fail(`${name}: ${answer.status} ${answer.body.slice(0, 300)}`);
  const type = (answer.headers["content-type"] ?? "").split(";")[0];
  if (type !== "application/json" && type !== "application/problem+json") return;
  if (answer.status === 304 || answer.headers["content-encoding"] || name.startsWith("HEAD ")) return;
  const declared = resolve(operation?.responses?.[answer.status] ?? operation?.responses?.default ?? api.components.responses.Problem);
  const schema = (declared.content ?? {})[type]?.schema ?? (type.endsWith("problem+json") ? api.components.responses.Problem.content[type].schema : null);
  if (!schema) return fail(`${name}: ${answer.status} with ${type} is not in the OpenAPI file`);
  let value;
  try { value = JSON.parse(answer.body); } catch { return fail(`${name}: ${answer.status} is no JSON: ${answer.body.slice(0, 200)}`); }
  const valid = validator(schema);
  if (!valid(value)) fail(`${name}: ${answer.status} ${ajv.errorsText(valid.errors).slice(0, 300)}`);
};

const raw = (bytes) => new Promise((done) => {
  const socket = net.connect(port, "127.0.0.1", () => socket.end(bytes));
  let answer = "";
  socket.on("data", (part) => (answer += part));
  socket.on("error", () => {});
  socket.setTimeout(8000, () => socket.destroy());
  socket.on("close", () => {
    const status = Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? 0);
    if (status >= 500 && status !== 501 && status !== 505) fail(`raw ${JSON.stringify(bytes.slice(0, 60))}: ${status}`);
    done();
  });
});

let asked = 0;
const statuses = {};
const auth = { Authorization: "Bearer " + token };
for (let i = 0; i < 3; ++i) {
  const answer = await ask("POST", "/v1/jobs", { ...auth, "Content-Type": "application/json" }, JSON.stringify(spec()));
  if (answer.status !== 201) fail(`a sound spec: ${answer.status} ${answer.body}`);
  else jobs.push(JSON.parse(answer.body).job.id);
}
for (const job of jobs) {
  const answer = await ask("GET", "/v1/jobs/" + job, auth);
  check("GET /v1/jobs/{job}", api.paths["/v1/jobs/{job}"].get, answer);
  for (const task of JSON.parse(answer.body).tasks) tasks.push(task.id, `${job}/${task.key}`);
}
const methods = ["get", "post", "put", "patch", "delete", "head", "options", "trace"];
for (let round = 0; round < Number(roundsText); ++round) {
  for (const [pattern, item] of Object.entries(api.paths)) {
    for (const method of methods) {
      const operation = item[method];
      if (!operation && draw(8)) continue;
      // A key that is revoked by chance would only make the rest of the round dull.
      if (pattern === "/v1/keys/{key}" && method === "delete" && !draw(2)) continue;
      const body = makeBody(operation ?? {});
      const answer = await ask(method.toUpperCase(), makePath(pattern) + makeQuery(operation ?? {}), makeHeaders(body), body);
      if (!answer) continue;
      ++asked;
      statuses[answer.status] = (statuses[answer.status] ?? 0) + 1;
      check(`${method.toUpperCase()} ${pattern}`, operation, answer);
      if (exit !== null) break;
    }
  }
  await raw(pick(["\r\n\r\n", "GET / HTTP/1.1\r\n\r\n", "GET /\x00 HTTP/1.1\r\nHost: a\r\n\r\n", "\x16\x03\x01\x00\xff", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n",
    "POST /v1/jobs HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n", "GET / HTTP/1.1\r\n" + "A: b\r\n".repeat(3000), "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".repeat(20)]));
}
const metrics = exit === null ? await ask("GET", "/metrics", auth) : null;
const judged = metrics && spawnSync("promtool", ["check", "metrics"], { input: metrics.body });
if (judged && !judged.error && (judged.status !== 0 || judged.stderr.length)) fail(`promtool: ${judged.stdout}${judged.stderr}`);
const last = exit === null ? await ask("GET", "/readyz", {}) : null;
if (last?.status !== 200) fail(`the server is not alive at the end (${exit}): ${log.slice(-500)}`);
server.kill("SIGTERM");
await ended;
if (exit !== 0) fail(`the server ended with ${exit}: ${log.slice(-500)}`);
if (/ bug | bug:|"bug"/.test(log)) fail(`the server met a bug: ${log.slice(-500)}`);
fs.rmSync(folder, { recursive: true, force: true });
console.log(`seed ${seedText}: ${asked} requests, ${JSON.stringify(statuses)}, ${failures.length} failures`);
for (const failure of failures) console.log("  " + failure);
process.exit(failures.length ? 1 : 0);
