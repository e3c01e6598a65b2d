// Checks the types of projects, and that no Effect is left unrun: TypeScript with Effect's own checks, in one pass.
// `node tooling/typecheck.mjs PROJECT...`
import { execFileSync, spawnSync } from "node:child_process"

const projects = process.argv.slice(2)
if (projects.length === 0) {
  console.error("usage: node tooling/typecheck.mjs PROJECT...")
  process.exit(2)
}
const shell = process.platform === "win32"
const compiler = execFileSync("effect-tsgo", ["get-exe-path"], { encoding: "utf8", shell }).trim()
const codes = projects.map(
  (project) => spawnSync(compiler, ["-p", project, "--pretty", "false"], { stdio: "inherit" }).status ?? 1,
)
process.exit(Math.max(...codes))
