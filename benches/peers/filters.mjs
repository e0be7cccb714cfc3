// What the bench `filters` asks of sharp: filters of raw 8-bit RGB. A mode is "filter:name:width:height:name of a
// variant"; used by sharp.mjs.

// Overlays that both programs get ready-made, by size.
const overlays = new Map();
function overlay(name, { width, height }, sample) {
  const key = `${name} ${width} ${height}`;
  if (!overlays.has(key)) {
    const samples = Buffer.alloc(width * height * 4);
    for (let y = 0; y < height; y += 1) {
      for (let x = 0; x < width; x += 1) samples.set(sample(x, y), (y * width + x) * 4);
    }
    overlays.set(key, { input: samples, raw: { width, height, channels: 4 } });
  }
  return overlays.get(key);
}

const colorized = (image, raw) => image.composite([
  { input: { create: { ...raw, channels: 4, background: { r: 0, g: 128, b: 255, alpha: 0.4 } } } },
]);
const down = (raw) => overlay('down', raw, (x, y) => [0, 0, 0, Math.round(y / (raw.height - 1) * 204)]);
const slanted = (raw) => overlay('slanted', raw, (x, y) => [0, 0, 0, Math.round((x + y) / (raw.width + raw.height) * 204)]);
const corners = (raw) => overlay('corners', raw, (x, y) => {
  const from = (at, most) => Math.max(0, 200 - at, at - (most - 200));
  return [0, 0, 0, Math.hypot(from(x, raw.width), from(y, raw.height)) < 200 ? 255 : 0];
});
const mark = () => overlay('mark', { width: 400, height: 300 }, (x, y) => [255, 200, 0, (x + y) % 256]);

const filters = {
  'brightness': (image) => image.linear(1, 20),
  'contrast': (image) => image.linear(1.3, -38.25),
  'saturation': (image) => image.modulate({ saturation: 1.4 }),
  'saturation-none': (image) => image.greyscale(),
  'monochrome': (image) => image.tint({ r: 112, g: 66, b: 20 }),
  'duotone': (image) => image.tint({ r: 160, g: 120, b: 90 }),
  'colorize': colorized,
  'gradient-down': (image, raw) => image.composite([down(raw)]).removeAlpha(),
  'gradient-slanted': (image, raw) => image.composite([slanted(raw)]).removeAlpha(),
  'unsharp_masking': (image) => image.sharpen(),
  'blur-0.8': (image) => image.blur(0.8),
  'blur-2': (image) => image.blur(2),
  'blur-5': (image) => image.blur(5),
  'blur-20': (image) => image.blur(20),
  'px_round': (image, raw) => image.ensureAlpha().composite([{ ...corners(raw), blend: 'dest-in' }]),
  'watermark': (image) => image.composite([{ ...mark(), gravity: 'southeast' }]).removeAlpha(),
  'nearest': (image) => image.resize(512, 384, { fit: 'fill', kernel: 'nearest' }),
  'linear': (image) => image.resize(512, 384, { fit: 'fill', kernel: 'linear' }),
  'cubic': (image) => image.resize(512, 384, { fit: 'fill', kernel: 'cubic' }),
  'lanczos2': (image) => image.resize(512, 384, { fit: 'fill', kernel: 'lanczos2' }),
  'lanczos3': (image) => image.resize(512, 384, { fit: 'fill', kernel: 'lanczos3' }),
};

// Filters that take more than one pipeline.
const several = {
  async 'blur_areas'(open, raw) {
    const areas = [[100, 100, 600, 500], [900, 300, 500, 700]];
    const parts = await Promise.all(areas.map(async ([left, top, width, height]) => {
      const input = await open().extract({ left, top, width, height }).blur(8).raw().toBuffer();
      return { input, raw: { width, height, channels: 3 }, left, top };
    }));
    return open().composite(parts).removeAlpha().raw().toBuffer();
  },
  // Not what the filter is, a fade from the sharp to the blurred picture, but what can be had.
  async 'progressive_blur'(open, raw) {
    const { input: ramp } = overlay('down', raw, () => [0, 0, 0, 0]);
    const alpha = Buffer.alloc(raw.width * raw.height);
    for (let i = 0; i < alpha.length; i += 1) alpha[i] = ramp[i * 4 + 3];
    const blurred = await open().blur(5).raw().toBuffer();
    const one = { ...raw, channels: 1 };
    const input = await open(blurred).joinChannel(alpha, { raw: one }).raw().toBuffer();
    return open().composite([{ input, raw: { ...raw, channels: 4 } }]).removeAlpha().raw().toBuffer();
  },
};

export async function filterRaw(sharp, samples, mode) {
  const [, name, width, height] = mode.split(':');
  const raw = { width: Number(width), height: Number(height), channels: 3 };
  const open = (input = samples) => sharp(input, { raw });
  for (const ready of [down, slanted, corners, mark]) ready(raw);
  const start = process.cpuUsage();
  const result = name in several
    ? await several[name](open, raw)
    : await filters[name](open(), raw).raw().toBuffer();
  const { user, system } = process.cpuUsage(start);
  return { result, time: (user + system) / 1000 };
}
