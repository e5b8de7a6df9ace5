#!/usr/bin/env node
// tools/input_page.mjs [--program FILE] [--only | --add | --check] [--resume] [FILE...]: runs a ladder on clips of every awkward
// kind, which tools/make_input_clips makes once, and on each FILE of real footage; has tools that are not ours judge what
// came out; writes docs/inputs.md, with one contact sheet per source in docs/images/inputs; rows of footage that is not
// given stay. With --only it takes the FILEs alone and prints their rows; with --add it takes them alone and puts their
// rows into the page that is there, in place of those of the same name or at the end; with --resume it takes the rows of
// the run before, where there are some. With --check the FILEs are names of made clips: exit code 1 if their rows or sheets
// are not those of the page, 77 if a judge is missing; with MPEGFLOW_ACCEPT=1 the page is made anew instead, and that is 77.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

process.chdir(path.join(path.dirname(fileURLToPath(import.meta.url)), '..'));
const options = { program: 'build/release/mpegflow', only: false, add: false, check: false, resume: false };
const footage = [];
for (let at = 2; at < process.argv.length; ++at) {
  if (process.argv[at] === '--program') options.program = process.argv[++at];
  else if (process.argv[at] === '--only') options.only = true;
  else if (process.argv[at] === '--add') options.add = true;
  else if (process.argv[at] === '--check') options.check = true;
  else if (process.argv[at] === '--resume') options.resume = true;
  else footage.push(process.argv[at]);
}

const IS_MADE_ANEW = !options.check || process.env.MPEGFLOW_ACCEPT === '1';
const GENTLY = IS_MADE_ANEW ? ['nice', '-n', '10'] : ['env']; // a test is waited for
const NOTHING_SAID = 77; // ctest calls it skipped
const WORK = IS_MADE_ANEW ? 'build/inputs' : fs.mkdtempSync(path.join(os.tmpdir(), 'mpegflow-inputs-'));
const PAGE = 'docs/inputs.md';
const FOOTAGE = 'Real footage';
const PICTURES = options.only || !IS_MADE_ANEW ? `${WORK}/sheets` : 'docs/images/inputs';
const GROUPS = [['Pictures', 'Pictures'], ['Sound', 'Sound, text and other streams'], ['Time', 'Time'],
  ['Containers', 'Containers and codecs']];
const INTRO = `# Sources and what becomes of them

Made by \`tools/input_page.mjs\`: the ladder \`hls-h264\` on each source. What came out was looked at with tools that are
not ours: ffprobe counted frames and times, which are held against those of the source; hls-parser in strict mode,
m3u8-parser and mp4box.js read playlists and segments (\`tests/judges/hls_judge.mjs\`); mediainfo read each rendition;
Chromium played the master playlist to its end. The sheets show the source as FFmpeg itself shows it, HDR as if it
were none, and below it the rungs. Clips of 240 lines have one rung; \`large.mp4\` has four.

Each clip is made by \`tools/make_input_clips\`. The test \`InputPage.*\` makes some of the rows again and holds them and
their sheets against these; the same is checked piece by piece in \`tests/e2e/inputs\`. The real footage is from the Debian
packages forensics-samples-files, python3-imageio, python3-mecavideo, opencv-doc and renpy-demo.
`;
const CLOSING = `
## Cut by \`ffmpeg -ss … -c copy\`

Such an MP4 may begin in the middle of a frame, and its edit list says so. FFmpeg leaves that frame out and shows the next
whole one in its place, up to 40 ms before its sound at 25 frames per second. mpegflow looks past the edit list and gives
the frames their own times again, so that picture and sound are as far apart as they were before the cut; a note says by
how much the first frame comes after the sound.
`;
const BOX = { width: 128, height: 72 };
const environment = { ...process.env, MPEGFLOW_STATE: path.resolve(WORK, 'state') };

function ask(program, ...argv) {
  const done = spawnSync(program, argv, { encoding: 'utf8', env: environment, maxBuffer: 1 << 28 });
  return { ok: done.status === 0, out: done.stdout ?? '', err: done.stderr ?? '' };
}

// When each frame of a stream is shown, in that order; those that say no time are last.
function timesOf(file, stream) {
  const { out } = ask('ffprobe', '-v', 'error', '-select_streams', stream, '-show_entries',
    'frame=best_effort_timestamp_time', '-of', 'csv=p=0', file);
  const lines = out.split('\n').filter((line) => /^(-?[0-9]|N)/.test(line));
  return lines.map((line) => (line.startsWith('N') ? Infinity : parseFloat(line))).sort((a, b) => a - b);
}

// The largest difference in ms of two lists of times, both moved to begin at 0.
function compareTimes(source, rung) {
  let largest = 0;
  for (let i = 0; i < Math.min(source.length, rung.length); ++i)
    if (Number.isFinite(source[i])) largest = Math.max(largest, Math.abs(source[i] - source[0] - rung[i] + rung[0]));
  return (1000 * largest).toFixed(1);
}

// First, middle and last picture side by side, each in a box.
function drawRow(file, stream, count, into) {
  const picked = [0, Math.floor(count / 2), count - 1].map((n) => `eq(n,${n})`).join('+');
  const { width, height } = BOX;
  return ask('ffmpeg', '-nostdin', '-v', 'error', '-y', '-i', file, '-map', `0:${stream}`, '-vf',
    `select='${picked}',scale='max(iw*sar,2)':ih,setsar=1,scale=${width}:${height}:force_original_aspect_ratio=decrease,` +
    `pad=${width}:${height}:-1:-1:color=0x405060,tile=3x1:padding=2`, '-frames:v', '1', into).ok;
}

function drawSheet(rows, into) {
  const inputs = rows.flatMap((row) => ['-i', row]);
  const graph = rows.length > 1 ? `vstack=inputs=${rows.length}` : 'null';
  ask('ffmpeg', '-nostdin', '-v', 'error', '-y', ...inputs, '-filter_complex', graph, '-q:v', '6', into);
}

function join(folder, key) {
  const file = `${folder}-${key}.mp4`;
  const segments = fs.readdirSync(path.join(folder, key)).filter((name) => name.endsWith('.m4s')).sort();
  fs.writeFileSync(file, Buffer.concat(['init.mp4', ...segments].map((name) => fs.readFileSync(path.join(folder, key, name)))));
  return file;
}

// What mediainfo sees that is not what was planned; nothing if all is right.
function askMediainfo(file, expected) {
  const { out } = ask('mediainfo', '--Output=JSON', file);
  const tracks = JSON.parse(out).media?.track ?? [];
  const track = tracks.find((one) => one['@type'] === expected.type);
  if (!track) return [`no ${expected.type} track`];
  const faults = [];
  for (const [key, value] of Object.entries(expected.fields))
    if (String(track[key]) !== String(value)) faults.push(`${key} ${track[key]}, not ${value}`);
  return faults;
}

function ffprobeOf(file) {
  const { out } = ask('ffprobe', '-v', 'error', '-show_streams', '-count_packets', '-of', 'json', file);
  return JSON.parse(out).streams[0];
}

// The one line that says why a job did not succeed.
function whyNot(said) {
  const line = said.split('\n').find((one) => /^\S+ failed: /.test(one)) ?? said.trim().split('\n').at(-1);
  return line.trim();
}

// The newest job of that output: another run of this tool may have made others since.
function jobOf(folder) {
  const { jobs } = JSON.parse(ask(options.program, 'job', 'list', '--json').out);
  const { id } = jobs.find((one) => one.output_uri === String(pathToFileURL(path.resolve(folder))));
  return JSON.parse(ask(options.program, 'job', 'show', id, '--json').out);
}

function lookAt(source) {
  const name = path.basename(source);
  const folder = path.join(WORK, 'out', name);
  const ran = ask(...GENTLY, options.program, 'run', '--quiet', '--again', '--ladder', 'hls-h264', source, '-o', folder);
  if (!ran.ok) return { name, refused: whyNot(ran.out + ran.err) };
  const job = jobOf(folder);
  const stream = job.tasks.find((task) => task.params.kind === 'video').params.stream_index;
  const times = timesOf(source, String(stream));
  const rows = [path.join(WORK, 'row-source.png')];
  drawRow(source, stream, times.length, rows[0]);
  const rungs = [], mediainfo = [];
  const listed = fs.readFileSync(path.join(folder, 'master.m3u8'), 'utf8');
  for (const key of [...listed.matchAll(/^([^#\n]+)\/index\.m3u8$/gm)].map((match) => match[1])) {
    const file = join(folder, key);
    const rung = timesOf(file, 'v:0');
    const probed = ffprobeOf(file);
    const [top, bottom] = probed.avg_frame_rate.split('/').map(Number);
    rungs.push(`${probed.width}×${probed.height} at ${(top / bottom).toFixed(3)}: ${rung.length} of ${times.length} frames, ` +
      `${compareTimes(times, rung)} ms`);
    mediainfo.push(...askMediainfo(file, { type: 'Video', fields: { Format: 'AVC', Width: probed.width, Height: probed.height } }));
    const row = path.join(WORK, `row-${key}.png`);
    drawRow(file, 0, rung.length, row);
    rows.push(row);
  }
  for (const task of job.tasks.filter((one) => one.params.kind === 'audio'))
    mediainfo.push(...askMediainfo(join(folder, task.key), { type: 'Audio', fields: { Format: 'AAC', SamplingRate: 48000 } }));
  const sheet = `${name.replace(/[^A-Za-z0-9]+/g, '-')}.jpg`;
  drawSheet(rows, path.join(PICTURES, sheet));
  const judged = ask('node', 'tests/judges/hls_judge.mjs', folder);
  const faults = judged.ok ? [] : JSON.parse(judged.out).faults;
  return { name, folder, notes: job.notes, rungs, mediainfo, faults, sheet };
}

// Plays all of them in one browser.
function playAll(rows) {
  const plays = rows.filter((row) => row.folder).map((row) => `whole:${row.name}/master.m3u8`);
  if (plays.length === 0) return;
  const { out, err } = ask('node', 'tests/judges/play.mjs', path.join(WORK, 'out'), ...plays);
  const verdicts = new Map((out ? JSON.parse(out).plays : []).map((one) => [one.play, one]));
  for (const row of rows.filter((one) => one.folder)) {
    const verdict = verdicts.get(`whole:${row.name}/master.m3u8`);
    row.played = verdict?.ok ? '' : (verdict?.faults.join('; ') ?? err.trim());
  }
}

const cell = (text) => text.replaceAll('|', '/').replaceAll('\n', ' ');
const said = (faults) => (faults.length ? `**${cell(faults.join('; '))}**` : 'passed');

function toLine(row) {
  if (row.refused) return `| ${row.name} | **refused**: ${cell(row.refused)} | | | | | |`;
  return `| ${row.name} | ${row.notes.map(cell).join('<br>') || '—'} | ${row.rungs.join('<br>')} | ${said(row.faults)} | ` +
    `${said(row.mediainfo)} | ${row.played ? `**${cell(row.played)}**` : 'to the end'} | ![](images/inputs/${row.sheet}) |`;
}

const HEAD = `| source | notes of the job | ffprobe: rungs, frames, largest error of a time | HLS parsers, mp4box.js | mediainfo | Chromium plays it | first, middle, last: source, then rungs |
|---|---|---|---|---|---|---|`;

// `tables`: titles and the lines of each.
function writePage(tables) {
  const texts = tables.map(([title, lines]) => `## ${title}\n\n${HEAD}\n${lines.join('\n')}\n`);
  fs.writeFileSync(PAGE, `${INTRO}\n${texts.join('\n')}${CLOSING}`);
}

function readPage() {
  const sections = fs.readFileSync(PAGE, 'utf8').split(/^## /m).slice(1);
  return sections.filter((section) => section.includes(HEAD)).map((section) => [
    section.split('\n', 1)[0],
    section.split('\n').filter((line) => line.startsWith('| ') && !HEAD.includes(line)),
  ]);
}

function addToPage(rows) {
  const tables = readPage();
  for (const row of rows) {
    const isIts = (line) => line.startsWith(`| ${row.name} |`);
    const [, lines] = tables.find(([, all]) => all.some(isIts)) ?? tables.find(([title]) => title === FOOTAGE);
    const at = lines.findIndex(isIts);
    lines.splice(at < 0 ? lines.length : at, at < 0 ? 0 : 1, toLine(row));
  }
  writePage(tables);
}

// How alike two sheets are, 0 to 1; 0 if they differ in size.
function similarityOf(one, other) {
  const { err } = ask('ffmpeg', '-nostdin', '-hide_banner', '-i', one, '-i', other, '-lavfi', 'ssim', '-f', 'null', '-');
  return parseFloat(/ All:([0-9.]+)/.exec(err)?.[1] ?? '0');
}

function makeClips(...names) {
  const made = ask(...GENTLY, 'tools/make_input_clips', `${WORK}/in`, ...names);
  if (!made.ok) throw new Error(`tools/make_input_clips: ${made.err}`);
  const listed = GROUPS.map(([group]) => fs.readdirSync(`${WORK}/in/${group}`).sort().map((name) => `${WORK}/in/${group}/${name}`));
  return Object.fromEntries(GROUPS.map(([group], at) => [group, listed[at]]));
}

// What the page does not say of the rows of these clips.
function checkPage(names) {
  const lines = readPage().flatMap(([, all]) => all);
  const rows = Object.values(makeClips(...names)).flat().map(lookAt);
  playAll(rows);
  const faults = names.filter((name) => !rows.some((row) => row.name === name)).map((name) => `no clip is called ${name}`);
  for (const row of rows) {
    const line = toLine(row);
    const said = lines.find((one) => one.startsWith(`| ${row.name} |`));
    if (said !== line) faults.push(`${row.name} came out as\n  ${line}\nand ${PAGE} says\n  ${said ?? 'nothing'}`);
    const alike = row.sheet ? similarityOf(path.join(PICTURES, row.sheet), path.join('docs/images/inputs', row.sheet)) : 1;
    if (alike < 0.95) faults.push(`${row.name}: the pictures are like those of its sheet by ${alike} of 1`);
  }
  return faults;
}

function whatIsMissing() {
  if (!fs.existsSync('tests/judges/node_modules')) return 'tools/install_judges brings the judges';
  return ['mediainfo', 'chromium', 'ffprobe'].find((program) => !ask('which', program).ok);
}

fs.mkdirSync(path.join(WORK, 'out'), { recursive: true });
fs.mkdirSync(PICTURES, { recursive: true });
const ROWS = `${WORK}/rows.json`;
const known = options.resume && fs.existsSync(ROWS) ? JSON.parse(fs.readFileSync(ROWS, 'utf8')) : {};
const lookAtAll = (files) => files.map((file) => {
  const name = path.basename(file);
  if (known[name]) return known[name];
  const row = lookAt(file);
  if (!options.only) fs.writeFileSync(ROWS, JSON.stringify(Object.assign(known, { [name]: row }), null, 1));
  console.error(row.refused ? `${row.name}: ${row.refused}` : `${row.name}: ${row.rungs.join(', ')}`);
  return row;
});
if (!IS_MADE_ANEW) {
  const missing = whatIsMissing();
  const faults = missing ? [] : checkPage(footage);
  fs.rmSync(WORK, { recursive: true, force: true });
  console.log(missing ? `missing: ${missing}` : faults.join('\n') || `${PAGE} holds for ${footage.join(', ')}`);
  process.exit(missing ? NOTHING_SAID : Number(faults.length > 0));
}
if (options.only) {
  const rows = lookAtAll(footage);
  playAll(rows);
  console.log(rows.map(toLine).join('\n'));
} else if (options.add) {
  const rows = lookAtAll(footage);
  playAll(rows);
  addToPage(rows);
} else {
  const given = options.check ? [] : footage;
  const kept = readPage().filter(([title]) => title === FOOTAGE && given.length === 0);
  const clips = makeClips();
  const tables = GROUPS.map(([group, title]) => [title, lookAtAll(clips[group])]);
  if (given.length) tables.push([FOOTAGE, lookAtAll(given)]);
  playAll(tables.flatMap(([, rows]) => rows));
  writePage([...tables.map(([title, rows]) => [title, rows.map(toLine)]), ...kept]);
  if (options.check) process.exit(NOTHING_SAID);
}
