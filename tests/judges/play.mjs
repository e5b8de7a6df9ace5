#!/usr/bin/env node
// node tests/judges/play.mjs DIR PLAYER:FILE...: plays files below DIR in headless Chromium, each past three
// segment borders of two seconds. PLAYER: native (the browser itself), hls.js, shaka; whole is the browser itself from
// start to end, for what may be shorter. Where the player can be told which rendition to take, it is made to go from
// the smallest to the largest after the first border; shaka also shows the first text, if there is one.
// Prints a JSON verdict {ok, plays: [{play, ok, faults, …}]} and exits 0 or 1.
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const PATIENCE_MS = 45_000; // of one play, on a busy machine
const RATE = 2;
const BORDERS = [2, 4, 6];
const modules = path.join(path.dirname(fileURLToPath(import.meta.url)), 'node_modules');
const SCRIPTS = { 'hls.js': 'hls.js/dist/hls.min.js', shaka: 'shaka-player/dist/shaka-player.compiled.js' };
const TYPES = { '.m3u8': 'application/vnd.apple.mpegurl', '.mpd': 'application/dash+xml', '.mp4': 'video/mp4', '.m4s': 'video/iso.segment', '.vtt': 'text/vtt', '.js': 'text/javascript', '.html': 'text/html' };

const root = path.resolve(process.argv[2] ?? '.');
const plays = process.argv.slice(3);

function serve(request, response) {
  const { pathname } = new URL(request.url, 'http://x/');
  if (pathname === '/') return response.writeHead(200, { 'content-type': 'text/html' }).end('<video muted playsinline></video>');
  const base = pathname.startsWith('/modules/') ? modules : root;
  const file = path.join(base, decodeURIComponent(pathname.replace(/^\/(modules|media)\//, '')));
  if (!file.startsWith(base + path.sep) || !fs.existsSync(file)) return response.writeHead(404).end();
  const { size } = fs.statSync(file);
  const headers = { 'content-type': TYPES[path.extname(file)] ?? 'application/octet-stream', 'accept-ranges': 'bytes' };
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
  if (!range) return response.writeHead(200, { ...headers, 'content-length': size }), fs.createReadStream(file).pipe(response);
  const start = Number(range[1]);
  const end = Math.min(range[2] ? Number(range[2]) : size - 1, size - 1);
  response.writeHead(206, { ...headers, 'content-length': end - start + 1, 'content-range': `bytes ${start}-${end}/${size}` });
  fs.createReadStream(file, { start, end }).pipe(response);
}

// Runs in the page.
async function playInPage({ player, url, rate, borders, patience }) {
  const video = document.querySelector('video');
  const faults = [];
  const note = (text) => faults.push(String(text));
  const cuesOf = ({ textTracks }) => [...textTracks].flatMap((track) => [...(track.cues ?? [])]).map((cue) => `${cue.startTime}: ${cue.text}`);
  video.addEventListener('error', () => note(`media error ${video.error?.code}: ${video.error?.message}`));
  const deadline = performance.now() + patience;
  const wait = async (what, condition) => {
    while (!condition()) {
      if (faults.length || performance.now() > deadline) throw new Error(`${what} never came (at ${video.currentTime} s, ready state ${video.readyState})`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  const widths = [];
  let goLarge = null, hasText = false;
  try {
    if (player === 'hls.js') {
      const hls = new Hls({ startLevel: 0, capLevelToPlayerSize: false });
      hls.on(Hls.Events.ERROR, (_, data) => { if (data.fatal || data.type === Hls.ErrorTypes.MEDIA_ERROR) note(`hls.js: ${data.details} ${data.error ?? ''}`); });
      let parsed = false;
      hls.on(Hls.Events.MANIFEST_PARSED, () => { hls.currentLevel = 0; parsed = true; });
      hls.loadSource(url);
      hls.attachMedia(video);
      await wait('the manifest', () => parsed);
      if (hls.levels.length > 1) goLarge = () => { hls.currentLevel = hls.levels.length - 1; };
    } else if (player === 'shaka') {
      shaka.polyfill.installAll();
      const shakaPlayer = new shaka.Player();
      await shakaPlayer.attach(video);
      shakaPlayer.addEventListener('error', (event) => note(`shaka: ${event.detail.code} ${event.detail.message}`));
      shakaPlayer.configure({ abr: { enabled: false } });
      await shakaPlayer.load(url);
      const tracks = shakaPlayer.getVariantTracks().sort((a, b) => (a.width ?? 0) - (b.width ?? 0));
      shakaPlayer.selectVariantTrack(tracks[0], true);
      const texts = shakaPlayer.getTextTracks();
      hasText = texts.length > 0;
      if (hasText) shakaPlayer.selectTextTrack(texts[0]);
      if ((tracks.at(-1).width ?? 0) > (tracks[0].width ?? 0)) goLarge = () => shakaPlayer.selectVariantTrack(tracks.at(-1), true);
    } else {
      video.src = url;
    }
    await video.play();
    video.playbackRate = rate;
    if (player === 'whole') {
      if (video.duration > 60) video.currentTime = video.duration - 10;
      await wait('the end', () => video.ended);
      return { faults, reached: video.currentTime, widths: [video.videoWidth], duration: video.duration };
    }
    await wait('the first border', () => video.currentTime > borders[0] + 0.1);
    widths.push(video.videoWidth);
    if (goLarge) {
      goLarge();
      await wait('the other rendition', () => video.videoWidth !== widths[0]);
      widths.push(video.videoWidth);
    }
    await wait('the last border', () => video.currentTime > borders.at(-1) + 0.1);
    if (hasText) await wait('the text', () => cuesOf(video).length > 0);
  } catch (error) {
    note(error?.message ?? error);
  }
  const quality = video.getVideoPlaybackQuality();
  const shown = quality.totalVideoFrames - quality.droppedVideoFrames;
  if (widths[0] > 0 && shown < 10) note(`only ${shown} of ${quality.totalVideoFrames} pictures were shown`);
  return { faults, reached: video.currentTime, widths, cues: cuesOf(video), frames: quality.totalVideoFrames, dropped: quality.droppedVideoFrames, duration: video.duration };
}

async function play(browser, origin, what) {
  const colon = what.indexOf(':');
  const [player, file] = [what.slice(0, colon), what.slice(colon + 1)];
  const page = await browser.newPage();
  try {
    await page.goto(`${origin}/`);
    if (SCRIPTS[player]) await page.addScriptTag({ url: `${origin}/modules/${SCRIPTS[player]}` });
    const done = await page.evaluate(playInPage, { player, url: `${origin}/media/${file}`, rate: RATE, borders: BORDERS, patience: PATIENCE_MS });
    return { play: what, ok: done.faults.length === 0, ...done };
  } catch (error) {
    return { play: what, ok: false, faults: [String(error?.message ?? error)] };
  } finally {
    await page.close();
  }
}

const server = http.createServer(serve);
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--autoplay-policy=no-user-gesture-required', '--mute-audio', '--disable-gpu'],
});
const verdicts = [];
try {
  for (const one of plays) verdicts.push(await play(browser, `http://127.0.0.1:${server.address().port}`, one));
} finally {
  await browser.close();
  server.closeAllConnections();
  server.close();
}
const ok = verdicts.length === plays.length && verdicts.every((verdict) => verdict.ok);
console.log(JSON.stringify({ ok, plays: verdicts }, null, 2));
process.exit(ok ? 0 : 1);
