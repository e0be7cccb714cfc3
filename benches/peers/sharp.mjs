// Fits pictures into 512x512 with sharp, one thread, as the bench `jpeg_jobs` asks on standard
// input: a line "path<TAB>progressive or baseline<TAB>output path or nothing" each. Answers with
// "milliseconds<TAB>bytes". Started in a folder where sharp is installed (npm install sharp).
import { createInterface } from 'node:readline';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const sharp = createRequire(`${process.cwd()}/`)('sharp');
sharp.concurrency(1);
sharp.cache(false);

const files = new Map();
for await (const line of createInterface({ input: process.stdin })) {
  const [path, mode, out] = line.split('\t');
  if (!files.has(path)) files.set(path, readFileSync(path));
  const input = files.get(path);
  const start = process.cpuUsage();
  const result = await sharp(input)
    .rotate()
    .resize(512, 512, { fit: 'inside' })
    .jpeg({ quality: 80, progressive: mode === 'progressive' })
    .toBuffer();
  const { user, system } = process.cpuUsage(start);
  const time = (user + system) / 1000;
  if (out) writeFileSync(out, result);
  console.log(`${time}\t${result.length}`);
}
