// What browsers load, served as it is under /assets/.
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import { gzipSync } from "node:zlib"
import { build } from "esbuild"

const require = createRequire(import.meta.url)
const here = import.meta.dirname

/** Writes all of it into a folder. */
export const assets = async (folder: string): Promise<void> => {
  await build({
    entryPoints: { wallboard: join(here, "src/web/browser/wallboard.ts"), docs: join(here, "src/web/browser/docs.ts") },
    outdir: folder,
    bundle: true,
    platform: "browser",
    format: "esm",
    target: "es2022",
    minify: true,
    legalComments: "none",
    logLevel: "warning",
  })
  cpSync(join(here, "src/web/browser/static"), folder, { recursive: true })
  const swagger = dirname(require.resolve("swagger-ui-dist/package.json"))
  mkdirSync(join(folder, "swagger"), { recursive: true })
  for (const file of ["swagger-ui.css", "swagger-ui-bundle.js"]) {
    cpSync(join(swagger, file), join(folder, "swagger", file))
  }
  // Packed once, not for each who asks; platforms that serve these files by themselves pack them by themselves.
  for (const file of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    const path = join(folder, file)
    if (/\.(css|js|svg)$/.test(file)) writeFileSync(`${path}.gz`, gzipSync(readFileSync(path), { level: 9 }))
  }
}
