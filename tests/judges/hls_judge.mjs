#!/usr/bin/env node
// node tests/judges/hls_judge.mjs DIR: judges the HLS presentation DIR/master.m3u8 with readers that
// are not ours. Prints a JSON verdict {ok, faults, playlists} and exits 0 or 1 (2: no such folder).
// First: npm ci --prefix tests/judges
import fs from 'node:fs';
import path from 'node:path';
import * as HLS from 'hls-parser';
import { Parser as M3u8Parser } from 'm3u8-parser';
import { createFile, MP4BoxBuffer } from 'mp4box';

const EXTINF_TOLERANCE = 2e-6; // seconds: two roundings to a microsecond
const RATE_TOLERANCE = 0.001;

const faults = [];
const fault = (where, text) => faults.push(`${where}: ${text}`);

// The file a URI of `from` (a playlist's path) means; only relative URIs inside the folder are right.
function resolve(root, from, uri) {
  if (/^[a-z][a-z0-9+.-]*:|^\//i.test(uri)) fault(from, `URI is not relative: ${uri}`);
  const file = path.resolve(path.dirname(from), decodeURIComponent(uri.split(/[?#]/)[0]));
  if (!file.startsWith(root + path.sep)) fault(from, `URI leaves the folder: ${uri}`);
  return file;
}

function parseStrictly(file) {
  const text = fs.readFileSync(file, 'utf8');
  const second = new M3u8Parser();
  second.on('warn', (event) => fault(file, `m3u8-parser: ${event.message}`));
  second.push(text);
  second.end();
  HLS.setOptions({ strictMode: true });
  return { text, first: HLS.parse(text), second: second.manifest };
}

// The boxes at a file's top level; they must fill it exactly.
function listBoxes(file) {
  const bytes = fs.readFileSync(file);
  const types = [];
  let at = 0;
  while (at + 8 <= bytes.length) {
    const size = bytes.readUInt32BE(at);
    types.push(bytes.toString('latin1', at + 4, at + 8));
    at += size === 1 ? Number(bytes.readBigUInt64BE(at + 8)) : Math.max(size, 8);
  }
  if (at !== bytes.length) fault(file, `its boxes need ${at} bytes, it has ${bytes.length}`);
  return types.join(' ');
}

// All samples of init + segments as mp4box sees them, by segment.
function readSamples(initFile, segmentFiles) {
  const movie = createFile();
  let failure = null;
  let position = 0;
  movie.onError = (module, message) => { failure = `${module}: ${message}`; };
  const append = (file) => {
    const bytes = fs.readFileSync(file);
    movie.appendBuffer(MP4BoxBuffer.fromArrayBuffer(
      bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length), position));
    position += bytes.length;
  };
  append(initFile);
  const trackCount = movie.moov?.traks.length ?? 0;
  if (trackCount !== 1) throw new Error(`init segment has ${trackCount} tracks`);
  const trak = movie.moov.traks[0];
  const edits = trak.edts?.elst?.entries ?? [];
  const segments = segmentFiles.map((file) => {
    const before = trak.samples?.length ?? 0;
    append(file);
    return trak.samples.slice(before);
  });
  movie.flush();
  if (failure) throw new Error(failure);
  const info = movie.getInfo();
  return { segments, edits, track: info.tracks[0], brands: info.brands, timescale: trak.mdia.mdhd.timescale };
}

function judgeSamples(name, kind, media, extinfs) {
  const { segments, timescale } = media;
  if (media.edits.length > 1 || media.edits.some((edit) => edit.media_time < 0))
    fault(name, 'edit list is more than one offset, which Chromium ignores');
  const mediaTime = media.edits[0]?.media_time ?? 0;
  let decode = null;
  const starts = [];
  let last = 0;
  let end = 0;
  segments.forEach((samples, i) => {
    if (samples.length === 0) return fault(name, `segment ${i + 1} has no samples`);
    if (kind === 'video' && !samples[0].is_sync) fault(name, `segment ${i + 1} starts without a key frame`);
    for (const sample of samples) {
      if (decode !== null && sample.dts !== decode) fault(name, `decode time jumps from ${decode} to ${sample.dts}`);
      decode = sample.dts + sample.duration;
      last = Math.max(last, sample.cts - mediaTime);
      end = last + sample.duration; // a duration leads to the next sample decoded, but that of the last one
    }
    starts.push(Math.max(0, samples[0].cts - mediaTime) / timescale);
    if (kind === 'video' && samples.some((sample) => sample.cts < samples[0].cts))
      fault(name, `segment ${i + 1} presents pictures before its key frame`);
  });
  const borders = [...starts, end / timescale];
  extinfs.forEach((extinf, i) => {
    const true_ = borders[i + 1] - borders[i];
    if (!(Math.abs(extinf - true_) <= EXTINF_TOLERANCE))
      fault(name, `EXTINF of segment ${i + 1} is ${extinf}, its samples last ${true_}`);
  });
  const sum = extinfs.reduce((a, b) => a + b, 0);
  if (!(Math.abs(sum - (borders.at(-1) - borders[0])) <= EXTINF_TOLERANCE))
    fault(name, `EXTINF sum up to ${sum}, samples to ${borders.at(-1) - borders[0]}`);
  const firstCts = Math.min(...segments[0].map((sample) => sample.cts)) - mediaTime;
  if (kind === 'video' && firstCts / timescale < -0.0005)
    fault(name, `first picture is presented at ${firstCts / timescale} s`);
  const all = segments.flat();
  const keyFrames = all.filter((sample) => sample.is_sync).map((sample) => (
    { size: sample.size, start: Math.max(0, sample.cts - mediaTime) / timescale }));
  const frameRate = all.length / (borders.at(-1) - borders[0]);
  const shown = all.map((sample) => Math.max(0, sample.cts - mediaTime) / timescale).sort((a, b) => a - b);
  return { starts, keyFrames, end: borders.at(-1), samples: all.length, frameRate,
    peakFrameRate: findPeakRate([...shown, borders.at(-1)]) ?? frameRate };
}

// Pictures per second where they come fastest, over a second at least: RFC 8216 wants the maximum.
function findPeakRate(times) {
  if (times.at(-1) - times[0] < 1) return undefined;
  let peak = 0;
  for (let i = 0; i < times.length; ++i)
    for (let j = i + 1; j < times.length; ++j) {
      const lasts = times[j] - times[i];
      peak = Math.max(peak, (j - i) / Math.max(1, lasts));
      if (lasts >= 1) break;
    }
  return peak;
}

// Peak over every run of 0.5 to 1.5 target durations, and average, from the files' sizes.
function recount(sizes, extinfs, target) {
  const rate = (bytes, seconds) => (8 * bytes) / seconds;
  const total = rate(sizes.reduce((a, b) => a + b, 0), extinfs.reduce((a, b) => a + b, 0));
  let peak = total;
  for (let i = 0; i < sizes.length; i++) {
    let bytes = 0, seconds = 0;
    for (let j = i; j < sizes.length; j++) {
      bytes += sizes[j];
      seconds += extinfs[j];
      if (seconds > 1.5 * target) break;
      if (seconds >= 0.5 * target) peak = Math.max(peak, rate(bytes, seconds));
    }
  }
  return { peak, average: total };
}

function judgeMedia(root, file, kind) {
  const name = path.relative(root, file);
  const { text, first, second } = parseStrictly(file);
  if (first.isMasterPlaylist) throw new Error(`${name} is no media playlist`);
  if (first.playlistType !== 'VOD' || !first.endlist) fault(name, 'is not a finished VOD playlist');
  if (!text.includes('#EXT-X-INDEPENDENT-SEGMENTS')) fault(name, 'has no EXT-X-INDEPENDENT-SEGMENTS');
  if (second.segments.length !== first.segments.length) fault(name, 'the two parsers differ');
  const map = first.segments[0]?.map;
  if (!map) throw new Error(`${name} has no EXT-X-MAP`);
  const files = first.segments.map((segment) => resolve(root, file, segment.uri));
  const initFile = resolve(root, file, map.uri);
  for (const needed of [initFile, ...files])
    if (!fs.existsSync(needed)) throw new Error(`${name}: ${path.relative(root, needed)} is missing`);
  if (listBoxes(initFile) !== 'ftyp moov') fault(name, `init segment holds ${listBoxes(initFile)}`);
  for (const segment of files)
    if (!/^styp( moof mdat)+$/.test(listBoxes(segment)))
      fault(name, `${path.basename(segment)} holds ${listBoxes(segment)}`);
  const extinfs = first.segments.map((segment) => segment.duration);
  const sizes = files.map((segment) => fs.statSync(segment).size);
  const media = readSamples(initFile, files);
  const actualKind = media.track.video ? 'video' : 'audio';
  if (kind && kind !== actualKind) fault(name, `holds ${actualKind}, not ${kind}`);
  if (!media.brands.includes('cmfc')) fault(name, `init segment has no brand cmfc: ${media.brands}`);
  return {
    name, kind: actualKind, target: first.targetDuration, segments: files.length, codec: media.track.codec,
    width: media.track.video?.width, height: media.track.video?.height,
    ...judgeSamples(name, actualKind, media, extinfs), ...recount(sizes, extinfs, first.targetDuration),
  };
}

function near(where, what, stated, counted) {
  if (!(Math.abs(stated - counted) <= RATE_TOLERANCE * counted))
    fault(where, `${what} is ${stated}, recounted ${counted}`);
}

function judgeVariant(variant, media, audio) {
  const where = `master.m3u8 ${media.name}`;
  near(where, 'BANDWIDTH', variant.bandwidth, media.peak + (audio?.peak ?? 0));
  near(where, 'AVERAGE-BANDWIDTH', variant.averageBandwidth, media.average + (audio?.average ?? 0));
  const codecs = [media.codec, audio?.codec].filter(Boolean).join(',').toLowerCase();
  if ((variant.codecs ?? '').toLowerCase() !== codecs) fault(where, `CODECS is ${variant.codecs}, mp4box reads ${codecs}`);
  if (media.kind !== 'video') return;
  if (variant.resolution?.width !== media.width || variant.resolution?.height !== media.height)
    fault(where, `RESOLUTION differs from ${media.width}x${media.height}`);
  if (!(Math.abs(variant.frameRate - media.peakFrameRate) <= 0.0006))
    fault(where, `FRAME-RATE is ${variant.frameRate}, recounted ${media.peakFrameRate}`);
}

// Something is presented from 0 on: the first picture, or sound before it.
function judgeStart(all) {
  const start = Math.min(...all.map((media) => media.starts[0]));
  const picture = all.find((media) => media.kind === 'video');
  const late = 1 / (picture?.frameRate || 50);
  if (start > 0.0005 && start > late + 0.0005) fault('master.m3u8', `nothing is presented before ${start} s`);
}

// The same borders in all variants, and in the audio to within a frame of it, as long as there are pictures.
function judgeBorders(reference, media) {
  if (media.kind !== 'video') {
    const within = media.starts.filter((start) => start > reference.starts[0] + 0.05 && start < reference.starts.at(-1) + 0.05);
    for (const start of within)
      if (!reference.starts.some((other) => Math.abs(other - start) <= 0.05))
        fault(media.name, `a segment starts at ${start}, and none of ${reference.name}`);
    return;
  }
  reference.starts.slice(0, media.starts.length).forEach((start, i) => {
    if (!(Math.abs(media.starts[i] - start) <= 1e-4))
      fault(media.name, `segment ${i + 1} starts at ${media.starts[i]}, that of ${reference.name} at ${start}`);
  });
  if (media.segments !== reference.segments)
    fault(media.name, `has ${media.segments} segments, ${reference.name} has ${reference.segments}`);
}

// Every byte range must hold the header of a fragment and a key frame, one for each that there is.
function judgeIframes(root, file, reference) {
  const name = path.relative(root, file);
  const { text, first } = parseStrictly(file);
  if (!text.includes('#EXT-X-I-FRAMES-ONLY')) fault(name, 'has no EXT-X-I-FRAMES-ONLY');
  const frames = first.segments;
  if (frames.length !== reference.keyFrames.length)
    return fault(name, `lists ${frames.length} key frames, there are ${reference.keyFrames.length}`);
  let at = reference.starts[0];
  frames.forEach((frame, i) => {
    const bytes = fs.readFileSync(resolve(root, file, frame.uri));
    const { offset, length } = frame.byterange;
    const range = bytes.subarray(offset, offset + length);
    if (range.length !== length) return fault(name, `range ${i + 1} is beyond the end of ${frame.uri}`);
    const moofSize = range.readUInt32BE(0);
    if (range.toString('latin1', 4, 8) !== 'moof' || range.toString('latin1', moofSize + 4, moofSize + 8) !== 'mdat')
      fault(name, `range ${i + 1} does not start with moof and mdat`);
    if (length - moofSize - 8 !== reference.keyFrames[i].size)
      fault(name, `range ${i + 1} holds ${length - moofSize - 8} bytes of a key frame of ${reference.keyFrames[i].size}`);
    if (!(Math.abs(at - reference.keyFrames[i].start) <= 1e-4))
      fault(name, `key frame ${i + 1} is listed at ${at}, it is at ${reference.keyFrames[i].start}`);
    at += frame.duration;
  });
}

function judge(root) {
  const file = path.join(root, 'master.m3u8');
  const { first, second } = parseStrictly(file);
  if (!first.isMasterPlaylist) throw new Error('master.m3u8 is no master playlist');
  const played = first.variants.filter((variant) => !variant.isIFrameOnly);
  if (played.length !== second.playlists.length) fault('master.m3u8', 'the two parsers differ');
  const media = new Map();
  const open = (uri, kind) => {
    const playlist = resolve(root, file, uri);
    if (!media.has(playlist)) media.set(playlist, judgeMedia(root, playlist, kind));
    return media.get(playlist);
  };
  const variants = played.map((variant) => {
    // Sound without an address of its own is in the variant.
    const [audio] = (variant.audio ?? []).map((one) => (one.uri ? open(one.uri, 'audio') : null));
    const main = open(variant.uri);
    judgeVariant(variant, main, audio);
    return { main, bandwidth: variant.bandwidth };
  });
  if (variants.length === 0) fault('master.m3u8', 'lists no variant');
  for (let i = 1; i < variants.length; i++)
    if (variants[i].bandwidth > variants[i - 1].bandwidth) fault('master.m3u8', 'does not list the highest first');
  for (const variant of first.variants.filter((one) => one.isIFrameOnly)) {
    const playlist = resolve(root, file, variant.uri);
    const main = [...media.values()].find((one) => path.dirname(one.name) === path.dirname(path.relative(root, playlist)));
    if (!main) fault('master.m3u8', `${variant.uri} belongs to no variant`);
    else judgeIframes(root, playlist, main);
    iframes.push(path.relative(root, playlist));
  }
  const all = [...media.values()];
  if (new Set(all.map((one) => one.target)).size > 1) fault('master.m3u8', 'target durations differ');
  judgeStart(all);
  const reference = variants[0]?.main;
  for (const one of all) if (one !== reference) judgeBorders(reference, one);
  return all;
}

const root = path.resolve(process.argv[2] ?? '.');
if (!fs.existsSync(root)) {
  console.error(`usage: node hls_judge.mjs DIR (${root} does not exist)`);
  process.exit(2);
}
const iframes = [];
let playlists = [];
try {
  playlists = judge(root);
} catch (error) {
  faults.push(String(error?.message ?? error));
}
const ok = faults.length === 0;
console.log(JSON.stringify({ ok, faults: faults.slice(0, 100), iframes, playlists: playlists.map(({ starts, keyFrames, ...rest }) => rest) }, null, 2));
process.exit(ok ? 0 : 1);
