// Fits pictures into 512x512 with sharp, one thread, as the benches `jpeg_jobs` and `format_jobs` ask
// on standard input: a line "path<TAB>mode<TAB>output path or nothing" each; the mode is the kind of
// JPEG, or another format. Answers with "milliseconds<TAB>bytes". Started in a folder where sharp is
// installed (npm install sharp).
import { createInterface } from 'node:readline';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { filterRaw } from './filters.mjs';

const sharp = createRequire(`${process.cwd()}/`)('sharp');
sharp.concurrency(1);
sharp.cache(false);

// The server's defaults: qualities, WebP of effort 4, AVIF of speed 8.
const encoders = {
  baseline: (image) => image.jpeg({ quality: 80 }),
  progressive: (image) => image.jpeg({ quality: 80, progressive: true }),
  png: (image) => image.png(),
  webp: (image) => image.webp({ quality: 79, effort: 4 }),
  avif: (image) => image.avif({ quality: 63, effort: 1, chromaSubsampling: '4:2:0' }),
  gif: (image) => image.gif(),
};

// A mode "raw:plain or linear:width:height:channels:new width:new height" resizes 8-bit samples for the
// benches `quality` and `resample`.
async function resizeRaw(path, mode) {
  const [, light, width, height, channels, toWidth, toHeight] = mode.split(':');
  const raw = { width: Number(width), height: Number(height), channels: Number(channels) };
  const input = readFileSync(path);
  const start = process.cpuUsage();
  let image = sharp(input, { raw });
  if (light === 'linear') image = image.pipelineColourspace('scrgb');
  const to = { fit: 'fill', kernel: 'lanczos3' };
  image = image.resize(Number(toWidth), Number(toHeight), to);
  const result = await image.toColourspace(raw.channels === 1 ? 'b-w' : 'srgb').raw().toBuffer();
  const { user, system } = process.cpuUsage(start);
  return { result, time: (user + system) / 1000 };
}

const files = new Map();
const read = (path) => {
  if (!files.has(path)) files.set(path, readFileSync(path));
  return files.get(path);
};
for await (const line of createInterface({ input: process.stdin })) {
  const [path, mode, out] = line.split('\t');
  if (mode.startsWith('raw:')) {
    const { result, time } = await resizeRaw(path, mode);
    writeFileSync(out, result);
    console.log(`${time}\t${result.length}`);
    continue;
  }
  if (mode.startsWith('filter:')) {
    const { result, time } = await filterRaw(sharp, read(path), mode);
    if (out) writeFileSync(out, result);
    console.log(`${time}\t${result.length}`);
    continue;
  }
  const input = read(path);
  const start = process.cpuUsage();
  const image = sharp(input, { animated: mode === 'gif' })
    .rotate()
    .resize(512, 512, { fit: 'inside' });
  const result = await encoders[mode](image).toBuffer();
  const { user, system } = process.cpuUsage(start);
  const time = (user + system) / 1000;
  if (out) writeFileSync(out, result);
  console.log(`${time}\t${result.length}`);
}
