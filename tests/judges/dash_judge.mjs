#!/usr/bin/env node
// node tests/judges/dash_judge.mjs DIR: judges DIR/manifest.mpd with a reader that is not ours: it is
// parsed, every segment it names is there and lasts as long as the HLS playlist beside it says, and its text says what
// the segments of text beside it say.
// Prints a JSON verdict {ok, faults, playlists} and exits 0 or 1.
import fs from 'node:fs';
import path from 'node:path';
import * as HLS from 'hls-parser';
import { parse } from 'mpd-parser';

const faults = [];
const fault = (where, text) => faults.push(`${where}: ${text}`);
const BASE = 'http://dash.test/';

function judgePlaylist(root, name, playlist) {
  const fileOf = (uri) => path.join(root, decodeURIComponent(new URL(uri).pathname));
  const segments = playlist.segments;
  if (!segments.length) return fault(name, 'has no segments');
  for (const segment of segments) {
    if (!fs.existsSync(fileOf(segment.resolvedUri))) fault(name, `${segment.resolvedUri} is missing`);
    if (!fs.existsSync(fileOf(segment.map.resolvedUri))) fault(name, `${segment.map.resolvedUri} is missing`);
  }
  const folder = path.dirname(fileOf(segments[0].resolvedUri));
  const listed = HLS.parse(fs.readFileSync(path.join(folder, 'index.m3u8'), 'utf8')).segments;
  if (listed.length !== segments.length)
    return fault(name, `has ${segments.length} segments, the HLS playlist ${listed.length}`);
  listed.forEach((one, i) => {
    if (!(Math.abs(one.duration - segments[i].duration) <= 1e-4))
      fault(name, `segment ${i + 1} lasts ${segments[i].duration}, in HLS ${one.duration}`);
    if (path.join(folder, one.uri) !== fileOf(segments[i].resolvedUri))
      fault(name, `segment ${i + 1} is ${segments[i].resolvedUri}, in HLS ${one.uri}`);
  });
  return { name, segments: segments.length, codecs: playlist.attributes.CODECS, bandwidth: playlist.attributes.BANDWIDTH,
    resolution: playlist.attributes.RESOLUTION };
}

// The cues of WebVTT, each as its times and lines.
const cuesOf = (text) => text.split(/\n{2,}/).map((block) => block.trim()).filter((block) => block.includes(' --> '));

function judgeText(root, name, playlist) {
  const [file, ...more] = playlist.segments.map((one) => path.join(root, decodeURIComponent(new URL(one.resolvedUri).pathname)));
  if (more.length || !fs.existsSync(file)) return fault(name, `is not the one file ${file}`);
  const text = fs.readFileSync(file, 'utf8');
  if (!text.startsWith('WEBVTT\n')) fault(name, 'is no WebVTT');
  if (text.includes('X-TIMESTAMP-MAP')) fault(name, 'has a time map, which is HLS alone');
  const folder = path.dirname(file);
  const listed = HLS.parse(fs.readFileSync(path.join(folder, 'index.m3u8'), 'utf8')).segments;
  const segments = listed.flatMap((one) => cuesOf(fs.readFileSync(path.join(folder, one.uri), 'utf8')));
  const cues = cuesOf(text);
  if (JSON.stringify(cues) !== JSON.stringify([...new Set(segments)])) fault(name, `says ${cues.join(' / ')}, the segments ${segments.join(' / ')}`);
  return { name, cues: cues.length, bandwidth: playlist.attributes.BANDWIDTH };
}

function judge(root) {
  const text = fs.readFileSync(path.join(root, 'manifest.mpd'), 'utf8');
  const events = [];
  const manifest = parse(text, { manifestUri: BASE + 'manifest.mpd', eventHandler: ({ type, message }) => events.push({ type, message }) });
  for (const event of events) if (event.type === 'warn') fault('manifest.mpd', event.message);
  if (!manifest.endList) fault('manifest.mpd', 'is not static');
  const groups = Object.values(manifest.mediaGroups.AUDIO).flatMap((group) => Object.values(group));
  const texts = Object.entries(manifest.mediaGroups.SUBTITLES.subs ?? {});
  const all = [
    ...texts.flatMap(([label, group]) => group.playlists.map((one) => judgeText(root, `text ${label} (${group.language})`, one))),
    ...manifest.playlists.map((one) => judgePlaylist(root, one.attributes.NAME, one)),
    ...groups.flatMap((group) => group.playlists.map((one) => judgePlaylist(root, `audio ${one.attributes.NAME}`, one))),
  ];
  if (all.length === 0) fault('manifest.mpd', 'names nothing to play');
  return { all: all.filter(Boolean), duration: manifest.duration };
}

const root = path.resolve(process.argv[2] ?? '.');
let verdict = { all: [] };
try {
  verdict = judge(root);
} catch (error) {
  faults.push(String(error?.stack ?? error));
}
const ok = faults.length === 0;
console.log(JSON.stringify({ ok, faults: faults.slice(0, 100), duration: verdict.duration, playlists: verdict.all }, null, 2));
process.exit(ok ? 0 : 1);
