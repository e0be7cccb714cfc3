// Runs the main function of a module that imports nothing: node benches/wasm/run.mjs MODULE
import { readFile } from "node:fs/promises";

const { module, instance } = await WebAssembly.instantiate(await readFile(process.argv[2]), {});
const code = instance.exports.main(0, 0);
if (code !== 0) {
  console.error(`main returns ${code}`);
  process.exit(1);
}
console.log(`PNG, WebP and AVIF work both ways in ${process.argv[2]}, imports: ${WebAssembly.Module.imports(module).length}`);
