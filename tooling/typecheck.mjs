// Checks the types of projects, and that no Effect is left unrun: TypeScript with Effect's own checks, in one pass.
// `node tooling/typecheck.mjs PROJECT...`
import { execFileSync, spawnSync } from "node:child_process"

const shell = process.platform === "win32"
const compiler = execFileSync("effect-tsgo", ["get-exe-path"], { encoding: "utf8", shell }).trim()
const codes = process.argv
  .slice(2)
  .map((project) => spawnSync(compiler, ["-p", project, "--pretty", "false"], { stdio: "inherit" }).status ?? 1)
process.exit(Math.max(...codes))
